"""The measure of heads: what counts as stated, exact, unknown and against the manifest."""

import json

from eval.bench_heads import customs, measure, read_items, table

ROWS = [
    ("2024年1月2日", "本公告自2024年2月1日起实施。", {"effective_date": "2024-02-01"}),
    ("2024年1月2日", "本公告自2024年2月1日起实施。", {"effective_date": "2024-01-02"}),  # the text says otherwise
    ("2024年1月2日", "本公告自发布之日起废止旧公告。", {"effective_date": "2024-01-02"}),  # stated, and not read
    ("2024年1月3日", "允许进口。", {"effective_date": "2024-01-02"}),  # not stated; two dates of issue
]


def test_a_field_counts_where_the_text_states_it(tmp_path, capsys):
    (tmp_path / "customs").mkdir()
    rows = []
    for at, (signed, words, fields) in enumerate(ROWS):
        text = (
            f"公告〔2024〕{at}号\n海关总署 2024-01-02\n\n为了便利企业，现公告如下。{words}特此公告。海关总署{signed}\n"
        )
        (tmp_path / "customs" / f"{at}.txt").write_text(text, "utf-8")
        known = {"doc_number": f"公告〔2024〕{at}号", "issuer": "海关总署", "issue_date": "2024-01-02"}
        rows.append({"file": f"customs/{at}.txt", **known, **fields})
    (tmp_path / "manifest.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    scores = measure(read_items(tmp_path, "manifest.jsonl"), customs, 0)
    table("four", scores)
    assert [line.split() for line in capsys.readouterr().out.splitlines()[2:]] == [
        ["document_number", "4", "4", "1.000", "0", "0"],
        ["issuer", "4", "4", "1.000", "0", "0"],
        ["issued_on", "4", "3", "0.750", "1", "0"],
        ["effective_on", "2", "1", "0.500", "1", "1"],
    ]
    assert scores["effective_on"].against == [
        "1.txt effective_on: 2024-02-01 (“2024年2月1日”), the manifest 2024-01-02 (not stated)"
    ]
