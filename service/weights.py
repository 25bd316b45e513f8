"""What was fitted: how much each signal counts. ``python -m eval.calibrate`` prints these tables.

The first three are there twice: ``expected`` where the questions tell that sentences are expected to be asked
(expected.py), and ``plain`` where they do not, as with documents for which nobody has written any.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """Of signals, by their names."""

    plain: dict[str, float]
    expected: dict[str, float]

    def of(self, expected: bool) -> dict[str, float]:
        return self.expected if expected else self.plain


# What makes a passage likely to hold the answer: retrieve.py says what the signals are.
PASSAGES = Weights(
    plain={
        "dense": 0.58,
        "sentence": 0.47,
        "keyword": 0.92,
        "carried": 5.82,
        "scope": 0.97,
    },
    expected={
        "dense": -0.15,
        "sentence": 0.01,
        "keyword": 0.45,
        "carried": 1.54,
        "scope": 0.78,
        "expected": 11.76,
        "predicted": 40.46,
    },
)
# What makes a sentence likely to be the answer: evidence.py.
SENTENCES = Weights(
    plain={
        "dense": 0.70,
        "keyword": 0.47,
        "carried": 5.17,
        "above": 4.59,
        "clause carried": 1.79,
        "clause scope": 0.92,
        "clause dense": 0.45,
        "clause keyword": 0.56,
        "head": 6.09,
        "figure": 2.67,
        "kind": 0.90,
        "items": 1.67,
        "elsewhere": -0.69,
        "before": -0.66,
        "behind": -0.09,
        "opens": -0.54,
    },
    expected={
        "dense": 0.11,
        "keyword": 0.38,
        "carried": 2.23,
        "above": 1.50,
        "clause carried": 0.71,
        "clause scope": 0.70,
        "clause dense": 0.04,
        "clause keyword": 0.16,
        "head": 3.71,
        "figure": 0.71,
        "kind": 0.05,
        "items": 1.47,
        "elsewhere": -1.36,
        "before": 0.07,
        "behind": 0.06,
        "opens": -0.05,
        "expected": 7.58,
        "predicted": 33.83,
    },
)
# What tells whether the evidence is enough, by logistic regression on the tune half and on eval/refusals: refuse.py.
# Here ``expected`` is for a passage that has expected questions.
REFUSALS = Weights(
    plain={
        "bias": -2.14,
        "passage": 2.19,
        "dense": 4.90,
        "absent": -3.40,
        "figure": -1.65,
        "form": -4.09,
        "names": -3.18,
        "foreign": -3.92,
        "cited": -2.12,
        "why": -5.64,
        "scope": 1.19,
    },
    expected={
        "bias": -0.78,
        "passage": 1.27,
        "dense": 4.27,
        "absent": -2.14,
        "figure": -1.21,
        "form": -3.51,
        "names": -3.42,
        "foreign": -2.96,
        "cited": -2.25,
        "why": -4.87,
        "scope": 1.09,
        "expected": 3.83,
        "unanswered": -3.06,
        "share unanswered": -6.57,
    },
)
# What makes a further sentence needed beside the best one, by logistic regression on the expected questions: needed.py.
FURTHER = {
    "bias": -2.88,
    "gap": -0.16,
    "rank": -0.16,
    "same clause": 0.49,
    "scope": 0.24,
    "joins": 0.29,
    "expected": 3.48,
    "best expected": -0.79,
    "several": 1.87,
    "first": 1.07,
    "more": 1.66,
}
