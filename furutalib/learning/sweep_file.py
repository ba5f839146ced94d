"""Sweep files: many training runs described in W&B's own YAML format.

The same file goes to `furuta sweep` (here, offline) and, unchanged, to `wandb sweep`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from furutalib.facts.errors import ConfigurationError, FurutaError
from furutalib.learning.run_config import RunConfig, flat
from furutalib.learning.run_files import Status
from furutalib.learning.sweep_space import draw, grid, hint, is_whole, mapping, only, read_space
from furutalib.learning.training import describe

PROGRAM = "furutalib.learning.sweep_agent"
COMMAND = ("${env}", "${interpreter}", "-m", "${program}")
METHODS = ("grid", "random")
GOALS = ("minimize", "maximize")
_KEYS = {
    *("program", "command", "method", "parameters", "metric", "run_cap"),
    *("name", "description", "project", "entity"),
}
_RUN_OPTIONS: Mapping[str, Any] = {
    "algorithm": "ppo",
    "task": "swing-up",
    "robot": "course",
    "fidelity": "full",
    "rate_hz": None,
    "latency_s": None,
    "reward": None,
    "seed": 0,
    "stop_at_success": True,
}


@dataclass(frozen=True)
class SweepFile:
    """A checked sweep: every run that it asks for."""

    definition: Mapping[str, Any]  # all that decides which runs there are
    metric: str | None
    goal: str
    points: tuple[Mapping[str, Any], ...]  # the parameters of each run, nested as in the file

    def configs(self) -> list[RunConfig]:
        """What each run does."""
        return [run_config(point) for point in self.points]

    def columns(self) -> list[str]:
        """Dotted names of the parameters, in the order of the file."""
        return list(dict.fromkeys(name for point in self.points for name in flat(point)))


def read_sweep(path: str | Path) -> SweepFile:
    """Read and check a sweep file.

    Raises:
        ConfigurationError: it is not a sweep file, or asks for something that cannot be run
            here; the message says what to do.
    """
    import yaml

    if not Path(path).is_file():
        raise ConfigurationError(
            f"there is no sweep file {path}; data/benchmarks/continuity/full.yaml is an example "
            "to copy and change"
        )
    try:
        values = yaml.safe_load(Path(path).read_text("utf-8"))
        json.dumps(values)  # a date, say, is YAML but no parameter
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError) as error:
        raise ConfigurationError(f"{path} cannot be read as a sweep file: {error}") from error
    try:
        return parse_sweep(values)
    except FurutaError as error:
        raise ConfigurationError(f"{path}: {error}") from error


def parse_sweep(values: Any) -> SweepFile:
    """Check the content of a sweep file and lay out its runs.

    Raises:
        ConfigurationError: see `read_sweep`.
    """
    values = mapping(values, "a sweep file")
    only(values, _KEYS, "sweep file key")
    _check_program(values)
    method, parameters = _method(values.get("method")), values.get("parameters")
    if not parameters:
        raise ConfigurationError("the sweep has no parameters; add for example seed: {values: [0]}")
    metric, goal = _metric(values.get("metric"))
    count = _run_cap(values.get("run_cap"), method)
    space = read_space(mapping(parameters, "parameters"))
    points = grid(space, count) if method == "grid" else draw(space, count or 0)
    for number, point in enumerate(points):
        _check_point(number, point)
    definition = {"method": method, "run_cap": count, "parameters": parameters}
    return SweepFile(definition, metric, goal, tuple(points))


def run_config(point: Mapping[str, Any]) -> RunConfig:
    """What a run with these parameters does: the keywords of `furutalib.train`.

    Raises:
        ConfigurationError: a key is unknown or a value is not allowed.
    """
    return describe_run(point)[0]


def describe_run(point: Mapping[str, Any]) -> tuple[RunConfig, str | None]:
    """The same, and the source of its reward if that is a named function."""
    known = {k: v for k, v in point.items() if k in _RUN_OPTIONS}
    others = {k: tuple(v) if isinstance(v, list) else v for k, v in point.items() if k not in known}
    named: dict[str, Any] = {**_RUN_OPTIONS, **known}
    return describe(**named, wrappers=None, settings=None, options=others)


def logged_metrics() -> list[str]:
    """Every name that a run logs to W&B: its curves, its validations and its summary."""
    # Here and not above: they live beside the training loop, which imports torch.
    from furutalib.learning.session import EVALUATION_COLUMNS
    from furutalib.learning.trainer import COLUMNS

    curves = [f"train/{name}" for name in COLUMNS]
    checks = [f"eval/{name}" for name in EVALUATION_COLUMNS]
    return [*checks, *curves, *(entry.name for entry in fields(Status))]


def _check_program(values: Mapping[str, Any]) -> None:
    if values.get("program") != PROGRAM or tuple(values.get("command") or ()) != COMMAND:
        raise ConfigurationError(
            "a sweep here trains with furutalib; so that `wandb agent` does the same, write\n"
            f"program: {PROGRAM}\ncommand: {json.dumps(COMMAND)}"
        )


def _method(method: Any) -> str:
    if method == "bayes":
        raise ConfigurationError(
            "method = 'bayes' chooses each run on the W&B server, so it cannot run offline; use "
            "method: random here, or log in and run `wandb sweep FILE` and `wandb agent ID`"
        )
    if method not in METHODS:
        raise ConfigurationError(f"method = {method!r}; use one of {', '.join(METHODS)}")
    return str(method)


def _metric(metric: Any) -> tuple[str | None, str]:
    if metric is None:
        return None, "minimize"
    metric = mapping(metric, "metric")
    only(metric, {"name", "goal"}, "metric key")
    name, goal = metric.get("name"), metric.get("goal", "minimize")
    if goal not in GOALS:
        raise ConfigurationError(f"metric.goal = {goal!r}; use one of {', '.join(GOALS)}")
    if name not in logged_metrics():
        raise ConfigurationError(
            f"metric.name = {name!r} is logged by no run; use one of {', '.join(logged_metrics())}"
        )
    return str(name), str(goal)


def _run_cap(count: Any, method: str) -> int | None:
    if count is None and method == "random":
        raise ConfigurationError("method: random never ends by itself; add for example run_cap: 20")
    if count is not None and not (is_whole(count) and count > 0):
        raise ConfigurationError(f"run_cap = {count!r}; it must be a whole number above 0")
    return None if count is None else int(count)


def _check_point(number: int, point: Mapping[str, Any]) -> None:
    try:
        run_config(point)
    except ConfigurationError as error:
        hints = "".join(sorted({hint(value) for value in flat(point).values()}))
        first = f"run {number} ({', '.join(f'{k}={v!r}' for k, v in flat(point).items())})"
        names = ", ".join(_RUN_OPTIONS)
        raise ConfigurationError(f"{first}: {error}; of every run: {names}{hints}") from error
