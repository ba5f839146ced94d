"""Storing a run so that it can go on after a kill, as if nothing had happened."""

import json
import pickle
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from furutalib.facts.errors import RunError
from furutalib.facts.files import recover_folder, write_folder_atomically

COUNTERS = "counters.json"
_UNREADABLE = (
    OSError,
    ValueError,
    KeyError,
    AttributeError,
    EOFError,
    ImportError,
    pickle.UnpicklingError,
    zipfile.BadZipFile,
)


def save_checkpoint(
    folder: Path, counters: Mapping[str, Any], save_state: Callable[[Path], None]
) -> None:
    """Replace the checkpoint; the old one stays until the new one is whole.

    Args:
        counters: plain values that belong to the same instant (steps, seconds, best score).
        save_state: writes everything else into the folder that it is given.

    Raises:
        OSError: the disk is full or cannot be written; the old checkpoint is unchanged.
    """
    with write_folder_atomically(folder) as fresh:
        save_state(fresh)
        (fresh / COUNTERS).write_text(json.dumps(dict(counters), indent=1), "utf-8")


def load_checkpoint(folder: Path, load_state: Callable[[Path], None]) -> dict[str, Any] | None:
    """Restore the last whole checkpoint; its counters, or None if there is none yet.

    Raises:
        RunError: the checkpoint is there but cannot be read.
    """
    recover_folder(folder)
    if not folder.is_dir():
        return None
    try:
        counters: dict[str, Any] = json.loads((folder / COUNTERS).read_text("utf-8"))
        load_state(folder)
    except _UNREADABLE as error:
        raise RunError(
            f"{folder} cannot be read ({type(error).__name__}: {error}); it was probably made by "
            "another version. Delete it to train from the start, or use a new folder"
        ) from error
    return counters
