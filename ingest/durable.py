"""Files that are on the disk when they are said to be written."""

import os
from pathlib import Path


def write(file: Path, data: bytes | memoryview) -> None:
    file.parent.mkdir(exist_ok=True)
    with open(file, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


def replace(file: Path, data: bytes) -> None:
    beside = file.with_name(f".{file.name}-{os.getpid()}")
    write(beside, data)
    os.rename(beside, file)
    sync_folder(file.parent)


def sync_file(file: Path) -> None:
    with open(file, "rb") as written:
        os.fsync(written.fileno())


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
