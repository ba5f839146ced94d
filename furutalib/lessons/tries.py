"""The learner's own table of tries, kept on disk."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from furutalib.facts.files import write_atomically
from furutalib.view.table import Cell

Try = dict[str, Cell]


class Tries:
    """Tries in the order they were made, one JSON object per line of one file.

    Several notebooks may use the same file: it is read anew before every change.

    Attributes:
        damage: what was wrong with the file and where it was moved; empty if nothing was.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.damage = ""

    def read(self) -> list[Try]:
        """All tries; none yet if there is no file. A damaged file is put aside, not deleted."""
        try:
            text = self.path.read_text("utf-8")
            return _checked(json.loads(text))
        except FileNotFoundError:
            return []
        except ValueError as error:  # no JSON, no UTF-8, or something else than tries
            aside = _free_name(self.path)
            self.path.rename(aside)
            self.damage = (
                f"{self.path} could not be read ({error}). It is kept as {aside.name}; mend it "
                "and rename it back, or go on with an empty table."
            )
            return []

    def put(self, name: str, values: Mapping[str, Cell]) -> None:
        """Add a try, or change the one of this name.

        Raises:
            OSError: the disk is full or the folder cannot be written; the file is unchanged.
        """
        tries = self.read()
        known = next((each for each in tries if each["name"] == name), None)
        if known is None:
            known = {"name": name}
            tries.append(known)
        known.update(values)
        self._write(tries)

    def remove(self, name: str) -> None:
        """Take away the try of this name, if there is one."""
        self._write([each for each in self.read() if each["name"] != name])

    def _write(self, tries: list[Try]) -> None:
        lines = ",\n".join(json.dumps(each) for each in tries)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self.path, f"[\n{lines}\n]\n")


def _checked(tries: Any) -> list[Try]:
    if not isinstance(tries, list):
        raise ValueError(f"it holds {type(tries).__name__}, not a list of tries")
    for number, each in enumerate(tries, start=1):
        if not isinstance(each, dict) or not isinstance(each.get("name"), str):
            raise ValueError(f"try {number} has no name")
        for key, cell in each.items():
            if not (cell is None or isinstance(cell, str | int | float)):
                raise ValueError(f"try {number}: {key!r} is {type(cell).__name__}")
    return tries


def _free_name(path: Path) -> Path:
    """A name beside `path` that nothing has."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    return aside
