"""Writing to disk whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_atomically(path: str | os.PathLike[str], data: str | bytes) -> None:
    """Write `data` to `path` so that a reader sees the old file or the new one, never a part.

    The bytes go to a temporary file in the same folder, are flushed to the disk and then
    renamed over `path`. Text is written as UTF-8 with plain newlines.

    Raises:
        OSError: the disk is full or the folder cannot be written; `path` is unchanged.
    """
    target = Path(path)
    content = data.encode() if isinstance(data, str) else data
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)  # mkstemp gives 0600: a shared run folder must stay readable
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextmanager
def write_folder_atomically(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give an empty temporary folder that becomes `path` when the block ends without an error.

    A folder that stood at `path` is kept as `<name>.previous` until the new one is in place,
    so at every instant one whole folder exists (see `recover_folder`).

    Raises:
        OSError: the disk is full or the parent cannot be written; `path` is unchanged.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    recover_folder(target)
    fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        fresh.chmod(0o755)
        yield fresh
        for file in fresh.rglob("*"):
            if file.is_file():
                _flush_to_disk(file)
        _swap(fresh, target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def recover_folder(path: str | os.PathLike[str]) -> None:
    """Put `<name>.previous` back if a swap was interrupted between its two renames."""
    target = Path(path)
    previous = _previous(target)
    if not target.exists() and previous.exists():
        previous.rename(target)
    elif previous.exists():
        shutil.rmtree(previous)


def _swap(fresh: Path, target: Path) -> None:
    if target.exists():
        target.rename(_previous(target))
    try:
        fresh.rename(target)
    finally:
        recover_folder(target)


def _previous(target: Path) -> Path:
    return target.with_name(f"{target.name}.previous")


def _flush_to_disk(file: Path) -> None:
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())


def write_at_start(handle: int, data: bytes) -> None:
    """Write at the start of an open file, in one call where there is one.

    So two threads that write to the same pin or channel cannot get between each other's seek and
    write.
    """
    if hasattr(os, "pwrite"):
        os.pwrite(handle, data, 0)
    else:  # Windows
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, data)
