"""Whether to answer: what is measured over a set of questions. Each function begins with its definition and source.

``support`` is what an answer would have been worth: for a question that can be answered, the share of its evidence
that the citations shown carry, also those shown with a refusal as the nearest; for one that cannot, 0.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True)
class Decision:
    """One question as these measures see it."""

    answerable: bool
    status: str  # answered, no_answer, error
    reason: str | None  # given
    expected: str | None  # reason of the refusal that is right
    confidence: float  # 0 to 1
    support: float  # 0 to 1

    @property
    def failed(self) -> bool:
        return self.status == "error"

    @property
    def right(self) -> bool:
        return self.status == ("answered" if self.answerable else "no_answer")


def balanced_accuracy(decisions: Sequence[Decision]) -> float:
    """Mean of the share of answerable questions that are answered and of the others that are refused.

    Brodersen et al. 2010. Answering everything, or refusing everything, gives 0.5. Nothing to judge gives 0.
    """
    halves = [[item.right for item in decisions if item.answerable is side] for side in (True, False)]
    shares = [sum(half) / len(half) if half else 0.0 for half in halves]
    return sum(shares) / 2


def confusion(decisions: Sequence[Decision]) -> dict[str, dict[str, int]]:
    """What was right → what was said → count; "answered" and "error" stand beside the reasons."""
    table: dict[str, Counter[str]] = {}
    for item in decisions:
        said = item.reason or "no reason" if item.status == "no_answer" else item.status
        table.setdefault(item.expected or "answered", Counter())[said] += 1
    return {right: dict(said) for right, said in table.items()}


def risk_coverage(decisions: Sequence[Decision]) -> list[tuple[float, float]]:
    """(coverage, risk) as the answers are given in order of confidence.

    Coverage: share of the questions answered; risk: mean loss, 1 − support, of those (El-Yaniv and Wiener 2010). What
    the service did answer comes before what it refused. Equal confidences enter together: one point for each value.
    """
    if not decisions:
        return []
    order = sorted(((item.status == "answered", item.confidence), 1 - item.support) for item in decisions)[::-1]
    points: list[tuple[float, float]] = []
    loss = 0.0
    for at, (key, lost) in enumerate(order, 1):
        loss += lost
        if at == len(order) or order[at][0] != key:
            points.append((at / len(order), loss / at))
    return points


def area_under_risk(decisions: Sequence[Decision]) -> float:
    """Mean risk over all coverages: 0 is best (AURC, Geifman, Uziel and El-Yaniv 2019).

    Within equal confidences the risk is that of a random order: it runs in a straight line of expected loss.
    """
    area = loss = 0.0
    given, total = 0, len(decisions)
    for coverage, risk in risk_coverage(decisions):
        until, lost = round(coverage * total), risk * coverage * total
        slope = (lost - loss) / (until - given)
        area += sum((loss + slope * (step - given)) / step for step in range(given + 1, until + 1)) / total
        given, loss = until, lost
    return area if decisions else 1.0


def brier(decisions: Sequence[Decision]) -> float:
    """Mean squared difference between confidence and support: 0 is best (Brier 1950).

    A question without a result differs by 1, the worst; so does nothing to judge.
    """
    if not decisions:
        return 1.0
    return float(np.mean([1.0 if item.failed else (item.confidence - item.support) ** 2 for item in decisions]))


def reliability(decisions: Sequence[Decision], bins: int = BINS) -> list[tuple[float, float, int]]:
    """(mean confidence, mean support, count) of each bin of equal width that holds any result: equal if calibrated."""
    held: dict[int, list[Decision]] = {}
    for item in (item for item in decisions if not item.failed):
        held.setdefault(min(bins - 1, int(item.confidence * bins)), []).append(item)
    return [
        (
            float(np.mean([item.confidence for item in inside])),
            float(np.mean([item.support for item in inside])),
            len(inside),
        )
        for _, inside in sorted(held.items())
    ]


def calibration_error(decisions: Sequence[Decision], bins: int = BINS) -> float:
    """Mean distance between confidence and support over the bins, by their size (ECE, Naeini et al. 2015).

    A question without a result is as far off as can be, 1.
    """
    if not decisions:
        return 1.0
    parts = reliability(decisions, bins)
    failed = sum(item.failed for item in decisions)
    return (failed + sum(abs(said - true) * count for said, true, count in parts)) / len(decisions)
