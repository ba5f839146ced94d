"""Recordings for the tests of identification, made in memory: no process writes them."""

import dataclasses
from typing import Any

import numpy as np

from furutalib.facts.robot import RobotDescription
from furutalib.learning.excitation import Part, Plan, drive
from furutalib.machine.robot import Reading, Robot
from furutalib.machine.telemetry import Telemetry


def telemetry(readings: list[Reading], believed: RobotDescription, **about: Any) -> Telemetry:
    """Readings, the one of the reset first, as if they had been recorded."""
    n = len(readings)
    unknown = np.full(n, np.nan)
    sent = np.array([one.command for one in readings])
    sent[0] = np.nan
    return Telemetry(
        tick=np.arange(n),
        time_s=np.arange(n) / believed.control.rate_hz,
        arm_count=unknown,
        pendulum_count=unknown,
        arm_angle_rad=np.array([one.arm_angle_rad for one in readings]),
        pendulum_angle_rad=np.array([one.pendulum_angle_rad for one in readings]),
        arm_speed_rad_s=unknown,
        pendulum_speed_rad_s=unknown,
        command_asked=sent,
        command_sent=sent,
        reward=unknown,
        lateness_s=unknown,
        missed=np.zeros(n, np.int64),
        flags=np.array([int(one.flags) for one in readings]),
        trip=("",) * n,
        about={"robot": believed.to_dict(), "kind": "emulated", **about},
    )


def run(robot: Robot, plan: Plan, believed: RobotDescription) -> list[Telemetry]:
    """Do a plan; the robot is reset before each part."""
    return [run_part(robot, part, believed) for part in plan.parts]


def run_part(robot: Robot, part: Part, believed: RobotDescription) -> Telemetry:
    """Do one part."""
    first = robot.reset()
    readings = [first, *drive(robot, part, first)]
    return telemetry(readings, believed, excitation=part.name)


def without(recording: Telemetry, ticks: range) -> Telemetry:
    """The same with some ticks missing, as where a slow disk lost rows."""
    keep = ~np.isin(recording.tick, list(ticks))
    columns = {name: value[keep] for name, value in recording.columns().items() if name != "trip"}
    trip = tuple(np.array(recording.trip)[keep])
    return dataclasses.replace(recording, **columns, trip=trip)
