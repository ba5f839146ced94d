"""What there is to see, as data: rigid bodies, a camera, a floor; nothing about how to draw it.

Metres and radians; z points up, x towards the viewer and y to the right. The views and the painter
draw any `Scene`: a new robot needs a new description, not new drawing code.
"""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import assembly_folder
from furutalib.facts.robot import RobotDescription
from furutalib.learning.bodies import (
    JOINTS,
    Arrow,
    Body,
    Coordinate,
    Floats,
    Pose,
    Shape,
    Trail,
    Vector,
    compose,
    moved,
    one_of,
)
from furutalib.learning.mesh_packing import packed
from furutalib.learning.scene_parts import SceneParts, scene_parts

# Of ghosts, in their order; told apart also by people who do not see red or green.
GHOST_COLOURS = ("#2f86d6", "#13a07a", "#c76ba0", "#8a70d6", "#b08a1e")

# Colours of printed parts, metal and brass.
_PLASTIC, _PLASTIC_LIGHT, _METAL, _DARK = "#42526b", "#62748e", "#aab4be", "#2f3a48"
_ARM, _ROD, _BOB, _DISC = "#3b7dc8", "#e8703a", "#b2421a", "#d9dee3"

# Lengths of the course robot, for scenes without a robot.
_ARM_M, _PENDULUM_M, _ARM_LIMIT_RAD = 0.085, 0.12, 2.5
_REAL_M = (_ARM_M, _PENDULUM_M)  # of the parts in assembly/


@dataclass(frozen=True)
class Camera:
    """Where the viewer stands: on a sphere about `target`, looking at it.

    Azimuth 0 looks from +x and a positive one from the right (+y); `frame_m` is the width and the
    height at the target that must fit into the picture, whatever its shape.
    """

    azimuth_deg: float
    elevation_deg: float
    target: Vector
    distance_m: float
    frame_m: tuple[float, float]


@dataclass(frozen=True)
class Floor:
    """A disc about the z axis with a scale of angles, and the sector beyond +-`limit_rad`."""

    radius_m: float
    limit_rad: float | None = None


@dataclass(frozen=True, eq=False)
class Scene:
    """A tree of bodies and what else there is to see.

    Args:
        bodies: every parent before its children.
        coordinates: of the joints, in the order of the bodies.

    Raises:
        ConfigurationError: two bodies have one name, a parent is unknown or comes later, the
            number of coordinates is not what the joints need, or arrow or trail name no body.
    """

    name: str
    bodies: tuple[Body, ...]
    coordinates: tuple[Coordinate, ...]
    camera: Camera
    floor: Floor | None = None
    arrow: Arrow | None = None
    trail: Trail | None = None

    def __post_init__(self) -> None:
        known: list[str] = []
        for body in self.bodies:
            if body.name in ("", *known):
                raise ConfigurationError(f"{body.name!r} cannot name a further body; choose anew")
            if body.parent:
                one_of(body.parent, tuple(known), f"body {body.name!r}: parent")
            known.append(body.name)
        for marker in (self.arrow, self.trail):
            if marker is not None:
                one_of(marker.body, tuple(known), f"body of the {type(marker).__name__.lower()}")
        needed = sum(JOINTS[body.joint] for body in self.bodies)
        if len(self.coordinates) != needed:
            raise ConfigurationError(
                f"scene {self.name!r} names {len(self.coordinates)} coordinates; "
                f"its joints need {needed}"
            )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON; the corners of meshes are packed."""
        plain = dataclasses.asdict(self)
        for body in plain["bodies"]:
            for shape in body["shapes"]:
                shape["vertices"] = packed(shape["vertices"])
        return plain

    def poses(self, coordinates: ArrayLike) -> dict[str, Pose]:
        """Where every body is, in the world: forward kinematics.

        Args:
            coordinates: one number for each of `self.coordinates`.

        Raises:
            ConfigurationError: there are too few or too many, or one is not finite.
        """
        values = np.asarray(coordinates, float).tolist()
        if np.shape(values) != (len(self.coordinates),) or not np.isfinite(values).all():
            raise ConfigurationError(
                f"coordinates = {values} for scene {self.name!r}; give {len(self.coordinates)} "
                f"finite numbers: {', '.join(c.name for c in self.coordinates)}"
            )
        poses: dict[str, Pose] = {"": (np.zeros(3), np.eye(3))}
        for body in self.bodies:
            taken, values = values[: JOINTS[body.joint]], values[JOINTS[body.joint] :]
            fixed = compose(poses[body.parent], body.position, body.rotation)
            poses[body.name] = moved(fixed, body, taken)
        del poses[""]
        return poses

    def path(self, coordinates: ArrayLike) -> Floats:
        """Positions (T, 3) of the trail's point for coordinates of shape (T, k).

        Raises:
            ConfigurationError: the scene has no trail, or the shape does not fit.
        """
        if self.trail is None:
            raise ConfigurationError(f"scene {self.name!r} has no trail; describe one")
        poses = [self.poses(row)[self.trail.body] for row in np.asarray(coordinates)]
        return np.array([p + r @ self.trail.position for p, r in poses]).reshape(-1, 3)


def furuta_scene(robot: RobotDescription | None = None) -> Scene:
    """A Furuta pendulum: coordinates arm and pendulum.

    At 0 the arm points at the viewer and counter-clockwise from above is positive; the pendulum
    hangs at 0 and swings towards a positive arm angle first. A robot with the lengths of the
    course's is drawn with its real parts, any other with simple shapes.

    Args:
        robot: gives the lengths and the arm's limit; without one, those of the course robot.

    Raises:
        ConfigurationError: the file of a part or of their places is damaged.
    """
    arm_m, pendulum_m, limit_rad = (
        (robot.arm.length_m, robot.pendulum.length_m, robot.limits.arm_angle_rad)
        if robot is not None
        else (_ARM_M, _PENDULUM_M, _ARM_LIMIT_RAD)
    )
    both_m = arm_m + pendulum_m
    looks = _looks(arm_m, pendulum_m)
    height_m = looks.height_m
    return Scene(
        name="Furuta pendulum",
        bodies=(
            Body("base", looks.base),
            Body("arm", looks.arm, "base", (0.0, 0.0, height_m), joint="revolute"),
            Body(
                "pendulum",
                looks.pendulum,
                "arm",
                (arm_m, 0.0, 0.0),
                joint="revolute",
                axis=(1.0, 0.0, 0.0),
            ),
        ),
        coordinates=(Coordinate("arm", "rad"), Coordinate("pendulum", "rad")),
        camera=Camera(
            azimuth_deg=-18.0,
            elevation_deg=21.0,
            target=(0.0, 0.0, 0.95 * height_m - 0.11 * both_m),
            distance_m=4.2 * both_m,
            frame_m=(2.69 * both_m, 2.1 * both_m),
        ),
        floor=Floor(1.3 * arm_m, limit_rad if limit_rad < math.pi else None),
        arrow=Arrow("base", (0.0, 0.0, height_m), (0.0, 0.0, 1.0), "turn", 0.6 * arm_m),
        trail=Trail("pendulum", (0.0, 0.0, -pendulum_m)),
    )


def cartpole_scene() -> Scene:
    """CartPole: coordinates cart (m) and pole (0 upright, positive to the right)."""
    rail = Shape("box", (0.3, 4.83, 0.04), (0.0, 0.0, -0.02), colour=_METAL)
    marks = [
        Shape("box", (0.3, 0.03, 0.08), (0.0, 0.8 * i, -0.08), colour=_METAL) for i in range(-3, 4)
    ]
    wheels = [_along_x(0.09, (-0.11, 0.11), _DARK, (y, 0.09)) for y in (-0.19, 0.19)]
    housing = Shape("box", (0.26, 0.64, 0.26), (0.0, 0.0, 0.31), colour=_PLASTIC)
    return Scene(
        name="CartPole",
        bodies=(
            Body("track", (rail, *marks)),
            Body("cart", (housing, *wheels), "track", joint="prismatic", axis=(0.0, 1.0, 0.0)),
            Body(
                "pole",
                (
                    Shape("capsule", (0.05, 0.95), (0.0, 0.0, 0.475), colour=_ROD),
                    _along_x(0.085, (-0.04, 0.04), _ARM),
                ),
                "cart",
                (0.17, 0.0, 0.4),
                joint="revolute",
                axis=(-1.0, 0.0, 0.0),
            ),
        ),
        coordinates=(Coordinate("cart", "m"), Coordinate("pole", "rad")),
        camera=Camera(
            azimuth_deg=0.0,
            elevation_deg=8.0,
            target=(0.17, 0.0, 0.75),
            distance_m=12.0,
            frame_m=(5.6, 2.3),
        ),
        arrow=Arrow("cart", (0.17, 0.0, 0.3), (0.0, 1.0, 0.0), "push", 0.6),
        trail=Trail("pole", (0.0, 0.0, 1.0)),
    )


def _looks(arm_m: float, pendulum_m: float) -> SceneParts:
    """The real parts of a robot with these lengths, else simple shapes of them."""
    real = scene_parts(assembly_folder(), arm_m) if (arm_m, pendulum_m) == _REAL_M else None
    unit, height_m = 0.125 * (arm_m + pendulum_m), 1.15 * pendulum_m
    return real or SceneParts(
        height_m, _base(unit, height_m), _arm(unit, arm_m), _pendulum(unit, pendulum_m)
    )


def _base(unit: float, height_m: float) -> tuple[Shape, ...]:
    """Printed housing and foot, the motor that looks out of it, and its shaft."""
    foot, housing, motor = 0.07 * height_m, 0.62 * height_m, 0.85 * height_m
    return (
        _upright(1.1 * unit, (foot, housing), _PLASTIC),
        _upright(1.7 * unit, (0.0, foot), _DARK),
        _upright(0.8 * unit, (housing, motor), _METAL),
        _upright(0.2 * unit, (motor, height_m - 0.3 * unit), _DARK),
    )


def _arm(unit: float, arm_m: float) -> tuple[Shape, ...]:
    """Hub on the motor's shaft, beam, and the pendulum's encoder with its disc and shaft."""
    hub, encoder, disc = 0.42 * unit, arm_m - unit, arm_m - 0.35 * unit
    return (
        _upright(hub, (-0.3 * unit, 0.3 * unit), _ARM),
        Shape(
            "box",
            (encoder - hub, 0.4 * unit, 0.3 * unit),
            ((encoder + hub) / 2, 0.0, 0.0),
            colour=_ARM,
        ),
        _along_x(0.45 * unit, (encoder, disc), _DARK),
        _along_x(0.6 * unit, (disc, disc + 0.1 * unit), _DISC),
        _along_x(0.1 * unit, (disc + 0.1 * unit, arm_m - 0.14 * unit), _METAL),
    )


def _pendulum(unit: float, length_m: float) -> tuple[Shape, ...]:
    """Rod, the hub that holds it, and the weight, so that turning is seen."""
    bob = 0.4 * unit
    return (
        _upright(0.15 * unit, (bob - length_m, -0.22 * unit), _ROD),
        _along_x(0.22 * unit, (-0.14 * unit, 0.14 * unit), _ROD),
        Shape("sphere", (bob,), (0.0, 0.0, -length_m), colour=_BOB),
    )


def _upright(radius_m: float, z: tuple[float, float], colour: str) -> Shape:
    middle = (0.0, 0.0, (z[0] + z[1]) / 2)
    return Shape("cylinder", (radius_m, z[1] - z[0]), middle, colour=colour)


def _along_x(
    radius_m: float, x: tuple[float, float], colour: str, yz: tuple[float, float] = (0.0, 0.0)
) -> Shape:
    turned = (math.sqrt(0.5), 0.0, math.sqrt(0.5), 0.0)
    return Shape("cylinder", (radius_m, x[1] - x[0]), ((x[0] + x[1]) / 2, *yz), turned, colour)
