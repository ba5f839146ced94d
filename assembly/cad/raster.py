"""Triangles seen from somewhere: which solid is nearest at every pixel, and how near."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Camera:
    """Looks from infinitely far away.

    Attributes:
        axes: rows right, up and towards the eye, unit vectors of the world.
        scale: pixels per mm.
        shift: what is added to the pixels (x right, y down).
    """

    axes: Floats
    scale: float
    shift: Floats

    def project(self, points: Floats) -> Floats:
        """Pixels x and y, and nearness in mm, of points (n, 3)."""
        seen = points @ self.axes.T
        pixels = seen[:, :2] * (self.scale, -self.scale) + self.shift
        return np.column_stack([pixels, seen[:, 2]])


def look(azimuth_deg: float, elevation_deg: float) -> Floats:
    """Axes of a camera: azimuth 0 looks from +x, 90 from +y; elevation 90 looks from above."""
    a, e = math.radians(azimuth_deg), math.radians(elevation_deg)
    toward = (math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e))
    right = (-math.sin(a), math.cos(a), 0.0)
    return np.array([right, np.cross(toward, right), toward])


def framed(axes: Floats, points: Floats, box: tuple[float, float, float, float]) -> Camera:
    """A camera that shows all points inside a box of pixels (left, top, right, bottom)."""
    seen = points @ axes.T
    low, high = seen[:, :2].min(axis=0), seen[:, :2].max(axis=0)
    left, top, right, bottom = box
    room = np.array([right - left, bottom - top])
    scale = float(np.min(room / np.maximum(high - low, 1e-6)))
    middle = (low + high) / 2.0 * (scale, -scale)
    return Camera(axes, scale, np.array([left + right, top + bottom]) / 2.0 - middle)


def paint(meshes: list[tuple[Floats, Ints]], width: int, height: int) -> tuple[Ints, Floats]:
    """Nearest solid (-1 for none) and its nearness at every pixel.

    Args:
        meshes: per solid its corners as pixels and nearness (n, 3), and its triangles (m, 3).
        width: of the picture in pixels.
        height: of the picture in pixels.
    """
    nearest = np.full((height, width), -1, np.int64)
    nearness = np.full((height, width), -np.inf)
    for solid, (corners, triangles) in enumerate(meshes):
        for triangle in corners[triangles[front_facing(corners, triangles)]]:
            _fill(triangle, solid, nearest, nearness)
    return nearest, nearness


def front_facing(corners: Floats, triangles: Ints) -> NDArray[np.bool_]:
    """Which triangles turn their outside to the eye (pixels have y down)."""
    a, b, c = (corners[triangles[:, k], :2] for k in range(3))
    one, two = b - a, c - a
    return (one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]) < -1e-9


def _fill(triangle: Floats, solid: int, nearest: Ints, nearness: Floats) -> None:
    height, width = nearest.shape
    low = np.maximum(np.floor(triangle[:, :2].min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(triangle[:, :2].max(axis=0)).astype(int) + 1, (width, height))
    if (high <= low).any():
        return
    (ax, ay, az), (bx, by, bz), (cx, cy, cz) = triangle
    x = np.arange(low[0], high[0])[None, :] + 0.5
    y = np.arange(low[1], high[1])[:, None] + 0.5
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    u = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) / area
    v = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area
    depth = az + u * (bz - az) + v * (cz - az)
    window = np.s_[low[1] : high[1], low[0] : high[0]]
    # A third of a pixel beyond the edge, so that no pixel between two triangles stays empty.
    longest = max(
        math.hypot(bx - ax, by - ay), math.hypot(cx - bx, cy - by), math.hypot(ax - cx, ay - cy)
    )
    slack = -min(0.3 * longest / abs(area), 0.5)
    hit = (u >= slack) & (v >= slack) & (u + v <= 1.0 - slack) & (depth > nearness[window])
    nearness[window][hit] = depth[hit]
    nearest[window][hit] = solid
