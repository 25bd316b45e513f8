"""``yiju apply``: which certifications concern an enterprise, asked on a terminal until nothing is left to ask."""

import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.command import INDEX, Failure, IndexFolder, command, writable
from service.options import EncoderName, checked_question, has_output, one_of

if TYPE_CHECKING:
    from service.answerer import Answerer
    from service.applicability.check import Applicability, Question

NOT_DECIDED = 3  # exit code
_DONT_KNOW = {
    "不知道",
    "不清楚",
    "不确定",
    "不晓得",
    "?",
    "？",
    "dont know",
    "don't know",
    "i don't know",
    "unknown",
    "not sure",
}
_LEAVE = {"q", "quit", "exit", "退出", "结束"}
_PROMPT = {
    "zh": "（可答编号或文字；“不知道”跳过；q 结束）> ",
    "en": "(a number or words; “don't know” to go on; q to leave) > ",
}
_NOT_UNDERSTOOD = {
    "zh": "没有认出来，请换个说法，或答“不知道”。",
    "en": "That was not understood; say it otherwise, or answer “don't know”.",
}
_SAVED = {"zh": "已保存，继续时用：yiju apply --facts {file}", "en": "Saved; go on with: yiju apply --facts {file}"}


@dataclass
class _Talk:
    """What has been said so far; as it is saved and taken up again."""

    description: str = ""
    language: str = "auto"
    facts: dict[str, object] = field(default_factory=dict)

    def saved(self) -> str:
        record = {"description": self.description, "language": self.language, "facts": self.facts}
        return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def add_apply(
    app: typer.Typer, open_answerer: Callable[[Path, str | None, bool], "Answerer"], print_json: Callable
) -> None:
    """Make ``apply`` a command of ``app``."""

    @app.command("apply")
    @command
    def apply(
        description: Annotated[
            str | None,
            typer.Argument(metavar="[DESCRIPTION]", help='What you make or do; "-" reads it from stdin.'),
        ] = None,
        index: IndexFolder = INDEX,
        as_json: Annotated[
            bool, typer.Option("--json", help="Print the object that the HTTP service answers with; ask nothing.")
        ] = False,
        facts: Annotated[
            str | None,
            typer.Option(metavar="FILE|JSON", help='What is known, as {"place": "zhejiang"}, or what --save wrote.'),
        ] = None,
        save: Annotated[
            Path | None, typer.Option(metavar="FILE", help="Write there what was said, for --facts another time.")
        ] = None,
        statement: Annotated[
            Path | None,
            typer.Option(metavar="FILE", help="Write a statement to file (.md or .html), all clauses in full."),
        ] = None,
        language: Annotated[
            str, typer.Option(metavar="zh|en", help="Of the answer; else that of the description.")
        ] = "auto",
        encoder: EncoderName = None,
        renderings: Annotated[
            bool,
            typer.Option(
                "--renderings/--no-renderings", envvar="YIJU_RENDERINGS", help="Show the project's own renderings."
            ),
        ] = True,
    ) -> int | None:
        """Tell which certifications concern an enterprise: compulsory, voluntary, not covered, or undetermined.

        Each with the clause that says so. On a terminal it asks for what would decide more; "don't know" is an answer.
        Exit codes: 0 decided, 3 a fact is missing (it says which) or no certification concerns it, 2 called wrongly,
        1 failed.
        """
        has_output()
        one_of("--language", language, ("auto", "zh", "en"))
        if statement is not None and statement.suffix not in (".md", ".html"):
            raise Failure(f"--statement: must end in .md or .html; got {str(statement)!r}", code=2)
        talk = _begin(description, facts, language)
        answerer = open_answerer(index, encoder, renderings)
        return _run(answerer, talk, as_json, save, statement, print_json)


def _begin(description: str | None, facts: str | None, language: str) -> _Talk:
    """What the arguments say, put on what was saved."""
    talk = _read(facts) if facts else _Talk()
    talk.description = description or talk.description
    talk.language = language if language != "auto" else talk.language
    if not talk.description and _is_talk(as_json=False):
        talk.description = input("贵单位做什么？ What do you make or do? > ")
    talk.description = checked_question(talk.description)
    return talk


def _read(facts: str) -> _Talk:
    """--facts: a JSON object, or a file that holds one; with or without the description."""
    text = facts
    if not facts.lstrip().startswith("{"):
        try:
            text = Path(facts).read_text("utf-8")
        except UnicodeDecodeError as error:
            raise Failure(f"{facts}: not UTF-8 at byte {error.start}", code=2) from None
        except OSError as error:
            raise Failure(f"--facts {facts}: {error.strerror}; give a file or a JSON object", code=2) from error
    try:
        record = json.loads(text)
    except ValueError as error:
        raise Failure(f"--facts: not JSON: {error}", code=2) from None
    if not isinstance(record, dict):
        raise Failure(f"--facts: must be a JSON object; got {type(record).__name__}", code=2)
    if "facts" not in record:
        return _Talk(facts=record)
    if not isinstance(record["facts"], dict) or not isinstance(record.get("description", ""), str):
        raise Failure("--facts: description must be text and facts an object, as --save writes them", code=2)
    spoken = record.get("language", "auto")
    return _Talk(record.get("description", ""), spoken if spoken in ("zh", "en") else "auto", record["facts"])


def _run(
    answerer: "Answerer", talk: _Talk, as_json: bool, save: Path | None, statement: Path | None, print_json: Callable
) -> int | None:
    import time

    start = time.perf_counter()
    found = _checked(answerer, talk)
    took_ms = (time.perf_counter() - start) * 1000
    if _is_talk(as_json):
        found = _talked(answerer, talk, found)
    if save:
        save.write_text(talk.saved(), "utf-8")
    if statement:
        from service.applicability.statement import statement as state

        is_html = statement.suffix == ".html"
        statement.write_text(state(found, answerer.index, date.today(), is_html, answerer.renderings), "utf-8")
    if as_json:
        from service.applicability.wire import applicability_response

        print_json(applicability_response(found, took_ms))
    else:
        from service.applicability.show import check_text

        terminal = sys.stdout.isatty()
        _say(check_text(found, (lambda text: typer.style(text, bold=True)) if terminal else str))
        if save:
            _say("\n" + _SAVED[found.language].format(file=save))
    return None if found.status == "decided" else NOT_DECIDED


def _checked(answerer: "Answerer", talk: _Talk) -> "Applicability":
    from service.applicability.check import FactError, applicability

    try:
        return applicability(answerer, talk.description, talk.facts, talk.language)
    except FactError as error:
        raise Failure(str(error), code=2) from error


def _is_talk(as_json: bool) -> bool:
    return not as_json and sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _talked(answerer: "Answerer", talk: _Talk, found: "Applicability") -> "Applicability":
    """Ask until nothing is left to ask or the person leaves; each answer becomes a fact."""
    talk.language = found.language
    while found.ask_next:
        question = found.ask_next[0]
        _say(f"\n{found.summary}\n\n{_asked(question)}")
        try:
            told = input(_PROMPT[found.language]).strip()
        except (EOFError, KeyboardInterrupt):
            _say("")
            return found
        if told.lower() in _LEAVE:
            return found
        if not _take(talk, question, told):
            _say(_NOT_UNDERSTOOD[found.language])
            continue
        found = _understood(answerer, talk, question.fact) or found
    return found


def _understood(answerer: "Answerer", talk: _Talk, fact: str) -> "Applicability | None":
    """The check with the newest fact; None where that was not understood, and it is forgotten."""
    from service.applicability.check import FactError, applicability

    try:
        return applicability(answerer, talk.description, talk.facts, talk.language)
    except FactError:
        del talk.facts[fact]
        _say(_NOT_UNDERSTOOD[talk.language])
        return None


def _take(talk: _Talk, question: "Question", told: str) -> bool:
    """An answer into the facts; False where it says nothing."""
    if not told:
        return False
    if re.sub(r"^(?:i |我)?(?:也)?|[。.!]+$", "", told.lower()) in _DONT_KNOW:
        talk.facts[question.fact] = "unknown"
        return True
    if told.isdecimal() and question.choices:
        place = int(told) - 1
        if not 0 <= place < len(question.choices):
            return False
        told = question.choices[place][0]
    talk.facts[question.fact] = told
    return True


def _asked(question: "Question") -> str:
    lines = [question.question]
    lines += [f"  {number}. {label}" for number, (_, label) in enumerate(question.choices, 1)]
    return "\n".join(lines)


def _say(text: str) -> None:
    print(writable(text, sys.stdout))
