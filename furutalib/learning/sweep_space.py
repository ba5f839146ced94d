"""The parameters of a sweep file: which values each may take, and the runs that follow from it."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError

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
_ONE_KEY = {"distribution", "value", "values", "probabilities", "min", "max", "q", "mu", "sigma"}
_LARGEST_GRID = 100_000

Space = Mapping[tuple[str, ...], Mapping[str, Any]]  # by path: a distribution and its numbers


def read_space(parameters: Mapping[str, Any], prefix: str = "") -> Space:
    """The parameters by their path; each with its `distribution`.

    Args:
        parameters: as in the file; `parameters` inside a parameter makes it a group.
        prefix: dotted name of the group that they belong to.

    Raises:
        ConfigurationError: a distribution is unknown, or a number is missing or impossible.
    """
    found: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for name, given in parameters.items():
        where = f"{prefix}{name}"
        given = mapping(given, f"parameter {where}")
        if set(given) == {"parameters"}:
            inner = read_space(mapping(given["parameters"], where), f"{where}.")
            found |= {(str(name), *path): entry for path, entry in inner.items()}
        else:
            found[(str(name),)] = _entry(given, where)
    return found


def grid(space: Space, most: int | None) -> list[dict[str, Any]]:
    """Every combination, the last parameter changing fastest; only the first `most` of them.

    Raises:
        ConfigurationError: a parameter has no list of values, or there are far too many runs.
    """
    axes = [_listed(entry, ".".join(path)) for path, entry in space.items()]
    size = math.prod(map(len, axes))
    if most is None and size > _LARGEST_GRID:
        raise ConfigurationError(
            f"the grid has {size:,} runs; list fewer values, or set run_cap to do the first ones"
        )
    runs = itertools.islice(itertools.product(*axes), most)
    return [_nested(space, values) for values in runs]


def draw(space: Space, count: int) -> list[dict[str, Any]]:
    """Draws that are the same each time the file is read."""
    rng = np.random.default_rng(0)
    return [_nested(space, [_draw(entry, rng) for entry in space.values()]) for _ in range(count)]


def _entry(given: Mapping[str, Any], where: str) -> dict[str, Any]:
    only(given, _ONE_KEY, f"key of parameter {where}")
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
        whole = is_whole(given["min"]) and is_whole(given["max"])
        return "int_uniform" if whole else "uniform"
    return None


def _check_entry(entry: Mapping[str, Any], where: str) -> None:
    kind = entry["distribution"]
    if "values" in DISTRIBUTIONS[kind]:
        _check_values(entry, where)
        return
    numbers = {key: entry[key] for key in DISTRIBUTIONS[kind] if key != "value"}
    for key, value in numbers.items():
        if not is_number(value) or (kind == "int_uniform" and not is_whole(value)):
            wanted = "a whole number" if kind == "int_uniform" else "a finite number"
            raise ConfigurationError(
                f"parameter {where}: {key} = {value!r} must be {wanted}{hint(value)}"
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
    good = isinstance(chances, list) and all(is_number(p) and p >= 0 for p in chances)
    if not good or len(chances) != len(values) or not math.isclose(sum(chances), 1, abs_tol=1e-6):
        raise ConfigurationError(
            f"parameter {where}: probabilities = {chances!r} must be one per value with sum 1"
        )


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


def _nested(space: Space, values: Sequence[Any]) -> dict[str, Any]:
    point: dict[str, Any] = {}
    for (*outer, name), value in zip(space, values, strict=True):
        place = point
        for key in outer:
            place = place.setdefault(key, {})
        place[name] = value
    return point


def hint(value: Any) -> str:
    """What to say about text that was meant as a number: YAML reads 1e-3 as text."""
    if not isinstance(value, str):
        return ""
    try:
        number = float(value)
    except ValueError:
        return ""
    return f" ({value!r} is text in YAML: write {number!r} with a dot, such as 1.0e-3)"


def mapping(value: Any, what: str) -> Mapping[str, Any]:
    """The value, if it is keys and values.

    Raises:
        ConfigurationError: it is not.
    """
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{what} must be keys and values, got {value!r}")
    return value


def only(values: Mapping[str, Any], known: set[str], what: str) -> None:
    """Refuse keys that are not known.

    Raises:
        ConfigurationError: there is one; the message lists the known ones.
    """
    unknown = sorted(str(key) for key in set(values) - known)
    if unknown:
        raise ConfigurationError(
            f"unknown {what} {', '.join(map(repr, unknown))}; valid: {', '.join(sorted(known))}"
        )


def is_whole(value: Any) -> bool:
    """Whether it is an integer; True and False are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Whether it is an integer or a finite float."""
    return is_whole(value) or (isinstance(value, float) and math.isfinite(value))
