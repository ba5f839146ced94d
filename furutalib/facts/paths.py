"""Where the course and its data lie."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def data_folder() -> Path:
    """The folder with robots, policies and recordings.

    In an installed wheel it lies inside the package, in a clone beside it; so do the next two.
    """
    return _beside("data")


def assembly_folder() -> Path:
    """The folder with the printable parts, the build guide, the wiring and their pictures."""
    return _beside("assembly")


def bom_folder() -> Path:
    """The folder with the bill of materials."""
    return _beside("bom")


def course_folder() -> Path | None:
    """The clone that holds the notebooks, or None where only the library is installed."""
    clone = _PACKAGE.parent
    return clone if (clone / "notebooks" / "source").is_dir() else None


def _beside(name: str) -> Path:
    packaged = _PACKAGE / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
