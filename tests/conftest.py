"""What every test may use, and the rule that none uses a network."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
OFFLINE = TESTS / "offline"
# Set before the guard is imported, and inherited by every process that a test starts.
_RECORD = tempfile.NamedTemporaryFile(prefix="yiju-network-", suffix=".txt")  # noqa: SIM115 (lives as long as pytest)
os.environ["YIJU_TEST_NETWORK_RECORD"] = _RECORD.name
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")]))
sys.path.insert(0, str(OFFLINE))
sys.modules.pop("sitecustomize", None)  # the system may have one of its own
import sitecustomize  # noqa: E402, F401


def _refused() -> list[str]:
    return Path(_RECORD.name).read_text("utf-8").splitlines()


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    """Fails the test that reached for the network, also where the error was swallowed or in another process."""
    before = len(_refused())
    yield
    new = _refused()[before:]
    if new:
        pytest.fail("the network was used: " + "; ".join(new), pytrace=False)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fails the session for what was refused outside of any test, as at import."""
    if exitstatus == pytest.ExitCode.OK and _refused():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter) -> None:
    if refused := _refused():
        terminalreporter.section("the network was used")
        for line in refused:
            terminalreporter.line(line)


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of whoever runs the tests are not theirs."""
    settings = (
        "INDEX",
        "CORPUS",
        "ENCODER",
        "RENDERINGS",
        "HOST",
        "PORT",
        "LOG_LEVEL",
        "LLM_URL",
        "LLM_MODEL",
        "LLM_KEY",
    )
    for name in settings:
        monkeypatch.delenv(f"YIJU_{name}", raising=False)


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus folder of two short texts, one of them in two languages; not to be changed."""
    from toy import write_corpus

    return write_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="session")
def small_index(small_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small corpus with the toy encoder's vectors; not to be changed."""
    from toy import ToyEncoder

    from ingest.pipeline import build

    folder = tmp_path_factory.mktemp("index")
    build(small_corpus, folder, ToyEncoder())
    return folder


@pytest.fixture(scope="session")
def small_answerer(small_index: Path):
    """The answerer over the small index, without a lexicon."""
    from toy import ToyEncoder

    from ingest.index import open_index
    from service.answerer import Answerer

    return Answerer(open_index(small_index, ToyEncoder()), ToyEncoder(), lexicon=None)


@pytest.fixture(scope="session")
def client(small_answerer):
    """The HTTP service over the small index, in this process."""
    from starlette.testclient import TestClient

    from service.app import create_app
    from service.settings import Settings

    return TestClient(create_app(Settings(), small_answerer), raise_server_exceptions=False)


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A folder in memory where there is one: builds wait for the disk at every file."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="yiju-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def toy_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """For commands run in this process: the toy encoder is the shipped one, and there is no lexicon."""
    from toy_command import toy_or_named

    import ingest.encoder
    import ingest.lexicon

    monkeypatch.setattr(ingest.encoder, "load_encoder", toy_or_named)
    monkeypatch.setattr(ingest.lexicon.Lexicon, "load", lambda: None)


@pytest.fixture(scope="session")
def run_command() -> Callable[..., subprocess.CompletedProcess]:
    """Runs ``yiju`` ("service") or ``yiju-ingest`` ("ingest") in a process of its own, with the toy encoder."""

    def run(package: str, *arguments: str | bytes | Path, **options) -> subprocess.CompletedProcess:
        options = {"capture_output": True, "timeout": 60, **options}
        if "input" not in options or isinstance(options["input"], str):
            options.setdefault("encoding", "utf-8")
        environment = {**os.environ, **options.pop("env", {})}
        environment["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], str(TESTS), str(TESTS.parent)])
        command = [sys.executable, str(TESTS / "toy_command.py"), package, *arguments]
        return subprocess.run(command, env=environment, **options)

    return run
