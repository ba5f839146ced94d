"""Driving a robot by a plain function of time, and what came of it, as arrays."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ResetError, SafetyTrip
from furutalib.facts.robot import RobotDescription
from furutalib.learning.environment import FurutaEnv
from furutalib.learning.policy import Policy
from furutalib.machine.robot import Flag, Reading
from furutalib.machine.safety import SafeRobot
from furutalib.machine.telemetry import read_telemetry
from furutalib.view.tracks import Track, furuta_track

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Drive:
    """What was asked, sent and measured; one value per period, shape (n,)."""

    time_s: Floats
    asked: Floats
    sent: Floats
    arm_deg: Floats
    pendulum_deg: Floats
    limited: NDArray[np.bool_]
    robot: RobotDescription
    trip: str = ""  # why it ended early, and what to do

    def __len__(self) -> int:
        return len(self.time_s)

    def track(self, name: str) -> Track:
        """For the moving scene, see `furutalib.lessons.notebook.show`."""
        angles = np.radians(self.arm_deg), np.radians(self.pendulum_deg)
        return furuta_track(name, self.time_s, *angles, self.sent)


@contextmanager
def recorded(robot: SafeRobot) -> Iterator[Callable[[], Drive]]:
    """Note every period of a robot inside the block, those of a reset among them.

    Yields:
        What gives all that was noted so far.
    """
    rows: list[tuple[float, Reading]] = []

    def note(asked: float, reading: Reading) -> None:
        if not reading.flags & Flag.TRIPPED:  # that one was noted as it came
            rows.append((asked, reading))

    robot.listeners.append(note)
    try:
        yield lambda: _drive(rows, robot)
    finally:
        robot.listeners.remove(note)


def drive(
    robot: SafeRobot,
    command: Callable[[float], float],
    seconds: float,
    each_period: Callable[[], None] = lambda: None,
) -> Drive:
    """Drive a robot that was reset; a trip ends it and is no error here.

    Args:
        robot: emulated, simulated or real, with its safety.
        command: of the time in seconds.
        seconds: for how long.
        each_period: called after every period.
    """
    with recorded(robot) as so_far, suppress(SafetyTrip):
        for period in range(round(seconds / robot.dt)):
            robot.step(command(period * robot.dt))
            each_period()
    return so_far()


def run_policy(robot: SafeRobot, policy: Policy, seconds: float) -> Drive:
    """Reset a robot, then let a policy drive it; motor off at the end. A trip ends it.

    Raises:
        ResetError: the pendulum could not be brought to hang at rest.
    """
    environment = FurutaEnv(robot, wrappers=policy.wrappers)
    policy.reset()
    observation, _ = environment.reset()
    with recorded(robot) as so_far, suppress(SafetyTrip):
        for _ in range(round(seconds / robot.dt)):
            observation, _, terminated, _, _ = environment.step(policy.act(observation))
            if terminated:
                break
    robot.off()
    return so_far()


def replayed(path: str | Path) -> Drive:
    """An episode from its telemetry, for the moving scene.

    Raises:
        TelemetryError: there is no such file, or it is damaged.
        ConfigurationError: it does not say which robot it is of.
    """
    telemetry = read_telemetry(path)
    driven = ~np.isnan(telemetry.command_asked)  # not the reset's first reading
    return Drive(
        telemetry.time_s[driven],
        telemetry.command_asked[driven],
        telemetry.command_sent[driven],
        np.degrees(telemetry.arm_angle_rad[driven]),
        np.degrees(telemetry.pendulum_angle_rad[driven]),
        (telemetry.flags[driven] & int(Flag.LIMITED)) > 0,
        RobotDescription.from_dict(telemetry.about.get("robot", {})),
        next(filter(None, telemetry.trip), ""),
    )


def wave(strength: float, period_s: float) -> Callable[[float], float]:
    """A command that changes its direction twice in every `period_s`, as a sine does."""
    return lambda time_s: strength * math.sin(2.0 * math.pi * time_s / period_s)


def said_by(action: Callable[[], object]) -> str:
    """What safety or the reset says while something is done; empty if nothing."""
    try:
        action()
    except (SafetyTrip, ResetError) as error:
        return str(error)
    return ""


def _drive(rows: list[tuple[float, Reading]], robot: SafeRobot) -> Drive:
    readings = [reading for _, reading in rows]
    return Drive(
        np.asarray(robot.dt * np.arange(1, len(rows) + 1), np.float64),
        np.array([asked for asked, _ in rows], float),
        np.array([reading.command for reading in readings], float),
        np.degrees(np.array([reading.arm_angle_rad for reading in readings], float)),
        np.degrees(np.array([reading.pendulum_angle_rad for reading in readings], float)),
        np.array([bool(reading.flags & Flag.LIMITED) for reading in readings], bool),
        robot.description,
        str(robot.trip or ""),
    )
