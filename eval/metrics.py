"""What is measured about one question; each function begins with its definition. Everything is from 0 to 1.

A question without a result counts with the worst value, never as missing.
"""

from collections.abc import Sequence

from eval.gold import Question, Quote, squeezed

# A citation carries a quote if it holds this share of it: people mark evidence a word wider or narrower.
_SHARE = 0.5


def recall_at_k(question: Question, hits: Sequence[dict], k: int) -> float:
    """Share of the evidence groups of which a quote stands in one of the first k passages.

    Recall as in Manning, Raghavan and Schütze 2008, section 8.4, over evidence groups instead of documents.
    """
    return _covered(question, [(hit["document_id"], hit["text"]) for hit in hits[:k]])


def reciprocal_rank(question: Question, hits: Sequence[dict], k: int = 10) -> float:
    """1 / rank of the first of k passages that carries any evidence, else 0 (Voorhees 1999)."""
    for rank, hit in enumerate(hits[:k], 1):
        if _carries_any(question, hit["document_id"], hit["text"]):
            return 1 / rank
    return 0.0


def evidence_recall(question: Question, citations: Sequence[dict]) -> float:
    """Share of the evidence groups that the citations carry: citation recall of ALCE (Gao et al. 2023), judged
    against marked evidence instead of by an entailment model."""
    return _covered(question, _quoted(citations))


def citation_precision(question: Question, citations: Sequence[dict]) -> float:
    """Share of the citations that carry evidence; 0 for an answer without citations (ALCE, as above)."""
    quoted = _quoted(citations)
    return sum(_carries_any(question, *quote) for quote in quoted) / len(quoted) if quoted else 0.0


def first_citation(question: Question, citations: Sequence[dict]) -> float:
    """1 if the first citation carries evidence, else 0."""
    quoted = _quoted(citations[:1])
    return float(bool(quoted) and _carries_any(question, *quoted[0]))


def facts(question: Question, citations: Sequence[dict]) -> float:
    """Share of the facts of which one form stands in a quote or its counterpart; 1 where none is asked for."""
    text = " ".join(squeezed(text) for _, text in _quoted(citations)).casefold()
    if not question.facts:
        return 1.0
    return sum(any(squeezed(form).casefold() in text for form in forms) for forms in question.facts) / len(
        question.facts
    )


def _quoted(citations: Sequence[dict]) -> list[tuple[str, str]]:
    return [(citation["document_id"], citation["quote"]) for citation in citations]


def _covered(question: Question, texts: Sequence[tuple[str, str]]) -> float:
    covered = [any(_carries(quote, *text) for quote in group for text in texts) for group in question.evidence]
    return sum(covered) / len(covered) if covered else 0.0


def _carries_any(question: Question, document_id: str, text: str) -> bool:
    return any(_carries(quote, document_id, text) for group in question.evidence for quote in group)


def _carries(quote: Quote, document_id: str, text: str) -> bool:
    """Whether the text holds the quote, or is held by it, or overlaps it by at least _SHARE of it."""
    if quote.document_id != document_id:
        return False
    wanted, given = squeezed(quote.text), squeezed(text)
    if not given:
        return False
    if wanted in given or given in wanted:
        return True
    return max(_overlap(wanted, given), _overlap(given, wanted)) >= _SHARE * len(wanted)


def _overlap(one: str, other: str) -> int:
    """Characters by which the end of ``one`` is the start of ``other``."""
    for length in range(min(len(one), len(other)), 0, -1):
        if one.endswith(other[:length]):
            return length
    return 0
