"""What a report is made of: one run, policy or recording as plain values, and words to be shown.

Everything that was read from files goes through `plain` before a report shows it: a report is sent
to other people, and must not tell where it was made.
"""

import contextlib
import getpass
import re
import socket
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from furutalib.facts.paths import course_folder
from furutalib.facts.robot import RobotDescription
from furutalib.learning.run_config import flat
from furutalib.learning.run_files import Columns
from furutalib.machine.telemetry import Telemetry
from furutalib.view.tracks import Track

TRAINING, POLICY, RECORDING = "training", "policy", "recording"
SIMULATED, UNKNOWN = "simulated", "not said"

_PLACES = {
    "sim": SIMULATED,
    "simulated": SIMULATED,
    "emulated": "emulated",
    "real": "real robot",
}
_SHORTEST_NAME = 3  # of a user or computer; a shorter one would tear words apart
_COMMON = {"root", "user", "localhost", "pi", "jovyan", "student", "admin"}  # tell nothing
# An absolute path: its last part stays. Not a fraction or a unit, which have something before "/".
_POSIX = re.compile(r"(?<![\w.)\]/~…])~?(?:/[^\s/'\"<>|:;,]+)+/(?=[^\s/'\"<>|:;,])")
_WINDOWS = re.compile(r"(?<!\w)(?:[A-Za-z]:|\\\\)[\\/](?:[^\\/\n'\"<>|:;]+[\\/]+)*")
_AROUND = "…/"


@dataclass(frozen=True, eq=False)
class Part:
    """One thing that a report tells of; what is not there is empty and named in `missing`."""

    name: str
    kind: str  # TRAINING, POLICY or RECORDING
    place: str = UNKNOWN  # where the robot is: simulated, emulated, real robot
    robot: RobotDescription | None = None
    fidelity: Sequence[str] | str = "full"
    facts: Mapping[str, Any] = field(default_factory=dict)  # at a glance
    settings: Mapping[str, Any] = field(default_factory=dict)  # nested
    made_with: Mapping[str, Any] = field(default_factory=dict)  # versions and hashes
    figures: Sequence[Mapping[str, Any]] = ()  # one mapping per set of starts
    progress: Columns = field(default_factory=dict)
    evaluations: Columns = field(default_factory=dict)
    over: bool = True  # nothing will be added to the curves
    tracks: Sequence[Track] = ()  # episodes to play; the first one where there is room for one
    recording: Telemetry | None = None
    notes: str = ""
    command: str = ""
    reward: str = ""  # source of the learner's own
    log: str = ""  # its end, if something went wrong
    missing: Sequence[str] = ()


def place_of(values: Mapping[str, Any], otherwise: str) -> str:
    """Where the robot is, as configurations and recordings say it: by the word `kind`."""
    told = [_PLACES[v] for k, v in _ordered(values) if isinstance(v, str) and v in _PLACES]
    return told[0] if told else otherwise


def _ordered(values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Values by dotted names; those called `kind` first, the outer ones before the inner ones."""
    return sorted(
        flat(values).items(),
        key=lambda item: (item[0].split(".")[-1] != "kind", item[0].count(".")),
    )


def plain(value: Any) -> str:
    """A text without paths of this computer, without its name and that of its user."""
    text = str(value).replace("file://", "")
    for place in _own_places():
        text = text.replace(place, _AROUND)
    text = _POSIX.sub(_AROUND, _WINDOWS.sub(_AROUND, text))
    for name in _own_names():
        text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", "…", text, flags=re.I)
    return re.sub(rf"({re.escape(_AROUND)})+", _AROUND, text)


def told(value: Any) -> str:
    """A value as HTML text: harmless, and without what `plain` takes out."""
    if value is None or value == "":
        return "–"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(told, value)) or "none"
    return escape(plain(value))


def _own_places() -> Iterator[str]:
    """Folders of this computer, longest first; their names may hold blanks."""
    here = [Path.cwd(), Path.home(), Path(tempfile.gettempdir()), course_folder()]
    texts = {str(place).rstrip("/\\") for place in here if place is not None}
    for text in sorted((text for text in texts if len(text) > 1), key=len, reverse=True):
        yield from (f"{text}/", f"{text}\\", text)


def _own_names() -> Iterator[str]:
    computer = socket.gethostname()
    names = {computer, computer.split(".")[0], Path.home().name}
    with contextlib.suppress(OSError, KeyError):  # a container may have no name for its user
        names.add(getpass.getuser())
    for name in sorted(names, key=len, reverse=True):
        if len(name) >= _SHORTEST_NAME and name.lower() not in _COMMON:
            yield name
