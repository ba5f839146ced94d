"""A robot's TOML file with some values changed: everything else, comments too, stays as it was."""

import json
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fields import read_toml
from furutalib.facts.machine import emulated_around, load_machine
from furutalib.facts.robot import (
    EMULATED_TABLE,
    MACHINE_TABLES,
    RobotDescription,
    load_robot,
    robot_file,
)

_EMULATED = f"""
[{EMULATED_TABLE}]
# This was found on an emulated robot. It really is one drawn around these values, whatever is
# believed above; a real robot's file has no such table.
"""
_TABLE = re.compile(r"\s*\[\s*([\w-]+)\s*\]\s*(?:#.*)?$")
_ENTRY = re.compile(r"(\s*)([\w-]+)(\s*=\s*)(.*)$")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"' + r"|'[^']*'")


class Change(NamedTuple):
    """A new value, how it was found, and what kind of source that is."""

    value: float | str
    note: str = ""
    source: str = "identified"


def write_robot_file(
    source: str | Path,
    target: str | Path,
    changes: Mapping[str, Change],
    emulated: bool = False,
) -> Path:
    """Write the file of a robot anew, as a new file, with some values changed.

    Args:
        source: name or TOML file of a robot; it stays as it is.
        target: the new file, ending in .toml.
        changes: by dotted key ("drive.dead_zone"); `"name"` changes the robot's name.
        emulated: whether they were found on an emulated robot. The new file then says in a table
            `[emulated]` what the changed values were, so that this robot stays the same one.

    Returns:
        The new file; a reader sees it whole or not at all.

    Raises:
        ConfigurationError: the new file exists already, a key is unknown, or what would be
            written is not a valid robot; nothing is written then.
    """
    origin, path = robot_file(source), Path(target)
    refuse_unless_new(path)
    old = origin.read_text(encoding="utf-8").partition(f"\n[{EMULATED_TABLE}]\n")[0]
    text = changed_text(old, changes, origin.name)
    if emulated:
        text += _EMULATED + _drawn_around(origin, changes)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".robot-") as folder:
        fresh = Path(folder) / path.name  # of this name, which messages about it will say
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _check(fresh)
        _put_in_place(fresh, path)
    return path


def refuse_unless_new(path: Path) -> None:
    """Refuse a name under which no new robot file can be written, before work is spent on it.

    Raises:
        ConfigurationError: it does not end in .toml, it is there already, or its folder is
            missing or cannot be written.
    """
    if path.suffix != ".toml":
        raise ConfigurationError(f"{path} must end in .toml, as every robot's file does")
    _refuse_to_overwrite(path)
    if not path.parent.is_dir():
        raise ConfigurationError(
            f"{path} cannot be written: there is no folder {path.parent}; make it first, or give "
            "another name"
        )
    try:
        tempfile.TemporaryDirectory(dir=path.parent, prefix=".robot-").cleanup()
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written: {error.strerror} in the folder {path.parent}; give a name "
            "in a folder of your own"
        ) from error


def changed_text(text: str, changes: Mapping[str, Change], where: str = "the file") -> str:
    """The text of a robot's file with some values changed; arguments and errors as above."""
    waiting = dict(changes)
    table, lines = "", []
    for line in text.splitlines():
        header = _TABLE.match(line)
        entry = _ENTRY.match(line)
        if header:
            table = header[1]
        elif entry:
            key = f"{table}.{entry[2]}" if table else entry[2]
            if key in waiting:
                line = entry[1] + entry[2] + entry[3] + _written(entry[4], waiting.pop(key), key)
        lines.append(line)
    if waiting:
        raise ConfigurationError(
            f"{where} has no {', '.join(sorted(waiting))}; only values that stand there on a line "
            "of their own can be changed"
        )
    return "\n".join(lines) + "\n"


def _drawn_around(origin: Path, changes: Mapping[str, Change]) -> str:
    """The table `[emulated]`: the values of `origin` that change now or have changed before."""
    described, around = _flat(load_robot(origin)), _flat(emulated_around(origin))
    keys = [key for key in around if key in changes or around[key] != described[key]]
    return "".join(f"{key} = {_value(around[key])}\n" for key in keys)


def _flat(robot: RobotDescription) -> dict[str, float | str]:
    return {
        f"{table}.{key}": value
        for table, values in robot.to_dict().items()
        if isinstance(values, dict)
        for key, value in values.items()
    }


def _written(old: str, change: Change, key: str) -> str:
    """What goes after the equals sign: the change, then the old line's comment."""
    rest = _after_value(old)
    if "{" not in old[: len(old) - len(rest)]:
        return _value(change.value) + rest
    if not change.note:
        raise ConfigurationError(f"{key} needs a note: say when and how it was found")
    entry = f"value = {_value(change.value)}, source = {_value(change.source)}"
    return f"{{ {entry}, note = {_value(change.note)} }}{rest}"


def _after_value(old: str) -> str:
    """The comment behind a value, with the blanks before it."""
    blank = _STRING.sub(lambda found: "_" * len(found[0]), old)  # a # in a string is no comment
    end = len(blank.partition("#")[0].rstrip())
    return old[end:]


def _value(value: float | str) -> str:
    """As TOML writes it."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)  # the same escapes as a TOML basic string
    return repr(value)


def _check(path: Path) -> None:
    emulated_around(path)
    if any(table in read_toml(path) for table in MACHINE_TABLES):
        load_machine(path)


def _put_in_place(fresh: Path, path: Path) -> None:
    try:
        os.link(fresh, path)  # unlike a renaming it fails where a file is already
    except FileExistsError:
        _refuse_to_overwrite(path)
    except OSError:  # a file system without links
        _refuse_to_overwrite(path)
        fresh.replace(path)


def _refuse_to_overwrite(path: Path) -> None:
    if path.exists():
        raise ConfigurationError(
            f"{path} is already there and stays as it is; choose another name, or move it away"
        )
