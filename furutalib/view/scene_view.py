"""The moving scene: `Player` shows recorded motions, `Live` follows one that is under way."""

import base64
import html
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import RobotDescription
from furutalib.learning.painter import paint
from furutalib.learning.rollout import Rollout
from furutalib.learning.scene import GHOST_COLOURS, Scene, furuta_scene
from furutalib.view import tracks as tracks_of
from furutalib.view.tracks import Track, encode
from furutalib.view.widget import View

STANDARD_PLOTS = (tracks_of.FROM_UPRIGHT, tracks_of.ARM, tracks_of.COMMAND)


class Player(View):
    """Plays one or more recorded motions of a scene over one another, with plots beside it.

    Args:
        scene: the bodies.
        tracks: the motions; the first is solid, the others are ghosts in their own colours.
        plots: names of signals; those that no track has are left out.
        label: what is shown, for people who do not see it.
        height: of the scene, in pixels.
        trail_s: length of the trail behind the scene's marked point, in seconds; 0 for none.
    """

    kind = "scene"

    def __init__(
        self,
        scene: Scene,
        tracks: Sequence[Track],
        *,
        plots: Sequence[str] = STANDARD_PLOTS,
        label: str = "",
        height: int = 320,
        speed: float = 1.0,
        loop: bool = True,
        autoplay: bool = True,
        trail_s: float = 1.0,
    ) -> None:
        self.scene = scene
        self.plots = tuple(plots)
        self.trail_s = trail_s
        self._options = {
            "mode": "player",
            "scene": scene.to_dict(),
            "speed": speed,
            "loop": loop,
            "autoplay": autoplay,
            "trail_s": trail_s,
            "height": height,
        }
        super().__init__(self._payload(tracks, label))

    def update(self, tracks: Sequence[Track], label: str = "") -> None:
        """Show other motions of the same scene."""
        self.payload = self._payload(tracks, label)

    def save(self, path: str | Path) -> Path:
        """Write a film of it, by the ending of the path a .gif, .webp or .mp4."""
        from furutalib.view.film import save

        return save(self.scene, self.tracks, path, trail_s=self.trail_s)

    def still_html(self) -> str:
        """The motion half-way through."""
        first = self.tracks[0]
        middle = _last_known(first, first.times_s[len(first.times_s) // 2])
        states = [
            track.coordinates[_last_known(track, first.times_s[middle])] for track in self.tracks
        ]
        picture = paint(
            self.scene,
            states,
            command=None if first.command is None else float(first.command[middle]),
            colours=[track.colour for track in self.tracks],
            names=[track.name for track in self.tracks] if len(self.tracks) > 1 else (),
        )
        return _img(picture, self.payload["label"])

    def _payload(self, tracks: Sequence[Track], label: str) -> dict[str, Any]:
        self.tracks = _coloured(self.scene, tracks)
        return {
            **self._options,
            "label": label or _label(self.scene, self.tracks),
            "tracks": [_plain_track(track) for track in self.tracks],
            "plots": [
                plot for title in self.plots if (plot := _plot(title, self.tracks))["series"]
            ],
        }


class Live(View):
    """Follows a motion that is under way; call `show` for every state.

    Args:
        scene: the bodies.
        plots: titles of plots, which hold the last ten seconds; in the order of the `values` of
            `show`. A title with a number, `("command: asked, sent", 2)`, has so many curves.
        keys: names of keys, as browsers call them, that `on_key` hears while the view has the
            focus, for example "ArrowLeft".
        label: what is shown, for people who do not see it.
        height: of the scene, in pixels.
        trail_s: length of the trail behind the scene's marked point, in seconds; 0 for none.
    """

    kind = "scene"

    def __init__(
        self,
        scene: Scene,
        plots: Sequence[str | tuple[str, int]] = (),
        keys: Sequence[str] = (),
        *,
        label: str = "",
        height: int = 320,
        trail_s: float = 1.0,
    ) -> None:
        self.scene = scene
        self.sent = 0  # states
        shown = [(plot, 1) if isinstance(plot, str) else plot for plot in plots]
        self._values = sum(curves for _, curves in shown)
        self._listeners: list[Callable[[str, bool], None]] = []
        super().__init__(
            {
                "label": label or f"{scene.name}, live",
                "mode": "live",
                "scene": scene.to_dict(),
                "tracks": [],
                "plots": [
                    {"title": title, "curves": curves, "series": []} for title, curves in shown
                ],
                "trail_s": trail_s,
                "height": height,
                "keys": list(keys),
            }
        )
        self.on_msg(self._heard)

    def show(
        self,
        time_s: float,
        coordinates: Sequence[float],
        command: float | None = None,
        values: Sequence[float] = (),
    ) -> None:
        """Show a state: the scene's coordinates, the command in [-1, 1], a value per curve."""
        if len(coordinates) != len(self.scene.coordinates) or len(values) != self._values:
            raise ConfigurationError(
                f"got {len(coordinates)} coordinates and {len(values)} values; {self.scene.name} "
                f"has {len(self.scene.coordinates)} and the view {self._values} curves"
            )
        plain = [[float(x) for x in numbers] for numbers in (coordinates, values)]
        push = None if command is None else float(command)
        self.send({"states": [[self.sent, float(time_s), plain[0], push, plain[1]]]})
        self.sent += 1

    def on_key(self, callback: Callable[[str, bool], None]) -> None:
        """Have `callback(key, down)` called when one of the keys is pressed or let go."""
        self._listeners.append(callback)

    def _heard(self, _view: Any, message: Mapping[str, Any], _buffers: Any) -> None:
        if message.get("kind") == "key":
            for callback in self._listeners:
                callback(message["key"], message["down"])


def play(
    *motions: Rollout | Track | Mapping[str, Rollout | Track],
    robot: RobotDescription | None = None,
    plots: Sequence[str] = STANDARD_PLOTS,
    height: int = 320,
) -> Player:
    """Play motions of the Furuta pendulum over one another.

    Args:
        motions: rollouts (their first row) or tracks, or a dict of them with names.
        robot: gives the lengths; by default the robot of the first rollout.
        plots: names of signals to plot.
        height: of the scene, in pixels.
    """
    named: dict[str, Rollout | Track] = {}
    for motion in motions:
        named |= motion if isinstance(motion, Mapping) else {f"motion {len(named) + 1}": motion}
    if not named:
        raise ConfigurationError("nothing to play; give at least one rollout or track")
    robots = [motion.robot for motion in named.values() if isinstance(motion, Rollout)]
    tracks = [
        tracks_of.of_rollout(motion, name=name) if isinstance(motion, Rollout) else motion
        for name, motion in named.items()
    ]
    return Player(
        furuta_scene(robot or next(iter(robots), None)), tracks, plots=plots, height=height
    )


def _coloured(scene: Scene, tracks: Sequence[Track]) -> tuple[Track, ...]:
    if not tracks:
        raise ConfigurationError("nothing to play; give at least one track")
    for track in tracks:
        if track.coordinates.shape[1] != len(scene.coordinates):
            raise ConfigurationError(
                f"track {track.name!r} has {track.coordinates.shape[1]} coordinates, the scene "
                f"{scene.name!r} has {len(scene.coordinates)}"
            )
    ghosts = [
        replace(track, colour=track.colour or GHOST_COLOURS[i % len(GHOST_COLOURS)])
        for i, track in enumerate(tracks[1:])
    ]
    return tracks[0], *ghosts


def _plain_track(track: Track) -> dict[str, Any]:
    return {
        "name": track.name,
        "colour": track.colour,
        "times": encode(track.times_s),
        "coordinates": encode(track.coordinates),
        "command": None if track.command is None else encode(track.command),
    }


def _plot(title: str, tracks: Sequence[Track]) -> dict[str, Any]:
    series = [
        {"track": i, "values": encode(track.signals[title])}
        for i, track in enumerate(tracks)
        if title in track.signals
    ]
    return {"title": title, "series": series}


def _label(scene: Scene, tracks: Sequence[Track]) -> str:
    seconds = max(float(track.times_s[-1]) for track in tracks)
    return f"{scene.name} moving for {seconds:.1f} s: {', '.join(track.name for track in tracks)}"


def _last_known(track: Track, moment_s: float) -> int:
    """Index of the last known state up to a moment."""
    known = np.isfinite(track.coordinates).all(axis=1) & (track.times_s <= moment_s)
    return int(np.flatnonzero(known)[-1]) if known.any() else 0


def _img(picture: NDArray[np.uint8], label: str) -> str:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", optimize=True)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'<img src="data:image/png;base64,{data}" alt="{html.escape(label, quote=True)}">'
