"""How a description file writes a number: `{ value = ..., source = ..., note = ... }`, checked.

The dataclasses of robots, machines and boards say per field what is allowed; reading, checking
and the messages are here.
"""

import dataclasses
import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from furutalib.facts.errors import ConfigurationError

SOURCES = ("datasheet", "published", "derived", "assumed", "weighed", "cad", "identified")
_T = TypeVar("_T")


class Allowed(NamedTuple):
    """What a value may be: in words for the message, and as a test."""

    words: str
    holds: Callable[[Any], bool]


def number(words: str, in_range: Callable[[float], bool]) -> Allowed:
    """A finite number in a range; `words` go after "a finite number" in the message."""

    def holds(value: Any) -> bool:
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        return numeric and math.isfinite(value) and in_range(value)

    return Allowed(f"a finite number {words}", holds)


POSITIVE = number("above 0", lambda value: value > 0)
NON_NEGATIVE = number("of 0 or above", lambda value: value >= 0)
FRACTION = number("from 0 to below 1", lambda value: 0 <= value < 1)


def allow(allowed: Allowed) -> Any:
    """A field of a dataclass that may only be this."""
    return field(metadata={"allowed": allowed})


def positive() -> float:
    """A field above 0."""
    return cast(float, allow(POSITIVE))


def non_negative() -> float:
    """A field of 0 or above."""
    return cast(float, allow(NON_NEGATIVE))


def fraction() -> float:
    """A field from 0 to below 1."""
    return cast(float, allow(FRACTION))


def take(item: Any, key: str, where: str, sources: dict[str, tuple[str, str]]) -> Any:
    """The value of `{ value = ..., source = ..., note = ... }`, its source noted in `sources`."""
    if not isinstance(item, dict) or "value" not in item or "source" not in item:
        raise ConfigurationError(
            f"{where}: {key} must be written {{ value = ..., source = ..., note = ... }}, "
            f"got {item!r}"
        )
    unknown = sorted(set(item) - {"value", "source", "note"})
    if unknown:
        raise ConfigurationError(f"{where}: {key} has unknown {unknown}; use value, source, note")
    if item["source"] not in SOURCES:
        raise ConfigurationError(
            f"{where}: {key} has source {item['source']!r}; use one of {', '.join(SOURCES)}"
        )
    sources[key] = (item["source"], str(item.get("note", "")))
    return item["value"]


def build_table(kind: type[_T], entry: Any, table: str, where: str) -> _T:
    """The dataclass `kind` from the values of a table, each checked by its field's `allowed`."""
    fields = dataclasses.fields(cast(Any, kind))
    if not isinstance(entry, Mapping):
        raise ConfigurationError(f"{where}: {table} must be a table, got {entry!r}")
    same_keys(entry, [f.name for f in fields], where, f"{table}.")
    values = {
        f.name: checked(entry[f.name], f"{table}.{f.name}", f.metadata["allowed"], where)
        for f in fields
    }
    return kind(**values)


def read_toml(path: Path) -> dict[str, Any]:
    """The file as nested dictionaries.

    Raises:
        ConfigurationError: the file is not valid TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path.name} is not valid TOML: {error}") from error


def same_keys(given: Mapping[str, Any], known: list[str], where: str, prefix: str) -> None:
    """Raise ConfigurationError unless exactly the known keys are there."""
    for key in given:
        if key not in known:
            raise ConfigurationError(
                f"{where}: unknown key {prefix}{key} = {given[key]!r}; valid: {', '.join(known)}"
            )
    for key in known:
        if key not in given:
            raise ConfigurationError(f"{where}: {prefix}{key} is missing; give it a value")


def checked(value: Any, key: str, allowed: Allowed, where: str) -> Any:
    """The value if it is allowed, numbers as float; else ConfigurationError."""
    if not allowed.holds(value):
        raise ConfigurationError(f"{where}: {key} = {value!r}; it must be {allowed.words}")
    return value if isinstance(value, str) else float(value)
