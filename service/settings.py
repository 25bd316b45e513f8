"""Settings of the service, from arguments and the environment; read in ``__main__`` only and passed down."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.command import CORPUS, INDEX, Failure

Level = Annotated[
    Literal["debug", "info", "warning", "error"],
    BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value),
]

# What a setting must be, for the message about one that is not.
_WANTED = {
    "index": "a folder",
    "corpus": "a folder",
    "encoder": "the name or folder of an encoder",
    "host": "an address or host name",
    "renderings": "true or false",
    "port": "a whole number from 0 to 65535 (0: any free port)",
    "llm_url": "the address of an OpenAI-compatible endpoint like http://127.0.0.1:8080/v1",
    "llm_model": "the name of the endpoint's model",
    "llm_key": "the endpoint's key",
    "llm_seconds": "a number of seconds, more than 0 and at most 600",
    "log_level": "debug, info, warning or error",
}


class Settings(BaseSettings):
    """Each field is also an environment variable: YIJU_INDEX, YIJU_PORT, …"""

    model_config = SettingsConfigDict(env_prefix="YIJU_", env_ignore_empty=True, frozen=True, extra="forbid")

    index: Path = INDEX
    corpus: Path = CORPUS
    encoder: str | None = None  # None: the one shipped with Yiju
    renderings: bool = True  # whether to find by, and show, the project's own renderings
    host: str = Field("127.0.0.1", min_length=1)
    port: int = Field(8000, ge=0, le=65535)
    log_level: Level = "info"
    # An OpenAI-compatible endpoint that may reword answers; without one they are quotes.
    llm_url: str | None = None
    llm_model: str | None = None
    llm_key: SecretStr | None = None
    llm_seconds: float = Field(20, gt=0, le=600)


def read_settings(**arguments: object) -> Settings:
    """Settings from the arguments that are not None, then the environment, then the defaults.

    Raises:
        Failure: with the name and value of each setting that is wrong, and what it must be (exit code 2).
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        problems = []
        for detail in error.errors():
            field = str(detail["loc"][0])
            name = f"--{field.replace('_', '-')}" if field in given else f"YIJU_{field.upper()}"
            problems.append(f"{name}: must be {_WANTED[field]}; got {str(detail['input'])!r}")
        raise Failure("\n".join(problems), code=2) from None
