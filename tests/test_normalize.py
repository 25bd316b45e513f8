"""Normalised text: what changes, what does not, and the way back to the source."""

import pytest

from ingest.normalize import normalise

CASES = [
    # comment, source, text
    ("line ends of every kind", "a\r\nb\rc\u2028d", "a\nb\nc\nd"),
    ("one blank line for many", "a\n\n \n\t\nb", "a\n\nb"),
    ("runs of spaces, ideographic and no-break spaces", "a  b\u3000c\u00a0\u00a0d", "a b c d"),
    ("spaces at line ends", "  a \n b  ", "a\nb"),
    ("zero-width, soft hyphen, byte-order mark", "\ufeffcer\u00adti\u200bfy", "certify"),
    ("directional marks cannot reorder text", "No. \u202e3\u202c [2018]", "No. 3 [2018]"),
    ("radicals that PDF fonts give for characters", "⽇期：⼀⽉", "日期：一月"),
    ("punctuation and width stay as they are", "国发〔2018〕3号，“放管服”ＡＢ", "国发〔2018〕3号，“放管服”ＡＢ"),
    ("characters beyond the BMP", "\U00020000\u200b号", "\U00020000号"),
    ("nothing visible", " \u200b\n ", ""),
]


@pytest.mark.parametrize(("comment", "source", "text"), CASES, ids=[case[0] for case in CASES])
def test_text(comment, source, text):
    assert normalise(source).text == text


def test_every_character_leads_back_to_its_source():
    source = "\ufeff第一条\u3000 为了\r\n\r\n\u200b（一）⽇期  3.5%\n"
    mapped = normalise(source)
    assert mapped.text == "第一条 为了\n\n（一）日期 3.5%"
    for offset, character in enumerate(mapped.text):
        origin = source[mapped.source_offset(offset)]
        assert origin == character or (character.isspace() and origin.isspace()) or (character, origin) == ("日", "⽇")


def test_kept_spans_lead_back_too():
    source = "menu\n\nfirst  line\nsecond"
    whole = normalise(source)
    kept = whole.keep([(6, 16), (17, 23)])
    assert kept.text == "first line\nsecond"
    assert [source[kept.source_offset(kept.text.index(word))] for word in ("first", "line", "second")] == [
        "f",
        "l",
        "s",
    ]


def test_offset_of_a_place_in_the_source():
    source = "page one\n\n\fpage  two"
    mapped = normalise(source)
    assert mapped.text == "page one\n\npage two"
    assert mapped.text[mapped.offset_at(source.index("page  two")) :] == "page two"
    assert mapped.offset_at(0) == 0
    assert mapped.offset_at(len(source)) == len(mapped.text)
