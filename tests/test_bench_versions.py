"""The benches of alignment and versions: what they write, and figures worked out by hand."""

import numpy as np

from eval.bench_align import measure, written
from eval.bench_versions import altered, measure_pairing, text_of
from ingest.encoder import load_encoder

ARTICLES = [
    ("1", "Certification bodies shall be impartial.", "认证机构应当公正。"),
    ("2", "The cost of certification shall be borne by the client.", "认证费用由委托人承担。"),
    ("2-1", "The certificate is valid for five years.", "认证证书有效期为五年。"),
]


def test_the_two_files_of_a_law():
    chinese, english = (written(ARTICLES, language, numbered=True) for language in ("zh", "en"))
    assert [clause.text for clause in chinese] == [
        "第1条　认证机构应当公正。",
        "第2条　认证费用由委托人承担。",
        "第2条之1　认证证书有效期为五年。",
    ]
    assert [clause.text[:11] for clause in english] == ["Article 1 C", "Article 2 T", "Article 2-1"]
    assert written(ARTICLES, "zh", numbered=False)[2].text == "认证证书有效期为五年。"


def test_right_found_and_true_pairs_are_counted():
    laws = {"A": ARTICLES, "B": ARTICLES[:2]}
    assert measure(laws, load_encoder(), numbered=False, missing=0.0, seed=0).tolist() == [5, 5, 5]
    right, found, true = measure(laws, load_encoder(), numbered=False, missing=0.5, seed=3).tolist()
    assert right <= min(found, true) < 5


def law(*texts: str) -> list[dict]:
    return [
        {"article_no": f"第{at}条", "chapter_path": ["第一章 总则"], "text": text} for at, text in enumerate(texts, 1)
    ]


TEXTS = (
    "认证机构应当公开认证基本规范、认证规则、收费标准等信息。",
    "境外认证机构在中华人民共和国境内设立代表机构，须办理登记手续。",
    "认证人员应当在一个认证机构执业，\n不得同时在两个以上认证机构执业。",
)


def test_a_law_as_it_is_printed():
    assert text_of(law(*TEXTS)).split("\n") == [
        "第一章 总则",
        f"第1条　{TEXTS[0]}",
        f"第2条　{TEXTS[1]}",
        "第3条　认证人员应当在一个认证机构执业，",
        "不得同时在两个以上认证机构执业。",
    ]


def test_an_altered_law_says_which_article_each_line_was():
    articles = law(*TEXTS * 20)
    lines, origin = altered(articles, law("别的法律的条文。"), np.random.default_rng(1))
    assert len(lines) == len(origin)
    assert [line.split("　")[0] for line in lines] == [f"第{at}条" for at in range(1, len(lines) + 1)]
    kept = [at for at in origin if at is not None]
    assert len(set(kept)) == len(kept) < 60  # some were left out, none stands twice
    for line, at in zip(lines, origin, strict=True):
        text = line.split("　")[1]
        same = (
            sum(one == other for one, other in zip(text, articles[at]["text"].replace("\n", ""), strict=False))
            if at is not None
            else 0
        )
        assert text == "别的法律的条文。" if at is None else same >= 0.85 * len(text)


def test_pairing_by_words_and_by_numbers():
    # Two laws of three articles; with this seed some of them are left out, and numbers then lead astray.
    laws = {"a": law(*TEXTS), "b": law(*(text.replace("认证", "检验") for text in TEXTS))}
    pairs = [{"new": {"law_id": "a"}}, {"new": {"law_id": "b"}}]
    found = measure_pairing(pairs, laws)
    assert found["words"]["articles"] == found["numbers"]["articles"] <= 6
    assert found["words"]["precision"] == found["words"]["recall"] == 1.0
