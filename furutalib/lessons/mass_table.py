"""What the arm and the pendulum weigh, part by part, and where: from the drawing, not from a scale.

Printed parts weigh what the slicer says, bought ones what assembly/bought.toml says; screws and
tubes weigh their volume. Within a part the mass is taken as evenly spread.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import assembly_folder
from furutalib.learning.placement import load_placement, triangles
from furutalib.lessons.part_tables import PartTables, number, read_part_tables

Floats = NDArray[np.float64]

STEEL_KG_M3 = 7850.0
_TUBE = ("outer_diameter_mm", "wall_mm", "density_g_cm3")
_TUBES = (
    "pendulum-shaft",
    "pendulum-rod",
    "guard-post",
    "guard-rail",
    "boom-tube",
    "hanger-tube",
)


@dataclass(frozen=True)
class Lump:
    """One part at its place, arm and pendulum at 0.

    Attributes:
        centre_m: (3,) its centre of mass in the world, see `furutalib.learning.placement`.
        inertia_kg_m2: (3, 3) about that point.
    """

    name: str
    part: str
    mass_kg: float
    centre_m: Floats
    inertia_kg_m2: Floats

    @property
    def from_motor_axis_m(self) -> float:
        """How far its centre of mass is from the motor's axis."""
        return float(np.hypot(*self.centre_m[:2]))

    @property
    def own_kg_m2(self) -> float:
        """Its inertia about the vertical through its own centre of mass."""
        return float(self.inertia_kg_m2[2, 2])


def lumps(group: str, folder: Path | None = None, *, skip_unknown: bool = False) -> list[Lump]:
    """The parts of a group, such as "arm" or "pendulum", with their masses.

    Args:
        folder: `assembly`, by default that of the course.
        skip_unknown: leave out parts of which nobody knows the mass.

    Raises:
        ConfigurationError: the mass of a part is not known, or a file is damaged.
    """
    assembly = folder or assembly_folder()
    tables = read_part_tables(assembly)
    bought = tomllib.loads((assembly / "bought.toml").read_text("utf-8"))
    found = []
    for each in load_placement(assembly):
        if each.group == group:
            corners = triangles(each, assembly / each.mesh)
            volume, centre, moments = solid(corners)
            length_m = float(np.ptp(np.reshape(corners, (-1, 3)), axis=0).max())
            mass = _mass_kg(each.part, volume, length_m, tables, bought)
            if mass is not None:
                spread = moments * mass / volume
                found.append(Lump(each.name, each.part, mass, centre, spread))
            elif not skip_unknown:
                raise ConfigurationError(
                    f"nobody knows what {each.part!r} weighs: give it a mass_g in "
                    "assembly/bought.toml"
                )
    return found


def total_kg(parts: Iterable[Lump]) -> float:
    """What they weigh together."""
    return sum(part.mass_kg for part in parts)


def centre_m(parts: Iterable[Lump]) -> Floats:
    """The centre of mass (3,) of all of them."""
    every = list(parts)
    weighted = sum((part.mass_kg * part.centre_m for part in every), np.zeros(3))
    return np.asarray(weighted / total_kg(every))


def inertia_about(parts: Iterable[Lump], point_m: Floats) -> Floats:
    """The inertia (3, 3) of all of them about a point: each its own, and m d^2 of its centre."""
    total = np.zeros((3, 3))
    for part in parts:
        away = part.centre_m - point_m
        steiner = part.mass_kg * (away @ away * np.eye(3) - np.outer(away, away))
        total += part.inertia_kg_m2 + steiner
    return total


def solid(corners: Floats) -> tuple[float, Floats, Floats]:
    """Volume, centre (3,) and second moments (3, 3) of a closed mesh (n, 3, 3), density 1.

    The moments are the inertia about the centre. Each triangle and the origin make a tetrahedron.
    """
    volumes = np.linalg.det(corners) / 6.0
    volume = float(volumes.sum())
    sums = corners.sum(axis=1)
    centre = np.einsum("n,ni->i", volumes, sums) / (4.0 * volume)
    products = np.einsum("nai,naj->nij", corners, corners) + np.einsum("ni,nj->nij", sums, sums)
    spread = np.einsum("n,nij->ij", volumes, products) / 20.0
    spread -= volume * np.outer(centre, centre)
    return volume, centre, np.trace(spread) * np.eye(3) - spread


def _mass_kg(
    part: str, volume_m3: float, length_m: float, tables: PartTables, bought: dict[str, Any]
) -> float | None:
    printed = number(tables.printed.get(part), "printed_mass_g")
    if printed is not None:
        return printed / 1000.0
    if "mass_g" in bought.get(part, {}):
        return float(bought[part]["mass_g"]["value"]) / 1000.0
    if part in _TUBES:
        # Its mesh has few sides, and so less metal than a tube.
        wide_mm, wall_mm, g_cm3 = (float(bought["tube-8mm"][name]["value"]) for name in _TUBE)
        return np.pi * wall_mm * (wide_mm - wall_mm) * length_m * g_cm3 / 1e3
    if part.startswith(("screw-", "setscrew-", "nut-")):
        return volume_m3 * STEEL_KG_M3
    return None
