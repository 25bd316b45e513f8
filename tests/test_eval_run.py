"""A run from questions to report: in process and by address, in parallel, interrupted and taken up again."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from oracle import Oracle, sample
from toy import ToyEncoder
from typer.testing import CliRunner

from eval.__main__ import app
from eval.circumstances import circumstances
from eval.compare import compare, gate, read_run
from eval.gold import read_gold
from eval.outcomes import Journal, ask, gather
from eval.run import Library, run, save
from eval.services import Remote
from eval.summary import means, summary
from ingest.index import open_index
from service.answerer import Answerer

TOY = Path(__file__).parent / "data" / "eval" / "toy.jsonl"


@pytest.fixture(scope="module")
def library(small_index) -> Library:
    return Library(Answerer(open_index(small_index, ToyEncoder()), ToyEncoder(), None))


@pytest.fixture
def address(library):
    """A service by its address that answers as the library does."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["question"]
            self.reply({name: value for name, value in library.ask(question).items() if name != "timings"})

        def do_GET(self):
            url = urlsplit(self.path)
            if url.path == "/v1/search":
                query = parse_qs(url.query)
                self.reply({"hits": library.search(query["q"][0], int(query["limit"][0]))})
            elif url.path == "/readyz":
                self.reply({"status": "ready", "index": "g1"})
            elif url.path == "/v1/documents":
                self.reply({"documents": [{"document_id": "tea-2018", "sha256": "ab" * 32}]})
            else:
                from service.respond import document_response

                name = url.path.rsplit("/", 1)[1]
                self.reply(document_response(library._answerer.index, name).model_dump(mode="json"))

        def reply(self, body: dict):
            data = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_every_question_has_a_result_in_its_place(library):
    questions = read_gold(TOY)
    seen = []
    results = run(questions, library, seen.append)
    assert [result.question for result in results] == questions
    assert seen == [0, 1, 2, 3, 4, 5, 6]
    assert [result.source for result in results] == ["zh+en", "zh+en", "en", "en", "none", "none"]
    assert {result.measures["verbatim"] for result in results} == {1.0}
    assert {"understand", "retrieve"} <= results[0].timings.keys()


def test_the_address_gives_the_same_measures_as_the_library(library, address):
    questions = read_gold(TOY)
    here, there = run(questions, library), run(questions, Remote(address), workers=3)
    assert [result.measures for result in there] == [result.measures for result in here]
    assert [result.checked for result in there] == [result.checked for result in here]


def test_results_do_not_depend_on_how_many_are_asked_at_once(library):
    questions = read_gold(TOY)
    one, four = run(questions, library), run(questions, library, workers=4)
    assert [result.measures for result in one] == [result.measures for result in four]


class Breaking:
    """Answers as the oracle does, but is ended by a key at the given question."""

    def __init__(self, at: int):
        self._oracle = Oracle(sample())
        self._at = at
        self.asked: list[str] = []

    def ask(self, question: str) -> dict:
        self.asked.append(question)
        if len(self.asked) == self._at:
            raise KeyboardInterrupt
        return self._oracle.ask(question)

    def search(self, question: str, limit: int) -> list[dict]:
        return self._oracle.search(question, limit)

    def quoted(self, *place) -> str | None:
        return self._oracle.quoted(*place)


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path):
    about = {"index": "g1", "questions": 10}
    file, questions = tmp_path / "outcomes.jsonl", sample()[:10]
    first = Breaking(at=5)
    with pytest.raises(KeyboardInterrupt):
        gather(questions, first, journal=Journal(file, about))
    with file.open("a") as out:
        out.write('{"question_id": "cut sh')  # as a full disk or a kill leaves it
    second = Breaking(at=99)
    taken_up = run(questions, second, journal=Journal(file, about))
    assert second.asked == [question.text for question in questions[4:]]
    assert [result.measures for result in taken_up] == [r.measures for r in run(questions, Oracle(sample()))]


def test_nothing_is_taken_up_under_other_circumstances(tmp_path):
    file = tmp_path / "outcomes.jsonl"
    gather(sample()[:3], Oracle(sample()), journal=Journal(file, {"index": "g1"}))
    assert len(Journal(file, {"index": "g1"}).kept) == 3
    assert Journal(file, {"index": "g2"}).kept == {}


def test_failed_questions_are_asked_again(tmp_path):
    def fails(question, answer):
        raise ConnectionResetError("gone")

    file = tmp_path / "outcomes.jsonl"
    gather(sample()[:3], Oracle(sample(), fault=fails), journal=Journal(file, {}))
    assert Journal(file, {}).kept == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"status": "maybe"}, "ValueError: status is 'maybe', expected answered or no_answer"),
        ({"confidence": 1.5}, "ValueError: confidence is 1.5, expected 0 to 1"),
        ({"citations": [{"number": 1}]}, "ValueError: a citation has no document_id, quote"),
        ({"citations": [{"number": 1, "document_id": "a", "quote": 7}]}, "ValueError: a citation has quote 7"),
        ({"sentences": [{"text": None, "citations": []}]}, "ValueError: a sentence has text None"),
        ({"answer": None}, "ValueError: the response has answer None"),
        ({"sentences": [{"text": "a", "citations": [[1]]}]}, "ValueError: [1] is no number of a citation"),
        ({"reason": ["x"]}, "ValueError: the response has reason ['x']"),
        ({"timings": {"frame": "fast"}}, "ValueError: 'fast' is no time"),
    ],
)
def test_what_does_not_speak_the_contract_is_no_result(change, said):
    outcome = ask(sample()[0], Oracle(sample(), fault=lambda _, answer: answer.update(change)))
    assert (outcome.error, outcome.answer["status"]) == (said, "error")


@pytest.mark.parametrize(
    ("hits", "said"),
    [([{}], "a hit has document_id None"), (["x"], "a hit is 'x', expected an object")],
)
def test_hits_that_cannot_be_measured_are_no_result(hits, said):
    outcome = ask(sample()[0], Oracle(sample(), hit_fault=lambda *_: hits))
    assert outcome.error == f"ValueError: {said}"


def test_text_that_cannot_be_written_down_is_no_result(tmp_path):
    """Half of a surrogate pair, as JSON may escape it."""
    oracle = Oracle(sample(), fault=lambda _, answer: answer.update(answer="\ud800"))
    (outcome,) = gather(sample()[:1], oracle, journal=Journal(tmp_path / "outcomes.jsonl", {}))
    assert outcome.error.startswith("UnicodeEncodeError: ")


def test_a_line_separator_in_an_answer_does_not_end_the_journal(tmp_path):
    oracle = Oracle(sample(), fault=lambda _, answer: answer.update(answer="one\u2028two\x85"))
    gather(sample()[:3], oracle, journal=Journal(tmp_path / "outcomes.jsonl", {}))
    assert len(Journal(tmp_path / "outcomes.jsonl", {}).kept) == 3


def test_circumstances_tell_what_a_score_was_measured_on(library):
    questions = read_gold(TOY)
    about = circumstances(questions, TOY, "all", library.identity(), 1)
    assert about["encoder"] == "toy 707070707070"
    assert {"index", "corpus", "code", "code_sha256", "python", "platform", "asked at once"} <= about.keys()
    assert about["gold_sha256"] != circumstances(questions[1:], TOY, "all", {}, 1)["gold_sha256"]


def test_summary_has_intervals_for_every_cell():
    found = summary(run(sample(), Oracle(sample())))
    assert found["intervals"]["language"].keys() == {"zh", "en", "mixed"}
    value, low, high = found["intervals"]["language"]["zh"]["evidence"]
    assert value == high == 1.0 and 0.5 < low < 1.0
    cells = found["intervals"]["language × source × user × kind × answerable"]
    assert sum(cell["n"] for cell in cells.values()) == found["questions"] == len(sample())


def test_nothing_never_looks_perfect():
    found = means(run([q for q in sample() if not q.answerable], Oracle(sample())))
    assert found["cells"]["all"]["recall@10"] == 0.0
    assert found["refusal"]["balanced accuracy"] == 0.5


def test_the_command_runs_and_keeps_everything(run_command, small_index, tmp_path):
    done = run_command("eval", "run", "--index", small_index, "--gold", TOY, "--out", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "tune half, 3 questions" in done.stdout and "report half, 3 questions" in done.stdout
    saved = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert [result["question"]["question_id"] for result in saved["results"]] == [f"te-00{n}" for n in range(1, 7)]
    assert saved["circumstances"]["encoder"] == "toy 707070707070"
    assert saved["summary"]["every"]["verbatim"] == 1.0
    assert not (tmp_path / "outcomes.jsonl").exists()


def test_after_a_failure_the_command_asks_only_what_failed(library, tmp_path, monkeypatch):
    arguments = ["run", "--gold", str(TOY), "--out", str(tmp_path)]
    monkeypatch.setattr("eval.__main__._service", lambda *_: library)
    whole = Library.ask

    def fails_once(self, question):
        if question == read_gold(TOY)[2].text:
            raise ConnectionResetError("gone")
        return whole(self, question)

    monkeypatch.setattr(Library, "ask", fails_once)
    done = CliRunner().invoke(app, arguments)
    assert (done.exit_code, "1 of 6 questions without a result" in done.stderr) == (1, True)
    monkeypatch.setattr(Library, "ask", whole)
    done = CliRunner().invoke(app, arguments)
    assert (done.exit_code, done.stderr) == (0, "going on after 5 questions\n")
    assert not (tmp_path / "outcomes.jsonl").exists()


def test_the_command_says_so_if_nothing_answers_there(run_command, tmp_path):
    done = run_command("eval", "run", "--url", "http://127.0.0.1:9", "--gold", TOY, "--out", tmp_path)
    assert done.returncode == 1
    assert "is the service running there?" in done.stderr


def test_asking_again_never_trips_the_gate(library, tmp_path):
    questions = read_gold(TOY)
    save(run(questions, library), {}, tmp_path / "first.json")
    for _ in range(20):
        save(run(questions, library, workers=2), {}, tmp_path / "again.json")
        found = compare(read_run(tmp_path / "first.json"), read_run(tmp_path / "again.json"))
        assert (gate(found), found["changed"]) == ([], [])
