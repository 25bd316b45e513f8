"""The translation lexicon: terms of both languages, which term translates which, and the code that learnt it."""

from ingest.lexicon.table import Lexicon

__all__ = ["Lexicon"]
