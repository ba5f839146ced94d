"""The parts of a scene: rigid bodies with their shapes and joints, coordinates, marked points.

Metres and radians; z points up, x towards the viewer and y to the right.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError

Floats = NDArray[np.float64]
Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]  # w, x, y, z
Pose = tuple[Floats, Floats]
"""Position (3,) and rotation (3, 3): a point p of the body lies at position + rotation @ p."""

SIZES = {"box": 3, "cylinder": 2, "capsule": 2, "sphere": 1, "mesh": 0}
JOINTS = {"fixed": 0, "revolute": 1, "prismatic": 1, "free": 7}  # numbers that each needs
ARROWS = ("turn", "push")
UNITS = ("rad", "m", "")


@dataclass(frozen=True)
class Shape:
    """A coloured solid at a place in its body's frame.

    Args:
        kind: "box", "cylinder", "capsule", "sphere" or "mesh".
        size: metres. Box: lengths along x, y and z. Cylinder: radius, length along z. Capsule:
            radius, distance along z between the centres of its two round ends. Sphere: radius.
        vertices: of a mesh: 9 numbers per triangle, its corners counter-clockwise from outside.

    Raises:
        ConfigurationError: the kind is unknown or a number is missing, too many or not allowed.
    """

    kind: str
    size: tuple[float, ...] = ()
    position: Vector = (0.0, 0.0, 0.0)
    rotation: Quaternion = (1.0, 0.0, 0.0, 0.0)
    colour: str = "#808080"
    vertices: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        where = f"shape of kind {self.kind!r}"
        one_of(self.kind, tuple(SIZES), "kind of shape")
        _numbers(self.size, SIZES[self.kind], f"{where}: size")
        if any(length <= 0 for length in self.size):
            raise ConfigurationError(f"{where}: size = {self.size}; every length must be above 0")
        _numbers(self.position, 3, f"{where}: position")
        _unit(self.rotation, 4, f"{where}: rotation")
        if not _is_colour(self.colour):
            raise ConfigurationError(f"{where}: colour = {self.colour!r}; write it as '#rrggbb'")
        if len(self.vertices) % 9 or bool(self.vertices) != (self.kind == "mesh"):
            raise ConfigurationError(
                f"{where}: {len(self.vertices)} numbers in vertices; "
                "a mesh has 9 for each triangle, other shapes have none"
            )


@dataclass(frozen=True)
class Body:
    """A rigid body, hung to its parent by a joint.

    Its frame is the parent's, moved by `position`, turned by `rotation`, and then moved by the
    joint: "revolute" turns about `axis` by its coordinate (rad), "prismatic" moves along `axis`
    by its coordinate (m), "free" takes seven coordinates, x, y, z and a quaternion w, x, y, z.

    Raises:
        ConfigurationError: the joint is unknown or a number is missing or not allowed.
    """

    name: str
    shapes: tuple[Shape, ...]
    parent: str = ""  # the world
    position: Vector = (0.0, 0.0, 0.0)
    rotation: Quaternion = (1.0, 0.0, 0.0, 0.0)
    joint: str = "fixed"
    axis: Vector = (0.0, 0.0, 1.0)

    def __post_init__(self) -> None:
        one_of(self.joint, tuple(JOINTS), f"body {self.name!r}: joint")
        _numbers(self.position, 3, f"body {self.name!r}: position")
        _unit(self.rotation, 4, f"body {self.name!r}: rotation")
        _unit(self.axis, 3, f"body {self.name!r}: axis")


@dataclass(frozen=True)
class Coordinate:
    """Name and unit of one number of the state; "rad" is shown in degrees."""

    name: str
    unit: str

    def __post_init__(self) -> None:
        one_of(self.unit, UNITS, f"coordinate {self.name!r}: unit")


@dataclass(frozen=True)
class Arrow:
    """Where the command acts: "turn" about an axis of a body, or "push" along it."""

    body: str
    position: Vector
    axis: Vector
    kind: str
    size_m: float

    def __post_init__(self) -> None:
        one_of(self.kind, ARROWS, "kind of arrow")


@dataclass(frozen=True)
class Trail:
    """The point of a body whose path is drawn."""

    body: str
    position: Vector


def rotation_matrix(quaternion: Sequence[float]) -> Floats:
    """Matrix (3, 3) of a quaternion w, x, y, z of any length above 0."""
    length = math.hypot(*quaternion)
    w, x, y, z = (part / length for part in quaternion)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def moved(pose: Pose, body: Body, values: Sequence[float]) -> Pose:
    """The pose after the body's own joint."""
    if body.joint == "revolute":
        half = values[0] / 2
        turn = (math.cos(half), *(math.sin(half) * part for part in body.axis))
        return compose(pose, (0.0, 0.0, 0.0), turn)
    if body.joint == "prismatic":
        return pose[0] + pose[1] @ body.axis * values[0], pose[1]
    if body.joint == "free":
        if not any(values[3:]):
            raise ConfigurationError(f"body {body.name!r}: its quaternion is 0; give it a length")
        return compose(pose, values[:3], values[3:])
    return pose


def compose(pose: Pose, position: Sequence[float], quaternion: Sequence[float]) -> Pose:
    """The pose of a frame that is placed and turned in another."""
    return pose[0] + pose[1] @ position, pose[1] @ rotation_matrix(quaternion)


def one_of(value: str, allowed: tuple[str, ...], what: str) -> None:
    """Refuse a value that is not among the allowed ones, with an error that lists them."""
    if value not in allowed:
        raise ConfigurationError(
            f"{what} = {value!r}; use one of {', '.join(map(repr, allowed)) or 'none yet'}"
        )


def _numbers(values: Sequence[float], count: int, what: str) -> None:
    if len(values) != count or not all(math.isfinite(value) for value in values):
        raise ConfigurationError(f"{what} = {values}; it must be {count} finite numbers")


def _unit(values: Sequence[float], count: int, what: str) -> None:
    _numbers(values, count, what)
    if abs(math.hypot(*values) - 1) > 1e-6:
        raise ConfigurationError(
            f"{what} = {values} has length {math.hypot(*values):.6g}; make it 1"
        )


def _is_colour(text: str) -> bool:
    return (
        len(text) == 7 and text[0] == "#" and all(c in "0123456789abcdefABCDEF" for c in text[1:])
    )
