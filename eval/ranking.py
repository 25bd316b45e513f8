"""Rank measures from the standard library of the field, ir_measures, which calls NIST's trec_eval.

The units are evidence groups: a passage that carries a group stands for it at its rank, once. What says again what
stood above (the same clause in the other language, say) is no gain but takes a place, as in novelty-based measures
(Clarke et al. 2008); what carries nothing takes a place as well.
"""

from collections.abc import Sequence

import ir_measures
from ir_measures import RR, Qrel, ScoredDoc, nDCG

from eval.gold import Question
from eval.spans import groups_touched

# nDCG: Järvelin and Kekäläinen 2002; reciprocal rank: Voorhees 1999.
_MEASURES = {"ndcg@10": nDCG @ 10, "mrr@10": RR @ 10}


def rank_measures(
    questions: Sequence[Question], ranked: Sequence[Sequence[tuple[str, str]]], prefix: str = ""
) -> list[dict[str, float]]:
    """For each question the measures of its ranked (document_id, text) pairs; 0 where nothing was found.

    Questions without evidence get no measure.
    """
    qrels: list[Qrel] = []
    run: list[ScoredDoc] = []
    for at, (question, texts) in enumerate(zip(questions, ranked, strict=True)):
        qrels += [Qrel(str(at), f"group {group}", 1) for group in range(len(question.evidence))]
        if question.evidence:
            entries = _entries(question, texts)
            run += [ScoredDoc(str(at), entry, -float(place)) for place, entry in enumerate(entries)]
    found = [{prefix + name: 0.0 for name in _MEASURES} if question.evidence else {} for question in questions]
    if qrels:
        names = {str(measure): name for name, measure in _MEASURES.items()}
        for metric in ir_measures.iter_calc(list(_MEASURES.values()), qrels, run):
            found[int(metric.query_id)][prefix + names[str(metric.measure)]] = metric.value
    return found


def _entries(question: Question, texts: Sequence[tuple[str, str]]) -> list[str]:
    """The ranking in units: the groups a text carries for the first time, or itself where it carries none."""
    entries: list[str] = []
    for rank, (document_id, text) in enumerate(texts):
        new = [f"group {at}" for at in sorted(groups_touched(question, document_id, text))]
        new = [entry for entry in new if entry not in entries]
        entries += new or [f"text {rank}"]
    return entries
