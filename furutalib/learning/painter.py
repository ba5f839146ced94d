"""Pictures of any scene, drawn with Pillow: no OpenGL, no display.

Everything is drawn at twice the size and scaled down, which smooths the edges.
"""

import functools
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

from furutalib.learning.bodies import Coordinate, Floats, Pose
from furutalib.learning.drawing import Pixel, View, disc, font, line
from furutalib.learning.scene import GHOST_COLOURS, Floor, Scene
from furutalib.learning.solids import Solid, far_to_near, rgb, solid_of

_SUPERSAMPLING = 2
_GHOST_OPACITY = 0.45
_BACKGROUND = (250, 250, 247)
_FLOOR = (232, 238, 242)
_FORBIDDEN = (247, 222, 214)
_EDGE = (176, 190, 200)
_SHADOW = (205, 214, 220)
_TEXT = (72, 84, 96)
_COMMAND = (42, 157, 143)
_PATH = (214, 140, 60)
_LIGHT = np.array((-0.42, 0.62, 0.66))  # where it comes from: right, up, towards the viewer


def paint(
    scene: Scene,
    states: ArrayLike,
    *,
    width: int = 480,
    height: int = 360,
    command: float | None = None,
    trail: ArrayLike = (),
    colours: Sequence[str | None] = (None,),
    names: Sequence[str] = (),
) -> NDArray[np.uint8]:
    """Draw one state of a scene, or several over one another.

    Args:
        states: coordinates, of shape (k,) or (n, k). The first is solid and its numbers are
            written down; the others are translucent ghosts.
        width, height: of the picture, in pixels.
        command: in [-1, 1], shown as a bar; None leaves the bar out.
        trail: points (m, 3) of a path, oldest first.
        colours: one "#rrggbb" for each state; None stands for the shapes' own colours. Those
            that are missing are taken from GHOST_COLOURS.
        names: one for each state, for a legend.

    Returns:
        Array of shape (height, width, 3).

    Raises:
        ConfigurationError: a state has too few or too many coordinates, or one is not finite.
    """
    rows = np.atleast_2d(np.asarray(states, float))
    tints = list(
        itertools.islice(itertools.chain(colours, itertools.cycle(GHOST_COLOURS)), len(rows))
    )
    stage = _stage(scene, width * _SUPERSAMPLING, height * _SUPERSAMPLING)
    poses = [scene.poses(row) for row in rows]
    seen = [
        _seen(stage.view, solid, pose[name], tint)
        for pose, tint in zip(poses, tints, strict=True)
        for name, solid in stage.moving.items()
    ]
    image = stage.image.copy()
    if scene.floor is not None:
        _draw_shadows(ImageDraw.Draw(image), stage, poses[0])
    path = np.asarray(trail, float).reshape(-1, 3)
    with_ghosts = image.copy() if len(rows) > 1 else None
    _draw_solids(ImageDraw.Draw(image), stage, seen[: len(stage.moving)], path)
    if with_ghosts is not None:
        _draw_solids(ImageDraw.Draw(with_ghosts), stage, seen, path)
        image = Image.blend(image, with_ghosts, _GHOST_OPACITY)
    draw = ImageDraw.Draw(image)
    _draw_coordinates(draw, scene.coordinates, rows[0].tolist())
    _draw_legend(draw, names, [tint or stage.colour for tint in tints])
    if command is not None:
        _draw_command(draw, command)
    return np.asarray(image.reduce(_SUPERSAMPLING), np.uint8)


@dataclass(frozen=True)
class _Seen:
    """Solids as the camera sees them: n faces, those that look away left out, of S shapes."""

    polygons: list[list[Pixel]]
    inks: list[int]
    depths: Floats  # (n,) distance of each face
    shape_of: NDArray[np.int64]  # (n,)
    box_centres: Floats  # (S, 3), of the box about each shape, in the view's own frame
    box_axes: Floats  # (S, 3, 3), in its columns
    box_halves: Floats  # (S, 3)


@dataclass(frozen=True)
class _Stage:
    """What is the same in every picture of one scene and size."""

    view: View
    image: Image.Image  # background and floor
    still: list[_Seen]  # bodies that cannot move
    moving: dict[str, Solid]
    colour: str  # that stands for the scene's own colours


@functools.lru_cache(maxsize=8)
def _stage(scene: Scene, width: int, height: int) -> _Stage:
    view = View(scene.camera, width, height)
    image = Image.new("RGB", (width, height), _BACKGROUND)
    if scene.floor is not None:
        _draw_floor(ImageDraw.Draw(image), view, scene.floor)
    moving: dict[str, Solid] = {}
    still: list[_Seen] = []
    poses = scene.poses(np.ones(len(scene.coordinates)))  # any do for what cannot move
    for body in scene.bodies:
        if body.joint != "fixed" or body.parent in moving:
            moving[body.name] = solid_of(body)
        else:
            still.append(_seen(view, solid_of(body), poses[body.name], None))
    colours = [shape.colour for body in scene.bodies for shape in body.shapes]
    return _Stage(view, image, still, moving, colours[-1])


def _seen(view: View, solid: Solid, pose: Pose, tint: str | None) -> _Seen:
    place, turn = view.pose(pose)
    from_eye = place - (0.0, 0.0, view.distance_m)
    # In the body's frame, where normals and centres do not change.
    towards = np.einsum("fi,fi->f", solid.normals, solid.centres + from_eye @ turn)
    shown = np.flatnonzero(towards < 0)
    pixels = view.pixels(solid.points @ turn.T + place)
    light = np.maximum(solid.normals[shown] @ (_LIGHT @ turn), 0.0)[:, None]
    colours = solid.colours[shown] if tint is None else np.array(rgb(tint))
    red, green, blue = np.minimum(colours * (0.7 + 0.42 * light) + 36 * light**8, 255).astype(int).T
    return _Seen(
        polygons=[[pixels[i] for i in solid.faces[face]] for face in shown.tolist()],
        inks=(red + (green << 8) + (blue << 16)).tolist(),
        depths=view.distance_m - place[2] - solid.centres[shown] @ turn[2],
        shape_of=solid.shape_of[shown],
        box_centres=solid.box_centres @ turn.T + place,
        box_axes=turn @ solid.box_axes,
        box_halves=solid.box_halves,
    )


def _draw_solids(
    draw: ImageDraw.ImageDraw, stage: _Stage, seen: Sequence[_Seen], path: Floats
) -> None:
    """Solids from far to near, and of the path what lies behind and before them."""
    _draw_path(draw, stage.view, path, near=False)
    parts = [*stage.still, *seen[::-1]]  # where ghosts coincide with the solid state, it is last
    starts = itertools.accumulate((len(part.box_halves) for part in parts), initial=0)
    shape_of = np.concatenate(
        [part.shape_of + start for part, start in zip(parts, starts, strict=False)]
    )
    depths = np.concatenate([part.depths for part in parts])
    polygons = [polygon for part in parts for polygon in part.polygons]
    inks = [ink for part in parts for ink in part.inks]
    rank = far_to_near(
        stage.view.distance_m,
        np.concatenate([part.box_centres for part in parts]),
        np.concatenate([part.box_axes for part in parts]),
        np.concatenate([part.box_halves for part in parts]),
    )
    for face in np.lexsort((-depths, rank[shape_of])).tolist():
        draw.polygon(polygons[face], fill=inks[face])
    _draw_path(draw, stage.view, path, near=True)


def _draw_path(draw: ImageDraw.ImageDraw, view: View, path: Floats, *, near: bool) -> None:
    """The pieces of a path before or behind the camera's target, fading towards its beginning."""
    if len(path) == 0:
        return
    points = view.frame(path)
    pixels = view.pixels(points)
    fade = np.linspace(0.15, 1.0, len(path))[1:, None]
    colours = (_BACKGROUND + fade * np.subtract(_PATH, _BACKGROUND)).astype(int).tolist()
    for i, (a, b) in enumerate(itertools.pairwise(pixels)):
        if (points[i, 2] > 0) == near:
            draw.line((a, b), fill=tuple(colours[i]), width=3 * _SUPERSAMPLING)


def _draw_shadows(draw: ImageDraw.ImageDraw, stage: _Stage, poses: dict[str, Pose]) -> None:
    """Under each shape that moves, a blot along its longest axis."""
    for name, solid in stage.moving.items():
        place, turn = poses[name]
        longest = np.argmax(solid.box_halves, axis=1)
        each = np.arange(len(longest))
        width = np.min(solid.box_halves, axis=1)
        along = (
            solid.box_axes[each, :, longest] * (solid.box_halves[each, longest] - width)[:, None]
        )
        ends = np.stack([solid.box_centres - along, solid.box_centres + along], 1) @ turn.T + place
        pixels = stage.view(ends.reshape(-1, 3) * (1.0, 1.0, 0.0))
        scale = stage.view.scale
        for a, b, half in zip(pixels[::2], pixels[1::2], width.tolist(), strict=True):
            line(draw, a, b, 2 * half * scale, _SHADOW)


def _draw_floor(draw: ImageDraw.ImageDraw, view: View, floor: Floor) -> None:
    """A disc with a scale of angles, and the sector over which nothing may go."""
    edge = _arc(view, floor.radius_m, range(0, 361, 6))
    draw.polygon(edge, fill=_FLOOR)
    if floor.limit_rad is not None:
        limit = math.degrees(floor.limit_rad)
        sector = _arc(view, floor.radius_m, np.linspace(limit, 360 - limit, 24))
        draw.polygon([*view([(0.0, 0.0, 0.0)]), *sector], fill=_FORBIDDEN)
    draw.line(edge, _EDGE, 4)
    for degrees in range(-150, 181, 30):
        major = degrees % 90 == 0
        [inner], [outer], [label] = (
            _arc(view, part * floor.radius_m, [degrees])
            for part in (0.9 if major else 0.94, 1.0, 1.13)
        )
        line(draw, inner, outer, 4, _EDGE)
        if major:
            text = f"{degrees}°".replace("180", "±180")
            draw.text(label, text, fill=_EDGE, font=font(draw.im.size[1] // 30), anchor="mm")


def _arc(view: View, radius_m: float, degrees: Iterable[float]) -> list[Pixel]:
    angles = np.radians(np.array(list(degrees), float))
    return view(np.stack([np.cos(angles), np.sin(angles), np.zeros(len(angles))], 1) * radius_m)


def _draw_coordinates(
    draw: ImageDraw.ImageDraw, coordinates: Sequence[Coordinate], values: Sequence[float]
) -> None:
    size = draw.im.size[1] // 22
    for row, (coordinate, value) in enumerate(zip(coordinates, values, strict=True)):
        if coordinate.unit == "rad":
            text = f"{math.degrees(math.remainder(value, 2 * math.pi)):+.0f}°"
        else:
            text = f"{value:+.2f} {coordinate.unit}"
        place = (0.8 * size, (0.7 + 1.35 * row) * size)
        draw.text(place, f"{coordinate.name} {text}", fill=_TEXT, font=font(size))


def _draw_legend(draw: ImageDraw.ImageDraw, names: Sequence[str], colours: Sequence[str]) -> None:
    """Names in the upper right corner, each after a dot of its colour."""
    width, height = draw.im.size
    size = height // 22
    for row, (name, colour) in enumerate(zip(names, colours, strict=False)):
        y = (1.2 + 1.35 * row) * size
        draw.text((width - 2.2 * size, y), name, fill=_TEXT, font=font(size), anchor="rm")
        disc(draw, (width - 1.3 * size, y), 0.4 * size, rgb(colour))


def _draw_command(draw: ImageDraw.ImageDraw, command: float) -> None:
    """A bar from the middle, to the right for positive commands."""
    width, height = draw.im.size
    middle, y = width / 2, 0.955 * height
    half, thick = 0.2 * width, 0.016 * height
    draw.rounded_rectangle((middle - half, y - thick, middle + half, y + thick), thick, fill=_FLOOR)
    left, right = sorted((middle, middle + half * max(-1.0, min(1.0, command))))
    draw.rectangle((left, y - thick, right, y + thick), fill=_COMMAND)
    line(draw, (middle, y - 1.6 * thick), (middle, y + 1.6 * thick), 4, _TEXT)
    letters = font(height // 26)
    draw.text((middle - half - 12, y), "command", fill=_TEXT, font=letters, anchor="rm")
    draw.text((middle + half + 12, y), f"{command:+.2f}", fill=_TEXT, font=letters, anchor="lm")
