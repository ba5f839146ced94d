"""Several recorded runs in one moving picture, side by side and in step."""

import base64
import html
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.drawing import font
from furutalib.learning.painter import paint
from furutalib.learning.rollout import Rollout
from furutalib.learning.scene import Scene, furuta_scene

FRAMES_PER_S = 12.5
_TITLE_HEIGHT = 22  # pixels
_TITLE_INK, _PAPER = (36, 41, 47), (255, 255, 255)


@dataclass(frozen=True)
class Film:
    """A moving picture that runs for ever, with a text for those who cannot see it."""

    webp: bytes
    frames: int
    description: str

    def __repr__(self) -> str:
        return self.description

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.webp).decode("ascii")
        return (
            f'<img src="data:image/webp;base64,{data}" style="max-width: 100%; height: auto" '
            f'alt="{html.escape(self.description, quote=True)}">'
        )


def film_grid(
    runs: Mapping[str, Rollout],
    *,
    columns: int = 3,
    seconds: float = 3.0,
    speed: float = 1.0,
    row: int = 0,
    width: int = 240,
    height: int = 190,
) -> Film:
    """Draw runs beside one another, each from its beginning and all at the same moment.

    A run that ended early stays as it was.

    Args:
        runs: what happened, under its title; from left to right, then downwards.
        columns: tiles in a row.
        seconds: how much of the runs is drawn.
        speed: 0.5 plays at half speed.
        row: which pendulum of each rollout.
        width, height: of a tile, in pixels.

    Raises:
        ConfigurationError: there is no run, or a number is not above 0.
    """
    numbers = {"columns": columns, "seconds": seconds, "speed": speed}
    wrong = [f"{name} = {value}" for name, value in numbers.items() if not value > 0]
    if not runs or wrong:
        raise ConfigurationError(
            f"film_grid: {', '.join(wrong) or 'there is no run'}; "
            "give at least one run, and numbers above 0"
        )
    moments_s = np.arange(0.0, seconds, speed / FRAMES_PER_S)
    tiles = [_Tile(title, run, row, (width, height)) for title, run in runs.items()]
    frames = [_together([tile.at(moment) for tile in tiles], columns) for moment in moments_s]
    what = f"{len(runs)} runs side by side for {seconds:g} s at speed {speed:g}: {', '.join(runs)}"
    return Film(_webp(frames), len(frames), what)


class _Tile:
    """One run, drawn small, with its title above."""

    def __init__(self, title: str, run: Rollout, row: int, size: tuple[int, int]) -> None:
        alive = int(np.isfinite(run.arm_angle_rad[row]).sum())
        self._states = np.stack([run.arm_angle_rad[row], run.pendulum_angle_rad[row]], axis=1)
        self._states, self._commands = self._states[:alive], run.command[row, :alive]
        self._rate_hz, self._size = run.rate_hz, size
        self._scene: Scene = furuta_scene(run.robot)
        self._title = _title(title, size[0])

    def at(self, moment_s: float) -> NDArray[np.uint8]:
        """The picture at a time since the start; (height, width, 3)."""
        step = min(int(moment_s * self._rate_hz + 1e-9), len(self._states) - 1)
        width, height = self._size
        command = float(self._commands[step])
        picture = paint(
            self._scene, self._states[step], width=width, height=height, command=command
        )
        return np.concatenate([self._title, picture])


def _title(text: str, width: int) -> NDArray[np.uint8]:
    image = Image.new("RGB", (width, _TITLE_HEIGHT), _PAPER)
    ImageDraw.Draw(image).text((6, 3), text, font=font(14), fill=_TITLE_INK)
    return np.asarray(image, np.uint8)


def _together(tiles: list[NDArray[np.uint8]], columns: int) -> NDArray[np.uint8]:
    missing = -len(tiles) % min(columns, len(tiles))
    tiles = tiles + [np.full_like(tiles[0], 255)] * missing
    across = min(columns, len(tiles))
    lines = [np.concatenate(tiles[k : k + across], axis=1) for k in range(0, len(tiles), across)]
    return np.concatenate(lines)


def _webp(frames: list[NDArray[np.uint8]]) -> bytes:
    pictures = [Image.fromarray(frame) for frame in frames]
    duration_ms = round(1000.0 / FRAMES_PER_S)
    options: dict[str, Any] = {"duration": duration_ms, "loop": 0, "quality": 70, "method": 0}
    buffer = io.BytesIO()
    pictures[0].save(buffer, "WEBP", save_all=True, append_images=pictures[1:], **options)
    return buffer.getvalue()
