"""Which steps are done: a small file that is written whole or not at all."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from furutalib.facts.files import write_atomically

_FORMAT = 1


class Ticks:
    """Ticks with their times, kept in a file from one kernel to the next.

    A file that cannot be understood is never written over: it is moved aside, and `said` tells
    where it lies. A tick that cannot be written is still held, and `said` tells why.

    Args:
        file: may not exist yet.
    """

    def __init__(self, file: str | Path) -> None:
        self.file = Path(file)
        self.said = ""
        self._done: dict[str, str] = {}
        self._refresh()

    @property
    def done(self) -> Mapping[str, str]:
        """When each step was ticked, by its id."""
        return dict(self._done)

    def tick(self, step: str, done: bool = True) -> None:
        """Keep that a step was ticked just now, or take its tick away."""
        self.said = ""
        free = self._refresh()  # somebody may have ticked in another notebook
        if done:
            self._done[step] = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
        else:
            self._done.pop(step, None)
        if free:
            self._write()

    def _refresh(self) -> bool:
        """Take in what the file says; whether it may be written."""
        try:
            text = self.file.read_bytes().decode("utf-8")
            self._done = _understood(json.loads(text))
        except FileNotFoundError:
            return True
        except (OSError, ValueError) as error:
            return self._move_aside(str(error))
        return True

    def _write(self) -> None:
        text = json.dumps({"format": _FORMAT, "done": self._done}, indent=1, sort_keys=True)
        try:
            write_atomically(self.file, text + "\n")
        except OSError as error:
            self.said += f"Not kept: {self.file} cannot be written ({error.strerror or error})."
        else:
            self.said += f"Kept in {self.file.name}."

    def _move_aside(self, why: str) -> bool:
        number = 1
        while (aside := self.file.with_name(f"{self.file.stem}.damaged-{number}.json")).exists():
            number += 1
        try:
            self.file.rename(aside)
        except OSError as error:
            self.said = f"Not kept: {self.file} cannot be read ({why}) nor moved aside ({error})."
            return False
        self.said = (
            f"{self.file.name} was damaged ({why}). Nothing of it is lost: it lies beside this "
            f"notebook as {aside.name}; open it in an editor. A new list begins here. "
        )
        return True


def _understood(plain: Any) -> dict[str, str]:
    done = plain.get("done") if isinstance(plain, dict) else None
    if not isinstance(done, dict) or not all(isinstance(when, str) for when in done.values()):
        raise ValueError("it is no list of ticks")
    return {str(step): when for step, when in done.items()}
