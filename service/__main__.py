"""``yiju``: ask the corpus, search it, look references up in it, serve it over HTTP."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.command import INDEX, Failure, IndexFolder, command, writable
from service.applicability.command import add_apply
from service.options import EncoderName, checked_question, has_output, one_of

if TYPE_CHECKING:
    from pydantic import BaseModel

    from ingest.endpoint import Stream
    from service.answer import Filters
    from service.answerer import Answerer

NO_ANSWER = 3  # exit code

app = typer.Typer(
    name="yiju",
    help="Yiju (依据) answers questions about policy from the policy's own words, in Chinese and English.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Question = Annotated[
    str,
    typer.Argument(
        metavar="QUESTION", help='In Chinese or English, at most 2,000 characters; "-" reads it from stdin.'
    ),
]
Renderings = Annotated[
    bool,
    typer.Option(
        "--renderings/--no-renderings",
        envvar="YIJU_RENDERINGS",
        help="Find passages by the project's renderings, wordings and questions too, and show the first; or do not.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the object that the HTTP service answers with.")]
Issuer = Annotated[str | None, typer.Option(help="Only from this issuing body; part of its name is enough.")]
DocumentId = Annotated[str | None, typer.Option("--document", metavar="ID", help="Only from this document.")]
Status = Annotated[
    str | None, typer.Option(metavar="STATUS", help="Only in_force, repealed, superseded or unknown documents.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="Answer from what was in force on that day, as 2018-02-06; documents whose date is unknown are kept.",
    ),
]
After = Annotated[
    list[str] | None,
    typer.Option("--after", metavar="QUESTION", help="An earlier question that this one leans on; several, in order."),
]
LlmUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="YIJU_LLM_URL",
        help="An OpenAI-compatible endpoint, to …/v1, may reword the answer; its key in YIJU_LLM_KEY.",
    ),
]
LlmModel = Annotated[str | None, typer.Option(metavar="NAME", envvar="YIJU_LLM_MODEL", help="The endpoint's model.")]


@app.command()
@command
def ask(
    question: Question,
    index: IndexFolder = INDEX,
    as_json: AsJson = False,
    language: Annotated[str, typer.Option(metavar="zh|en", help="Of the answer; else that of the question.")] = "auto",
    issuer: Issuer = None,
    as_of: AsOf = None,
    document: DocumentId = None,
    status: Status = None,
    max_citations: Annotated[
        int | None, typer.Option(min=1, max=20, help="At most so many citations; without it, few, and lists in full.")
    ] = None,
    after: After = None,
    encoder: EncoderName = None,
    renderings: Renderings = True,
    llm_url: LlmUrl = None,
    llm_model: LlmModel = None,
) -> int | None:
    """Answer QUESTION with the words it rests on.

    Exit codes: 0 answered, 3 the corpus carries no answer (it says why), 2 called wrongly, 1 failed.
    """
    has_output()
    one_of("--language", language, ("auto", "zh", "en"))
    filters = _filters(issuer, document, status, as_of)
    asked = checked_question(question)
    earlier = [checked_question(turn) for turn in after or ()]
    writer = _writer(llm_url, llm_model)
    from service.followup import ask_in_thread
    from service.show import answer_text

    answerer = _open(index, encoder, renderings)
    answer, took_ms = _timed(lambda: ask_in_thread(answerer, asked, earlier, language, filters, max_citations))
    if writer:
        from service.generate import generate

        answer = generate(answer, writer, answerer.lexicon)
    if as_json:
        from service.respond import ask_response

        _print_json(ask_response(answer, took_ms))
    else:
        _print(answer_text(answer, _bold()))
    return NO_ANSWER if answer.status == "no_answer" else None


@app.command()
@command
def search(
    question: Question,
    index: IndexFolder = INDEX,
    as_json: AsJson = False,
    language: Annotated[str | None, typer.Option(metavar="zh|en", help="Only passages in this language.")] = None,
    issuer: Issuer = None,
    as_of: AsOf = None,
    document: DocumentId = None,
    status: Status = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most so many passages.")] = 10,
    encoder: EncoderName = None,
    renderings: Renderings = True,
) -> int | None:
    """List the passages nearest to QUESTION, best first. Exit code 3 where there is none."""
    has_output()
    if language is not None:
        one_of("--language", language, ("zh", "en"))
    filters = _filters(issuer, document, status, as_of, language)
    asked = checked_question(question)
    from service.messages import reader_language
    from service.show import hits_text

    answerer = _open(index, encoder, renderings)
    hits, took_ms = _timed(lambda: answerer.search(asked, filters, limit))
    if as_json:
        from service.respond import search_response

        _print_json(search_response(hits, took_ms))
    else:
        _print(hits_text(hits, reader_language(question=asked), _bold(), answerer.citer.title))
    return None if hits else NO_ANSWER


@app.command("lookup")
@command
def look_up(
    reference: Annotated[
        str, typer.Argument(metavar="REFERENCE", help='As "国发〔2018〕3号 第五条"; "-" reads it from stdin.')
    ],
    index: IndexFolder = INDEX,
    as_json: AsJson = False,
    language: Annotated[
        str, typer.Option(metavar="zh|en", help="Of the clauses and of what is said; else that of REFERENCE.")
    ] = "auto",
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Of several versions the one in force on that day, as 2018-02-06."),
    ] = None,
) -> int | None:
    """Print the clause or document that REFERENCE means: a number, a name, a place in it, or all three.

    Exit codes: 0 found, 3 not found or not certain (it says what is nearest), 2 called wrongly, 1 failed.
    """
    has_output()
    one_of("--language", language, ("auto", "zh", "en"))
    day = _day(as_of)
    from service.query import clean

    asked = clean(checked_question(reference))
    from ingest.index import open_index
    from ingest.lexicon import Lexicon
    from service.lookup import lookup
    from service.messages import reader_language

    opened = open_index(index)
    lexicon = Lexicon.load()
    found, took_ms = _timed(lambda: lookup(opened, asked, language, day, lexicon))
    if as_json:
        from service.respond import lookup_response

        _print_json(lookup_response(opened, found, took_ms))
    else:
        from service.show_lookup import lookup_text

        _print(lookup_text(found, opened, reader_language(language, asked), _bold()))
    return None if found.found else NO_ANSWER


@app.command()
@command
def serve(
    index: IndexFolder = INDEX,
    host: Annotated[str | None, typer.Option(help="Address to listen on (YIJU_HOST); 127.0.0.1 unless given.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port (YIJU_PORT); 8000 unless given, 0 for any free one.")
    ] = None,
    encoder: EncoderName = None,
    renderings: Annotated[
        bool | None,
        typer.Option(
            "--renderings/--no-renderings",
            help="With the project's renderings, wordings, questions (YIJU_RENDERINGS; so unless given), or without.",
        ),
    ] = None,
    llm_url: LlmUrl = None,
    llm_model: LlmModel = None,
) -> None:
    """Serve the index over HTTP until stopped with Ctrl-C or SIGTERM."""
    from service.serve import listen, run
    from service.settings import read_settings

    settings = read_settings(
        index=index,
        host=host,
        port=port,
        encoder=encoder,
        renderings=renderings,
        llm_url=llm_url,
        llm_model=llm_model,
    )
    writer = _writer(settings.llm_url, settings.llm_model)
    try:
        run(settings, listen(settings.host, settings.port), writer)
    except Exception as error:
        raise _sayable(error) from error


def _writer(url: str | None, model: str | None) -> "Stream | None":
    """The language model that may reword answers, if one is asked for."""
    if url is None and model is None:
        return None
    if url is None or model is None:
        raise Failure("--llm-url and --llm-model go together: one of them is missing", code=2)
    from ingest.endpoint import open_stream
    from service.settings import read_settings

    settings = read_settings()
    key = settings.llm_key.get_secret_value() if settings.llm_key else None
    try:
        return open_stream(url, model, key, settings.llm_seconds)
    except ValueError as error:
        raise Failure(str(error), code=2) from None


def _open(index: Path, encoder: str | None, renderings: bool) -> "Answerer":
    from service.answerer import open_answerer

    try:
        return open_answerer(index, encoder, renderings)
    except ValueError as error:
        raise _sayable(error) from error


def _sayable(error: Exception) -> Exception:
    """An encoder that cannot be loaded is told as a ValueError, which says what to do about it."""
    return Failure(str(error)) if isinstance(error, ValueError) else error


def _filters(
    issuer: str | None, document: str | None, status: str | None, as_of: str | None, language: str | None = None
) -> "Filters":
    from service.answer import Filters

    if status is not None:
        one_of("--status", status, ("in_force", "repealed", "superseded", "unknown"))
    return Filters(issuer=issuer, document_id=document, language=language, status=status, as_of=_day(as_of))


def _day(as_of: str | None) -> date | None:
    from service.answer import parse_day

    if as_of is None:
        return None
    if day := parse_day(as_of):
        return day
    raise Failure(f"--as-of: must be a date like 2018-02-06; got {as_of!r}", code=2)


def _timed(run):
    """What ``run`` gives, and the milliseconds it took."""
    import time

    start = time.perf_counter()
    found = run()
    return found, (time.perf_counter() - start) * 1000


def _bold():
    terminal = sys.stdout.isatty()
    return lambda text: typer.style(text, bold=True) if terminal else text


def _print_json(response: "BaseModel") -> None:
    import json

    from service.show import escaped

    # In a terminal of another encoding, the escapes of JSON lose nothing.
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(response.model_dump(mode="json"), ensure_ascii=not utf8, indent=2)
    print(escaped(text))


def _print(text: str) -> None:
    print(writable(text, sys.stdout))


add_apply(app, _open, _print_json)


def main() -> None:
    app(prog_name="yiju")


if __name__ == "__main__":
    main()
