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
        "carried": 5.89,
        "scope": 0.96,
    },
    expected={
        "dense": -0.15,
        "sentence": 0.01,
        "keyword": 0.45,
        "carried": 1.56,
        "scope": 0.76,
        "expected": 11.79,
        "predicted": 40.12,
    },
)
# What makes a sentence likely to be the answer: evidence.py.
SENTENCES = Weights(
    plain={
        "dense": 0.69,
        "keyword": 0.48,
        "carried": 5.24,
        "above": 4.57,
        "clause carried": 1.86,
        "clause scope": 0.92,
        "clause dense": 0.45,
        "clause keyword": 0.55,
        "head": 6.08,
        "figure": 2.65,
        "kind": 1.13,
        "items": 1.59,
        "elsewhere": -0.68,
        "before": -0.58,
        "behind": -0.04,
        "opens": -0.56,
    },
    expected={
        "dense": 0.11,
        "keyword": 0.38,
        "carried": 2.22,
        "above": 1.51,
        "clause carried": 0.71,
        "clause scope": 0.68,
        "clause dense": 0.02,
        "clause keyword": 0.17,
        "head": 3.63,
        "figure": 0.70,
        "kind": 0.08,
        "items": 1.48,
        "elsewhere": -1.32,
        "before": 0.08,
        "behind": 0.06,
        "opens": -0.00,
        "expected": 7.60,
        "predicted": 33.26,
    },
)
# What tells whether the evidence is enough, by logistic regression on the tune half and on eval/refusals: refuse.py.
# Here ``expected`` is for a passage that has expected questions.
REFUSALS = Weights(
    plain={
        "bias": -2.08,
        "passage": 2.02,
        "dense": 4.97,
        "absent": -3.39,
        "figure": -1.65,
        "form": -3.96,
        "names": -3.03,
        "foreign": -3.89,
        "cited": -2.00,
        "why": -5.51,
        "scope": 1.15,
    },
    expected={
        "bias": -0.73,
        "passage": 1.25,
        "dense": 4.29,
        "absent": -2.11,
        "figure": -1.22,
        "form": -3.50,
        "names": -3.43,
        "foreign": -2.96,
        "cited": -2.25,
        "why": -4.88,
        "scope": 1.08,
        "expected": 3.83,
        "unanswered": -3.08,
        "share unanswered": -6.65,
    },
)
# What makes a further sentence needed beside the best one, by logistic regression on the expected questions: needed.py.
FURTHER = {
    "bias": -2.97,
    "gap": -0.16,
    "rank": -0.16,
    "same clause": 0.50,
    "scope": 0.24,
    "joins": 0.31,
    "expected": 3.51,
    "best expected": -0.72,
    "several": 1.96,
    "first": 1.07,
    "more": 1.62,
}
