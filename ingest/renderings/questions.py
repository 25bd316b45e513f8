"""The questions that the sentences of a clause are expected to be asked by, so that they are found by others like them.

``corpus/questions/`` holds them sentence by sentence (see ``by_sentence``), in the field ``questions``: a list for each
sentence, which may be empty. A question whose answer needs several sentences stands at each of them.
``unanswered.<language>.txt`` has, line by line, questions that seem to be about these texts and that no sentence
answers: what is like one of them is more likely to be asked in vain. None is ever shown.

The method is that of document expansion by queries (Nogueira et al. 2019, "Document expansion by query prediction"),
but that each question keeps a vector of its own and the question that is asked is compared with it.
"""

from collections.abc import Sequence
from pathlib import Path

from ingest.document import Passage
from ingest.renderings.by_sentence import Form, Written, is_text
from ingest.renderings.read import LANGUAGES, file_lines


def _are_questions(entry: object) -> bool:
    return isinstance(entry, list) and all(map(is_text, entry))


QUESTIONS: Form[list[str]] = Form("questions", "questions", "line of questions", _are_questions, "lists of texts")


# In the place of a sentence: none answers.
NONE = -1


def unanswered_files(corpus: Path) -> dict[str, Path]:
    """Those that there are, by language."""
    files = {language: corpus / QUESTIONS.folder / f"unanswered.{language}.txt" for language in LANGUAGES}
    return {language: file for language, file in files.items() if file.exists()}


def read_unanswered(corpus: Path) -> list[tuple[str, str]]:
    """(language, question) of the questions that are near the texts and that no sentence answers.

    Raises:
        CorpusError: if a file is not UTF-8.
    """
    files = unanswered_files(corpus).items()
    return [(language, line.strip()) for language, file in files for line in file_lines(file) if line.strip()]


def unanswered_strays(corpus: Path) -> list[str]:
    """A line for each file of such questions that is in no language that may be asked in."""
    known = unanswered_files(corpus).values()
    files = sorted((corpus / QUESTIONS.folder).glob("unanswered.*"))
    return [f"{file}: not one of unanswered.zh.txt, unanswered.en.txt" for file in files if file not in known]


def expected_questions(
    passages: Sequence[Passage], written: Sequence[Written[list[str]]], unanswered: Sequence[tuple[str, str]] = ()
) -> dict[tuple[str, str], list[int]]:
    """(language, question) → the sentences that answer it, by their places among those of all passages, or ``NONE``.
    In the order of the passages; nothing where no sentence has a question."""
    of_clause: dict[str, list[Written[list[str]]]] = {}
    for line in written:
        of_clause.setdefault(line.clause_id, []).append(line)
    found: dict[tuple[str, str], list[int]] = {}
    first = 0
    for passage in passages:
        for line in of_clause.get(passage.clause_id, ()):
            for number, sentence in enumerate(passage.sentences):
                for question in dict.fromkeys(map(str.strip, line.entries[sentence.start])):
                    found.setdefault((line.language, question), []).append(first + number)
        first += len(passage.sentences)
    for key in unanswered if found else ():
        found.setdefault(key, [NONE])
    return found
