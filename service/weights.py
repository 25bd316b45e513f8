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
        "dense": 0.55,
        "sentence": 0.44,
        "keyword": 0.97,
        "carried": 5.98,
        "scope": 1.17,
    },
    expected={
        "dense": -0.14,
        "sentence": 0.04,
        "keyword": 0.48,
        "carried": 1.73,
        "scope": 0.80,
        "expected": 11.50,
        "predicted": 34.43,
    },
)
# What makes a sentence likely to be the answer: evidence.py.
SENTENCES = Weights(
    plain={
        "dense": 0.72,
        "keyword": 0.64,
        "carried": 5.47,
        "above": 5.33,
        "clause carried": 2.06,
        "clause scope": 1.20,
        "clause dense": 0.45,
        "clause keyword": 0.38,
        "head": 7.42,
        "figure": 2.33,
        "kind": 0.71,
        "items": 1.81,
        "elsewhere": -1.78,
        "before": -0.24,
        "behind": 0.45,
        "opens": -0.17,
    },
    expected={
        "dense": 0.10,
        "keyword": 0.42,
        "carried": 2.21,
        "above": 2.17,
        "clause carried": 1.03,
        "clause scope": 0.80,
        "clause dense": 0.10,
        "clause keyword": 0.17,
        "head": 4.50,
        "figure": 0.85,
        "kind": 0.26,
        "items": 1.64,
        "elsewhere": -1.41,
        "before": -0.02,
        "behind": 0.12,
        "opens": 0.18,
        "expected": 7.51,
        "predicted": 27.99,
    },
)
# What tells whether the evidence is enough, by logistic regression on the tune half and on eval/refusals: refuse.py.
# Here ``expected`` is for a passage that has expected questions.
REFUSALS = Weights(
    plain={
        "bias": -2.02,
        "passage": 2.39,
        "dense": 4.52,
        "absent": -4.76,
        "figure": -1.76,
        "form": -4.31,
        "names": -3.30,
        "foreign": -3.54,
        "cited": -1.87,
        "why": -6.11,
        "scope": 1.20,
    },
    expected={
        "bias": -0.83,
        "passage": 1.12,
        "dense": 4.30,
        "absent": -1.78,
        "figure": -1.24,
        "form": -3.64,
        "names": -3.41,
        "foreign": -2.31,
        "cited": -1.77,
        "why": -5.75,
        "scope": 1.24,
        "expected": 3.67,
        "unanswered": -3.09,
        "share unanswered": -6.13,
    },
)
# What makes a further sentence needed beside the best one, by logistic regression on the expected questions: needed.py.
FURTHER = {
    "bias": -2.80,
    "gap": -0.17,
    "rank": -0.17,
    "same clause": 0.44,
    "scope": 0.22,
    "joins": 0.29,
    "expected": 3.44,
    "best expected": -0.80,
    "several": 1.84,
    "first": 1.03,
    "more": 1.62,
}
