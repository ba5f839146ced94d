"""Bringing a driven robot to hang at rest, which is where every episode begins.

Incremental encoders know only how far something turned since their counters were cleared. So a
pendulum that friction holds upright reads the same as one that hangs, and zeroing it there would
make every angle wrong by half a turn. What differs is how it answers a push of the arm:

- a hanging pendulum stays behind at first, an upright one leans forward;
- a hanging pendulum comes to rest where it was, an upright one falls and comes to rest half a
  turn further on.

The arm is pushed until both tests say "hanging"; the push itself knocks an upright pendulum over.
"""

import math
from typing import NamedTuple, Protocol

from furutalib.facts.errors import ResetError
from furutalib.facts.robot import RobotDescription
from furutalib.machine.robot import Reading
from furutalib.maths.estimator import TURN_RAD
from furutalib.maths.plant_parameters import P, pack

STILL_S = 1.0  # more than a swing: at its turning points a pendulum rests only for a moment
STILL_RAD = 0.004  # as much may an angle change in that time, besides one count
PUSH_RAD = 0.1  # how far the arm is pushed before the pendulum's answer is read
PUSH_FROM, PUSH_RISE_PER_S = 0.12, 1.2  # the command of a push rises until the arm moves
LEAN_RAD = 0.3  # when the pendulum leans so far, the arm must have moved
SAME_PLACE_RAD = 0.2
PUSHES = 4
FAR_RAD = 0.3  # an arm nearer to its middle than this need not be moved
CENTRED_RAD = 0.15
CENTRING_RAD_S, CENTRING_GAIN, CENTRING_RISE = 1.5, 0.04, 0.3
MOVE_S = 6.0  # the longest time that a move of the arm may take


class Resettable(Protocol):
    """What the procedure needs of a robot; a `SafeRobot` has it, so that it is guarded here too."""

    @property
    def dt(self) -> float:
        """Control period in seconds."""
        ...

    def step(self, action: float) -> Reading:
        """Apply a command for one period."""
        ...

    def rest(self) -> Reading:
        """Let one period pass with the motor braked."""
        ...

    def zero(self, arm: bool = True, pendulum: bool = True) -> None:
        """Call the present angles 0."""
        ...


class _Answer(NamedTuple):
    """What a push of the arm did."""

    same_way: bool  # the pendulum first leaned the way the arm went, as an upright one does
    turned_rad: float  # from rest to rest, in (-pi, pi]


class HangAtRest:
    """Brake, wait until all is still, bring the arm to its middle, make sure that the pendulum
    hangs, call that 0.

    Args:
        longest_settling_s: how long the pendulum may swing before that counts as a failure.
    """

    def __init__(self, longest_settling_s: float = 90.0) -> None:
        self._longest_settling_s = longest_settling_s

    def __call__(self, robot: Resettable, description: RobotDescription, arm_known: bool) -> None:
        """Bring the robot to rest.

        Args:
            robot: the robot, its motor on.
            description: what it is.
            arm_known: whether the arm's angle 0 is its middle; if not, the arm is taken to stand
                in its middle now, and is called 0 there.

        Raises:
            ResetError: it could not be done in time; says why and what to look at.
        """
        work = _Work(robot, description, self._longest_settling_s)
        if arm_known:
            work.centre()
        reading = work.settle()
        if not arm_known:
            robot.zero(arm=True, pendulum=False)
        elif abs(reading.arm_angle_rad) > FAR_RAD:
            work.centre()
            work.settle()
        work.make_sure_it_hangs()
        robot.zero(arm=False, pendulum=True)

    def centre(self, robot: Resettable, description: RobotDescription) -> None:
        """Turn the arm to its middle, gently, whatever the pendulum does.

        Raises:
            ResetError: it does not get there in time.
        """
        _Work(robot, description, self._longest_settling_s).centre()


class _Work:
    """One run of the procedure."""

    def __init__(self, robot: Resettable, description: RobotDescription, longest_s: float) -> None:
        self._robot = robot
        self._longest_s = longest_s
        sensors = description.sensors
        self._arm_count = TURN_RAD / sensors.arm_counts_per_turn
        self._pendulum_count = TURN_RAD / sensors.pendulum_counts_per_turn
        p = pack(description)
        self._answer_per_rad = float(p[P.COUPLING] / p[P.SWING_INERTIA])
        self._push_rad = max(PUSH_RAD, 3.0 * self._arm_count)

    def settle(self) -> Reading:
        """Brake until arm and pendulum have been still for a while."""
        dt_s = self._robot.dt
        first = reading = self._robot.rest()
        still = 0
        for _ in range(round(self._longest_s / dt_s)):
            if still * dt_s >= STILL_S:
                return reading
            reading = self._robot.rest()
            still = still + 1 if self._same(first, reading) else 0
            first = first if still else reading
        raise ResetError(
            f"the robot was not still within {self._longest_s:g} s after braking; "
            "does the table shake, does somebody touch it, does an encoder count by itself?"
        )

    def _same(self, one: Reading, other: Reading) -> bool:
        arm = abs(other.arm_angle_rad - one.arm_angle_rad)
        pendulum = abs(other.pendulum_angle_rad - one.pendulum_angle_rad)
        return arm <= 1.5 * self._arm_count and pendulum <= max(
            STILL_RAD, 1.5 * self._pendulum_count
        )

    def centre(self) -> None:
        """Turn the arm gently to its middle."""
        dt_s = self._robot.dt
        reading = self._robot.rest()
        speed = rising = 0.0
        for _ in range(round(MOVE_S / dt_s)):
            if abs(reading.arm_angle_rad) < CENTRED_RAD:
                return
            wanted = -math.copysign(CENTRING_RAD_S, reading.arm_angle_rad)
            rising += CENTRING_RISE * dt_s * (wanted - speed)
            before = reading
            reading = self._robot.step(_command(rising + CENTRING_GAIN * (wanted - speed)))
            change = reading.arm_angle_rad - before.arm_angle_rad
            speed += 0.5 * (change / dt_s - speed)
        raise ResetError(
            f"the arm did not come to its middle within {MOVE_S:g} s, it is at "
            f"{reading.arm_angle_rad:+.2f} rad; is it jammed, is the motor's supply on?"
        )

    def make_sure_it_hangs(self) -> None:
        """Push the arm until the pendulum answers like one that hangs.

        An upright pendulum falls over at a push; the next push then finds it hanging.
        """
        reading = self._robot.rest()
        seen = ""
        for number in range(PUSHES):
            outward = reading.arm_angle_rad or (1.0 if number % 2 else -1.0)
            before = reading
            same_way = self._push(before, -math.copysign(1.0, outward))
            reading = self.settle()
            answer = _Answer(same_way, _wrapped(before, reading))
            seen = _explain(answer)
            if not seen:
                return
        raise ResetError(f"after {PUSHES} pushes it is not certain that the pendulum hangs: {seen}")

    def _push(self, before: Reading, direction: float) -> bool:
        """Push the arm, the command rising until it moves; whether the pendulum leaned with it."""
        dt_s = self._robot.dt
        for period in range(round(MOVE_S / dt_s)):
            command = PUSH_FROM + PUSH_RISE_PER_S * period * dt_s
            reading = self._robot.step(_command(direction * command))
            moved = reading.arm_angle_rad - before.arm_angle_rad
            answer = reading.pendulum_angle_rad - before.pendulum_angle_rad
            if abs(moved) >= self._push_rad:
                self._check(moved, answer, direction)
                return answer * moved > 0.0
            if abs(answer) > LEAN_RAD and moved == 0.0:
                break
        raise ResetError(
            f"the arm did not move by {self._push_rad:.2f} rad within {MOVE_S:g} s; "
            "is it jammed, is the motor's supply on, is the arm's encoder plugged in?"
        )

    def _check(self, moved: float, answer: float, direction: float) -> None:
        """That the arm went the right way and took the pendulum along."""
        if moved * direction < 0.0:
            raise ResetError(
                f"the arm was pushed by {moved:+.2f} rad where {direction * self._push_rad:+.2f} "
                "was asked for; is the sign of the motor or of the arm's encoder wrong? "
                "`furuta bring-up` finds out"
            )
        if abs(answer) < 0.2 * self._answer_per_rad * abs(moved):
            raise ResetError(
                f"the arm was pushed by {moved:+.2f} rad and the pendulum's encoder saw "
                f"only {answer:+.3f} rad; is it unplugged, is the pendulum held?"
            )


def _explain(answer: _Answer) -> str:
    """Why this is not the answer of a pendulum that hung before and hangs now; empty if it is.

    Raises:
        ResetError: it is the answer of no pendulum at all.
    """
    if math.pi - abs(answer.turned_rad) < SAME_PLACE_RAD:
        return "it was upright and fell over"
    if abs(answer.turned_rad) >= SAME_PLACE_RAD:
        raise ResetError(
            f"the pendulum came to rest {math.degrees(answer.turned_rad):+.0f} degrees from where "
            "it was, neither there nor half a turn away; does its encoder miss counts, do its "
            "counts per turn differ from the description's, does a cable hold it?"
        )
    if answer.same_way:
        return (
            "it first leans the way the arm goes; is the sign of the pendulum's encoder wrong? "
            "`furuta bring-up` finds out"
        )
    return ""


def _wrapped(before: Reading, after: Reading) -> float:
    turned = after.pendulum_angle_rad - before.pendulum_angle_rad
    return math.remainder(turned, TURN_RAD)


def _command(value: float) -> float:
    return max(-1.0, min(1.0, value))
