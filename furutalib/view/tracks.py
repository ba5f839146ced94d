"""What was recorded of a motion, in the form that a view can show."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.rollout import Rollout

Floats = NDArray[np.float64]

FROM_UPRIGHT = "pendulum from upright (°)"
ARM = "arm (°)"
PENDULUM_SPEED = "pendulum speed (rad/s)"
COMMAND = "command"


@dataclass(frozen=True, eq=False)
class Track:
    """One motion of a scene's bodies, with the signals that belong to it.

    A motion that ended early has NaN coordinates from there on.
    """

    name: str
    times_s: Floats  # (T,), rising
    coordinates: Floats  # (T, k), in the order of the scene's coordinates
    command: Floats | None = None  # (T,), in [-1, 1]
    signals: Mapping[str, Floats] = field(default_factory=dict)  # what plots can show: (T,) each
    colour: str | None = None  # "#rrggbb"; None leaves the choice to the view

    def __post_init__(self) -> None:
        times = np.asarray(self.times_s, float)
        coordinates = np.asarray(self.coordinates, float)
        if len(times) == 0 or not np.all(np.diff(times) > 0):
            raise ConfigurationError(f"track {self.name!r}: its times have to rise, one per state")
        if coordinates.ndim != 2 or not np.all(np.isfinite(coordinates[0])):
            raise ConfigurationError(
                f"track {self.name!r}: coordinates are an array (T, k) with a finite first row, "
                f"got shape {coordinates.shape}"
            )
        for name, values in {"coordinates": coordinates, "command": self.command}.items():
            self._check_length(name, values)
        for name, values in self.signals.items():
            self._check_length(name, values)
        object.__setattr__(self, "times_s", times)
        object.__setattr__(self, "coordinates", coordinates)

    def _check_length(self, name: str, values: ArrayLike | None) -> None:
        if values is not None and len(np.asarray(values)) != len(self.times_s):
            raise ConfigurationError(
                f"track {self.name!r}: {len(np.asarray(values))} values of {name} for "
                f"{len(self.times_s)} times; give one each"
            )


def furuta_track(
    name: str,
    times_s: ArrayLike,
    arm_rad: ArrayLike,
    pendulum_rad: ArrayLike,
    command: ArrayLike | None = None,
    *,
    pendulum_speed_rad_s: ArrayLike | None = None,
    colour: str | None = None,
) -> Track:
    """A motion of the Furuta pendulum from arrays (T,); the pendulum hangs at 0."""
    arm, pendulum = np.asarray(arm_rad, float), np.asarray(pendulum_rad, float)
    signals = {
        FROM_UPRIGHT: wrapped_deg(pendulum - np.pi),
        ARM: np.degrees(arm),
        PENDULUM_SPEED: _array(pendulum_speed_rad_s),
        COMMAND: _array(command),
    }
    return Track(
        name,
        np.asarray(times_s, float),
        np.stack([arm, pendulum], axis=1),
        _array(command),
        {title: values for title, values in signals.items() if values is not None},
        colour,
    )


def cartpole_track(
    name: str,
    times_s: ArrayLike,
    cart_m: ArrayLike,
    pole_rad: ArrayLike,
    action: ArrayLike | None = None,
    *,
    colour: str | None = None,
) -> Track:
    """A motion of CartPole from arrays (T,); the pole stands at 0, actions are 0 (left) or 1."""
    cart, pole = np.asarray(cart_m, float), np.asarray(pole_rad, float)
    command = None if action is None else 2.0 * np.asarray(action, float) - 1.0
    signals: dict[str, Floats] = {"pole (°)": np.degrees(pole), "cart (m)": cart}
    if command is not None:
        signals["push"] = command
    times, coordinates = np.asarray(times_s, float), np.stack([cart, pole], axis=1)
    return Track(name, times, coordinates, command, signals, colour)


def of_rollout(rollout: Rollout, row: int = 0, name: str = "") -> Track:
    """The motion of one pendulum of a rollout."""
    return furuta_track(
        name or f"start {row + 1}",
        rollout.time_s,
        rollout.arm_angle_rad[row],
        rollout.pendulum_angle_rad[row],
        rollout.command[row],
        pendulum_speed_rad_s=rollout.pendulum_speed_rad_s[row],
    )


def wrapped_deg(angle_rad: ArrayLike) -> Floats:
    """Angles in [-180, 180) degrees, NaN where they jump, so that a plot draws no line there."""
    degrees = np.mod(np.degrees(np.asarray(angle_rad, float)) + 180.0, 360.0) - 180.0
    jumps = np.flatnonzero(np.abs(np.diff(degrees)) > 180.0) + 1
    degrees[jumps] = np.nan
    return np.asarray(degrees)


def encode(values: ArrayLike) -> str:
    """An array as the page takes it: little-endian float32, base64."""
    return base64.b64encode(np.asarray(values, "<f4").tobytes()).decode("ascii")


def _array(values: ArrayLike | None) -> Floats | None:
    return None if values is None else np.asarray(values, float)
