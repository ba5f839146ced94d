"""Drawing primitives on Pillow: a camera, round-ended lines, discs, text."""

import functools
import math

import numpy as np
from numpy.typing import ArrayLike
from PIL import ImageDraw, ImageFont

from furutalib.learning.bodies import Floats, Pose
from furutalib.learning.scene import Camera

Pixel = tuple[float, float]
Colour = tuple[int, int, int]


class View:
    """Where points appear in a picture of some size.

    `scale` is the number of pixels per metre at the camera's target.
    The view's own frame: right, up and towards the viewer, its origin at the camera's target.
    """

    def __init__(self, camera: Camera, width: int, height: int) -> None:
        azimuth, elevation = math.radians(camera.azimuth_deg), math.radians(camera.elevation_deg)
        ca, sa, ce, se = (f(a) for a in (azimuth, elevation) for f in (math.cos, math.sin))
        self.turn = np.array([(-sa, ca, 0.0), (-ca * se, -sa * se, ce), (ca * ce, sa * ce, se)])
        self.distance_m = camera.distance_m
        self._target = np.array(camera.target)
        self._centre = (width / 2, height / 2)
        self.scale = min(width / camera.frame_m[0], height / camera.frame_m[1])

    def pose(self, pose: Pose) -> Pose:
        """A body's pose in the view's own frame."""
        return self.turn @ (pose[0] - self._target), self.turn @ pose[1]

    def pixels(self, points: Floats) -> list[Pixel]:
        """Where points (n, 3) of the view's own frame appear."""
        scale = self.distance_m * self.scale / (self.distance_m - points[:, 2])
        x = self._centre[0] + points[:, 0] * scale
        y = self._centre[1] - points[:, 1] * scale
        return list(zip(x.tolist(), y.tolist(), strict=True))

    def frame(self, points: ArrayLike) -> Floats:
        """Points (n, 3) of the world in the view's own frame."""
        return np.asarray((np.asarray(points, float) - self._target) @ self.turn.T)

    def __call__(self, points: ArrayLike) -> list[Pixel]:
        """Where points (n, 3) of the world appear."""
        return self.pixels(self.frame(points))


def line(draw: ImageDraw.ImageDraw, a: Pixel, b: Pixel, width: float, colour: Colour) -> None:
    """A line with round ends, unless it is thin."""
    draw.line((a, b), fill=colour, width=max(1, round(width)))
    if width > 6:
        disc(draw, a, width / 2, colour)
        disc(draw, b, width / 2, colour)


def disc(draw: ImageDraw.ImageDraw, at: Pixel, radius: float, colour: Colour) -> None:
    """A filled circle."""
    x, y = at
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


@functools.lru_cache(maxsize=16)
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own typeface, so that pictures look the same everywhere."""
    return ImageFont.load_default(size)
