"""Where every part of the built robot is: `assembly/placement.json`, made from the CAD.

World of the file: millimetres, z up along the motor's axis, the origin where that axis crosses the
plane in which the pendulum's pivot lies; both angles are 0, the arm points along +x.
"""

import functools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import assembly_folder
from furutalib.learning.bodies import Floats
from furutalib.learning.stl import read_stl

FILE = "placement.json"
KINDS = ("printed", "bought")
GROUPS = ("base", "arm", "pendulum", "boom", "guard", "electronics")
_KEYS = ("instance", "part", "kind", "group", "mesh", "matrix", "explode", "colour")


@dataclass(frozen=True)
class Instance:
    """One part at its place.

    Attributes:
        name: of this one, such as "bearing-608-1".
        part: its id in the bill of materials or in the table of printed parts.
        kind: "printed" or "bought".
        group: what it belongs to; "arm" and "pendulum" move.
        mesh: its STL file, below the folder `assembly`.
        matrix: (16,) row by row, takes the mesh file's frame to the world; mm.
        explode: (3,) where it goes when the robot is drawn taken apart; mm.
        colour: "#rrggbb".
    """

    name: str
    part: str
    kind: str
    group: str
    mesh: str
    matrix: tuple[float, ...]
    explode: tuple[float, ...]
    colour: str


def load_placement(folder: Path | None = None) -> tuple[Instance, ...]:
    """Every instance, in the order of the file.

    Args:
        folder: what holds placement.json; by default that of the course.

    Raises:
        ConfigurationError: the file is missing or damaged; the message says what to do.
    """
    file = (folder or assembly_folder()) / FILE
    try:
        entries = json.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(f"{file} is missing; `make parts` makes it") from error
    except ValueError as error:
        raise ConfigurationError(f"{file} is no JSON ({error}); `make parts` makes it") from error
    if not isinstance(entries, list) or not entries:
        raise ConfigurationError(f"{file} holds no list of instances; `make parts` makes it anew")
    instances = tuple(_instance(file, number, entry) for number, entry in enumerate(entries))
    names = [each.name for each in instances]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigurationError(f"{file}: two instances are called {twice[0]!r}; rename one")
    return instances


def chosen(instances: Iterable[Instance], selectors: Iterable[str]) -> tuple[str, ...]:
    """The names of the instances that selectors mean.

    A selector is the name of an instance, the id of a part (all of its instances) or "group:arm".

    Raises:
        ConfigurationError: one means nothing.
    """
    every = tuple(instances)
    wanted: set[str] = set()
    for selector in selectors:
        found = {each.name for each in every if _means(selector, each)}
        if not found:
            raise ConfigurationError(
                f"{selector!r} is no instance, no part and no group of {FILE}; "
                f"its parts: {', '.join(sorted({each.part for each in every}))}"
            )
        wanted |= found
    return tuple(each.name for each in every if each.name in wanted)


def triangles(instance: Instance, file: Path) -> Floats:
    """The corners (n, 3, 3) of an instance at its place, in metres.

    Args:
        file: its mesh, or one of fewer triangles in the same frame.

    Raises:
        ConfigurationError: the mesh is damaged.
        OSError: it cannot be read.
    """
    corners = np.array(mesh(file)).reshape(-1, 3)
    matrix = np.array(instance.matrix).reshape(4, 4)
    placed = corners @ matrix[:3, :3].T + matrix[:3, 3] / 1000
    return np.asarray(placed.reshape(-1, 3, 3))


@functools.lru_cache(maxsize=256)
def mesh(file: Path) -> tuple[float, ...]:
    """What `read_stl` gives, kept: one mesh has many instances."""
    return read_stl(file)


def _means(selector: str, instance: Instance) -> bool:
    return selector in (instance.name, instance.part, f"group:{instance.group}")


def _instance(file: Path, number: int, entry: Any) -> Instance:
    where = f"{file}: entry {number}"
    if not isinstance(entry, dict):
        raise ConfigurationError(f"{where} is no table; `make parts` makes the file anew")
    lacking = [key for key in _KEYS if key not in entry]
    if lacking:
        raise ConfigurationError(f"{where} has no {lacking[0]!r}; it needs {', '.join(_KEYS)}")
    for key, allowed in (("kind", KINDS), ("group", GROUPS)):
        if entry[key] not in allowed:
            raise ConfigurationError(
                f"{where}: {key} = {entry[key]!r}; use one of {', '.join(allowed)}"
            )
    return Instance(
        name=str(entry["instance"]),
        part=str(entry["part"]),
        kind=entry["kind"],
        group=entry["group"],
        mesh=str(entry["mesh"]),
        matrix=_numbers(f"{where}: matrix", entry["matrix"], (4, 4)),
        explode=_numbers(f"{where}: explode", entry["explode"], (3,)),
        colour=str(entry["colour"]),
    )


def _numbers(where: str, given: Any, shape: tuple[int, ...]) -> tuple[float, ...]:
    try:
        values = np.asarray(given, float)
    except (TypeError, ValueError):
        values = np.array(np.nan)
    if values.shape != shape or not np.isfinite(values).all():
        raise ConfigurationError(f"{where} = {given!r}; give finite numbers of shape {shape}")
    return tuple(values.ravel().tolist())
