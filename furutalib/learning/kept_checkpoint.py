"""Checkpoints of a robot's run: the one before is kept, since nothing can be driven again.

Each says the hashes of its files, so that one which a power cut left unfinished is noticed, and
the one before is taken instead.
"""

import json
import logging
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from furutalib.facts.errors import RunError
from furutalib.learning.checkpoint import COUNTERS, load_checkpoint, save_checkpoint
from furutalib.learning.policy_folder import file_hash

_log = logging.getLogger(__name__)
_HASHES = "hashes.json"


def save_keeping_one(
    folder: Path, counters: Mapping[str, Any], save_state: Callable[[Path], None]
) -> None:
    """Write a checkpoint beside the older one, which then takes the place of the one before it.

    Raises:
        OSError: the disk is full or cannot be written; the older ones are unchanged.
    """

    def save(fresh: Path) -> None:
        save_state(fresh)
        hashes = {file.name: file_hash(file) for file in fresh.iterdir()}
        (fresh / _HASHES).write_text(json.dumps(hashes, indent=1), "utf-8")

    _promote(folder)
    save_checkpoint(_new(folder), counters, save)
    _promote(folder)


def load_newest_whole(folder: Path, load_state: Callable[[Path], None]) -> dict[str, Any] | None:
    """Restore the newest checkpoint that is whole; its counters, or None if there is none at all.

    Raises:
        RunError: there are some, and none of them is whole.
    """
    place = newest_whole(folder)
    if place is None:
        return None
    counters = load_checkpoint(place, load_state)
    _drop_newer(folder, place)
    return counters


def newest_whole(folder: Path) -> Path | None:
    """Where the newest checkpoint is that is whole; None if there is none at all.

    Raises:
        RunError: there are some, and none of them is whole.
    """
    trouble = ""
    for place in (_new(folder), folder, _before(folder)):
        if not place.is_dir():
            continue
        wrong = _what_is_wrong(place)
        if not wrong:
            return place
        trouble = f"{place} is not whole: {wrong}"
        _log.warning("%s; the one before is looked at", trouble)
    if trouble:
        raise RunError(f"{trouble}, and there is no older one; begin in a new folder")
    return None


def has_checkpoint(folder: Path) -> bool:
    """Whether there is one, whole or not."""
    return any(place.is_dir() for place in (_new(folder), folder, _before(folder)))


def _what_is_wrong(place: Path) -> str:
    try:
        hashes: dict[str, str] = json.loads((place / _HASHES).read_text("utf-8"))
        json.loads((place / COUNTERS).read_text("utf-8"))
    except (OSError, ValueError) as error:
        return str(error)
    for name, expected in hashes.items():
        if not (place / name).is_file():
            return f"{name} is missing"
        if file_hash(place / name) != expected:
            return f"{name} was cut or changed"
    return ""


def _promote(folder: Path) -> None:
    """The new one becomes the checkpoint, the checkpoint the one before."""
    if not _new(folder).is_dir():
        return
    if folder.is_dir():
        shutil.rmtree(_before(folder), ignore_errors=True)
        folder.rename(_before(folder))
    _new(folder).rename(folder)


def _drop_newer(folder: Path, used: Path) -> None:
    """Damaged ones must not push a whole one out when the next is written."""
    for place in (_new(folder), folder):
        if place == used:
            return
        shutil.rmtree(place, ignore_errors=True)


def _new(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.new")


def _before(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.before")
