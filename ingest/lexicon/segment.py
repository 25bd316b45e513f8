"""Cuts Chinese into words: the most probable sequence of known words (unigram model, Viterbi).

Only questions and the training texts are cut; passages are indexed by characters and bigrams, so that a wrong cut
costs a translation and never a passage.
"""

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np

LONGEST = 8  # characters of a word
UNKNOWN = -25.0  # log probability of a character that is no known word


def segment(run: str, log_probability: Callable[[str], float | None]) -> list[str]:
    """The words of a run of Chinese characters; a character no word covers is a word of its own."""
    best = [0.0] + [-np.inf] * len(run)
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


def fit(runs: Iterable[str], words: Iterable[str], rounds: int = 5) -> dict[str, float]:
    """Log probabilities of the words that best explain the runs: Viterbi training, fewest words to begin with."""
    from tokenizers import Tokenizer, models  # training only

    counted = Counter(runs)
    runs = list(counted)
    characters = {character for run in runs for character in run}
    vocabulary = sorted({word for word in words if len(word) <= LONGEST} | characters)
    scores = {word: -10.0 for word in vocabulary}
    for _ in range(rounds):
        tokenizer = Tokenizer(models.Unigram([("<unk>", UNKNOWN), *scores.items()], unk_id=0))
        counts: Counter[str] = Counter()
        for encoding, run in zip(tokenizer.encode_batch(runs), runs, strict=True):
            for token in encoding.tokens:
                counts[token] += counted[run]
        total = sum(counts.values())
        scores = {word: float(np.log(max(counts[word], 0.1) / total)) for word in vocabulary}
    return scores
