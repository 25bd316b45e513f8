"""From counted word links to translation tables: the statistics, without the aligner.

A link is a pair of words that an alignment joined. Links that both directions of the alignment agree on count 1,
the others ``ONE_SIDED``. Counts are flattened within each register (a power below 1) before registers are added,
so that one register's use of a word (the texts are mostly statutes and software) does not drown another's; a
dictionary entry weighs more than a link in running text.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from ingest.lexicon.terms import is_chinese, is_content

Links = Mapping[str, Mapping[tuple[str, str], float]]  # register → (en, zh) → count
Table = dict[str, list[tuple[str, float]]]  # word → translations with probability, the most likely first


class Recipe(NamedTuple):
    """Options of the estimation; the defaults are those of the shipped lexicon."""

    flatten: float = 0.7  # power of a count within its register
    weights: tuple[tuple[str, float], ...] = (
        ("dictionary", 3.0),
        ("policy", 8.0),
        ("talk", 2.0),
    )  # of registers; others 1
    inverse_zh: float = 0.5  # share of p(zh | en) in the geometric mean that ranks translations of a zh word
    inverse_en: float = 0.3  # share of p(en | zh) for an English word
    doubt: float = 5.0  # added to the count of a word: a word seen once is no sure translation
    least_count: float = 0.3  # of a link, flattened and weighted
    least_probability: float = 0.005
    most: int = 20  # translations of a word


ONE_SIDED = 0.3


def add_links(counts: dict[tuple[str, str], float], en: list[str], zh: list[str], forward: str, backward: str) -> None:
    """Adds the links of one sentence pair, given as ``i-j`` pairs of word numbers from both directions."""
    first, second = set(forward.split()), set(backward.split())
    for link in first | second:
        i, j = link.split("-")
        pair = en[int(i)], zh[int(j)]
        counts[pair] = counts.get(pair, 0.0) + (1.0 if link in first and link in second else ONE_SIDED)


def tables(links: Links, recipe: Recipe | None = None) -> tuple[Table, Table]:
    """(from Chinese, from English). Probabilities of a word add up to the share of its content translations."""
    recipe = recipe or Recipe()
    weights = dict(recipe.weights)
    counts: Counter[tuple[str, str]] = Counter()
    for register, pairs in links.items():
        for pair, count in pairs.items():
            counts[pair] += weights.get(register, 1.0) * count**recipe.flatten
    of_en: Counter[str] = Counter()
    of_zh: Counter[str] = Counter()
    for (en, zh), count in counts.items():
        of_en[en] += count
        of_zh[zh] += count
    doubt = recipe.doubt
    from_zh: Table = defaultdict(list)
    from_en: Table = defaultdict(list)
    for (en, zh), count in counts.items():
        if count < recipe.least_count or is_chinese(en) or not (is_content(en) and is_content(zh)):
            continue
        en_given_zh, zh_given_en = count / (of_zh[zh] + doubt), count / (of_en[en] + doubt)
        if is_chinese(zh):
            from_zh[zh].append((en, en_given_zh ** (1 - recipe.inverse_zh) * zh_given_en**recipe.inverse_zh))
        from_en[en].append((zh, zh_given_en ** (1 - recipe.inverse_en) * en_given_zh**recipe.inverse_en))
    content_zh, content_en = _content_shares(counts, of_zh, of_en)
    return _pruned(from_zh, content_zh, recipe), _pruned(from_en, content_en, recipe)


def _content_shares(counts, of_zh, of_en) -> tuple[dict[str, float], dict[str, float]]:
    """The share of a word's links that go to content words: 使用 is mostly "use", which says little."""
    zh_content: Counter[str] = Counter()
    en_content: Counter[str] = Counter()
    for (en, zh), count in counts.items():
        zh_content[zh] += count * is_content(en)
        en_content[en] += count * is_content(zh)
    return (
        {zh: zh_content[zh] / total for zh, total in of_zh.items()},
        {en: en_content[en] / total for en, total in of_en.items()},
    )


def _pruned(table: Table, content: dict[str, float], recipe: Recipe) -> Table:
    """Translations with probabilities that add up to the word's content share; ties in the order of the words."""
    pruned = {}
    for word in sorted(table):
        best = sorted(table[word], key=lambda item: (-item[1], item[0]))[: recipe.most]
        total = sum(value for _, value in best)
        kept = [(target, value) for target, value in best if value / total >= recipe.least_probability]
        total = sum(value for _, value in kept)
        pruned[word] = [(target, content[word] * value / total) for target, value in kept]
    return pruned
