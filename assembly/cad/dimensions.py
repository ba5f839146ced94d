"""Lengths and masses by name: of what is bought, of what we chose, of fits, of the simulated robot.

Everything is in mm and g. A name that nobody wrote down is an error that lists the ones there are,
so that no printed part can hang on a number of its own.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ASSEMBLY = Path(__file__).resolve().parents[1]
STATUSES = ("datasheet", "page read", "derived", "unverified")


class DimensionError(KeyError):
    """A part, a dimension or a tolerance that no file names."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Dimensions:
    """What the geometry is made from; see `load`."""

    bought: Mapping[str, Mapping[str, Any]]
    chosen: Mapping[str, Mapping[str, float]]
    tolerances: Mapping[str, float]
    robot: Mapping[str, Mapping[str, Any]]

    def mm(self, part: str, name: str) -> float:
        """A length of a bought part, in mm, as `mm("bearing-608", "width")`."""
        return self._entry(part, f"{name}_mm")

    def mass_g(self, part: str) -> float:
        """The mass of a bought part, in g."""
        return self._entry(part, "mass_g")

    def density_g_cm3(self, part: str) -> float:
        """The density of something bought by length, in g/cm3."""
        return self._entry(part, "density_g_cm3")

    def design(self, part: str, name: str) -> float:
        """A length that we chose, in mm, from design.toml."""
        return float(_find(_find(self.chosen, part, "part of design.toml"), name, f"{part}'s name"))

    def fit(self, name: str) -> float:
        """A tolerance of print.toml, in mm."""
        return float(_find(self.tolerances, name, "tolerance of print.toml"))

    @property
    def arm_length(self) -> float:
        """Motor axis to the plane of the pendulum, in mm, as simulated."""
        return 1e3 * float(self.robot["arm"]["length_m"]["value"])

    @property
    def pendulum_length(self) -> float:
        """Pivot to the end of the pendulum's tube, in mm, as simulated."""
        return 1e3 * float(self.robot["pendulum"]["length_m"]["value"])

    def _entry(self, part: str, name: str) -> float:
        entry = _find(_find(self.bought, part, "part of bought.toml"), name, f"entry of {part}")
        return float(entry["value"])


def load(assembly: Path = ASSEMBLY) -> Dimensions:
    """All dimensions, checked.

    Raises:
        DimensionError: an entry of bought.toml lacks a value, a known status or a source.
    """
    bought = tomllib.loads((assembly / "bought.toml").read_text("utf-8"))
    for part, entries in bought.items():
        for name, entry in entries.items():
            _check(f"bought.toml, {part}.{name}", entry)
    settings = tomllib.loads((assembly / "print.toml").read_text("utf-8"))
    robot = assembly.parent / "data" / "robots" / "course.toml"
    return Dimensions(
        bought,
        tomllib.loads((assembly / "design.toml").read_text("utf-8")),
        {name: entry["value"] for name, entry in settings["tolerance"].items()},
        tomllib.loads(robot.read_text("utf-8")),
    )


def _check(where: str, entry: Any) -> None:
    if not isinstance(entry, dict) or set(entry) != {"value", "status", "source"}:
        raise DimensionError(f"{where} must be {{ value, status, source }}, got {entry!r}")
    if entry["status"] not in STATUSES:
        raise DimensionError(f"{where} has status {entry['status']!r}; use one of {STATUSES}")
    if not entry["value"] > 0:
        raise DimensionError(f"{where} must be above 0, got {entry['value']!r}")


def _find(table: Mapping[str, Any], key: str, what: str) -> Any:
    if key not in table:
        raise DimensionError(f"{key!r} is no {what}; use one of {', '.join(sorted(table))}")
    return table[key]
