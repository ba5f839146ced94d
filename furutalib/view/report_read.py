"""What a report is about: which folders and files are given, and what they are called."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.run_files import RunFiles
from furutalib.learning.sweep import is_sweep
from furutalib.machine.telemetry_writer import HEADER
from furutalib.view.report_part import Part, plain
from furutalib.view.report_recording import read_recording
from furutalib.view.report_run import read_policy, read_run

Reader = Callable[[Path, str], Part]


def read_parts(sources: Sequence[Path]) -> list[Part]:
    """Read everything that is given.

    Raises:
        ConfigurationError: nothing is given, or a source is no run, policy, recording or sweep.
    """
    found = [item for source in sources for item in _found(source)]
    if not found:
        raise ConfigurationError(
            "nothing to report; give run folders, policy folders or telemetry files (.csv)"
        )
    names = _names([path for path, _ in found])
    return [read(path, name) for (path, read), name in zip(found, names, strict=True)]


def _found(source: Path) -> list[tuple[Path, Reader]]:
    """The runs, policies and recordings at a place."""
    files = RunFiles(source)
    if source.is_file() and source.suffix == ".csv":
        return [(source, read_recording)]
    if is_sweep(source):
        runs = sorted(path.parent for path in source.glob("*/config.json"))
        return [(run, read_run) for run in runs]
    if any(file.is_file() for file in (files.config, files.status, files.progress)):
        return [(source, read_run)]
    if (source / "policy.json").is_file():
        return [(source, read_policy)]
    recordings = [path for path in sorted(source.glob("*.csv")) if _is_recording(path)]
    if recordings:
        return [(path, read_recording) for path in recordings]
    raise ConfigurationError(
        f"{source} {_what(source)}; a report takes run folders (config.json), policy folders "
        "(policy.json), telemetry files (.csv) and folders of them"
    )


def _what(source: Path) -> str:
    if source.is_file():
        return "is a file, but no telemetry file"
    return "is neither a run nor a policy nor a recording" if source.exists() else "does not exist"


def _is_recording(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(HEADER)) == HEADER.encode()


def _names(paths: Sequence[Path]) -> list[str]:
    """What each is called: its own name, with folders before it only where they tell it apart."""
    paths = [path.resolve() for path in paths]
    names = [path.stem if path.suffix == ".csv" else path.name for path in paths]
    if len(set(names)) < len(names):
        shared = os.path.commonpath([path.parent for path in paths])
        names = [path.relative_to(shared).as_posix() for path in paths]
    if len(set(names)) < len(names):  # the same thing twice
        names = [f"{name} ({i})" for i, name in enumerate(names, start=1)]
    return [plain(name) for name in names]
