"""Pictures of the Furuta pendulum and of CartPole, drawn with Pillow: no OpenGL, no display.

Everything is drawn at twice the size and scaled down, which smooths the edges.
"""

import functools
import io
import math
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.files import write_atomically
from furutalib.facts.robot import RobotDescription
from furutalib.learning.drawing import Colour, Pixel, Point, View, disc, font, hull, line

_SUPERSAMPLING = 2
_BACKGROUND = (250, 250, 247)
_FLOOR = (232, 238, 242)
_FORBIDDEN = (247, 222, 214)
_EDGE = (176, 190, 200)
_SHADOW = (205, 214, 220)
_TEXT = (72, 84, 96)
_BASE = (66, 78, 92)
_BASE_TOP = (104, 118, 134)
_ARM = (59, 125, 200)
_ARM_LIGHT = (128, 178, 232)
_ROD = (232, 112, 58)
_ROD_LIGHT = (250, 170, 120)
_BOB = (178, 66, 26)
_COMMAND = (42, 157, 143)

# Lengths of the course robot, for pictures without a robot.
_ARM_M, _PENDULUM_M, _ARM_LIMIT_RAD = 0.085, 0.12, 2.5


class _Scene:
    """The parts of one robot, drawn onto one picture."""

    def __init__(self, arm_m: float, pendulum_m: float, width: int, height: int) -> None:
        self.arm_m = arm_m
        self.pendulum_m = pendulum_m
        self.arm_z = 1.15 * pendulum_m
        self.floor_m = 1.3 * arm_m
        self.thin_m = 0.05 * (arm_m + pendulum_m)  # thickness of a rod
        self.view = View(arm_m + pendulum_m, 0.95 * self.arm_z, width, height)

    def circle(self, radius_m: float, z: float) -> list[Pixel]:
        """A horizontal circle about the motor axis."""
        return [self.view(_around(radius_m, math.radians(a), z)) for a in range(0, 360, 6)]

    def rod(
        self, draw: ImageDraw.ImageDraw, ends: tuple[Point, Point], colours: tuple[Colour, Colour]
    ) -> None:
        """A round rod with a highlight along it."""
        a, b = self.view(ends[0]), self.view(ends[1])
        width = self.thin_m * self.view.scale(ends[1])
        line(draw, a, b, width, colours[0])
        up = 0.17 * width
        line(draw, (a[0] - up, a[1] - up), (b[0] - up, b[1] - up), 0.3 * width, colours[1])

    def cylinder(self, draw: ImageDraw.ImageDraw, radius_m: float, z: tuple[float, float]) -> None:
        """A standing cylinder."""
        bottom, top = self.circle(radius_m, z[0]), self.circle(radius_m, z[1])
        draw.polygon(hull(bottom + top), fill=_BASE)
        draw.polygon(top, fill=_BASE_TOP)

    def base(self, draw: ImageDraw.ImageDraw) -> None:
        """Foot, motor and its shaft."""
        motor_m = 0.3 * self.arm_m
        self.cylinder(draw, 1.7 * motor_m, (0.0, 0.08 * self.arm_z))
        self.cylinder(draw, motor_m, (0.08 * self.arm_z, 0.9 * self.arm_z))
        self.cylinder(draw, 0.35 * motor_m, (0.9 * self.arm_z, self.arm_z))

    def pendulum(self, draw: ImageDraw.ImageDraw, tip: Point, bob: Point) -> None:
        """Rod and weight."""
        self.rod(draw, (tip, bob), (_ROD, _ROD_LIGHT))
        x, y = self.view(bob)
        radius = 1.25 * self.thin_m * self.view.scale(bob)
        disc(draw, (x, y), radius, _BOB)
        disc(draw, (x - 0.3 * radius, y - 0.35 * radius), 0.3 * radius, _ROD_LIGHT)


def furuta_image(
    arm_angle_rad: float,
    pendulum_angle_rad: float,
    action: float | None = None,
    robot: RobotDescription | None = None,
    width: int = 480,
    height: int = 360,
) -> NDArray[np.uint8]:
    """Draw a Furuta pendulum.

    Args:
        arm_angle_rad: counter-clockwise from above; at 0 the arm points at the viewer.
        pendulum_angle_rad: 0 hangs down.
        action: the command, shown as a bar; None leaves the bar out.
        robot: gives the lengths and the arm's limit; without one, those of the course robot.
        width, height: of the picture, in pixels.

    Returns:
        Array of shape (height, width, 3).
    """
    lengths = (
        (robot.arm.length_m, robot.pendulum.length_m, robot.limits.arm_angle_rad)
        if robot is not None
        else (_ARM_M, _PENDULUM_M, _ARM_LIMIT_RAD)
    )
    scene, stage = _stage(*lengths, width * _SUPERSAMPLING, height * _SUPERSAMPLING)
    image = stage.copy()
    draw = ImageDraw.Draw(image)
    tip = _around(scene.arm_m, arm_angle_rad, scene.arm_z)
    bob = _bob(tip, arm_angle_rad, pendulum_angle_rad, scene.pendulum_m)
    _draw_shadow(draw, scene, tip, bob)
    behind = scene.view.depth(tip) > scene.view.depth((0.0, 0.0, scene.arm_z))
    if behind:
        scene.pendulum(draw, tip, bob)
    scene.base(draw)
    scene.rod(draw, ((0.0, 0.0, scene.arm_z), tip), (_ARM, _ARM_LIGHT))
    if not behind:
        scene.pendulum(draw, tip, bob)
    pendulum_deg = math.degrees(math.remainder(pendulum_angle_rad, 2 * math.pi))
    _draw_text(draw, f"arm {math.degrees(arm_angle_rad):+.0f}°", 0, image.height)
    _draw_text(draw, f"pendulum {pendulum_deg:+.0f}°", 1, image.height)
    if action is not None:
        _draw_command(draw, action, image.size)
    return _scaled_down(image)


def cartpole_image(
    cart_m: float, pole_rad: float, width: int = 480, height: int = 240
) -> NDArray[np.uint8]:
    """Draw CartPole.

    Args:
        cart_m: position of the cart; the track ends at 2.4 m on either side.
        pole_rad: angle of the pole from upright, positive to the right.
        width, height: of the picture, in pixels.

    Returns:
        Array of shape (height, width, 3).
    """
    size = (width * _SUPERSAMPLING, height * _SUPERSAMPLING)
    image = Image.new("RGB", size, _BACKGROUND)
    draw = ImageDraw.Draw(image)
    scale, middle, track = size[0] / 5.6, size[0] / 2, 0.8 * size[1]
    line(draw, (middle - 2.4 * scale, track), (middle + 2.4 * scale, track), 6, _EDGE)
    for mark in np.arange(-2.4, 2.41, 0.8).tolist():
        x = middle + mark * scale
        line(draw, (x, track), (x, track + 12), 4, _EDGE)
    x, wheel = middle + cart_m * scale, 0.09 * scale
    top = track - wheel - 0.34 * scale
    draw.rounded_rectangle(
        (x - 0.32 * scale, top, x + 0.32 * scale, track - wheel), 0.06 * scale, fill=_BASE
    )
    for side in (-0.19, 0.19):
        disc(draw, (x + side * scale, track - wheel), wheel, _TEXT)
        disc(draw, (x + side * scale, track - wheel), 0.4 * wheel, _EDGE)
    pole = 1.15 * scale  # not the length of the physics (1 m), but the same at every size
    end = (x + pole * math.sin(pole_rad), top - pole * math.cos(pole_rad))
    line(draw, (x, top), end, 0.12 * scale, _ROD)
    disc(draw, (x, top), 0.085 * scale, _ARM)
    _draw_text(draw, f"cart {cart_m:+.2f} m", 0, image.height)
    _draw_text(draw, f"pole {math.degrees(pole_rad):+.1f}°", 1, image.height)
    return _scaled_down(image)


def save_animation(frames: Sequence[NDArray[np.uint8]], path: str | Path, rate_hz: float) -> Path:
    """Write a moving picture that runs for ever (.gif, .webp) or once (.mp4).

    Args:
        frames: arrays of shape (height, width, 3), all of one size.
        path: its ending says the format.
        rate_hz: frames per second.

    Raises:
        ConfigurationError: there is no frame or no such folder, or the ending is not known.
        OSError: the file cannot be written; nothing is left of it.
    """
    file = Path(path)
    if len(frames) == 0:
        raise ConfigurationError(f"no frames for {file.name}; record at least one step")
    if not file.parent.is_dir():
        raise ConfigurationError(f"cannot write {file}; make the folder {file.parent} first")
    if file.suffix == ".mp4":
        content = _mp4(frames, rate_hz)
    elif file.suffix in (".gif", ".webp"):
        content = _looping(frames, rate_hz, file.suffix)
    else:
        raise ConfigurationError(f"cannot write {file.name}; use .gif, .webp or .mp4")
    write_atomically(file, content)
    return file


def _looping(frames: Sequence[NDArray[np.uint8]], rate_hz: float, suffix: str) -> bytes:
    # GIF counts in hundredths of a second. The times of the frames are rounded, not their
    # durations, so that a long film keeps its speed.
    tick_ms = 10 if suffix == ".gif" else 1
    times = np.rint(np.arange(len(frames) + 1) * 1000.0 / rate_hz / tick_ms).astype(int) * tick_ms
    pictures = [Image.fromarray(frame) for frame in frames]
    options: dict[str, Any] = {"optimize": False} if suffix == ".gif" else {"quality": 80}
    buffer = io.BytesIO()
    pictures[0].save(
        buffer,
        format=suffix[1:],
        save_all=True,
        append_images=pictures[1:],
        duration=np.diff(times).tolist(),
        loop=0,
        **options,
    )
    return buffer.getvalue()


def _mp4(frames: Sequence[NDArray[np.uint8]], rate_hz: float) -> bytes:
    import imageio_ffmpeg

    height, width = frames[0].shape[:2]
    even = (width // 2 * 2, height // 2 * 2)  # the usual pixel format wants even sizes
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "film.mp4"
        writer = imageio_ffmpeg.write_frames(
            str(file), even, fps=rate_hz, macro_block_size=2, quality=7, ffmpeg_log_level="error"
        )
        writer.send(None)
        for frame in frames:
            writer.send(np.ascontiguousarray(frame[: even[1], : even[0]]))
        writer.close()
        return file.read_bytes()


@functools.lru_cache(maxsize=8)
def _stage(
    arm_m: float, pendulum_m: float, limit_rad: float, width: int, height: int
) -> tuple[_Scene, Image.Image]:
    """What stands still: background and floor with a scale of the arm's angle."""
    scene = _Scene(arm_m, pendulum_m, width, height)
    image = Image.new("RGB", (width, height), _BACKGROUND)
    draw = ImageDraw.Draw(image)
    draw.polygon(scene.circle(scene.floor_m, 0.0), fill=_FLOOR)
    _draw_forbidden(draw, scene, limit_rad)
    draw.line([*scene.circle(scene.floor_m, 0.0), scene.circle(scene.floor_m, 0.0)[0]], _EDGE, 4)
    for degrees in range(-150, 181, 30):
        angle, major = math.radians(degrees), degrees % 90 == 0
        inner = scene.view(_around((0.9 if major else 0.94) * scene.floor_m, angle, 0.0))
        line(draw, inner, scene.view(_around(scene.floor_m, angle, 0.0)), 4, _EDGE)
        if major:
            text = f"{degrees}°".replace("180", "±180")
            place = scene.view(_around(1.13 * scene.floor_m, angle, 0.0))
            draw.text(place, text, fill=_EDGE, font=font(height // 30), anchor="mm")
    return scene, image


def _draw_forbidden(draw: ImageDraw.ImageDraw, scene: _Scene, limit_rad: float) -> None:
    """The sector of the floor over which the arm must not go."""
    if limit_rad >= math.pi:
        return
    angles = np.linspace(limit_rad, 2 * math.pi - limit_rad, 24).tolist()
    edge = [scene.view(_around(scene.floor_m, angle, 0.0)) for angle in angles]
    draw.polygon([scene.view((0.0, 0.0, 0.0)), *edge], fill=_FORBIDDEN)


def _draw_shadow(draw: ImageDraw.ImageDraw, scene: _Scene, tip: Point, bob: Point) -> None:
    width = scene.thin_m * scene.view.scale((0.0, 0.0, 0.0))
    centre, under_tip, under_bob = (
        scene.view((x, y, 0.0)) for x, y, _ in ((0.0, 0.0, 0.0), tip, bob)
    )
    line(draw, centre, under_tip, width, _SHADOW)
    line(draw, under_tip, under_bob, width, _SHADOW)


def _draw_text(draw: ImageDraw.ImageDraw, text: str, row: int, height: int) -> None:
    size = height // 22
    draw.text((0.8 * size, (0.7 + 1.35 * row) * size), text, fill=_TEXT, font=font(size))


def _draw_command(draw: ImageDraw.ImageDraw, action: float, size: tuple[int, int]) -> None:
    """A bar from the middle: to the right for commands that turn the arm counter-clockwise."""
    middle, y = size[0] / 2, 0.955 * size[1]
    half, thick = 0.2 * size[0], 0.016 * size[1]
    ends = (middle - half, y - thick, middle + half, y + thick)
    draw.rounded_rectangle(ends, thick, fill=_FLOOR)
    end = middle + half * max(-1.0, min(1.0, action))
    left, right = sorted((middle, end))
    draw.rectangle((left, y - thick, right, y + thick), fill=_COMMAND)
    line(draw, (middle, y - 1.6 * thick), (middle, y + 1.6 * thick), 4, _TEXT)
    letters = font(size[1] // 26)
    draw.text((middle - half - 12, y), "command", fill=_TEXT, font=letters, anchor="rm")
    draw.text((middle + half + 12, y), f"{action:+.2f}", fill=_TEXT, font=letters, anchor="lm")


def _around(radius_m: float, angle_rad: float, z: float) -> Point:
    """A point at an angle about the motor axis."""
    return radius_m * math.cos(angle_rad), radius_m * math.sin(angle_rad), z


def _bob(tip: Point, arm_rad: float, pendulum_rad: float, length_m: float) -> Point:
    """The pendulum's end: it swings across the arm, towards a positive arm speed first."""
    across = length_m * math.sin(pendulum_rad)
    return (
        tip[0] - across * math.sin(arm_rad),
        tip[1] + across * math.cos(arm_rad),
        tip[2] - length_m * math.cos(pendulum_rad),
    )


def _scaled_down(image: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(image.reduce(_SUPERSAMPLING), np.uint8)
