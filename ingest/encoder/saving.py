"""The model's folder: sentence-transformers form, token vectors in 8 bits."""

import json
import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer

MODULES = (
    ("", "sentence_transformers.models.StaticEmbedding"),
    ("1_Normalize", "sentence_transformers.models.Normalize"),
)


def quantise(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(int8 rows, float32 scale of each row) with rows * scale ≈ `weights` (vocabulary, dimension)."""
    scale = np.abs(weights).max(axis=1).astype(np.float32) / 127
    rows = np.rint(weights / np.where(scale > 0, scale, 1)[:, None])
    return rows.astype(np.int8), scale


def save_model(folder: Path, weights: np.ndarray, tokenizer: Tokenizer, card: str, training: dict) -> None:
    """Writes the model beside `folder` and swaps it in, so that a reader finds the old one or the new one whole.

    `weights` (vocabulary, dimension) are stored as "embeddings" and "weights", the form in which sentence-transformers
    reads quantised static models; `training` goes to training.json.
    """
    new, old = folder.with_name(folder.name + ".new"), folder.with_name(folder.name + ".old")
    for left_over in (new, old):
        shutil.rmtree(left_over, ignore_errors=True)
    new.mkdir(parents=True)
    rows, scale = quantise(weights)
    save_file({"embeddings": rows, "weights": scale}, new / "model.safetensors")
    tokenizer.save(str(new / "tokenizer.json"), pretty=False)
    modules = [
        {"idx": index, "name": str(index), "path": path, "type": kind} for index, (path, kind) in enumerate(MODULES)
    ]
    _write_json(new / "modules.json", modules)
    _write_json(
        new / "config_sentence_transformers.json",
        {"model_type": "SentenceTransformer", "prompts": {}, "similarity_fn_name": "cosine"},
    )
    (new / "1_Normalize").mkdir()
    _write_json(new / "1_Normalize" / "config.json", {})
    _write_json(new / "training.json", training)
    (new / "README.md").write_text(card, encoding="utf-8")
    for path in new.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
