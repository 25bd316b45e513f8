"""One SQLite file opened for reading, shared by threads."""

import sqlite3
import threading
from pathlib import Path


class ReadOnly:
    """Opened at once and kept: after two more builds a served generation's files are gone, but not while open."""

    def __init__(self, file: Path):
        self._connection = sqlite3.connect(
            f"{file.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._lock = threading.Lock()
        self.rows("select 1 from sqlite_master limit 1")  # sqlite opens a file at its first statement

    def rows(self, query: str, *values) -> list[tuple]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()
