"""Planned movements that make a robot's parameters visible, recorded for identification.

A parameter can be found only from a movement that it changes. So the plan has a part for each:

- *ramps* rise until the arm breaks away: stiction;
- *steps* of several sizes, then braked: torque, back-EMF, friction, dead zone, latency, backlash;
- *chirp* and *random* holds: inertias, and how arm and pendulum act on each other;
- *decay*, a push and then nothing: the pendulum's inertia and friction.

The pendulum stays below horizontal and the arm near its middle: nobody knows the robot yet, so each
command goes through a guard that looks at what was measured. Safety is around all of it as always.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.machine.episode import episode
from furutalib.machine.recorder import RecordedRobot
from furutalib.machine.robot import Reading, Robot
from furutalib.maths.plant_parameters import P, pack

HELD_OUT = "held-out"
SPRING_PER_RAD = 0.06  # command per radian that the arm is away from its middle
ARM_SHARE = 0.65  # of the arm's limit; beyond, nothing drives it outward
HIGHEST_SWING_RAD = 0.9  # a pendulum with the energy of this swing is calmed ...
CALM_RAD = 0.4  # ... down to this one
BRAKE = 2.0  # times the command that moves the arm
CERTAIN_FRICTION = 0.75  # of the described one
SLOW_RAD_S = 1.0  # a slower arm needs no braking by the motor

Commands = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """One recording: commands before the guard, one per control period, and what it is for."""

    name: str
    commands: Commands
    spring: bool = True  # pull the arm gently to its middle meanwhile


@dataclass(frozen=True)
class Plan:
    """All recordings of one identification."""

    parts: tuple[Part, ...]
    rate_hz: float = 50.0
    seconds: float = field(init=False)

    def __post_init__(self) -> None:
        periods = sum(len(part.commands) for part in self.parts)
        object.__setattr__(self, "seconds", periods / self.rate_hz)


def usual_plan(robot: RobotDescription, share: float = 1.0, seed: int = 0) -> Plan:
    """The plan of `furuta identify`.

    Args:
        robot: as it is believed to be; says which command is believed to move the arm.
        share: of all times; below 1 for a quick look with wider intervals.
        seed: of the random holds.
    """
    rate_hz, rng = robot.control.rate_hz, np.random.default_rng(seed)
    moves = breakaway(robot)
    held = np.random.default_rng(seed + 1)
    parts = (
        Part("decay", _decay(rate_hz, moves, 16.0 * share)),
        Part("ramps", _ramps(rate_hz, moves, round(6 * share)), spring=False),
        Part("steps", _steps(rate_hz, moves, round(14 * share))),
        Part("chirp", _chirp(rate_hz, moves, 16.0 * share)),
        Part("random", _random(rate_hz, moves, 16.0 * share, rng)),
        Part(HELD_OUT, _mixed(rate_hz, moves, 18.0 * share, held)),
    )
    return Plan(parts, rate_hz)


def breakaway(robot: RobotDescription) -> float:
    """The command that is believed to set the arm moving from rest."""
    p = pack(robot)
    stall_nm = p[P.TORQUE_CONSTANT] * p[P.VOLTAGE] / p[P.RESISTANCE]
    zone = float(p[P.DEAD_ZONE])
    return zone + (1.0 - zone) * float(max(p[P.MOTOR_STICTION], p[P.MOTOR_COULOMB]) / stall_nm)


def record(
    robot: Robot,
    folder: str | Path,
    plan: Plan,
    about: Mapping[str, Any],
    begin: Callable[[Part], None] = lambda part: None,
) -> list[Path]:
    """Do what is planned and record it, an episode per part; the motor is off in between.

    Args:
        robot: simulated, emulated or real; a driven one with its safety around it.
        folder: where the recordings go, beside those that are there.
        plan: see `usual_plan`.
        about: what the JSON files shall say, for example the robot's kind.
        begin: told of each part before it is done.

    Returns:
        The recordings.

    Raises:
        SafetyTrip, ResetError: as from the robot; the motor is off and what was recorded stays.
    """
    paths = []
    for part in plan.parts:
        begin(part)
        recorded = RecordedRobot(robot, folder, {**about, "excitation": part.name})
        with episode(recorded) as beginning:
            assert recorded.log is not None
            paths.append(recorded.log.path)
            for _ in drive(recorded, part, beginning.reading):
                pass
    return paths


def drive(robot: Robot, part: Part, reading: Reading) -> Iterator[Reading]:
    """Do one part on a robot that was reset; yields what is measured after each period."""
    guard = Guard(robot.description, part.spring)
    for command in part.commands.tolist():
        reading = robot.step(guard(command, reading))
        yield reading


class Guard:
    """Keeps planned commands from what a robot that nobody knows yet might make of them.

    Before all else an arm that would coast beyond its share of the limit is braked by the motor;
    next, a pendulum that swings too high is calmed by it.
    """

    def __init__(self, robot: RobotDescription, spring: bool = True) -> None:
        p = pack(robot)
        inertia = float(p[P.ARM_INERTIA] + p[P.AXIAL_INERTIA] + p[P.ROTOR_INERTIA])
        self._slowing = CERTAIN_FRICTION * float(p[P.MOTOR_COULOMB]) / inertia
        self._frequency = math.sqrt(float(p[P.GRAVITY_TORQUE] / p[P.SWING_INERTIA]))
        self._arm_rad = ARM_SHARE * robot.limits.arm_angle_rad
        self._spring = SPRING_PER_RAD if spring else 0.0
        self._brake = BRAKE * breakaway(robot)
        self._dt_s = 1.0 / robot.control.rate_hz
        self._before: Reading | None = None
        self._calming = False

    def __call__(self, command: float, reading: Reading) -> float:
        """The command to send after a reading."""
        before, self._before = self._before or reading, reading
        arm, pendulum = reading.arm_angle_rad, reading.pendulum_angle_rad
        arm_speed = (arm - before.arm_angle_rad) / self._dt_s
        speed = (pendulum - before.pendulum_angle_rad) / self._dt_s
        rests_at = arm + arm_speed * abs(arm_speed) / (2.0 * self._slowing)
        if abs(rests_at) > self._arm_rad and arm_speed * rests_at > SLOW_RAD_S * abs(rests_at):
            return -math.copysign(self._brake, arm_speed)
        energy = 1.0 - math.cos(pendulum) + 0.5 * (speed / self._frequency) ** 2
        swing = math.acos(max(-1.0, 1.0 - energy))
        self._calming = swing > (CALM_RAD if self._calming else HIGHEST_SWING_RAD)
        if self._calming:
            command = math.copysign(self._brake, speed * math.cos(pendulum))
        if command == 0.0 or (abs(arm) > self._arm_rad and command * arm > 0.0):
            return 0.0
        return max(-1.0, min(1.0, command - self._spring * arm))


# ---------------------------------------------------------------------- the parts
def _periods(rate_hz: float, seconds: float) -> int:
    return max(1, round(rate_hz * seconds))


def _hold(rate_hz: float, *pairs: tuple[float, float]) -> Commands:
    """Commands held for a time each, as pairs (command, seconds)."""
    return np.concatenate(
        [np.full(_periods(rate_hz, s), min(0.95, max(-0.95, c))) for c, s in pairs]
    )


def _decay(rate_hz: float, moves: float, seconds: float) -> Commands:
    """Two pushes to and fro, then nothing; the play of the gears and friction end it in seconds."""
    parts, count = [], max(1, round(seconds / 4.0))
    for number in range(count):
        push = moves * (2.6 - 0.5 * (number % 3)) * (-1.0) ** number
        rest = (0.0, seconds / count - 0.28)
        parts.append(_hold(rate_hz, (push, 0.14), (-push, 0.14), rest))
    return np.concatenate(parts)


def _ramps(rate_hz: float, moves: float, count: int) -> Commands:
    parts = []
    for number in range(max(2, count)):
        rise = np.linspace(0.6, 1.6, _periods(rate_hz, 3.5)) * moves
        parts += [rise * (-1.0) ** number, np.zeros(_periods(rate_hz, 1.2))]
    return np.concatenate(parts)


def _steps(rate_hz: float, moves: float, count: int) -> Commands:
    parts = []
    for number in range(max(4, count)):
        size = (1.4, 1.8, 2.3, 2.8, 3.4)[(number // 2) % 5]
        command = size * moves * (-1.0) ** number
        parts.append(_hold(rate_hz, (command, 0.9 / size), (0.0, 0.6)))
    return np.concatenate(parts)


def _chirp(rate_hz: float, moves: float, seconds: float) -> Commands:
    n = _periods(rate_hz, seconds)
    t = np.arange(n) / rate_hz
    low, high = 0.4, 4.0
    phase = 2.0 * np.pi * low * seconds / np.log(high / low) * ((high / low) ** (t / seconds) - 1.0)
    commands: Commands = 2.2 * moves * np.sin(phase)
    return commands


def _random(rate_hz: float, moves: float, seconds: float, rng: np.random.Generator) -> Commands:
    pairs: list[tuple[float, float]] = []
    sign = 1.0
    while sum(pair[1] for pair in pairs) < seconds:
        sign = -sign if rng.random() < 0.8 else sign
        pairs.append((sign * moves * rng.uniform(1.3, 4.0), rng.uniform(0.06, 0.3)))
        if rng.random() < 0.25:
            pairs.append((0.0, rng.uniform(0.1, 0.5)))
    return _hold(rate_hz, *pairs)[: _periods(rate_hz, seconds)]


def _mixed(rate_hz: float, moves: float, seconds: float, rng: np.random.Generator) -> Commands:
    some = _random(rate_hz, moves, seconds / 2.0, rng)
    return np.concatenate(
        [some, _chirp(rate_hz, moves, seconds / 4.0), _decay(rate_hz, moves, seconds / 4.0)]
    )
