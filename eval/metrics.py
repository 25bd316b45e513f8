"""What is measured about one question; each function begins with its definition and where it comes from.

Everything is from 0 to 1 and more is better. A question without a result counts with the worst value, never as
missing. What is measured over a set of questions (refusal, calibration, risk) is in decisions.py.
"""

import re
import unicodedata
from collections.abc import Sequence

from eval.gold import Question, squeezed
from eval.spans import carries, coverage, groups_touched, share_inside
from ingest.bilingual import language_of

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MARKER = re.compile(r"\[\d+\]")
# Markers, titles and quotes.
_REPEATED = re.compile(r"\[\d+\]|《[^》]*》|“[^”]*”")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def recall_at_k(question: Question, hits: Sequence[dict], k: int) -> float:
    """Share of the evidence groups of which a quote stands in the first k passages (half of its characters will do).

    Recall as in Manning, Raghavan and Schütze 2008, section 8.4, over evidence groups instead of documents.
    """
    return _carried(question, [(hit["document_id"], hit["text"]) for hit in hits[:k]])


def evidence_recall(question: Question, citations: Sequence[dict]) -> float:
    """Share of the evidence groups that the citations carry together.

    Recall of the claims that must be supported, as ALCE (Gao et al. 2023) measures it for answers with lists of
    claims; judged against marked evidence instead of by an entailment model.
    """
    return _carried(question, _quoted(citations))


def evidence_coverage(question: Question, citations: Sequence[dict]) -> float:
    """Share of the evidence's characters that the citations hold: of each group the best quote, mean of the groups."""
    quoted = _quoted(citations)
    best = [max(coverage(quote, quoted) for quote in group) for group in question.evidence]
    return sum(best) / len(best) if best else 0.0


def tightness(question: Question, citations: Sequence[dict]) -> float:
    """Share of the cited characters that are evidence: 1 where nothing but evidence is cited; 0 without citations.

    Character precision, the counterpart of ``evidence_coverage``: it falls where whole pages are cited.
    """
    quotes = [quote for group in question.evidence for quote in group]
    quoted = [(document_id, squeezed(text)) for document_id, text in _quoted(citations)]
    total = sum(len(text) for _, text in quoted)
    held = sum(len(text) * share_inside(text, document_id, quotes) for document_id, text in quoted)
    return held / total if total else 0.0


def citation_recall(question: Question, sentences: Sequence[dict], citations: Sequence[dict]) -> float:
    """Share of the answer's sentences that their citations support; 0 for an answer without sentences.

    Citation recall of ALCE (Gao et al. 2023, section 4.3): a sentence is supported if its citations, taken together,
    carry evidence; one without citations is not.
    """
    by_number = {citation["number"]: citation for citation in citations}
    supported = [_supports(question, _of_sentence(sentence, by_number)) for sentence in sentences]
    return sum(supported) / len(supported) if supported else 0.0


def citation_precision(question: Question, sentences: Sequence[dict], citations: Sequence[dict]) -> float:
    """Share of the citations that are needed; 0 for an answer without citations.

    Citation precision of ALCE (as above): a citation is irrelevant if it does not support on its own and the other
    citations of its sentence support no less without it.
    """
    by_number = {citation["number"]: citation for citation in citations}
    right = 0
    for citation in citations:
        together = [_of_sentence(item, by_number) for item in sentences if citation["number"] in item["citations"]]
        right += _supports(question, [citation]) or any(
            _supports(question, group) and not _supports(question, [item for item in group if item is not citation])
            for group in together
        )
    return right / len(citations) if citations else 0.0


def first_citation(question: Question, citations: Sequence[dict]) -> float:
    """1 if the first citation carries evidence, else 0 (success at 1)."""
    return float(bool(citations) and _supports(question, citations[:1]))


def facts(question: Question, answer: dict) -> float:
    """Share of the facts of which one form stands in the answer's text; 1 where none is asked for.

    Nugget recall with plain strings (Voorhees 2003): no judge. A form that begins or ends with a digit must not go
    on in a longer number.
    """
    text = _plain(answer["answer"])
    if not question.facts:
        return 1.0
    return sum(any(_states(text, form) for form in forms) for forms in question.facts) / len(question.facts)


def figures(sentences: Sequence[dict], citations: Sequence[dict]) -> float:
    """Share of the sentences that have citations whose every number stands in what they cite; 1 where there is none.

    What a citation carries is its quote and what is known of its document (title, number, date, path).
    """
    by_number = {citation["number"]: citation for citation in citations}
    cited = [sentence for sentence in sentences if sentence["citations"]]
    right = 0
    for sentence in cited:
        held = " ".join(_shown(citation) for citation in _of_sentence(sentence, by_number))
        right += set(_NUMBER.findall(_MARKER.sub("", sentence["text"]))) <= set(_NUMBER.findall(held))
    return right / len(cited) if cited else 1.0


def verbatim(answered: bool, checked: Sequence[bool | None]) -> float:
    """Share of the citations shown whose quote is the document's text at the place they name.

    A citation that could not be checked (None) is not verified. An answer without citations has nothing that could be
    verified and counts 0; a refusal without them counts 1.
    """
    if not checked:
        return float(not answered)
    return sum(found is True for found in checked) / len(checked)


def answer_language(question: Question, answer: dict) -> float:
    """1 if the answer speaks the asker's language, else 0. Quotes and names of documents are not counted: they stay
    in their own language. Who mixes Chinese with foreign words asks in Chinese, and may be answered with such words.
    """
    asker = "zh" if _CHINESE.search(question.text) else "en"
    frame = _frame(answer)
    if not _LETTERS.search(frame):
        return float((answer.get("language") or language_of(answer["answer"])) == asker)
    spoken = "zh" if asker == "zh" and _CHINESE.search(frame) else language_of(frame)
    return float(spoken == asker and (answer.get("language") or asker) == asker)


def _frame(answer: dict) -> str:
    """The answer's own words: without markers, and without what it repeats from documents."""
    frame = answer["answer"]
    for citation in answer["citations"]:
        names = (citation.get(name) for name in ("quote", "document_title", "document_number"))
        for part in filter(None, (*names, *(citation.get("path") or ()))):
            frame = frame.replace(part, "")
    return _REPEATED.sub("", frame)


def _carried(question: Question, texts: Sequence[tuple[str, str]]) -> float:
    carried = [any(carries(quote, texts) for quote in group) for group in question.evidence]
    return sum(carried) / len(carried) if carried else 0.0


def _supports(question: Question, citations: Sequence[dict]) -> bool:
    """Whether the citations carry evidence: one of them alone, or all of them together."""
    quoted = _quoted(citations)
    return any(groups_touched(question, *one) for one in quoted) or (len(quoted) > 1 and _carried(question, quoted) > 0)


def _quoted(citations: Sequence[dict]) -> list[tuple[str, str]]:
    return [(citation["document_id"], citation["quote"]) for citation in citations]


def _of_sentence(sentence: dict, by_number: dict[int, dict]) -> list[dict]:
    return [by_number[number] for number in sentence["citations"] if number in by_number]


def _shown(citation: dict) -> str:
    known = (citation.get(name) for name in ("quote", "document_title", "document_number", "issued_on"))
    return " ".join([*(str(part) for part in known if part), *(citation.get("path") or ())])


def _plain(text: str) -> str:
    """Compared without case, width and whitespace differences."""
    return squeezed(unicodedata.normalize("NFKC", text)).casefold()


def _states(text: str, form: str) -> bool:
    wanted = _plain(form)
    start = r"(?<!\d)(?<!\d[.,])" if wanted[:1].isdigit() else ""
    end = r"(?![.,]?\d)" if wanted[-1:].isdigit() else ""
    return re.search(start + re.escape(wanted) + end, text) is not None
