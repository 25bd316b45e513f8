"""Sentences and passages: nothing is lost, no number is cut."""

import time

import pytest

from ingest.document import Clause, Document
from ingest.passages import MAX_LENGTH, passages, sentences

SENTENCES = [
    ("税率为3.5%。新办法见附件；另行通知。", ["税率为3.5%。", "新办法见附件；", "另行通知。"]),
    ("See (Guo Fa [2018] No. 3) for it. Next one.", ["See (Guo Fa [2018] No. 3) for it.", "Next one."]),
    ("understood profoundly.The Opinions say so.", ["understood profoundly.", "The Opinions say so."]),
    ("Build a Chinese tool kit.” The role grows.", ["Build a Chinese tool kit.”", "The role grows."]),
    ("12. Continue the work. Do it well.", ["12. Continue the work.", "Do it well."]),
    ("Three. Strengthen the platform", ["Three. Strengthen the platform"]),
    ("他说：“好。”然后离开。", ["他说：“好。”", "然后离开。"]),
    (
        "The quality of services. . After China's economy grew.",
        ["The quality of services. .", "After China's economy grew."],
    ),
    ("e.g. the U.S. market in Jan. 2018", ["e.g. the U.S. market in Jan. 2018"]),
    ("no stop at all", ["no stop at all"]),
    ("He wrote “so.”the rest", ["He wrote “so.”the rest"]),
    ("It ended... Then it began.", ["It ended...", "Then it began."]),
    ("It ended...Then", ["It ended...", "Then"]),
]


@pytest.mark.parametrize(("text", "parts"), SENTENCES)
def test_sentences(text, parts):
    assert [text[start:end] for start, end in sentences(text)] == parts


@pytest.mark.parametrize(
    "line", ["." * 50_000, "." * 50_000 + "x", ". " * 25_000, "Art. " * 10_000, "e.g. the " * 5_000]
)
def test_a_long_row_of_stops_takes_time_in_proportion(line):
    start = time.process_time()
    sentences(line)
    assert time.process_time() - start < 1  # seconds; 25 where each stop looks at all that follows


def clause(text: str, language: str) -> tuple[Document, list[Clause]]:
    document = Document("d", "d", language, "Title", "d.txt", "", text)
    return document, [Clause("d", "d:1", None, None, None, 1, ("一、甲",), language, "text", 0, len(text), text)]


@pytest.mark.parametrize(
    ("sentence", "language"),
    [("税率为3.5%，由海关总署规定。", "zh"), ("The rate is 3.5% and the fee is 2,000 yuan for all. ", "en")],
)
def test_a_long_clause_is_cut_between_sentences(sentence, language):
    text = (sentence * 60).strip()
    found = passages(*clause(text, language))
    assert len(found) > 1
    assert "".join(part.text for part in found).replace(" ", "") == text.replace(" ", "")
    for part in found:
        assert len(part.text) <= MAX_LENGTH[language]
        assert part.text == text[part.start : part.end]
        assert part.text.endswith(sentence.strip())
        assert all(text[item.start : item.end] == item.text for item in part.sentences)


def test_one_endless_sentence_is_cut_at_its_commas():
    text = "各级人民政府，" * 200 + "都要落实。"
    found = passages(*clause(text, "zh"))
    assert "".join(part.text for part in found) == text
    assert all(len(part.text) <= MAX_LENGTH["zh"] for part in found)


def test_a_sentence_with_two_commas_in_a_row_keeps_both():
    text = "各级人民政府，，及其、、部门" * 100
    assert "".join(part.text for part in passages(*clause(text, "zh"))) == text


def test_what_is_encoded_has_title_and_headings_in_front():
    found = passages(*clause("全面贯彻。", "zh"))
    assert [(part.text, part.embed_text) for part in found] == [("全面贯彻。", "Title > 一、甲\n全面贯彻。")]
