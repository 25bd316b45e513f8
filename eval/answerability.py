"""Questions about statutes that are no part of the corpus: more to fit the refusals on, and to see whether they carry.

    python -m eval.answerability --data FOLDER      how many of these questions are decided rightly, and which are not

``refusals/questions.tsv``: on each line what is right ("yes", or what the question lacks), and the question. The texts
are read from ``FOLDER``/policy, where the two statutes lie; they are not in this repository.
"""

import argparse
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from service.answerer import Answerer

QUESTIONS = Path(__file__).parent / "refusals" / "questions.tsv"
_STATUTES = (
    {
        "document_id": "regulations-2023",
        "path": "zh/认证认可条例_2023-07-20.txt",
        "language": "zh",
        "title": "中华人民共和国认证认可条例",
        "title_en": "Regulations of the People's Republic of China on Certification and Accreditation",
        "issuer": "国务院",
        "document_number": "国务院令第390号",
        "issued_on": "2023-07-20",
    },
    {
        "document_id": "provisions-2022",
        "path": "zh_transcribed/强制性产品认证管理规定_2022-09-29.txt",
        "language": "zh",
        "title": "强制性产品认证管理规定",
        "title_en": "Provisions on the Administration of Compulsory Product Certification",
        "issuer": "国家市场监督管理总局",
        "document_number": "市场监管总局令第61号",
        "issued_on": "2022-09-29",
    },
)


@dataclass(frozen=True)
class Asked:
    """``lacks`` is "yes" where the statutes answer, else the kind of what is missing."""

    text: str
    lacks: str

    @property
    def answerable(self) -> bool:
        return self.lacks == "yes"


def read_questions(file: Path = QUESTIONS) -> list[Asked]:
    """The questions of a file. Raises ValueError naming a line that is not what, tab, question."""
    questions = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            lacks, tab, text = line.partition("\t")
            if not (lacks and tab and text.strip()):
                raise ValueError(f"{file}:{number}: expected what is right, a tab, and the question")
            questions.append(Asked(text, lacks))
    return questions


@contextmanager
def statutes(data: Path, encoder, lexicon) -> Iterator[Answerer]:
    """An answerer over the two statutes, whose index is gone afterwards.

    Raises FileNotFoundError where ``data``/policy does not hold them.
    """
    from ingest.index import open_index
    from ingest.pipeline import build

    with TemporaryDirectory() as folder:
        corpus, index = Path(folder) / "corpus", Path(folder) / "index"
        for statute in _STATUTES:
            to = corpus / statute["path"]
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(data / "policy" / statute["path"], to)
        lines = [json.dumps(statute, ensure_ascii=False) for statute in _STATUTES]
        (corpus / "manifest.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        build(corpus, index, encoder)
        yield Answerer(open_index(index, encoder), encoder, lexicon)


def main() -> None:
    from ingest.encoder import load_encoder
    from ingest.lexicon import Lexicon

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds policy/")
    questions = read_questions()
    with statutes(parser.parse_args().data, load_encoder(), Lexicon.load()) as answerer:
        answers = [answerer.ask(question.text) for question in questions]
    right = {True: 0, False: 0}
    for question, answer in zip(questions, answers, strict=True):
        if (answer.status == "answered") == question.answerable:
            right[question.answerable] += 1
        else:
            print(f"{question.lacks}\t{answer.reason or 'answered'}\t{answer.confidence:.2f}\t{question.text}")
    of = {kind: sum(question.answerable == kind for question in questions) for kind in right}
    balanced = sum(right[kind] / of[kind] for kind in right) / 2
    print(f"answered {right[True]} of {of[True]}, refused {right[False]} of {of[False]}, balanced {balanced:.3f}")


if __name__ == "__main__":
    main()
