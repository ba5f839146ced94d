"""Drawing primitives on Pillow: a camera, round-ended lines, discs, hulls, text."""

import functools
import math

from PIL import ImageDraw, ImageFont

Point = tuple[float, float, float]  # metres; x towards the viewer, y to the right, z up
Pixel = tuple[float, float]
Colour = tuple[int, int, int]


class View:
    """A camera that looks at the robot from the front, a little from above and from the left.

    Args:
        size_m: length of arm and pendulum together; the picture is scaled by it.
        width, height: of the drawing, in pixels.
    """

    _AZIMUTH, _ELEVATION = math.radians(-18.0), math.radians(21.0)

    def __init__(self, size_m: float, target_z_m: float, width: int, height: int) -> None:
        self._distance = 4.2 * size_m
        self._focal = 2.0 * min(height, 0.78 * width)
        self._target_z = target_z_m
        self._centre = (width / 2, 0.45 * height)
        self._cosines = math.cos(self._AZIMUTH), math.cos(self._ELEVATION)
        self._sines = math.sin(self._AZIMUTH), math.sin(self._ELEVATION)

    def depth(self, point: Point) -> float:
        """Distance from the camera along its axis."""
        (ca, ce), (sa, se) = self._cosines, self._sines
        towards = point[0] * ca + point[1] * sa
        return self._distance - towards * ce - (point[2] - self._target_z) * se

    def scale(self, point: Point) -> float:
        """Pixels per metre at this point."""
        return self._focal / self.depth(point)

    def __call__(self, point: Point) -> Pixel:
        """Where a point appears."""
        (ca, ce), (sa, se) = self._cosines, self._sines
        right = point[1] * ca - point[0] * sa
        up = (point[2] - self._target_z) * ce - (point[0] * ca + point[1] * sa) * se
        scale = self.scale(point)
        return self._centre[0] + right * scale, self._centre[1] - up * scale


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


def hull(points: list[Pixel]) -> list[Pixel]:
    """Convex hull of some points, by Andrew's monotone chain."""
    ordered = sorted(points)
    return _half_hull(ordered)[:-1] + _half_hull(ordered[::-1])[:-1]


def _half_hull(ordered: list[Pixel]) -> list[Pixel]:
    chain: list[Pixel] = []
    for x, y in ordered:
        while len(chain) > 1:
            (x0, y0), (x1, y1) = chain[-2:]
            if (x1 - x0) * (y - y0) > (y1 - y0) * (x - x0):
                break
            chain.pop()
        chain.append((x, y))
    return chain


@functools.lru_cache(maxsize=16)
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own typeface, so that pictures look the same everywhere."""
    return ImageFont.load_default(size)
