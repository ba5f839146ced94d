"""The real parts as shapes of a scene: those that stand and move, without board, cage and boom.

`assembly/low` holds meshes of few triangles, named as those of `placement.json`: they go to the
page with every scene, and the painter draws them one by one. What has none there is not shown.
"""

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from furutalib.learning.bodies import Floats, Shape
from furutalib.learning.placement import FILE, Instance, load_placement, triangles

BODIES = ("base", "arm", "pendulum")
_LOW, _COARSE = "low", "scene"

# As simple shapes have them, so that a ghost's colour is no part's; what is bought keeps its own.
_PRINTED = {"base": "#42526b", "arm": "#3b7dc8", "pendulum": "#e8703a"}
_SPECIAL = {"pendulum-rod": "#e8703a", "weight-holder": "#b2421a", "bearing-cap": "#62748e"}


@dataclass(frozen=True)
class SceneParts:
    """Shapes of each body in the body's own frame; the base stands on z = 0.

    `height_m` is that of the plane of the arm above the foot of the base.
    """

    height_m: float
    base: tuple[Shape, ...]
    arm: tuple[Shape, ...]
    pendulum: tuple[Shape, ...]


@functools.lru_cache(maxsize=4)
def scene_parts(folder: Path, arm_m: float) -> SceneParts | None:
    """The parts of the built robot, or None where there are no meshes for a scene.

    Args:
        folder: `assembly`.
        arm_m: how far the pendulum's plane is from the motor's axis.

    Raises:
        ConfigurationError: placement or a mesh is damaged.
    """
    if not (folder / FILE).is_file() or not (folder / _LOW).is_dir():
        return None
    placed = load_placement(folder)
    base, arm, pendulum = (_by_colour(folder, placed, body) for body in BODIES)
    height_m = -min(float(corners[..., 2].min()) for corners in base.values())
    return SceneParts(
        height_m=round(height_m, 5),
        base=_meshes(base, (0.0, 0.0, height_m)),
        arm=_meshes(arm, (0.0, 0.0, 0.0)),
        pendulum=_meshes(pendulum, (-arm_m, 0.0, 0.0)),
    )


def scene_file(folder: Path, instance: Instance) -> Path:
    """The mesh of an instance for a view of all parts: coarser than what is printed."""
    coarse = folder / _COARSE / Path(instance.mesh).name
    return coarse if coarse.is_file() else folder / instance.mesh


def _by_colour(folder: Path, placed: tuple[Instance, ...], body: str) -> dict[str, Floats]:
    """Corners (n, 3, 3) in the world, by colour: few shapes are drawn faster than many."""
    found: dict[str, list[Floats]] = {}
    for each in placed:
        file = folder / _LOW / Path(each.mesh).name
        if each.group == body and file.is_file():
            found.setdefault(_colour(each), []).append(triangles(each, file))
    return {colour: np.concatenate(meshes) for colour, meshes in found.items()}


def _colour(instance: Instance) -> str:
    own = _PRINTED[instance.group] if instance.kind == "printed" else instance.colour
    return _SPECIAL.get(instance.part, own)


def _meshes(by_colour: dict[str, Floats], shift: tuple[float, float, float]) -> tuple[Shape, ...]:
    return tuple(
        Shape("mesh", colour=colour, vertices=tuple(np.round(corners + shift, 5).ravel().tolist()))
        for colour, corners in by_colour.items()
    )
