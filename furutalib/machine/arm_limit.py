"""Braking before the arm's limit: which commands still leave room to stop.

A command that is sent now begins to act after the latency and cannot be taken back for one period
more. So the arm is predicted up to that moment, with the commands that are on their way and the
one that is asked for; from there on it must be able to stop before the limit under the braking
that is certain. If not, the command is turned down just as far as needed: towards zero first, then
against the motion. The border between the two is the switching curve of time-optimal braking,

    angle + speed^2 / (2 deceleration) = limit.

What is predicted is not the arm's angle alone. A swinging pendulum throws the arm to and fro
(measured: spun up by bad commands, it moves the arm at 30 rad/s and more), but it cannot move

    angle of both = arm angle + c sin(pendulum angle),  c = coupling / inertia of the arm,

which only the motor changes (but for a small part that the certain braking allows for). The arm
itself is never farther than c (0.35 rad for the course's robot) from it; the stop has to lie that
far beyond the limit.

All numbers come from the description:

- deceleration: the lower of stall torque and what the current limit allows, over the inertia of
  arm, rotor and a pendulum that stands out level, times `CERTAIN`;
- acceleration of a push outward: stall torque over the inertia of arm and rotor, no friction.
"""

import math
from collections import deque

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.machine import SafetyLimits
from furutalib.facts.robot import RobotDescription
from furutalib.machine.robot import Reading
from furutalib.maths.plant_parameters import P, pack

# Share of the braking torque that is counted on: a robot whose torque constant is a quarter lower
# than described and whose resistance is a quarter higher has 0.75 / 1.25 of it.
CERTAIN = 0.6
_HALVINGS = 6  # of the range in which the command is looked for: 2 / 2^6 is below any dead zone


class ArmLimit:
    """Turns commands down so that the motor drives the arm neither beyond its limit nor too fast
    towards it.

    Args:
        limits: the arm's limit and the largest command.
        robot: the robot, for its torque, inertia, latency and control rate.

    Raises:
        ConfigurationError: the largest command cannot move the motor.
    """

    def __init__(self, limits: SafetyLimits, robot: RobotDescription) -> None:
        p = pack(robot)
        self._limit_rad = limits.arm_angle_rad
        self._command = limits.command
        self._dt_s = 1.0 / robot.control.rate_hz
        self._dead_zone = robot.drive.dead_zone
        if self._command <= self._dead_zone:
            raise ConfigurationError(
                f"safety.command = {self._command:g} lies in the dead zone of the motor, "
                f"drive.dead_zone = {self._dead_zone:g}, so it could not brake; raise it"
            )
        resistance = p[P.RESISTANCE] + p[P.SUPPLY_RESISTANCE]
        self._no_load_rad_s = float(p[P.VOLTAGE] / p[P.BACK_EMF_CONSTANT])
        fixed = float(p[P.ARM_INERTIA] + p[P.AXIAL_INERTIA] + p[P.ROTOR_INERTIA])
        self._carried_rad = float(p[P.COUPLING]) / fixed
        stall_a = float(p[P.VOLTAGE] / resistance)
        torque_constant = float(p[P.TORQUE_CONSTANT])
        self._push_rad_s2 = torque_constant * stall_a / fixed
        certain_a = min(stall_a * self._share(self._command), float(p[P.CURRENT_LIMIT]))
        heavy = fixed + float(p[P.SWING_INERTIA] - p[P.AXIAL_INERTIA])
        self.deceleration_rad_s2 = CERTAIN * torque_constant * certain_a / heavy
        waiting = math.ceil(robot.control.latency_s / self._dt_s - 1e-9)
        self._sent: deque[float] = deque([0.0] * (waiting + 1), maxlen=waiting + 1)
        self._arm_rad = self._angle_rad = self._speed_rad_s = 0.0

    def start(self, reading: Reading) -> None:
        """The arm rests here and no command is on its way."""
        self._sent.extend([0.0] * len(self._sent))
        self._arm_rad, self._angle_rad = reading.arm_angle_rad, self._of_both(reading)
        self._speed_rad_s = 0.0

    def see(self, reading: Reading, periods: float = 1.0) -> None:
        """Take the newest reading, so many periods after the one before it."""
        angle = self._of_both(reading)
        self._speed_rad_s = (angle - self._angle_rad) / (periods * self._dt_s)
        self._arm_rad, self._angle_rad = reading.arm_angle_rad, angle
        self._sent.append(reading.command)

    def allow(self, command: float) -> float:
        """The command nearest to the one asked for that keeps the arm stoppable."""
        command = max(-self._command, min(self._command, command))
        command = self._towards(1.0, command)
        return -self._towards(-1.0, -command)

    def _of_both(self, reading: Reading) -> float:
        """The angle that the pendulum cannot change."""
        return reading.arm_angle_rad + self._carried_rad * math.sin(reading.pendulum_angle_rad)

    def _towards(self, side: float, command: float) -> float:
        """Turn a command down as far as the limit on one side asks; positive is outward."""
        angle, speed = side * self._angle_rad, side * self._speed_rad_s
        if side * self._arm_rad >= self._limit_rad:
            command = min(command, 0.0)
        angle, speed = self._predict(side, angle, speed)
        if self._stops(angle, speed, command):
            return command
        low, high = -self._command, command
        for candidate in (0.0, -self._command):
            if candidate < high and self._stops(angle, speed, candidate):
                low = candidate
                break
            high = min(high, candidate)
        else:
            return low
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            if self._stops(angle, speed, middle):
                low = middle
            else:
                high = middle
        return low

    def _predict(self, side: float, angle: float, speed: float) -> tuple[float, float]:
        """Angle and speed when a command sent now begins to act.

        The measured speed is a mean over the last period, so it is half a period old.
        """
        oldest, *waiting = self._sent
        speed += 0.5 * self._dt_s * self._acceleration(side * oldest, speed)
        for sent in waiting:
            angle, speed = self._move(angle, speed, side * sent)
        return angle, speed

    def _stops(self, angle: float, speed: float, command: float) -> bool:
        """Whether the arm can still be stopped after one period of a command."""
        angle, speed = self._move(angle, speed, command)
        if speed > 0.0:
            angle += speed * speed / (2.0 * self.deceleration_rad_s2)
        return angle <= self._limit_rad or (speed <= 0.0 and command <= 0.0)

    def _move(self, angle: float, speed: float, command: float) -> tuple[float, float]:
        after = speed + self._dt_s * self._acceleration(command, speed)
        if speed > 0.0 > after:
            after = 0.0  # braking stops the arm; that it would turn back is not counted on
        return angle + 0.5 * self._dt_s * (speed + after), after

    def _acceleration(self, command: float, speed: float) -> float:
        """The largest outward acceleration that a command can mean (rad/s^2)."""
        share = self._share(command)
        if share > 0.0:
            slower = max(0.0, share - max(0.0, speed) / self._no_load_rad_s)
            return slower * self._push_rad_s2
        if speed <= 0.0:
            return 0.0
        return share / self._share(self._command) * self.deceleration_rad_s2

    def _share(self, command: float) -> float:
        """The signed share of the full voltage behind the dead zone."""
        beyond = max(0.0, abs(command) - self._dead_zone) / (1.0 - self._dead_zone)
        return beyond if command > 0.0 else -beyond
