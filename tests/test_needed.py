"""Which sentences an answer needs beside the best one: segments of a question, and what is likest to them."""

import numpy as np
import pytest
from real_index import real_answerer

from service.answer import Filters
from service.evidence import candidates, fold, own_row
from service.expected import expectation, of_segment
from service.needed import READ, needed, segment_texts, signals_of
from service.retrieve import retrieve
from service.weights import FURTHER

QUESTION = "防疫物资出口那会儿,派了多少人去查?给企业的国外准入指南又出了几版?"


@pytest.fixture(scope="module")
def answerer():
    return real_answerer()


def ranked_for(answerer, question):
    query, about = answerer.understood(question)
    hits = retrieve(answerer.index, query, about, answerer.allowed(Filters()), 40)
    return query, candidates(answerer.index, query, about, fold(answerer.index, hits, query.language))


@pytest.mark.parametrize(
    ("question", "segments"),
    [
        ("Tongren: compulsory vs. voluntary certification", ("Tongren", "compulsory", "voluntary certification")),
        ("Who signed, and what is it?", ()),  # "what is it" asks for nothing of its own
        ("Which Belt and Road countries signed?", ()),  # a name
        ("强制性认证和自愿性认证各管什么", ("强制性认证", "自愿性认证各管什么")),
        ("铜仁要几年？", ()),
        ("中华人民共和国认证认可条例涉及哪些机构参与", ()),
        ("Compare Tongren and Beijing goals", ("Compare Tongren", "Beijing goals")),
    ],
)
def test_the_segments_of_a_question_stand_between_commas_and_conjunctions(question, segments):
    assert segment_texts(question) == segments


def test_what_is_likest_to_a_segment_is_needed_beside_what_is_likest_to_the_whole(answerer):
    query, ranked = ranked_for(answerer, QUESTION)
    alone = needed(answerer.index, query, ranked, ())
    together = needed(answerer.index, query, ranked, answerer.segments(query))
    assert [item.sentence.text[:22] for item in alone] == ["In terms of assistance"]
    assert together[0] == alone[0]
    assert any(item.sentence.text.startswith("In terms of rectification") for item in together[1:])


def test_the_signals_are_those_that_weights_were_fitted_for(answerer):
    query, ranked = ranked_for(answerer, QUESTION)
    signals = signals_of(answerer.index, query, ranked, answerer.segments(query))
    assert {"bias", *signals} == set(FURTHER)
    assert {values.shape for values in signals.values()} == {(min(READ, len(ranked)) - 1,)}


def test_of_some_sentences_the_likeness_is_that_of_all(answerer):
    query, ranked = ranked_for(answerer, QUESTION)
    rows = np.array([own_row(answerer.index, item) for item in ranked[:3]])
    few = of_segment(answerer.index, query.language, query.text, query.vector, rows)
    every = expectation(answerer.index, query).of_sentences(rows)["expected"]
    assert few == pytest.approx(every, abs=0.02)  # by all directions, those only for the first questions
