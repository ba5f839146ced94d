"""Recorded motions as a moving picture, for where no page can play them."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.animation import save_animation
from furutalib.learning.bodies import Floats
from furutalib.learning.painter import paint
from furutalib.learning.scene import GHOST_COLOURS, Scene
from furutalib.view.tracks import Track

FRAMES_PER_S = 25.0
_ENDED = "#b9c0c6"
_ROUNDING_S = 1e-9


def save(
    scene: Scene,
    tracks: Sequence[Track],
    path: str | Path,
    *,
    width: int = 480,
    height: int = 360,
    trail_s: float = 1.0,
) -> Path:
    """Draw motions over one another at real speed, from the first start to the last end.

    Args:
        tracks: the first is solid, with its command and its trail; the others are ghosts. One
            that ended before the last stays where it was, in grey.
        path: ends in .gif, .webp or .mp4.
        width, height: in pixels.
        trail_s: length of the trail; 0 leaves it out.

    Raises:
        ConfigurationError: there is no track, one does not fit the scene, or the path is no good.
        OSError: the file cannot be written; nothing is left of it.
    """
    if not tracks:
        raise ConfigurationError("no tracks to draw; give at least one")
    usual = itertools.chain([None], itertools.cycle(GHOST_COLOURS))
    motions = [_Motion(track, colour) for track, colour in zip(tracks, usual, strict=False)]
    first = motions[0]
    tip = np.zeros((0, 3)) if scene.trail is None else scene.path(first.coordinates)
    start_s = min(motion.times_s[0] for motion in motions)
    end_s = max(motion.times_s[-1] for motion in motions)
    frames = [
        paint(
            scene,
            np.stack([motion.at(time_s) for motion in motions]),
            width=width,
            height=height,
            command=first.command_at(time_s),
            trail=tip[first.within(time_s - trail_s, time_s)],
            colours=[motion.colour_at(time_s) for motion in motions],
            names=[track.name for track in tracks] if len(tracks) > 1 else (),
        )
        for time_s in np.arange(start_s, end_s + _ROUNDING_S, 1 / FRAMES_PER_S).tolist()
    ]
    return save_animation(frames, path, FRAMES_PER_S)


class _Motion:
    """A track up to its end."""

    def __init__(self, track: Track, colour: str | None) -> None:
        ended = np.flatnonzero(np.isnan(track.coordinates).any(axis=1))
        steps = int(ended[0]) if len(ended) else len(track.times_s)
        self.times_s = track.times_s[:steps]
        self.coordinates = track.coordinates[:steps]
        self._command = track.command
        self._colour = track.colour or colour

    def at(self, time_s: float) -> Floats:
        """The coordinates (k,) of the last step before this time, or the nearest there are."""
        return np.asarray(self.coordinates[self._step(time_s)])

    def command_at(self, time_s: float) -> float | None:
        """The command of the same step."""
        return None if self._command is None else float(self._command[self._step(time_s)])

    def colour_at(self, time_s: float) -> str | None:
        """Grey after the end."""
        return self._colour if time_s < self.times_s[-1] + 1 / FRAMES_PER_S else _ENDED

    def within(self, start_s: float, end_s: float) -> slice:
        """The steps of a span of time."""
        low, high = np.searchsorted(self.times_s, (start_s + _ROUNDING_S, end_s + _ROUNDING_S))
        return slice(int(low), int(high))

    def _step(self, time_s: float) -> int:
        found = np.searchsorted(self.times_s, time_s + _ROUNDING_S) - 1
        return int(np.clip(found, 0, len(self.times_s) - 1))
