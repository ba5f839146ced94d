"""Faces of the shapes of a body: what the painter computes once per scene."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from furutalib.learning.bodies import Body, Floats, Shape, rotation_matrix

_SIDES = {"cylinder": 20, "capsule": 12, "sphere": 12}
_Face = tuple[int, ...]
_Surface = tuple[Floats, list[_Face]]


@dataclass(frozen=True)
class Solid:
    """The shapes of a body, in the body's frame: S shapes with F faces with V corners."""

    points: Floats  # (V, 3)
    faces: tuple[_Face, ...]  # indices of points, counter-clockwise from outside
    normals: Floats  # (F, 3), outwards, length 1
    centres: Floats  # (F, 3)
    colours: Floats  # (F, 3), 0 to 255
    shape_of: NDArray[np.int64]  # (F,)
    box_centres: Floats  # (S, 3), of the box about each shape
    box_axes: Floats  # (S, 3, 3), in its columns
    box_halves: Floats  # (S, 3), half lengths along the axes


def solid_of(body: Body) -> Solid:
    """The faces of all shapes of a body, and a box about each shape.

    Meshes of one body lie in one another (a bearing in its seat): they have one box together, and
    their faces are told apart by their own distances.
    """
    meshes = [shape for shape in body.shapes if shape.kind == "mesh"]
    simple = [[shape] for shape in body.shapes if shape.kind != "mesh"]
    groups = [*simple, *([meshes] if meshes else [])]
    placed = [[_placed(shape) for shape in group] for group in groups]
    starts = np.cumsum([0, *(len(points) for group in placed for points, _ in group)]).tolist()
    own = [faces for group in placed for _, faces in group]
    faces = [
        tuple(start + corner for corner in face)
        for start, each in zip(starts[:-1], own, strict=True)
        for face in each
    ]
    points = np.concatenate(
        [np.zeros((0, 3)), *(points for group in placed for points, _ in group)]
    )
    boxes = [_box_about(group, places) for group, places in zip(groups, placed, strict=True)]
    colours = [rgb(shape.colour) for group in groups for shape in group]
    counts = [len(each) for each in own]
    return Solid(
        points=points,
        faces=tuple(faces),
        normals=np.array([_normal(points[list(face)]) for face in faces]).reshape(-1, 3),
        centres=np.array([points[list(face)].mean(axis=0) for face in faces]).reshape(-1, 3),
        colours=np.repeat(np.array(colours, float).reshape(-1, 3), counts, axis=0),
        shape_of=np.repeat(
            np.arange(len(groups)), [sum(len(faces) for _, faces in group) for group in placed]
        ),
        box_centres=np.array([centre for centre, _, _ in boxes]).reshape(-1, 3),
        box_axes=np.array([axes for _, axes, _ in boxes]).reshape(-1, 3, 3),
        box_halves=np.array([halves for _, _, halves in boxes]).reshape(-1, 3),
    )


def far_to_near(
    distance_m: float, centres: Floats, axes: Floats, halves: Floats
) -> NDArray[np.int64]:
    """Rank of each of S boxes, so that one that hides part of another comes after it.

    Where a side of a box has another box wholly beyond it, the one on the eye's side of it cannot
    be hidden. What no side decides goes by the distance of the centres.

    Args:
        distance_m: of the eye, which stands at (0, 0, distance_m) and looks at the origin.
        centres, axes, halves: (S, 3), (S, 3, 3) with the axes in its columns, (S, 3).
    """
    eye = np.array((0.0, 0.0, distance_m))
    own = np.einsum("ai,aij->aj", centres, axes)
    # Along axis j of box a, from its centre: that of box b, how far b reaches, and the eye.
    between = np.tensordot(axes, centres, (1, 1)) - own[:, :, None]
    reach = (np.abs(np.tensordot(axes, axes, (1, 1))) * halves).sum(axis=3)
    eye_at = (eye @ axes - own)[:, :, None]
    half = halves[:, :, None]
    beyond = np.abs(between) - reach > half - 5e-4 * distance_m  # solids may touch
    eye_side = beyond & (np.abs(eye_at) > half) & (np.sign(eye_at) == np.sign(between))
    # may_precede[a, b]: nothing of b is lost if a is drawn first.
    may_precede = eye_side.any(axis=1) | (beyond & ~eye_side).any(axis=1).T
    return _sorted(may_precede & ~may_precede.T, np.linalg.norm(centres - eye, axis=1))


def _sorted(precedes: NDArray[np.bool_], distance: Floats) -> NDArray[np.int64]:
    """Ranks: a before b where `precedes[a, b]`, as far as that goes; else far before near."""
    before: list[set[int]] = [set() for _ in distance]
    for a, b in np.argwhere(precedes).tolist():
        before[b].add(a)
    left = np.argsort(-distance, kind="stable").tolist()
    rank = np.zeros(len(left), int)
    for place in range(len(left)):
        chosen = next((i for i in left if before[i].isdisjoint(left)), left[0])
        left.remove(chosen)
        rank[chosen] = place
    return rank


def rgb(colour: str) -> tuple[int, int, int]:
    """The three parts of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _placed(shape: Shape) -> _Surface:
    """Corners and faces in the body's frame."""
    points, faces = _surface(shape)
    return points @ rotation_matrix(shape.rotation).T + shape.position, faces


def _box_about(group: Sequence[Shape], placed: Sequence[_Surface]) -> tuple[Floats, Floats, Floats]:
    """Centre, axes in columns and half lengths of a box about some shapes."""
    turn = rotation_matrix(group[0].rotation) if len(group) == 1 else np.eye(3)
    points = np.concatenate([points for points, _ in placed]) @ turn
    low, high = points.min(axis=0), points.max(axis=0)
    return turn @ (low + high) / 2, turn, (high - low) / 2


def _surface(shape: Shape) -> _Surface:
    """Corners and faces in the shape's own frame."""
    if shape.kind == "box":
        return _box(shape.size)
    if shape.kind == "mesh":
        return _mesh(shape.vertices)
    radius, half = shape.size[0], shape.size[-1] / 2
    if shape.kind == "cylinder":
        profile = [(radius, -half), (radius, half)]
    else:
        centre = half if shape.kind == "capsule" else 0.0
        profile = _round_ends(radius, centre, _SIDES[shape.kind] // 4)
    return _revolved(profile, _SIDES[shape.kind])


def _box(size: Sequence[float]) -> _Surface:
    corners = np.array(list(itertools.product((-0.5, 0.5), repeat=3))) * size
    faces: list[_Face] = [
        (0, 1, 3, 2),
        (4, 6, 7, 5),
        (0, 4, 5, 1),
        (2, 3, 7, 6),
        (0, 2, 6, 4),
        (1, 5, 7, 3),
    ]
    return corners, faces


def _mesh(vertices: Sequence[float]) -> _Surface:
    corners = np.array(vertices).reshape(-1, 3, 3)
    edges = corners[:, 1:] - corners[:, :1]
    corners = corners[np.any(np.cross(edges[:, 0], edges[:, 1]), axis=1)]  # drop those without area
    return corners.reshape(-1, 3), [(i, i + 1, i + 2) for i in range(0, 3 * len(corners), 3)]


def _round_ends(radius: float, centre: float, rings: int) -> list[tuple[float, float]]:
    """Profile (distance from the axis, z) of half spheres about +-centre, with tiny flat poles."""
    angles = [i * math.pi / (2 * rings + 1) for i in range(rings + 1)]
    upper = [(radius * math.cos(a), centre + radius * math.sin(a)) for a in angles]
    return [(r, -z) for r, z in reversed(upper)][: None if centre else -1] + upper


def _revolved(profile: Sequence[tuple[float, float]], sides: int) -> _Surface:
    """A profile, from low to high, turned about z, with flat ends."""
    angles = np.arange(sides) * 2 * math.pi / sides
    circle = np.stack([np.cos(angles), np.sin(angles), np.ones(sides)], axis=1)
    points = np.concatenate([circle * (r, r, z) for r, z in profile])
    rings = [range(i * sides, (i + 1) * sides) for i in range(len(profile))]
    faces = [
        (low[i - 1], low[i], high[i], high[i - 1])
        for low, high in itertools.pairwise(rings)
        for i in range(sides)
    ]
    return points, [*faces, tuple(reversed(rings[0])), tuple(rings[-1])]


def _normal(corners: Floats) -> Floats:
    """Of a flat face: half the sum of its edges' cross products is its area vector (Newell)."""
    area = np.cross(corners, np.roll(corners, -1, axis=0)).sum(axis=0)
    return np.asarray(area / (np.linalg.norm(area) or 1.0))
