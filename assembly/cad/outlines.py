"""Lines and areas of a drawing: edges that one sees or does not see, outlines of pixels."""

from collections import defaultdict
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assembly.cad.raster import Floats, Ints, front_facing

Polyline = list[tuple[float, float]]
CREASE_DEG = 28.0
# Samples, 1.5 pixels each.
FLICKER = 8


def feature_edges(world: Floats, seen: Floats, triangles: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Pairs of corners between which one draws a line: creases, and where the surface turns away.

    Args:
        world: corners (n, 3) in mm.
        seen: the same corners as pixels and nearness.
        triangles: (m, 3).

    Returns:
        the pairs, and which of them the surface itself always covers: inside a bore, say.
    """
    one, two = world[triangles[:, 1]], world[triangles[:, 2]]
    normals = np.cross(one - world[triangles[:, 0]], two - world[triangles[:, 0]])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    pairs = np.sort(triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2), axis=1)
    faces = np.repeat(np.arange(len(triangles)), 3)
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    pairs, faces = pairs[order], faces[order]
    same = (pairs[1:] == pairs[:-1]).all(axis=1)
    first = np.flatnonzero(same)
    left, right = faces[first], faces[first + 1]
    crease = (normals[left] * normals[right]).sum(axis=1) < np.cos(np.radians(CREASE_DEG))
    front = front_facing(seen, triangles)
    turning = front[left] != front[right]
    centers = world[triangles].mean(axis=1)
    hollow = ((centers[right] - centers[left]) * normals[left]).sum(axis=1) > 1e-6
    chosen = crease | turning
    return pairs[first][chosen], (turning & hollow)[chosen]


def farthest(nearness: Floats) -> Floats:
    """The least nearness around every pixel, so that an outline is not behind its own surface."""
    padded = np.pad(nearness, 1, constant_values=-np.inf)
    rows = np.minimum(np.minimum(padded[:-2], padded[1:-1]), padded[2:])
    return np.minimum(np.minimum(rows[:, :-2], rows[:, 1:-1]), rows[:, 2:])


def split(
    edges: Floats, covered: NDArray[np.bool_], least: Floats, slack: float
) -> tuple[list[Floats], list[Floats]]:
    """What of some edges one sees, and what is behind something.

    Args:
        edges: (n, 2, 3), both ends as pixels and nearness.
        covered: which edges are behind something in any case.
        least: what `farthest` makes of the nearness of the nearest surface at every pixel.
        slack: by how much (mm) an edge may lie behind and still count as seen.

    Returns:
        seen and hidden pieces, each (2, 2) in pixels.
    """
    height, width = least.shape
    seen: list[Floats] = []
    hidden: list[Floats] = []
    for (start, end), never in zip(edges, covered, strict=True):
        steps = max(2, int(np.hypot(*(end - start)[:2]) / 1.5) + 1)
        along = (np.arange(steps) + 0.5) / steps
        points = start + along[:, None] * (end - start)
        x = np.clip(points[:, 0].astype(int), 0, width - 1)
        y = np.clip(points[:, 1].astype(int), 0, height - 1)
        visible = (points[:, 2] + slack >= least[y, x]) & ~never
        bounds = _runs(visible)
        for low, high in pairwise(bounds):
            piece = start[:2] + np.array([[low], [high]]) / steps * (end - start)[:2]
            (seen if visible[low] else hidden).append(piece)
    return seen, hidden


def _runs(visible: NDArray[np.bool_]) -> list[int]:
    """Where what one sees begins and ends; flickers of a pixel or two in a long line are none."""
    bounds = [0, *(np.flatnonzero(np.diff(visible)) + 1).tolist(), len(visible)]
    for low, high in pairwise(bounds[1:-1]):
        if high - low < FLICKER:
            visible[low:high] = ~visible[low:high]
    return [0, *(np.flatnonzero(np.diff(visible)) + 1).tolist(), len(visible)]


def chained(pieces: list[Floats], tolerance: float) -> list[Polyline]:
    """Pieces that meet end to end, as few long lines, straightened within a tolerance (pixels)."""
    ends: dict[tuple[float, float], list[int]] = defaultdict(list)
    lines = [[_key(piece[0]), _key(piece[1])] for piece in pieces]
    for index, (start, end) in enumerate(lines):
        ends[start].append(index)
        ends[end].append(index)
    used = [False] * len(lines)
    found = []
    for index, line in enumerate(lines):
        if used[index] or line[0] == line[1]:
            continue
        used[index] = True
        forward = _follow(line[1], lines, ends, used)
        backward = _follow(line[0], lines, ends, used)
        found.append(simplified([*backward[::-1], *line, *forward], tolerance))
    return found


def _key(point: Floats) -> tuple[float, float]:
    return round(float(point[0]), 1), round(float(point[1]), 1)


def _follow(
    point: tuple[float, float],
    lines: list[list[tuple[float, float]]],
    ends: dict[tuple[float, float], list[int]],
    used: list[bool],
) -> Polyline:
    path = []
    while True:
        more = [index for index in ends[point] if not used[index]]
        if not more:
            return path
        used[more[0]] = True
        start, end = lines[more[0]]
        point = end if start == point else start
        path.append(point)


def simplified(line: Polyline, tolerance: float) -> Polyline:
    """The line with fewer corners, none of the others farther off than the tolerance."""
    points = np.array(line)
    keep = np.zeros(len(points), bool)
    keep[[0, -1]] = True
    open_spans = [(0, len(points) - 1)]
    while open_spans:
        low, high = open_spans.pop()
        if high - low < 2:
            continue
        off = _distances(points[low + 1 : high], points[low], points[high])
        worst = int(off.argmax())
        if off[worst] > tolerance:
            middle = low + 1 + worst
            keep[middle] = True
            open_spans += [(low, middle), (middle, high)]
    return [(float(x), float(y)) for x, y in points[keep]]


def _distances(points: Floats, start: Floats, end: Floats) -> Floats:
    along = end - start
    length = float(np.hypot(*along))
    offset = points - start
    if length < 1e-9:
        return np.hypot(offset[:, 0], offset[:, 1])
    return np.abs(offset[:, 0] * along[1] - offset[:, 1] * along[0]) / length


def outlines(mask: NDArray[np.bool_], tolerance: float) -> list[Polyline]:
    """Closed lines around the true pixels, holes too (fill them with the even-odd rule)."""
    padded = np.pad(mask, 1)
    steps: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for (dy, dx), (from_, to) in {
        (-1, 0): ((0, 0), (1, 0)),
        (0, 1): ((1, 0), (1, 1)),
        (1, 0): ((1, 1), (0, 1)),
        (0, -1): ((0, 1), (0, 0)),
    }.items():
        border = padded & ~np.roll(padded, (-dy, -dx), axis=(0, 1))
        for y, x in np.argwhere(border) - 1:
            steps[int(x) + from_[0], int(y) + from_[1]].append((int(x) + to[0], int(y) + to[1]))
    loops = []
    while steps:
        start = next(iter(steps))
        loop, here = [start], _step(steps, start)
        while here != start:
            loop.append(here)
            here = _step(steps, here)
        if len(loop) > 8:
            loops.append(simplified([*map(_float, loop), _float(start)], tolerance))
    return loops


def _float(point: tuple[int, int]) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def _step(
    steps: dict[tuple[int, int], list[tuple[int, int]]], here: tuple[int, int]
) -> tuple[int, int]:
    there = steps[here].pop()
    if not steps[here]:
        del steps[here]
    return there
