"""The encoders: the shipped one in numpy, its training on made data, and other models by folder or name."""

import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest
from tokenizers import Tokenizer, normalizers

from ingest.encoder import SHIPPED, load_encoder
from ingest.encoder.cutting import Cutter
from ingest.encoder.normalise import character_map, precompiled
from ingest.encoder.static import MANY, StaticEncoder

TEXTS = [
    "从事认证活动的机构应当依法取得资质。",
    "認證機構應當依法取得資質",
    "A certification body shall be accredited under ISO/IEC 17025:2017.",
    "ＣＣＣ　强制性产品认证，2019年12月",
    "🙂",
    "",
]
TEXTS_OF_CORPUS = SHIPPED.parents[2] / "corpus" / "texts"
ENGLISH = ["the red dog sleeps", "a blue cat eats fish", "green birds sing songs", "old trees grow slowly"]
CHINESE = ["红狗睡觉", "蓝猫吃鱼", "绿鸟唱歌", "老树慢长"]


@pytest.fixture(scope="module")
def encoder():
    return load_encoder()


@pytest.fixture(scope="module")
def made_data(tmp_path_factory):
    """A folder with one parallel file: four sentences and their translations, each with forty numbers."""
    import gzip

    folder = tmp_path_factory.mktemp("data")
    (folder / "parallel").mkdir()
    with gzip.open(folder / "parallel" / "made.tsv.gz", "wt", encoding="utf-8") as file:
        for number in range(40):
            for english, chinese in zip(ENGLISH, CHINESE, strict=True):
                file.write(f"{english} {number}\t{chinese}{number}\n")
    return folder


@pytest.fixture(scope="module")
def made_model(made_data):
    """The folder of a model trained on the made data, in a few seconds."""
    from ingest.encoder.train import main

    out = made_data / "model"
    small = {"dimension": 16, "batch": 32, "epochs": 12, "english-pieces": 60, "chinese-pieces": 60, "rate": 0.02}
    options = [f"--{key}={value}" for key, value in small.items()]
    nothing = ["--pairs", str(made_data / "none"), "--glossary", str(made_data / "none.tsv")]
    assert main(["--data", str(made_data), "--out", str(out), *options, *nothing]) == 0
    return out


def test_vectors_are_unit_rows_and_an_empty_text_is_zero(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension) and vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1).round(5).tolist() == [1, 1, 1, 1, 0, 0]
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_traditional_full_width_and_punctuation_make_no_difference(encoder):
    plain, same = encoder.encode(["认证机构应当依法取得资质 ccc 12", "認證機構，應當依法取得資質。ＣＣＣ《１２》"])
    assert plain @ same == pytest.approx(1)


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("Who accredits certification bodies?", "认证机构由国家认可机构认可。", "食品生产企业应当建立召回制度。"),
        ("食品召回由谁负责？", "The food producer shall recall the food.", "The auditor issues the certificate."),
    ],
)
def test_a_question_is_nearer_to_its_answer_in_the_other_language(encoder, question, answer, other):
    query, right, wrong = encoder.encode([question, answer, other])
    assert query @ right > query @ wrong + 0.1


def test_numpy_gives_the_vectors_of_sentence_transformers(encoder):
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(SHIPPED), device="cpu").encode(TEXTS)
    ours = encoder.encode(TEXTS)
    assert (reference[:4] * ours[:4]).sum(axis=1).min() >= 0.9999
    assert np.abs(reference[4:]).max() == np.abs(ours[4:]).max() == 0


@pytest.mark.parametrize(
    "text",
    [
        "从事认证活动的机构应当依法取得资质，并在2019年12月31日前完成。",
        "認證機構 ISO/IEC 17025:2017, 20191234 000123456 A1b2中c",
        "ＣＣＣ①Ⅱ㎡25℃ straße ﬁne ½",  # several characters in the place of one
        "E\u0301 é a\u200db 각 x\u0301y 👩‍👩‍👧 \r\n𠀀认",  # what is normalised together with its neighbours
        "ΑΒ αβ кириллица ひらがな ☃",  # unknown
        "qzqz zqxj 龘龘認龘",
        "",
    ],
)
def test_cut_texts_have_the_tokens_of_the_tokenizer(encoder, text):
    texts = ["前", text, "after", text, ""]
    cut = [[token for token in tokens.tolist() if token] for tokens in Cutter(encoder.tokenizer)(texts)]
    whole = encoder.tokenizer.encode_batch(texts, add_special_tokens=False)
    assert cut == [[token for token in encoding.ids if token] for encoding in whole]


def test_many_texts_at_once_get_the_vectors_each_has_alone(encoder):
    lines = [line for path in sorted(TEXTS_OF_CORPUS.glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    many = lines * (1 + MANY // sum(map(len, lines)))
    fresh = StaticEncoder(SHIPPED, "fresh")
    together = fresh.encode(many)
    assert fresh.cutter is not None and encoder.cutter is None
    assert np.abs(together[: len(lines)] - encoder.encode(lines)).max() < 1e-6
    assert np.array_equal(together[-len(lines) :], together[: len(lines)])


def test_the_shipped_encoder_needs_no_torch():
    program = (
        "import sys; from ingest.encoder import load_encoder; load_encoder().encode(['认证'], kind='query');"
        "print(sorted({'torch', 'sentence_transformers', 'transformers', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_shipped_model_is_small_and_its_hash_is_that_of_its_files(encoder):
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) <= 40_000_000
    assert not [path for path in SHIPPED.rglob("*") if path.suffix in (".pkl", ".bin", ".pt")]
    assert encoder.sha256 == load_encoder().sha256 and len(encoder.sha256) == 64


def test_the_shipped_encoder_answers_to_its_name(encoder):
    assert load_encoder(encoder.name).sha256 == load_encoder(str(SHIPPED)).sha256 == encoder.sha256


def test_a_folder_without_weights_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"lacks model\.safetensors, tokenizer\.json"):
        StaticEncoder(tmp_path, "x")


def test_training_on_made_data_pairs_the_languages(made_model):
    encoder = StaticEncoder(made_model, "made")
    english, chinese = encoder.encode(ENGLISH), encoder.encode(CHINESE)
    assert (english @ chinese.T).argmax(axis=1).tolist() == [0, 1, 2, 3]
    training = json.loads((made_model / "training.json").read_text())
    assert list(training["data"]) == ["parallel/made.tsv.gz"] and training["recipe"]["epochs"] == 12


def test_training_again_gives_the_same_files(made_data, made_model):
    again = made_data / "again"
    recipe = json.loads((made_model / "training.json").read_text())["recipe"]
    command = [sys.executable, "-m", "ingest.encoder.train", "--data", str(made_data), "--out", str(again)]
    command += [f"--{key.replace('_', '-')}={value}" for key, value in recipe.items()]
    command += ["--pairs", str(made_data / "none"), "--glossary", str(made_data / "none.tsv")]
    # Another seed of string hashes: nothing may depend on the order of a set.
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=SHIPPED.parents[2])
    names = ("model.safetensors", "tokenizer.json", "training.json")
    assert [(again / name).read_bytes() == (made_model / name).read_bytes() for name in names] == [True] * 3


def test_another_model_by_folder(made_model):
    external = load_encoder(str(made_model))
    assert external.name == str(made_model) and external.dimension == 16
    assert external.settings["query_prefix"] == "" and external.settings["dimension"] == 16
    ours = StaticEncoder(made_model, "made").encode(ENGLISH)
    assert (external.encode(ENGLISH, kind="query") * ours).sum(axis=1).min() >= 0.9999


def test_prefixes_of_the_configuration_come_first_then_those_of_the_name(made_model, tmp_path):
    import shutil

    from ingest.encoder.external import ExternalEncoder, prefixes

    assert prefixes("intfloat/multilingual-e5-small", {}) == ("query: ", "passage: ")
    assert prefixes("BAAI/bge-m3", {"query": "", "document": ""}) == ("", "")
    assert prefixes("models/e5-small", {"query": "q: ", "document": "d: "}) == ("q: ", "d: ")
    folder = tmp_path / "my-e5-copy"
    shutil.copytree(made_model, folder)
    encoder = ExternalEncoder(str(folder))
    assert encoder.query_prefix == "query: "
    question = encoder.encode(["red dog 7"], kind="query")
    assert question @ encoder.model.encode(["query: red dog 7"], normalize_embeddings=True)[0] == pytest.approx(1)


def test_a_missing_model_fails_at_once_and_says_what_to_do():
    import ingest.encoder.external  # noqa: F401 - importing sentence-transformers is not part of what is timed

    began = time.monotonic()
    with pytest.raises(ValueError, match=r"'BAAI/bge-m3' is not on this machine.*hf download BAAI/bge-m3"):
        load_encoder("BAAI/bge-m3")
    assert time.monotonic() - began < 5


def test_a_folder_that_is_no_model_is_refused(tmp_path):
    with pytest.raises(ValueError, match="is no sentence-transformers model"):
        load_encoder(str(tmp_path))


def test_the_character_map_survives_its_trie():
    mapping = {"a": "b", "ab": "c", "長": "长", "①": "1", "！": " ", "\u0301": ""}
    normalizer = normalizers.Precompiled(precompiled(mapping))
    assert normalizer.normalize_str("長①！味x") == "长1 味x"
    whole = character_map()
    assert [whole[character] for character in "Ａ認，é\u3000"] == ["a", "认", " ", "e", " "]


def test_words_numbers_and_chinese_are_separate_tokens():
    tokenizer = Tokenizer.from_file(str(SHIPPED / "tokenizer.json"))
    tokens = tokenizer.encode("认证certification2019年").tokens
    assert tokens == ["认证", "▁certification", "2019", "年"]
