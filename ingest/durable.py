"""Files that are on the disk when they are said to be written."""

import hashlib
import os
import shutil
from pathlib import Path

import numpy as np


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


def write_array(file: Path, array: np.ndarray) -> None:
    """A ``.npy`` file of an array."""
    file.parent.mkdir(exist_ok=True)
    # Straight from file to file, or into it: a large array would be in memory a second time.
    if isinstance(array, np.memmap):  # a whole .npy file, as np.save has written it
        shutil.copyfile(array.filename, file)
    else:
        with open(file, "wb") as out:
            np.save(out, array, allow_pickle=False)
    sync_file(file)


def remove(place: Path) -> None:
    """Whatever is there, a folder or a file or nothing."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def sha256(file: Path) -> str:
    """In hexadecimal, of all bytes of a file."""
    with open(file, "rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()
