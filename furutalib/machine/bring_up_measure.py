"""Bring-up's measurements, with the robot whole: dead zone and latency.

Slow ramps give the command at which the arm begins to move, pushes tell the driver's share in it
from that of friction (see `pulse_fit`).
"""

import math
from collections import deque
from dataclasses import replace

import numpy as np

from furutalib.facts.errors import ResetError
from furutalib.facts.machine import Machine
from furutalib.facts.robot import RobotDescription
from furutalib.machine.bring_up_motor import MOVED_COUNTS, push
from furutalib.machine.bring_up_step import Found, Outcome, Work
from furutalib.machine.pulse_fit import Push, fit_pushes
from furutalib.machine.robot import Reading
from furutalib.machine.safety import SafeRobot
from furutalib.maths.plant_parameters import PAST_COMMANDS, P, pack

RAMPS = 8
RAMP_FROM, RAMP_PER_S = 0.6, 0.05  # a slow ramp begins at this share of the fast one's command
PUSHES = (1.3, 1.3, 1.6, 1.6, 2.0, 2.0, 2.5, 2.5) * 2  # times the command that moves the arm
STRONGEST = 0.9
STRONG_ENOUGH = 1.7  # times the command that moves the arm: with weaker pushes the fit is off
WAY_SHARE = 0.7  # of the arm's limit: as far may a push carry the arm
NEAR_RAD = 0.3  # an arm nearer to its middle than this may be pushed either way
STILL_S, STILL_RAD, LONGEST_S = 1.0, 0.02, 90.0
LONGEST_PUSH_S = 2.0
UNUSUAL = 1.8  # times the expected command: hidden robots stay below, half a supply's voltage not
MOST_SD, MOST_LATENCY_SD_S = 0.04, 0.006


def dead_zone(work: Work) -> Outcome:
    """Ramps up in both directions, then pushes; the driver's dead zone without friction."""
    work.breakaway, spread = _breakaway(work)
    description, machine = _as_found(work)
    limit = machine.safety.command
    if limit < STRONG_ENOUGH * work.breakaway:
        return Outcome(
            False,
            f"the arm begins to move at the command {work.breakaway:.3f}, and safety allows "
            f"{limit:g} at most",
            "Pushes that weak say nothing of the dead zone.",
            f"Set safety.command to {STRONG_ENOUGH * work.breakaway:.2f} or more in the robot's "
            "file, keep your hand at the switch, and begin again.",
        )
    robot = work.rig.put_together(description, machine)
    try:
        robot.reset()
        pusher = _Pusher(robot, work.breakaway)
        work.fit = fit_pushes([pusher.push(factor) for factor in PUSHES], description)
    finally:
        robot.off()
    fit, found = work.fit, f"the arm begins to move at the command {work.breakaway:.3f}"
    zone = max(0.0, fit.dead_zone)
    if fit.dead_zone_sd > MOST_SD or not fit.dead_zone < work.breakaway:
        return Outcome(
            False,
            f"{found}; the driver's share in that came out as {fit.dead_zone:.3f} +- "
            f"{fit.dead_zone_sd:.3f}, which cannot be",
            "The pushes do not fit the motor that the robot's file describes.",
            "Does something rub, is the arm's screw loose, does the supply sag? Are mass and "
            "length in the robot's file those of this arm?",
        )
    expected = _expected_breakaway(work.rig.description)
    if work.breakaway > UNUSUAL * expected:
        found += (
            f" (the robot's file makes expect {expected:.2f}: has the supply its "
            f"{work.rig.description.supply.voltage_v:g} V, does something rub?)"
        )
    how = (
        f"{len(PUSHES)} pushes, +- {fit.dead_zone_sd:.3f}; with its friction the arm begins to "
        f"move at {work.breakaway:.3f} (upper quartile of {RAMPS} ramps, spread {spread:.3f})"
    )
    return Outcome(
        True,
        f"{found}; {zone:.3f} +- {fit.dead_zone_sd:.3f} of that is the driver's dead zone, the "
        "rest is friction",
        values={"drive.dead_zone": Found(round(zone, 4), how)},
    )


def latency(work: Work) -> Outcome:
    """How long after it was sent a command acts, from the same pushes."""
    fit = work.fit
    if fit is None:
        return Outcome(False, "there are no pushes to read it from", check="Begin again.")
    longest_s = (PAST_COMMANDS - 0.5) / work.rig.description.control.rate_hz
    found = f"a command acts {fit.latency_s * 1e3:.1f} +- {fit.latency_sd_s * 1e3:.1f} ms after it"
    if fit.latency_s > longest_s or fit.latency_sd_s > MOST_LATENCY_SD_S:
        return Outcome(
            False,
            found,
            "The robot answers so late, or so differently each time, that nothing can balance it.",
            "Is this computer busy (`furuta bench loop` shows it), is the arm's screw loose?",
        )
    how = (
        f"{len(PUSHES)} pushes, {fit.samples} readings, +- {fit.latency_sd_s * 1e3:.1f} ms; "
        "includes what the motor needs to take up the backlash"
    )
    return Outcome(True, found, values={"control.latency_s": Found(round(fit.latency_s, 4), how)})


def _breakaway(work: Work) -> tuple[float, float]:
    """The command at which the arm begins to move, and the spread of the slow ramps.

    Where the arm, in the play of the gears, knocks against a motor that is about to move, it moves
    too early; nothing makes it move too late. So it is the upper quartile, not the median.
    """
    commands = []
    for number in range(RAMPS):
        _wait_until_still(work)
        pushed = push(
            work,
            1 if number % 2 else -1,
            highest=min(1.0, 2.0 * work.starts_at),
            start=RAMP_FROM * work.starts_at,
            rise_per_s=RAMP_PER_S,
        )
        if abs(pushed.moved) < MOVED_COUNTS or pushed.fault:
            raise ResetError(
                f"the arm, which moved at {work.starts_at:.2f} before, did not move up to "
                f"{pushed.command:.2f}; does something hold it, is the motor's supply still on?"
            )
        commands.append(pushed.command)
    return float(np.quantile(commands, 0.75)), max(commands) - min(commands)


def _wait_until_still(work: Work) -> None:
    """The motor is off; nobody touches anything."""
    sensors = work.rig.description.sensors
    pendulum = STILL_RAD / (2.0 * math.pi) * sensors.pendulum_counts_per_turn
    seen: deque[tuple[int, int]] = deque(maxlen=round(STILL_S / 0.05))
    for _ in range(round(LONGEST_S / 0.05)):
        counts = work.counts()
        seen.append((counts["arm"], counts["pendulum"]))
        if len(seen) == seen.maxlen:
            arms, pendulums = zip(*seen, strict=True)
            if max(arms) - min(arms) <= 1 and max(pendulums) - min(pendulums) <= pendulum:
                return
        work.rig.wait(0.05)
    raise ResetError(
        f"the robot was not still within {LONGEST_S:g} s; does the table shake, does somebody "
        "touch it, does an encoder count by itself?"
    )


def _as_found(work: Work) -> tuple[RobotDescription, Machine]:
    """The robot with its signs, and a dead zone that explains when the arm moved.

    The limits of safety are worked out from that; with the described one they might take an arm
    that does not move yet for a frozen encoder.
    """
    rig, signs = work.rig, work.signs
    friction = _friction_share(rig.description)
    explained = (work.breakaway - friction) / (1.0 - friction)
    zone = max(rig.description.drive.dead_zone, explained)
    wiring = replace(
        rig.machine.wiring,
        arm_sign=signs["arm"],
        pendulum_sign=signs["pendulum"],
        motor_sign=signs["motor"],
    )
    description = rig.description.with_values({"drive.dead_zone": zone})
    return description, Machine(wiring, rig.machine.safety)


def _friction_share(robot: RobotDescription) -> float:
    """What holds a motor at rest, as a share of its stall torque."""
    motor = robot.motor
    stall_nm = motor.torque_constant_nm_a * robot.supply.voltage_v / motor.resistance_ohm
    return max(motor.stiction_nm, motor.coulomb_nm) / stall_nm


def _expected_breakaway(robot: RobotDescription) -> float:
    zone = robot.drive.dead_zone
    return zone + (1.0 - zone) * _friction_share(robot)


class _Pusher:
    """Pushes a robot that is guarded by its limits, and records what it did."""

    def __init__(self, robot: SafeRobot, breakaway: float) -> None:
        self._robot, self._breakaway = robot, breakaway
        p = pack(robot.description)
        inertia = float(p[P.ARM_INERTIA] + p[P.AXIAL_INERTIA] + p[P.ROTOR_INERTIA])
        self._per_command = float(p[P.TORQUE_CONSTANT] * p[P.VOLTAGE] / (p[P.RESISTANCE] * inertia))
        self._slowing = float(p[P.MOTOR_COULOMB]) / inertia
        self._late_s = robot.dt + robot.description.control.latency_s
        self._way_rad = WAY_SHARE * robot.limits.arm_angle_rad
        self._direction = 1

    def push(self, factor: float) -> Push:
        """One push, from rest to rest, towards the middle if the arm is far from it."""
        begin = self._settle()
        far = abs(begin.arm_angle_rad) > NEAR_RAD
        self._direction = -1 if (begin.arm_angle_rad > 0.0 if far else self._direction > 0) else 1
        command = min(STRONGEST, self._robot.limits.command, factor * self._breakaway)
        sent, readings = self._record(begin, command)
        way = self._direction * np.array(
            [(r.arm_angle_rad, r.pendulum_angle_rad) for r in readings]
        )
        way[:, 0] -= way[0, 0]
        return Push(np.array(sent) * self._direction, way[:, 0], way[:, 1])

    def _record(self, begin: Reading, command: float) -> tuple[list[float], list[Reading]]:
        robot, dt_s = self._robot, self._robot.dt
        gain = self._per_command * (command - self._breakaway) + self._slowing
        readings, sent = [begin], list[float]()
        driving, slow = True, 0
        while slow < 2 and len(sent) * dt_s < LONGEST_PUSH_S:
            reading = robot.step(self._direction * command) if driving else robot.rest()
            speed = abs(reading.arm_angle_rad - readings[-1].arm_angle_rad) / dt_s
            readings.append(reading)
            sent.append(reading.command)
            gone = abs(reading.arm_angle_rad - begin.arm_angle_rad)
            fastest = speed + gain * self._late_s  # until the command is off
            stops_after = fastest**2 / (2.0 * 0.75 * self._slowing)
            driving = driving and gone + stops_after <= self._way_rad
            slow = slow + 1 if not driving and speed < 0.5 else 0
        return sent, readings

    def _settle(self) -> Reading:
        robot, seen = self._robot, deque[Reading](maxlen=round(STILL_S / self._robot.dt))
        count = 2.0 * math.pi / robot.description.sensors.arm_counts_per_turn
        for _ in range(round(LONGEST_S / robot.dt)):
            seen.append(robot.rest())
            if len(seen) == seen.maxlen:
                arms = [reading.arm_angle_rad for reading in seen]
                pendulums = [reading.pendulum_angle_rad for reading in seen]
                if (
                    max(arms) - min(arms) <= 1.5 * count
                    and max(pendulums) - min(pendulums) <= STILL_RAD
                ):
                    return seen[-1]
        raise ResetError(f"the robot was not still within {LONGEST_S:g} s after a push")
