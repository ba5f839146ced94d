"""The learner's own copies of the lessons, in the folder `work`, which git ignores.

Nothing here overwrites a file that is there already, also when two servers start at once.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from furutalib.facts.errors import ConfigurationError, FurutaError
from furutalib.facts.paths import course_folder


class WorkspaceError(FurutaError, OSError):
    """The folder with the learner's copies cannot be read or written."""


@dataclass(frozen=True)
class FreshCopy:
    """A new copy of a lesson, and where the old one went (None if there was none)."""

    path: Path
    kept: Path | None


def find_course(start: Path) -> Path:
    """The clone that `start` lies in, else the one that furutalib is imported from.

    Raises:
        ConfigurationError: there is neither.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "notebooks" / "source").is_dir() and (folder / "furutalib").is_dir():
            return folder
    clone = course_folder()
    if clone is None:
        raise ConfigurationError(
            f"no course at {start}: furutalib is installed without its lessons; "
            "change into a clone of the course and try again"
        )
    return clone


def work_folder(course: Path) -> Path:
    """Where the learner's copies lie."""
    return course / "work"


def lesson_names(course: Path) -> list[str]:
    """The lessons of the course in their order, e.g. `["00_welcome", ...]`."""
    return sorted(path.stem for path in (course / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def find_lesson(course: Path, wanted: str) -> str:
    """The name of the lesson with this number (`"3"`, `"03"`) or name.

    Raises:
        ConfigurationError: no such lesson.
    """
    names = lesson_names(course)
    wanted = wanted.removesuffix(".ipynb")
    for name in names:
        if wanted == name or wanted.zfill(2) == name[:2]:
            return name
    raise ConfigurationError(f"no lesson {wanted!r}; there are: {', '.join(names)}")


def fill(course: Path) -> list[Path]:
    """Copy every lesson that `work` lacks; returns the new copies.

    Raises:
        WorkspaceError: a copy cannot be written; none is left half written.
    """
    with _explaining(work_folder(course)):
        work_folder(course).mkdir(exist_ok=True)
    new = []
    for name in lesson_names(course):
        target = work_folder(course) / f"{name}.ipynb"
        with _explaining(target):
            if not target.exists() and _copy_if_absent(_original(course, name), target):
                new.append(target)
    return new


def fresh_copy(course: Path, name: str) -> FreshCopy:
    """Put a new copy of a lesson in place; an old one is kept as `<name>.old-1.ipynb`, `.old-2`...

    Raises:
        WorkspaceError: the copy cannot be written; what was there is unchanged.
    """
    target = work_folder(course) / f"{name}.ipynb"
    with _explaining(target):
        target.parent.mkdir(exist_ok=True)
        temporary = _write_temporary(_original(course, name).read_bytes(), target)
        try:
            kept = _move_aside(target) if target.exists() else None
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    return FreshCopy(target, kept)


def _original(course: Path, name: str) -> Path:
    return course / "notebooks" / f"{name}.ipynb"


def _copy_if_absent(source: Path, target: Path) -> bool:
    """Whether `target` was absent and is now a whole copy of `source`."""
    temporary = _write_temporary(source.read_bytes(), target)
    try:
        _rename_without_overwriting(temporary, target)
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    return True


def _write_temporary(content: bytes, target: Path) -> Path:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)  # mkstemp gives 0600; a copy is an ordinary file
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _rename_without_overwriting(source: Path, target: Path) -> None:
    """Rename, but raise FileExistsError if `target` is there. Only Windows does that by itself."""
    if os.name == "nt":
        source.rename(target)
        return
    try:
        target.hardlink_to(source)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: the best that is left
        if target.exists():
            raise FileExistsError(target) from None
        source.rename(target)
        return
    source.unlink()


def _move_aside(path: Path) -> Path:
    number = 1
    while True:
        aside = path.with_name(f"{path.stem}.old-{number}{path.suffix}")
        try:
            _rename_without_overwriting(path, aside)
        except FileExistsError:
            number += 1
        else:
            return aside


@contextmanager
def _explaining(path: Path) -> Iterator[None]:
    """Turn what the operating system says into what a learner can do about it."""
    try:
        yield
    except OSError as error:
        raise WorkspaceError(
            f"cannot write {path}: {error.strerror or error}; "
            "make the folder writable or free some space, then open the course again"
        ) from error
