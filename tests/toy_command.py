"""The real command lines with the toy encoder in the place of the shipped one and no lexicon.

python tests/toy_command.py service ask "…"        is yiju ask "…"
python tests/toy_command.py ingest build --index …  is yiju-ingest build --index …
"""

import runpy
import sys

from toy import ToyEncoder

import ingest.encoder
import ingest.lexicon


def toy_or_named(name: str | None = None) -> ToyEncoder:
    """In the place of ``load_encoder``; looking for any other model would import torch, which takes seconds."""
    if name not in (None, "toy"):
        raise ValueError(f"{name}: no such model on this machine")
    return ToyEncoder()


if __name__ == "__main__":
    ingest.encoder.load_encoder = toy_or_named
    ingest.lexicon.Lexicon.load = staticmethod(lambda: None)
    package = sys.argv.pop(1)
    runpy.run_module(package, run_name="__main__", alter_sys=True)
