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
        "dense": 0.64,
        "sentence": 0.38,
        "keyword": 0.93,
        "carried": 6.32,
        "scope": 1.18,
    },
    expected={
        "dense": -0.15,
        "sentence": 0.01,
        "keyword": 0.44,
        "carried": 1.56,
        "scope": 0.78,
        "expected": 11.77,
        "predicted": 40.56,
    },
)
# What makes a sentence likely to be the answer: evidence.py.
SENTENCES = Weights(
    plain={
        "dense": 0.66,
        "keyword": 0.62,
        "carried": 5.60,
        "above": 5.31,
        "clause carried": 1.98,
        "clause scope": 1.17,
        "clause dense": 0.50,
        "clause keyword": 0.41,
        "head": 6.73,
        "figure": 2.34,
        "kind": 0.63,
        "items": 1.46,
        "elsewhere": -1.65,
        "before": -0.08,
        "behind": 0.32,
        "opens": -0.34,
    },
    expected={
        "dense": 0.11,
        "keyword": 0.38,
        "carried": 2.23,
        "above": 1.51,
        "clause carried": 0.70,
        "clause scope": 0.70,
        "clause dense": 0.04,
        "clause keyword": 0.16,
        "head": 3.70,
        "figure": 0.70,
        "kind": 0.06,
        "items": 1.48,
        "elsewhere": -1.36,
        "before": 0.07,
        "behind": 0.06,
        "opens": -0.05,
        "expected": 7.57,
        "predicted": 33.82,
    },
)
# What tells whether the evidence is enough, by logistic regression on the tune half and on eval/refusals: refuse.py.
# Here ``expected`` is for a passage that has expected questions.
REFUSALS = Weights(
    plain={
        "bias": -2.16,
        "passage": 2.22,
        "dense": 5.09,
        "absent": -4.62,
        "figure": -2.10,
        "form": -4.24,
        "names": -3.08,
        "foreign": -4.13,
        "cited": -2.05,
        "why": -5.74,
        "scope": 1.22,
    },
    expected={
        "bias": -0.79,
        "passage": 1.44,
        "dense": 4.18,
        "absent": -2.12,
        "figure": -1.20,
        "form": -3.49,
        "names": -3.43,
        "foreign": -2.95,
        "cited": -2.26,
        "why": -4.86,
        "scope": 1.09,
        "expected": 3.79,
        "unanswered": -3.12,
        "share unanswered": -6.50,
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
