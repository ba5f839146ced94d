"""A policy on an emulated robot from any angles: a hand puts it there, which no real one allows."""

from contextlib import suppress

import numpy as np

from furutalib.facts.errors import ConfigurationError, SafetyTrip
from furutalib.learning.evaluation import DURATION_S, HOLD_S, UPRIGHT_WITHIN_RAD
from furutalib.learning.pilot import Pilot
from furutalib.learning.policy import Policy
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.robot_trips import clear_trip
from furutalib.learning.starts import draw_starts
from furutalib.learning.tasks import SWING_UP
from furutalib.lessons.driving import Drive, recorded
from furutalib.machine.connect import EmulatedRobot
from furutalib.machine.robot import Start


def run_from(
    robot: EmulatedRobot, policy: Policy, start: Start, seconds: float = DURATION_S
) -> Drive:
    """One episode from these angles, at rest; motor off at the end. Limit or trip end it."""
    pilot = Pilot(policy, robot)
    first = robot.put(start)
    over = SWING_UP.terminated(pilot.begin(first))
    with recorded(robot) as so_far, suppress(SafetyTrip):
        for _ in range(round(seconds / robot.dt)):
            if over:
                break
            over = SWING_UP.terminated(pilot.see(robot.step(pilot.command())))
    driven = so_far()
    robot.off()
    clear_trip(robot)
    return driven


def stands(driven: Drive) -> bool:
    """Whether it counts as success: upright for the whole last 3 s, the whole time driven."""
    periods = round(HOLD_S * driven.robot.control.rate_hz)
    if len(driven) < round(DURATION_S * driven.robot.control.rate_hz):
        return False
    last = np.radians(driven.pendulum_deg[-periods:])
    away = np.mod(last, 2.0 * np.pi) - np.pi
    return bool((np.abs(away) < UPRIGHT_WITHIN_RAD).all())


def first_failure(place: RobotPlace, policy: Policy, tries: int = 40) -> Start:
    """The first validation start from which the policy fails on this robot; if none, the first.

    Raises:
        ConfigurationError: the robot is not emulated.
    """
    starts = draw_starts("validation", tries)
    with _emulated(place) as robot:
        for start in starts:
            if not stands(run_from(robot, policy, start)):
                return start
    return starts[0]


def drive_from(place: RobotPlace, policy: Policy, start: Start) -> Drive:
    """Connect, and one episode from this start.

    Raises:
        ConfigurationError: the robot is not emulated.
    """
    with _emulated(place) as robot:
        return run_from(robot, policy, start)


def _emulated(place: RobotPlace) -> EmulatedRobot:
    robot = place.connect()
    if not isinstance(robot, EmulatedRobot):
        robot.close()
        raise ConfigurationError(
            f"kind = {place.kind!r}: only an emulated robot can be put to a start by hand"
        )
    return robot
