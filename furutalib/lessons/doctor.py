"""`furuta check`: is everything here, and does it work? Each finding says what to do next."""

import importlib.metadata
import importlib.util
import json
import math
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from furutalib.facts.errors import ConfigurationError, FurutaError
from furutalib.lessons.workspace import find_course, work_folder

_OLDEST_PYTHON = (3, 11)
_MAIN_PACKAGES = ("numpy", "numba", "gymnasium", "torch", "stable-baselines3", "jupyterlab")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True)
class Report:
    """All findings; good if every one is."""

    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return all(finding.ok for finding in self.findings)

    def to_json(self) -> str:
        """`{"ok": ..., "findings": [{"name", "ok", "detail"}, ...]}`."""
        findings = [asdict(finding) for finding in self.findings]
        return json.dumps({"ok": self.ok, "findings": findings}, indent=2)

    def table(self) -> str:
        """One line per finding, and a last one that sums up."""
        lines = [f"{'ok ' if f.ok else 'BAD'}  {f.name:<10}{f.detail}" for f in self.findings]
        bad = sum(not finding.ok for finding in self.findings)
        last = "Everything is ready." if self.ok else f"{bad} of {len(lines)} need your attention."
        return "\n".join([*lines, last])


def examine() -> Report:
    """Look at everything that the course needs; nothing is changed."""
    return Report(tuple(look_at(name) for name in LOOKS))


def look_at(name: str) -> Finding:
    """One look of `LOOKS`; what goes wrong there is the finding."""
    try:
        return Finding(name, True, LOOKS[name]())
    except (FurutaError, OSError, ImportError) as error:
        return Finding(name, False, " ".join(str(error).split()))


class _Wrong(FurutaError):
    """A look found something wrong; the message is the finding."""


def _course() -> Path | None:
    try:
        return find_course(Path.cwd())
    except ConfigurationError:
        return None


def _python() -> str:
    if sys.version_info < _OLDEST_PYTHON:
        raise _Wrong(f"Python {platform.python_version()} is too old; install 3.11 or newer")
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def _versions() -> str:
    installed = installed_versions()
    return ", ".join(f"{name} {installed.get(name, 'absent')}" for name in _MAIN_PACKAGES)


def _lock() -> str:
    course = _course()
    if course is None:
        return "only the library is installed here, without the course's lock"
    lock = course / "requirements.txt"
    different = differences(lock.read_text("utf-8"), installed_versions())
    if different:
        shown = ", ".join(different[:4]) + (", ..." if len(different) > 4 else "")
        raise _Wrong(
            f"{lock.name} is not what is installed: {shown}; "
            "run `pip install -r requirements.txt` in the course's folder"
        )
    return f"every package is as {lock.name} says"


def installed_versions() -> dict[str, str]:
    """Version of every installed distribution by its normalised name, without local parts."""
    return {
        _normal(name): found.version.split("+")[0]
        for found in importlib.metadata.distributions()
        if (name := found.metadata["Name"])
    }


def differences(lock: str, installed: Mapping[str, str]) -> list[str]:
    """What `installed` has otherwise than the text of a requirements file pins for this machine."""
    from packaging.requirements import Requirement

    found = []
    for line in lock.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pin = Requirement(line)
        if pin.marker is not None and not pin.marker.evaluate():
            continue
        version = installed.get(_normal(pin.name))
        if version is None:
            found.append(f"{pin.name} is absent (lock {_wanted(pin.specifier)})")
        elif not pin.specifier.contains(version, prereleases=True):
            found.append(f"{pin.name} {version} (lock {_wanted(pin.specifier)})")
    return found


def _wanted(specifier: object) -> str:
    return str(specifier).removeprefix("==")


def _normal(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _robots() -> str:
    from furutalib.facts.robot import load_robot, robot_names

    names = [load_robot(name).name for name in robot_names()]
    if not names:
        raise _Wrong("no robot description found; the installation is incomplete")
    return f"{', '.join(names)} can be read"


def _rollout() -> str:
    from furutalib.machine.connect import connect
    from furutalib.machine.robot import Start

    if _course() is None and importlib.util.find_spec("numba") is None:
        return "no simulation on this computer: numba is absent, as on a board that runs policies"
    with connect("sim") as robot:
        robot.reset(Start(pendulum_angle_rad=0.1))
        robot.step(0.0)  # compiles the plant, the first time ever
        steps = round(1.0 / robot.dt)
        began = time.perf_counter()
        for _ in range(steps):
            reading = robot.step(0.2)
        took_s = time.perf_counter() - began
    if not (math.isfinite(reading.arm_angle_rad) and math.isfinite(reading.pendulum_angle_rad)):
        raise _Wrong(f"the simulated robot ended at {reading}; please report this")
    return f"one second of the simulated robot took {took_s * 1e3:.1f} ms"


def _jupyter() -> str:
    settings = Path(sys.prefix, "etc", "jupyter", "jupyter_server_config.d", "furutalib.json")
    if not settings.is_file():
        raise _Wrong(
            f"JupyterLab does not know the course's settings ({settings} is missing); "
            "run `pip install --no-deps --editable .` in the course's folder"
        )
    return "the course's settings are in place"


def _wandb() -> str:
    from furutalib.learning.wandb_mode import choose_mode, host, is_logged_in, sync_command

    mode = choose_mode("auto")
    if mode == "disabled":
        return "disabled: trainings write plain files only"
    key = f"a key for {host()} is here" if is_logged_in() else "not logged in"
    if mode == "online" and is_logged_in():
        return f"online: trainings send their curves to {host()} ({key})"
    first = "" if is_logged_in() else "`wandb login`, then "
    sync = f"to send one: {first}`{sync_command(Path('runs', 'NAME'))}`"
    if mode == "online":
        return f"offline although online is asked for: {key}; {sync}"
    return f"offline: trainings log into their own folder, nothing is sent ({key}); {sync}"


def _work() -> str:
    course = _course()
    if course is None:
        return "only the library is installed here, without lessons"
    folder = work_folder(course)
    place = folder if folder.is_dir() else folder.parent
    if not os.access(place, os.W_OK):
        raise _Wrong(f"{place} cannot be written; your copies of the lessons have no place")
    with tempfile.TemporaryFile(dir=place) as probe:
        probe.write(b"enough room for a line")
    return f"{folder} can be written"


LOOKS: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        "python": _python,
        "versions": _versions,
        "lock": _lock,
        "robots": _robots,
        "rollout": _rollout,
        "jupyter": _jupyter,
        "W&B": _wandb,
        "work": _work,
    }
)
