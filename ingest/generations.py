"""Which generations may go: those that nobody reads.

Whoever has a generation open holds a shared lock on its meta.json; a build drops only those it can lock alone. The lock
goes with the process, however it ends. Where the file system has no locks, nothing is held, as before.
"""

import fcntl
import os
import shutil
from pathlib import Path

_KEPT = 2  # the current one and the one before


def hold(folder: Path) -> int | None:
    """A handle that keeps a generation from being dropped until it is closed; None where it cannot be locked."""
    try:
        handle = os.open(folder / "meta.json", os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
    except OSError:
        os.close(handle)
        return None
    return handle


def drop_old(generations: Path, keep: list[str | None]) -> None:
    """Leave the current generation and the newest others, so that there is always one to go back to; and those held."""
    others = [folder for folder in generations.iterdir() if folder.is_dir() and folder.name not in keep]
    others.sort(key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in others[max(0, _KEPT - len({name for name in keep if name})) :]:
        _drop(folder)


def _drop(folder: Path) -> None:
    try:
        handle = os.open(folder / "meta.json", os.O_RDONLY)
    except OSError:  # no generation that could be served
        shutil.rmtree(folder)
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return  # a later build drops it
    except OSError:
        pass
    else:
        shutil.rmtree(folder)
        return
    finally:
        os.close(handle)
    shutil.rmtree(folder)
