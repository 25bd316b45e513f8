"""Any other sentence-transformers model, by folder or by hub name, loaded without network."""

import os
from collections.abc import Sequence
from pathlib import Path

# Before the import: huggingface_hub reads it once. Without it a missing model hangs on connection attempts.
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OfflineModeIsEnabled
from sentence_transformers import SentenceTransformer

from ingest.encoder.static import hash_files

# What a model was trained with and its own configuration does not always say (from the models' cards).
PREFIXES = (
    ("e5-mistral", "Instruct: Given a question, retrieve passages that answer it\nQuery: ", ""),
    ("e5-large-instruct", "Instruct: Given a question, retrieve passages that answer it\nQuery: ", ""),
    ("multilingual-e5", "query: ", "passage: "),
    ("e5-", "query: ", "passage: "),
    ("bge-m3", "", ""),
    ("bge-small-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ("bge-base-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ("bge-large-zh", "为这个句子生成表示以用于检索相关文章：", ""),
    ("bge-small-en", "Represent this sentence for searching relevant passages: ", ""),
    ("bge-base-en", "Represent this sentence for searching relevant passages: ", ""),
    ("bge-large-en", "Represent this sentence for searching relevant passages: ", ""),
)
HASHED = (".json", ".txt", ".safetensors", ".bin", ".model")


class ExternalEncoder:
    """A sentence-transformers model with the prefixes its training used."""

    def __init__(self, name: str) -> None:
        folder = find_model(name)
        self.name = name
        self.sha256 = hash_files(model_files(folder))
        self.model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self.dimension = self.model.get_embedding_dimension()
        self.query_prefix, self.passage_prefix = prefixes(name, self.model.prompts)

    @property
    def settings(self) -> dict[str, str | int | None]:
        """What decides over the vectors beside the model's files: an index records it."""
        pooling = next((module.pooling_mode for module in self.model if hasattr(module, "pooling_mode")), None)
        length = self.model.max_seq_length
        return {
            "query_prefix": self.query_prefix,
            "passage_prefix": self.passage_prefix,
            "dimension": self.dimension,
            "pooling": None if pooling is None else str(pooling),
            "max_tokens": length if isinstance(length, int) else None,
        }

    def encode(self, texts: Sequence[str], kind: str = "passage") -> np.ndarray:
        """(len(texts), dimension) float32 unit rows; each text gets the prefix of its kind."""
        if not len(texts):
            return np.zeros((0, self.dimension), dtype=np.float32)
        prefix = self.query_prefix if kind == "query" else self.passage_prefix
        vectors = self.model.encode(
            [prefix + text for text in texts], prompt="", normalize_embeddings=True, show_progress_bar=False
        )
        return np.nan_to_num(np.asarray(vectors, dtype=np.float32))


def find_model(name: str) -> Path:
    """The folder of a model: `name` itself, or its snapshot in the hub cache of this machine.

    Raises ValueError when it is neither.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
            raise ValueError(f"{folder} is no sentence-transformers model: it has neither modules.json nor config.json")
        return folder
    try:
        return Path(snapshot_download(name, local_files_only=os.environ["HF_HUB_OFFLINE"] != "0"))
    except (LocalEntryNotFoundError, OfflineModeIsEnabled, HFValidationError, HfHubHTTPError, OSError) as error:
        raise ValueError(
            f"encoder {name!r} is not on this machine (no such folder, not in the Hugging Face cache). "
            f"Offline: on a machine with network run `hf download {name} --local-dir DIR`, copy DIR here and give "
            "its path as the encoder. With network: set HF_HUB_OFFLINE=0 and try again. "
            "Without --encoder the model that comes with Yiju is used."
        ) from error


def model_files(folder: Path) -> list[Path]:
    """The files of a model that decide over its vectors, in a fixed order; exports to other runtimes left out."""
    files = sorted(
        path
        for pattern in ("*", "*/*")
        for path in folder.glob(pattern)
        if path.suffix in HASHED and path.is_file() and path.parent.name not in ("onnx", "openvino", ".git")
    )
    if any(path.suffix == ".safetensors" for path in files):
        files = [path for path in files if path.suffix != ".bin"]
    return files


def prefixes(name: str, prompts: dict[str, str]) -> tuple[str, str]:
    """(query prefix, passage prefix): the model's own where its configuration has any, else by its name."""
    query = prompts.get("query") or ""
    passage = prompts.get("passage") or prompts.get("document") or ""
    if query or passage:
        return query, passage
    base = Path(name).name.lower()
    return next(((query, passage) for part, query, passage in PREFIXES if part in base), ("", ""))
