"""Where the course and its data lie."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def data_folder() -> Path:
    """The folder with robots, policies and recordings.

    In an installed wheel it lies inside the package, in a clone beside it.
    """
    packaged = _PACKAGE / "data"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "data"


def course_folder() -> Path | None:
    """The clone that holds the notebooks, or None where only the library is installed."""
    clone = _PACKAGE.parent
    return clone if (clone / "notebooks" / "source").is_dir() else None
