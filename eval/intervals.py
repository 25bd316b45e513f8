"""How sure a mean is, and whether two runs differ. Everything is seeded: the same results give the same figures."""

import itertools
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

SEED = 20180203
_DRAWS = 2000
_FLIPS = 10_000
_EXACT = 12  # differences up to which every flip is tried


def bootstrap(values: np.ndarray, level: float = 0.95, seed: int = SEED) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(mean, low, high) of each column of ``values`` (questions, measures), between 0 and 1.

    Percentile bootstrap over questions (Efron and Tibshirani 1993; for retrieval Sakai 2006). Where all values are 0
    or all are 1, resampling sees no doubt; there the exact binomial bound (Clopper and Pearson 1934) is given.

    Raises:
        ValueError: for no questions, of which there is no mean.
    """
    count = len(values)
    if not count:
        raise ValueError("no question: expected at least one row of values")
    means = values.mean(axis=0)
    tail = (1 - level) / 2
    low, high = _percentiles(values, tail, seed)
    bound = tail ** (1 / count)
    low = np.where((values == 1).all(axis=0), bound, low)
    high = np.where((values == 0).all(axis=0), 1 - bound, high)
    # Shares of many rows add up to a little more than one.
    return means, np.minimum(low, means), np.minimum(np.maximum(high, means), np.maximum(values.max(axis=0), means))


def bootstrap_difference(differences: np.ndarray, level: float = 0.95, seed: int = SEED) -> tuple[float, float, float]:
    """(mean, low, high) of paired differences (questions,): percentile bootstrap."""
    low, high = _percentiles(differences[:, None], (1 - level) / 2, seed)
    return float(differences.mean()), float(low[0]), float(high[0])


def _percentiles(values: np.ndarray, tail: float, seed: int) -> np.ndarray:
    """(2, measures): both tails of the means of resampled rows."""
    return np.quantile(_weights(len(values), seed) @ values, [tail, 1 - tail], axis=0)


@lru_cache(maxsize=16)
def _weights(count: int, seed: int) -> np.ndarray:
    """(draws, count): the share of each row in each resampling. Kept, since drawing takes longer than all the rest."""
    return np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=_DRAWS) / count


def bootstrap_of(
    items: Sequence, figure: Callable[[Sequence], float], draws: int = 300, seed: int = SEED
) -> tuple[float, float, float]:
    """(value, low, high) of a figure that is no mean, as the area under a curve; 95 %, percentile bootstrap."""
    random = np.random.default_rng(seed)
    found = [figure([items[at] for at in random.integers(0, len(items), len(items))]) for _ in range(draws)]
    low, high = np.quantile(found, [0.025, 0.975])
    return figure(items), float(low), float(high)


def chance_of_loss(differences: np.ndarray, seed: int = SEED) -> float:
    """One-sided p: how often the mean of the paired differences would be this low or lower if signs were chance.

    Fisher's paired randomisation test (for retrieval: Smucker, Allan and Carterette 2007). Exact for few differences,
    else 10,000 seeded flips, with the observed one counted in.
    """
    changed = differences[differences != 0]
    if not len(changed):
        return 1.0
    observed = changed.sum()
    tolerance = 1e-9 * np.abs(changed).sum()
    if len(changed) <= _EXACT:
        signs = np.array(list(itertools.product((-1, 1), repeat=len(changed))))
        return float(np.mean(signs @ np.abs(changed) <= observed + tolerance))
    signs = np.random.default_rng(seed).integers(0, 2, (_FLIPS, len(changed)), dtype=np.int8) * 2.0 - 1
    return float((1 + np.sum(signs @ np.abs(changed) <= observed + tolerance)) / (1 + _FLIPS))


def chance_of_difference(differences: np.ndarray) -> float:
    """Two-sided p of the same test."""
    return min(1.0, 2 * min(chance_of_loss(differences), chance_of_loss(-differences)))


def holm(chances: dict[str, float]) -> dict[str, float]:
    """Adjusted p of several tests at once (Holm 1979): the chance of any false alarm stays below the level."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, (name, chance) in enumerate(sorted(chances.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, chance * (len(chances) - rank)))
        adjusted[name] = highest
    return adjusted
