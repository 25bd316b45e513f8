"""Cuts Chinese into words: the most probable sequence of known words (unigram model, Viterbi).

Only questions and the training texts are cut; passages are indexed by characters and bigrams, so that a wrong cut
costs a translation and never a passage.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable

LONGEST = 8  # characters of a word
UNKNOWN = -25.0  # log probability of a character that is no known word


def segment(run: str, log_probability: Callable[[str], float | None]) -> list[str]:
    """The words of a run of Chinese characters; a character no word covers is a word of its own."""
    best = [0.0] + [-math.inf] * len(run)
    origin = [0] * (len(run) + 1)
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - LONGEST), end):
            value = log_probability(run[start:end])
            if value is None:
                if end - start > 1:
                    continue
                value = UNKNOWN
            if best[start] + value > best[end]:
                best[end], origin[end] = best[start] + value, start
    words, end = [], len(run)
    while end:
        words.append(run[origin[end] : end])
        end = origin[end]
    return words[::-1]


def segmenter(log_probabilities: dict[str, float]) -> Callable[[list[str]], list[list[str]]]:
    """Cuts many runs at once as ``segment`` cuts one; needs the package tokenizers."""
    from tokenizers import Tokenizer, models  # training only

    known = [("<unknown>", UNKNOWN), *log_probabilities.items()]
    tokenizer = Tokenizer(models.Unigram(known, unk_id=0))
    return lambda runs: [encoding.tokens for encoding in tokenizer.encode_batch(runs)]


def fit(runs: Iterable[str], words: Iterable[str], rounds: int = 4) -> dict[str, float]:
    """Log probabilities of the words that best explain the runs: Viterbi training, fewest words to begin with.

    Words that end up in no run are left out.
    """
    counted = Counter(runs)
    runs = list(counted)
    characters = {character for run in runs for character in run}
    vocabulary = sorted({word for word in words if len(word) <= LONGEST} | characters)
    scores = dict.fromkeys(vocabulary, -10.0)
    counts: Counter[str] = Counter()
    for _ in range(rounds):
        counts = Counter()
        for found, run in zip(segmenter(scores)(runs), runs, strict=True):
            for word in found:
                counts[word] += counted[run]
        total = sum(counts.values())
        scores = {word: math.log(max(counts[word], 0.1) / total) for word in vocabulary}
    return {word: score for word, score in scores.items() if counts[word]}
