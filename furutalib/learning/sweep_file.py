"""Sweep files: many training runs described in W&B's own YAML format.

The same file goes to `furuta sweep` (here, offline) and, unchanged, to `wandb sweep`.
"""

import itertools
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError, FurutaError
from furutalib.learning.run_config import RunConfig, flat
from furutalib.learning.run_files import Status
from furutalib.learning.training import describe

PROGRAM = "furutalib.learning.sweep_agent"
COMMAND = ("${env}", "${interpreter}", "-m", "${program}")
METHODS = ("grid", "random")
GOALS = ("minimize", "maximize")
# What each distribution is told; W&B knows more, which say nothing that these do not.
DISTRIBUTIONS: Mapping[str, tuple[str, ...]] = {
    "constant": ("value",),
    "categorical": ("values",),
    "categorical_w_probabilities": ("values", "probabilities"),
    "int_uniform": ("min", "max"),
    "uniform": ("min", "max"),
    "q_uniform": ("min", "max", "q"),
    "log_uniform_values": ("min", "max"),
    "normal": ("mu", "sigma"),
    "q_normal": ("mu", "sigma", "q"),
    "log_normal": ("mu", "sigma"),
}
_LISTED = ("constant", "categorical", "int_uniform", "q_uniform")  # what a grid can walk through
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
_ONE_KEY = {"distribution", "value", "values", "probabilities", "min", "max", "q", "mu", "sigma"}
_LARGEST_GRID = 100_000


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
    values = _mapping(values, "a sweep file")
    _only(values, _KEYS, "sweep file key")
    _check_program(values)
    method, parameters = _method(values.get("method")), values.get("parameters")
    if not parameters:
        raise ConfigurationError("the sweep has no parameters; add for example seed: {values: [0]}")
    metric, goal = _metric(values.get("metric"))
    count = _run_cap(values.get("run_cap"), method)
    tree = _tree(_mapping(parameters, "parameters"), "")
    points = _grid(tree, count) if method == "grid" else _random(tree, count)
    for number, point in enumerate(points):
        _check_point(number, point)
    definition = {"method": method, "run_cap": count, "parameters": parameters}
    return SweepFile(definition, metric, goal, tuple(points))


def run_config(point: Mapping[str, Any]) -> RunConfig:
    """What a run with these parameters does: the keywords of `furutalib.train`.

    Raises:
        ConfigurationError: a key is unknown or a value is not allowed.
    """
    known = {k: v for k, v in point.items() if k in _RUN_OPTIONS}
    others = {k: tuple(v) if isinstance(v, list) else v for k, v in point.items() if k not in known}
    named: dict[str, Any] = {**_RUN_OPTIONS, **known}
    return describe(**named, wrappers=None, settings=None, options=others)[0]


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
    metric = _mapping(metric, "metric")
    _only(metric, {"name", "goal"}, "metric key")
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
    if count is not None and not (_is_whole(count) and count > 0):
        raise ConfigurationError(f"run_cap = {count!r}; it must be a whole number above 0")
    return None if count is None else int(count)


def _tree(parameters: Mapping[str, Any], prefix: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """The parameters by their path; each with its `distribution`."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for name, given in parameters.items():
        where = f"{prefix}{name}"
        given = _mapping(given, f"parameter {where}")
        if set(given) == {"parameters"}:
            inner = _tree(_mapping(given["parameters"], where), f"{where}.")
            found |= {(str(name), *path): entry for path, entry in inner.items()}
        else:
            found[(str(name),)] = _entry(given, where)
    return found


def _entry(given: Mapping[str, Any], where: str) -> dict[str, Any]:
    _only(given, _ONE_KEY, f"key of parameter {where}")
    kind = str(given.get("distribution", _implied(given)))
    if kind not in DISTRIBUTIONS:
        raise ConfigurationError(
            f"parameter {where}: distribution = {kind!r}; use value, values, min and max, or one "
            f"of the distributions {', '.join(DISTRIBUTIONS)}"
        )
    entry = {"mu": 0, "sigma": 1, "q": 1, **given, "distribution": kind}
    needed = DISTRIBUTIONS[kind]
    missing = [key for key in needed if key not in entry]
    extra = sorted(set(given) - {"distribution", *needed})
    if missing or extra:
        raise ConfigurationError(
            f"parameter {where}: {kind} takes {', '.join(needed)}; "
            f"missing: {', '.join(missing) or 'none'}, too many: {', '.join(extra) or 'none'}"
        )
    _check_entry(entry, where)
    return entry


def _implied(given: Mapping[str, Any]) -> str | None:
    """The distribution that W&B takes when none is named."""
    if "value" in given:
        return "constant"
    if "values" in given:
        return "categorical_w_probabilities" if "probabilities" in given else "categorical"
    if "min" in given and "max" in given:
        whole = _is_whole(given["min"]) and _is_whole(given["max"])
        return "int_uniform" if whole else "uniform"
    return None


def _check_entry(entry: Mapping[str, Any], where: str) -> None:
    kind = entry["distribution"]
    if "values" in DISTRIBUTIONS[kind]:
        _check_values(entry, where)
        return
    numbers = {key: entry[key] for key in DISTRIBUTIONS[kind] if key != "value"}
    for key, value in numbers.items():
        if not _is_number(value) or (kind == "int_uniform" and not _is_whole(value)):
            wanted = "a whole number" if kind == "int_uniform" else "a finite number"
            raise ConfigurationError(
                f"parameter {where}: {key} = {value!r} must be {wanted}{_hint(value)}"
            )
    if "min" in numbers and not numbers["min"] <= numbers["max"]:
        raise ConfigurationError(
            f"parameter {where}: min = {numbers['min']} is above max = {numbers['max']}"
        )
    if kind == "log_uniform_values" and not numbers["min"] > 0:
        raise ConfigurationError(f"parameter {where}: min = {numbers['min']} must be above 0")
    for key in {"q", "sigma"} & set(numbers):
        if not numbers[key] > 0:
            raise ConfigurationError(f"parameter {where}: {key} = {numbers[key]} must be above 0")


def _check_values(entry: Mapping[str, Any], where: str) -> None:
    values = entry["values"]
    if not isinstance(values, list) or not values:
        raise ConfigurationError(
            f"parameter {where}: values = {values!r} leaves no run to do; give at least one value"
        )
    chances = entry.get("probabilities", [1 / len(values)] * len(values))
    good = isinstance(chances, list) and all(_is_number(p) and p >= 0 for p in chances)
    if not good or len(chances) != len(values) or not math.isclose(sum(chances), 1, abs_tol=1e-6):
        raise ConfigurationError(
            f"parameter {where}: probabilities = {chances!r} must be one per value with sum 1"
        )


def _grid(tree: Mapping[tuple[str, ...], Mapping[str, Any]], most: int | None) -> list[Any]:
    axes = [_listed(entry, ".".join(path)) for path, entry in tree.items()]
    size = math.prod(map(len, axes))
    if most is None and size > _LARGEST_GRID:
        raise ConfigurationError(
            f"the grid has {size:,} runs; list fewer values, or set run_cap to do the first ones"
        )
    runs = itertools.islice(itertools.product(*axes), most)
    return [_nested(tree, values) for values in runs]


def _listed(entry: Mapping[str, Any], where: str) -> Sequence[Any]:
    kind = entry["distribution"]
    if kind not in _LISTED:
        raise ConfigurationError(
            f"parameter {where}: a grid cannot walk through {kind}; list its values, or use "
            "method: random"
        )
    if kind == "constant":
        return [entry["value"]]
    if kind == "categorical":
        return list(entry["values"])
    step = entry["q"] if kind == "q_uniform" else 1
    count = math.floor((entry["max"] - entry["min"]) / step + 1e-9) + 1
    return range(entry["min"], entry["max"] + 1) if kind == "int_uniform" else _steps(entry, count)


def _steps(entry: Mapping[str, Any], count: int) -> list[float]:
    return [round(entry["min"] + i * entry["q"], 12) for i in range(min(count, _LARGEST_GRID + 1))]


def _random(tree: Mapping[tuple[str, ...], Mapping[str, Any]], count: int | None) -> list[Any]:
    """Draws that are the same each time the file is read."""
    rng = np.random.default_rng(0)
    runs = range(count or 0)
    return [_nested(tree, [_draw(entry, rng) for entry in tree.values()]) for _ in runs]


def _draw(entry: Mapping[str, Any], rng: np.random.Generator) -> Any:
    kind = entry["distribution"]
    if kind == "constant":
        return entry["value"]
    if kind.startswith("categorical"):
        return entry["values"][rng.choice(len(entry["values"]), p=entry.get("probabilities"))]
    if kind == "int_uniform":
        return int(rng.integers(entry["min"], entry["max"], endpoint=True))
    if kind == "log_uniform_values":
        return math.exp(rng.uniform(math.log(entry["min"]), math.log(entry["max"])))
    if kind.endswith("normal"):
        drawn = rng.normal(entry["mu"], entry["sigma"])
    else:
        drawn = rng.uniform(entry["min"], entry["max"])
    drawn = math.exp(drawn) if kind == "log_normal" else float(drawn)
    return round(round(drawn / entry["q"]) * entry["q"], 12) if kind.startswith("q_") else drawn


def _nested(tree: Mapping[tuple[str, ...], Any], values: Sequence[Any]) -> dict[str, Any]:
    point: dict[str, Any] = {}
    for (*outer, name), value in zip(tree, values, strict=True):
        place = point
        for key in outer:
            place = place.setdefault(key, {})
        place[name] = value
    return point


def _check_point(number: int, point: Mapping[str, Any]) -> None:
    try:
        run_config(point)
    except ConfigurationError as error:
        hints = "".join(sorted({_hint(value) for value in flat(point).values()}))
        first = f"run {number} ({', '.join(f'{k}={v!r}' for k, v in flat(point).items())})"
        names = ", ".join(_RUN_OPTIONS)
        raise ConfigurationError(f"{first}: {error}; of every run: {names}{hints}") from error


def _hint(value: Any) -> str:
    """YAML reads 1e-3 as text."""
    if not isinstance(value, str):
        return ""
    try:
        number = float(value)
    except ValueError:
        return ""
    return f" ({value!r} is text in YAML: write {number!r} with a dot, such as 1.0e-3)"


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{what} must be keys and values, got {value!r}")
    return value


def _only(values: Mapping[str, Any], known: set[str], what: str) -> None:
    unknown = sorted(str(key) for key in set(values) - known)
    if unknown:
        raise ConfigurationError(
            f"unknown {what} {', '.join(map(repr, unknown))}; valid: {', '.join(sorted(known))}"
        )


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value))
