"""How near what turns comes to what stands still, over full turns of arm and pendulum.

A body that makes full turns about an axis sweeps what its points sweep: of each only the distance
from the axis and the place along it matter. So two clouds of points in that half-plane say it all,
for every angle at once. The pendulum turns about x; turned through all its angles, it is then
turned with the arm about z.
"""

from typing import Protocol

import numpy as np
from build123d import Shape
from numpy.typing import NDArray
from scipy.spatial import KDTree

from assembly.cad.base import motor_face
from assembly.cad.dimensions import Dimensions
from assembly.cad.kit import Instance

Points = NDArray[np.float64]
STEP_MM = 1.0
ANGLES = 1440
STANDING = ("base", "boom", "guard", "electronics")
# What the pendulum touches because it holds it: their turning halves are not parts of their own.
HOLDING = ("bearing-608", "pendulum-encoder")


class Placed(Protocol):
    """An instance and its shape at its place."""

    instance: Instance
    shape: Shape


def check(d: Dimensions, placed: list[Placed]) -> tuple[list[str], list[str]]:
    """What is nearer than allowed, and all distances as lines to print.

    The accuracy is that of the clouds: STEP_MM.
    """
    standing = cloud([each for each in placed if each.instance.group in STANDING])
    standing = standing[~_turning(d, standing)]
    arm = [each for each in placed if each.instance.group == "arm"]
    pendulum = cloud([each for each in placed if each.instance.group == "pendulum"])
    held = [each for each in arm if each.instance.part in HOLDING]
    rest = [each for each in arm if each.instance.part not in HOLDING]
    swept = everywhere(about_x(pendulum))
    moving = np.vstack([about_z(cloud(arm)), swept])
    bearing = about_x(cloud(held))
    ring = d.mm("bearing-608", "outer_ring_diameter") / 2.0
    table = [
        (
            "arm and pendulum, all angles, to what stands still",
            moving,
            about_z(standing),
            "clearance",
        ),
        ("pendulum, all angles, to the arm", about_x(pendulum), about_x(cloud(rest)), "running"),
        (
            "pendulum, all angles, to outer rings and encoder",
            about_x(cloud([e for e in placed if e.instance.part in ("pendulum-joint", "collar")])),
            bearing[bearing[:, 1] > ring],
            "running",
        ),
    ]
    wrong, lines = [], []
    for words, first, second, fit in table:
        gap, where = nearest(first, second)
        allowed = d.fit(fit) if fit == "clearance" else d.design("check", fit)
        lines.append(f"{words}: {gap:.1f} mm at {where} (allowed {allowed:.1f} mm)")
        if gap < allowed - STEP_MM:
            wrong.append(lines[-1])
    reach = swept[:, 0].max()
    lines.append(f"the pendulum reaches {reach:.1f} mm from the motor's axis")
    return wrong, lines


def _turning(d: Dimensions, points: Points) -> NDArray[np.bool_]:
    """What belongs to the motor's shaft, which stands in the list of what stands still."""
    near = np.hypot(points[:, 0], points[:, 1]) <= d.mm("motor", "shaft_diameter") / 2.0 + 0.05
    return near & (points[:, 2] > motor_face(d)) & (points[:, 2] < 0.0)


def cloud(placed: list[Placed]) -> Points:
    """Points on the surfaces, no further than about STEP_MM from each other."""
    points = []
    for each in placed:
        corners, triangles = each.shape.tessellate(0.1, 0.1)
        where = np.array([tuple(corner) for corner in corners])
        points.append(filled(where[np.array(triangles)]))
    return _thinned(np.vstack(points))


def filled(triangles: Points) -> Points:
    """Points in triangles (n, 3, 3), no further apart than STEP_MM along a side."""
    sides = np.linalg.norm(triangles - np.roll(triangles, -1, axis=1), axis=2)
    # The corner opposite the shortest side comes first: rays from it, points on each ray.
    first = (sides.argmin(axis=1) + 2) % 3
    order = (first[:, None] + np.arange(3)) % 3
    corners = np.take_along_axis(triangles, order[:, :, None], axis=1)
    across, along = (_pieces(length) for length in (sides.min(axis=1), sides.max(axis=1)))
    found = []
    for rays, count in {*zip(across.tolist(), along.tolist(), strict=True)}:
        s, t = np.meshgrid(np.linspace(0, 1, count + 1), np.linspace(0, 1, rays + 1))
        weights = np.column_stack([1.0 - s.ravel(), (s * (1 - t)).ravel(), (s * t).ravel()])
        these = corners[(across == rays) & (along == count)]
        found.append(_thinned(np.einsum("pk,nkc->npc", weights, these).reshape(-1, 3)))
    return np.vstack(found)


def _pieces(lengths: Points) -> NDArray[np.int64]:
    """Into how many pieces sides are cut: a power of two."""
    powers = np.ceil(np.log2(np.maximum(lengths, 1e-9) / STEP_MM))
    return np.maximum(1, 2**powers).astype(np.int64)


def _thinned(points: Points) -> Points:
    """One point of each cell of a fine grid."""
    cells = np.round(points / (0.5 * STEP_MM)).astype(np.int64)
    key = np.zeros(len(points), np.int64)
    for column in cells.T:
        key = key * 2**20 + column
    return points[np.unique(key, return_index=True)[1]]


def about_z(points: Points) -> Points:
    """Distance from the motor's axis and height."""
    return _thinned(np.column_stack([np.hypot(points[:, 0], points[:, 1]), points[:, 2]]))


def about_x(points: Points) -> Points:
    """Place along the pendulum's axis and distance from it."""
    return _thinned(np.column_stack([points[:, 0], np.hypot(points[:, 1], points[:, 2])]))


def everywhere(profile: Points) -> Points:
    """Where a profile about x comes to, about z, through all angles of the pendulum."""
    found = []
    for angle in np.linspace(0.0, 2.0 * np.pi, ANGLES, endpoint=False):
        y, z = profile[:, 1] * np.sin(angle), -profile[:, 1] * np.cos(angle)
        found.append(_thinned(np.column_stack([np.hypot(profile[:, 0], y), z])))
    return _thinned(np.vstack(found))


def nearest(first: Points, second: Points) -> tuple[float, str]:
    """Least distance of two clouds, and where the first has it."""
    distance, _ = KDTree(second).query(first)
    at = int(distance.argmin())
    return float(distance[at]), f"({first[at, 0]:.0f}, {first[at, 1]:.0f})"
