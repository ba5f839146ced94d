"""Exploration noise on a driven robot, and what its telemetry says that the motor makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import SafetyTrip
from furutalib.facts.robot import RobotDescription
from furutalib.learning.environment import FurutaEnv
from furutalib.learning.exploration import Explorer
from furutalib.learning.noise_trial import sign_changes
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.robot_trips import clear_trip
from furutalib.lessons.smooth_plots import spectrum
from furutalib.machine.connect import EmulatedRobot
from furutalib.machine.recorder import RecordedRobot
from furutalib.machine.safety import SafeRobot
from furutalib.machine.telemetry import Telemetry, read_telemetry
from furutalib.maths.plant_parameters import P, pack
from furutalib.maths.smoothness import continuity_measure
from furutalib.view.tracks import Track, furuta_track

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = NDArray[np.float64]

SLOW_HZ = 3.0
"""Up to twice a pendulum's own frequency: what is slower than this moves it."""


@dataclass(frozen=True, eq=False)
class Ride:
    """Episodes of one exploration on a robot, as they were recorded.

    Attributes:
        episodes: telemetry, one per episode; the first row of each is its reset.
        current_a: the motor's current at the end of each period, of an emulated robot, whose
            wires can be looked into; one array (n - 1,) per episode, else NaN.
        resets_s: how long the resets took, on the robot's clock.
        trips: how often safety switched off.
    """

    robot: RobotDescription
    episodes: tuple[Telemetry, ...]
    current_a: tuple[Floats, ...]
    resets_s: float
    trips: int

    @property
    def moving_s(self) -> float:
        """How long the robot was driven."""
        return float(sum(len(sent) for sent in self.sent) / self.robot.control.rate_hz)

    @property
    def sent(self) -> list[Floats]:
        """The commands that reached the motor, one array (n - 1,) per episode."""
        return [each.command_sent[1:] for each in self.episodes]

    @property
    def farthest_deg(self) -> Floats:
        """How far the pendulum swung from hanging in each episode, at most 180."""
        return np.array([_farthest(each.pendulum_angle_rad) for each in self.episodes])

    def track(self, name: str) -> Track:
        """The longest episode, for the moving scene."""
        longest = max(self.episodes, key=len)
        return furuta_track(
            name,
            longest.time_s,
            longest.arm_angle_rad,
            longest.pendulum_angle_rad,
            longest.command_sent,
        )

    def figures(self) -> dict[str, float]:
        """What it did, over all episodes.

        Returns:
            `continuity`, C of the commands within episodes; `reversals_per_s` of the commands;
            `current_rms_a`; `slow_share` of the commands' power, below `SLOW_HZ`; `speed_share`,
            the arm's speed over the speed that the commands would bring about if each lasted;
            `swing_deg`, the farthest; `episodes`; `resets_s`; `trips`.
        """
        sent = [each for each in self.sent if len(each) > 1]
        every = np.concatenate(sent)
        speed = np.concatenate([each.arm_speed_rad_s[1:] for each in self.episodes])
        frequencies, amplitudes = spectrum(every, self.robot.control.rate_hz)
        power = np.square(amplitudes)
        changes = sum(int(sign_changes(each[np.newaxis])[0]) for each in sent)
        return {
            "continuity": _over_episodes(sent),
            "reversals_per_s": changes / self.moving_s,
            "current_rms_a": _rms(np.concatenate(self.current_a)),
            "slow_share": float(power[frequencies <= SLOW_HZ].sum() / power.sum()),
            "speed_share": _rms(speed) / (free_speed_rad_s(self.robot) * _rms(every)),
            "swing_deg": float(self.farthest_deg.max()),
            "episodes": float(len(self.episodes)),
            "resets_s": self.resets_s,
            "trips": float(self.trips),
        }


def ride(place: RobotPlace, explorer: Explorer, seconds: float, folder: str | Path) -> Ride:
    """Let noise alone drive a robot until it has moved for so long; each episode is recorded.

    Episodes are those of the swing-up: they end at the arm's limit or after 8 s, and the robot
    is brought to rest before the next. The motor is off in between. A trip ends an episode.

    Args:
        place: the robot.
        explorer: what commands it.
        seconds: of moving robot.
        folder: where the recordings go.

    Raises:
        ResetError: the robot cannot be brought to rest.
        TelemetryError: the folder cannot be written.
    """
    currents: list[Floats] = []
    trips, resets_s, left = 0, 0.0, round(seconds / _period_s(place))
    files: list[Path] = []
    with place.connect() as robot:
        recorded = RecordedRobot(robot, folder, {"kind": place.kind, "place": place.to_dict()})
        environment = FurutaEnv(recorded, wrappers=explorer.wrappers)
        while left > 0:
            before = _now(robot)
            seen, _ = environment.reset()
            resets_s += _now(robot) - before
            assert recorded.log is not None
            files.append(recorded.log.path)
            current, tripped = _episode(environment, explorer, seen, left)
            recorded.off()
            clear_trip(robot)
            currents.append(current)
            left -= max(1, len(current))
            trips += tripped
    episodes = tuple(read_telemetry(file) for file in files)
    return Ride(place.description(), episodes, tuple(currents), resets_s, trips)


def free_speed_rad_s(robot: RobotDescription) -> float:
    """The arm's speed under full voltage, without friction."""
    p = pack(robot, "full")
    return float(p[P.VOLTAGE] / p[P.BACK_EMF_CONSTANT])


def _episode(
    environment: FurutaEnv, explorer: Explorer, seen: NDArray[np.float32], steps: int
) -> tuple[Floats, bool]:
    """The current in each period, and whether safety has tripped."""
    recorded = environment.robot
    bench = getattr(getattr(recorded, "inner", None), "bench", None)
    currents: list[float] = []
    explorer.reset(1)
    over = False
    try:
        while not over and len(currents) < steps:
            seen, _, ended, cut, _ = environment.step(explorer.act(seen[np.newaxis])[0])
            currents.append(bench.state()["current_a"] if bench else np.nan)
            over = ended or cut
    except SafetyTrip:
        return np.array(currents), True
    return np.array(currents), False


def _now(robot: object) -> float:
    driven = robot.inner if isinstance(robot, EmulatedRobot | SafeRobot) else None
    clock = getattr(driven, "clock", None)
    return float(clock.now()) if clock else 0.0


def _period_s(place: RobotPlace) -> float:
    return 1.0 / place.description().control.rate_hz


def _farthest(pendulum_rad: Floats) -> float:
    turned = np.abs(np.mod(pendulum_rad + np.pi, 2.0 * np.pi) - np.pi)
    return float(np.degrees(turned.max()))


def _over_episodes(sent: list[Floats]) -> float:
    each = [float(continuity_measure(commands)) for commands in sent]
    return float(np.average(each, weights=[len(commands) - 1 for commands in sent]))


def _rms(values: Floats) -> float:
    return float(np.sqrt(np.nanmean(np.square(values))))


def draw_rides(rides: Mapping[str, Ride], seconds: float) -> "Figure":
    """The longest episode of each ride: command, current, speed of the arm, pendulum.

    Args:
        rides: by name, one column each.
        seconds: how much of it.
    """
    import matplotlib.pyplot as plt

    figure, places = plt.subplots(
        4, len(rides), sharex=True, sharey="row", squeeze=False, figsize=(9.5, 6.0)
    )
    for column, (name, each) in zip(places.T, rides.items(), strict=True):
        which = int(np.argmax([len(episode) for episode in each.episodes]))
        told, current = each.episodes[which], each.current_a[which]
        shown = slice(1, 1 + round(seconds * each.robot.control.rate_hz))
        time_s = told.time_s[shown]
        swing = np.degrees(np.mod(told.pendulum_angle_rad[shown] + np.pi, 2.0 * np.pi)) - 180.0
        column[0].plot(time_s, told.command_sent[shown], drawstyle="steps-pre", linewidth=1.0)
        column[1].plot(time_s[: len(current)], current[: len(time_s)], color="#c92a2a", lw=1.2)
        column[2].plot(time_s, told.arm_speed_rad_s[shown], color="#e8590c")
        column[3].plot(time_s, swing, color="#2b9a4b")
        column[0].set_title(name)
        column[3].set_xlabel("time (s)")
    labels = ("command sent", "current (A)", "arm (rad/s)", "pendulum (°)")
    for axes, label in zip(places[:, 0], labels, strict=True):
        axes.set_ylabel(label)
    figure.tight_layout()
    return figure
