"""The tokenizer: one normalisation for both languages, and a unigram vocabulary of words.

No piece holds characters of two kinds (Chinese, digits, letters), so each kind can be trained apart. Pieces are
words wherever the data has them: whole English words, Chinese dictionary words and frequent strings of two or
three characters. Their probabilities come from segmenting the data with the vocabulary itself (Viterbi training, a
few rounds), after which the least used go.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from ingest.encoder.normalise import character_map, precompiled

UNKNOWN = "<unk>"
ROUNDS = 3
WHOLE_NUMBER = -10.0  # log probability of a number that is a piece of its own
CHINESE = re.compile("[㐀-鿿]+")
WORD = re.compile("▁[a-z]+")
# Strings of Chinese that begin or end with one of these are hardly words.
FUNCTION_CHARACTERS = frozenset(
    "的之了及或与和在于为是其所得应由各等者此该被将对按从以并且而则不也就这那个有可会能要你我他您"
)


def empty_tokenizer(model: models.Model) -> Tokenizer:
    """A tokenizer around `model` with the encoder's normalisation.

    "▁" marks the beginning of a word of letters, so that "in" is not the "in" of "bulletin".
    """
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Precompiled(_normalisation()),
            normalizers.Replace(Regex("(?<![a-z])(?=[a-z])"), " ▁"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


@cache
def _normalisation() -> bytes:
    return precompiled(character_map())


def train_tokenizer(
    english: Sequence[str],
    chinese: Sequence[str],
    dictionary: set[str],
    terms: set[str],
    english_size: int,
    chinese_size: int,
) -> Tokenizer:
    """A unigram tokenizer of about `english_size` + `chinese_size` pieces and the numbers that texts use.

    `dictionary`: Chinese words that are candidates however rare they are; `terms`: those that are pieces in any case.
    """
    normalise = empty_tokenizer(models.Unigram()).normalizer.normalize_str
    words = Counter(word for text in english for word in WORD.findall(normalise(text)))
    runs = Counter(run for text in chinese for run in CHINESE.findall(normalise(text)))
    english_pieces = _train(_english_candidates(words, english_size), words, english_size)
    chinese_pieces = _train(_chinese_candidates(runs, dictionary, chinese_size), runs, chinese_size)
    pieces = {UNKNOWN: 0.0, **english_pieces, **chinese_pieces}
    floor = min(pieces.values())
    for character in [*_common_characters(), *sorted(terms)]:
        pieces.setdefault(character, floor)
    pieces.update((number, WHOLE_NUMBER) for number in _numbers())
    return empty_tokenizer(models.Unigram(list(pieces.items()), unk_id=0))


def _english_candidates(words: Counter[str], size: int) -> dict[str, int]:
    """The most frequent words, and the beginnings and endings that rarer words share."""
    candidates = dict(words.most_common(size))
    parts: Counter[str] = Counter()
    for word in words:
        for length in range(2, min(9, len(word))):
            parts[word[: length + 1]] += 1
            parts[word[-length:]] += 1
    for part, count in parts.most_common(size):
        candidates[part] = candidates.get(part, 0) + count
    letters = "abcdefghijklmnopqrstuvwxyz"
    return candidates | {mark + letter: 1 for letter in letters for mark in ("", "▁")}


def _chinese_candidates(runs: Counter[str], dictionary: set[str], size: int) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for run, count in runs.items():
        for length in (1, 2, 3, 4):
            for start in range(len(run) - length + 1):
                counts[run[start : start + length]] += count
    strings = (
        (piece, count)
        for piece, count in counts.most_common()
        if 2 <= len(piece) <= 3 and not FUNCTION_CHARACTERS & {piece[0], piece[-1]}
    )
    candidates = {piece: count for (piece, count), _ in zip(strings, range(2 * size), strict=False)}
    candidates |= {word: counts[word] for word in sorted(dictionary) if 2 <= len(word) <= 4 and counts[word]}
    return candidates | {piece: count for piece, count in counts.items() if len(piece) == 1}


def _train(candidates: dict[str, int], runs: Counter[str], size: int) -> dict[str, float]:
    """log probabilities of the `size` candidates that Viterbi segmentation of `runs` uses most, and of all
    single characters."""
    texts = list(runs)
    scores = _log_probabilities(candidates)
    for round_ in range(ROUNDS):
        model = Tokenizer(models.Unigram([(UNKNOWN, 0.0), *scores.items()], unk_id=0))
        used: Counter[str] = Counter(dict.fromkeys(scores, 0))
        for start in range(0, len(texts), 50_000):
            batch = texts[start : start + 50_000]
            for text, encoding in zip(batch, model.encode_batch(batch, add_special_tokens=False), strict=True):
                for piece in encoding.tokens:
                    used[piece] += runs[text]
        single = {piece: used[piece] for piece in scores if len(piece.removeprefix("▁")) <= 1}
        kept = size if round_ == ROUNDS - 1 else 2 * size
        longer = ((piece, count) for piece, count in used.most_common() if count and piece not in single)
        scores = _log_probabilities(
            single | {piece: count for (piece, count), _ in zip(longer, range(kept), strict=False) if piece in scores}
        )
    return scores


def _log_probabilities(counts: dict[str, int]) -> dict[str, float]:
    total = sum(counts.values()) + len(counts)
    return {piece: math.log((count + 1) / total) for piece, count in counts.items()}


def _common_characters() -> list[str]:
    """The 6,763 characters of GB 2312: each can be a piece, so that a rare one still matches itself."""
    rows = (bytes([high, low]) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return [character for row in rows if (character := row.decode("gb2312", "ignore"))]


def _numbers() -> list[str]:
    """Every number up to 2099, and those of two digits with a leading zero."""
    return [*map(str, range(2100)), *(f"0{digit}" for digit in range(10))]
