"""The checks of lesson 07: a count from bytes, patients to diagnose, old bugs to find."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from furutalib.lessons.exercises import Wrong, call, exercise
from furutalib.lessons.patients import HEALTHY, LETTERS, SUSPECTS, fault_of
from furutalib.machine.robot import Reading
from furutalib.maths.estimator import VelocityFilter

# ------------------------------------------------------------------------ 07-a, a count from bytes

_ANSWERS: Mapping[bytes, int] = {
    bytes.fromhex("00 00 00 01 2c"): 300,
    bytes.fromhex("ff 00 00 01 2c"): 300,
    bytes.fromhex("00 00 01 00 00"): 65536,
    bytes.fromhex("00 ff ff ff ff"): -1,
    bytes.fromhex("00 ff ff fe d4"): -300,
    bytes.fromhex("5a 80 00 00 00"): -(2**31),
    bytes.fromhex("00 7f ff ff ff"): 2**31 - 1,
}


@exercise("07-a")
def count_from_bytes(answer: Any) -> None:
    """Compare with the right counts, and with what each usual mistake gives."""
    got = [_whole(call(answer, sent), sent) for sent in _ANSWERS]
    if got == list(_ANSWERS.values()):
        return
    for hint, wrong in _MISREADINGS.items():
        if got == [wrong(sent) for sent in _ANSWERS]:
            raise Wrong(hint)
    for (sent, right), said in zip(_ANSWERS.items(), got, strict=True):
        if said != right:
            raise Wrong(f"The bytes {sent.hex(' ')} are the count {right}; yours is {said}.")


def _unsigned(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _magnitude(data: bytes) -> int:
    value = _unsigned(data)
    return -(value - 2**31) if value >= 2**31 else value


def _ones(data: bytes) -> int:
    value = _unsigned(data)
    return value - (2**32 - 1) if value >= 2**31 else value


_MISREADINGS: Mapping[str, Callable[[bytes], int]] = {
    "Nearly: counts below zero come out as more than four thousand million. In 32 bits −1 is "
    "written as 2³² − 1: from 2³¹ on, take 2³² off.": lambda sent: _unsigned(sent[1:]),
    "All five bytes went into the number. While the first one came back the chip was still being "
    "told what it is asked: leave it out, whatever it holds.": lambda sent: int.from_bytes(
        sent, "big", signed=True
    ),
    "All five bytes went into the number, and the sign is not read either. The first byte came "
    "back while the chip was still being told what it is asked: leave it out.": _unsigned,
    "The bytes are the wrong way round: this chip sends the highest one first.": lambda sent: (
        int.from_bytes(sent[1:], "little", signed=True)
    ),
    "The bytes are the wrong way round (the highest comes first), and the sign is not "
    "read.": lambda sent: int.from_bytes(sent[1:], "little"),
    "You read the first four bytes. The first one is no data, the last one is: "
    "sent[1:].": lambda sent: int.from_bytes(sent[:4], "big", signed=True),
    "The top bit is taken for a minus sign before the rest. These are two's complements: from 2³¹ "
    "on, take 2³² off.": lambda sent: _magnitude(sent[1:]),
    "Counts below zero are one too high: take off 2³², which is 0x1_0000_0000, not "
    "0xFFFF_FFFF.": lambda sent: _ones(sent[1:]),
    "Only the last two bytes are used: right for small counts, wrong after eight turns of the "
    "pendulum.": lambda sent: int.from_bytes(sent[3:], "big", signed=True),
}


def _whole(got: Any, sent: bytes) -> int:
    if isinstance(got, bool) or not isinstance(got, int | np.integer):
        raise Wrong(
            f"A count is a whole number (int); for {sent.hex(' ')} yours is {got!r}, "
            f"a {type(got).__name__}."
        )
    return int(got)


# ------------------------------------------------------------------------------ 07-b, the patients

EXPECTED: Mapping[str, str] = {
    HEALTHY: "every number is about that of the robot that is known to be well",
    "arm encoder swapped": "the count of the arm falls when a hand turns it to +90°, and the eye "
    "sees a positive push go the positive way",
    "arm encoder frozen": "the eye sees the arm move while its count stands still, by hand too",
    "pendulum encoder slips": "whole turns of the pendulum make too few counts, and each time "
    "others",
    "motor reversed": "hands find nothing wrong, and the eye sees a positive push go the other way",
    "motor disconnected": "hands find nothing wrong, nothing moves when pushed, and no current "
    "flows",
}
"""What the chart shows of a robot with this fault."""


@exercise("07-b")
def diagnosis(answer: Any) -> str:
    """Each patient's fault, by the names of the suspects."""
    got = call(answer)
    if not isinstance(got, Mapping):
        raise Wrong(f"Give back a dict from letters to faults, not a {type(got).__name__}.")
    for letter in LETTERS:
        if letter not in got:
            raise Wrong(f"Patient {letter} is missing.")
        if got[letter] not in SUSPECTS:
            raise Wrong(
                f"Patient {letter}: {got[letter]!r} is not among the suspects. They are "
                f"{', '.join(SUSPECTS)}."
            )
    right = [letter for letter in LETTERS if got[letter] == fault_of(letter)]
    for letter in LETTERS:
        if letter not in right:
            said = got[letter]
            raise Wrong(
                f"{len(right)} of {len(LETTERS)} are right. Patient {letter} is another case than "
                f"{said!r}: there, {EXPECTED[said]}. Look at the row of {letter} again."
            )
    return "All six. Look at the last column once more: which fault did safety not notice at all?"


# ------------------------------------------------------------------------------- 07-c, the old bugs

COST = (1.0, 0.1, 0.01)
"""Weights of the old cost: squares of the angle from upright, of the speed, of the command."""
_ANGLES = (0.3, -0.3, 3.0, -3.0, 4.0, -4.0, 7.0, 100.0)
_STATES = ((0.3, 0.0, 0.0), (3.0, 2.0, 0.5), (-4.0, 1.0, -1.0), (9.0, -3.0, 0.8))


@exercise("07-c")
def repaired(answer: Any) -> None:
    """The three functions, one after the other."""
    if not isinstance(answer, tuple) or len(answer) != 3:
        raise Wrong("Hand over your three functions: check('07-c', (angle, cost, begin)).")
    angle, cost, begin = answer
    _check_angle(angle)
    _check_cost(cost)
    _check_begin(begin)


def _check_angle(angle: Any) -> None:
    got = [_real(call(angle, alpha), "angle") for alpha in _ANGLES]
    if np.allclose(got, [_turn(alpha) for alpha in _ANGLES]):
        return
    for hint, wrong in _ANGLE_MISTAKES.items():
        if np.allclose(got, [wrong(alpha) for alpha in _ANGLES]):
            raise Wrong(f"angle: {hint}")
    for alpha, said in zip(_ANGLES, got, strict=True):
        if not np.isclose(said, _turn(alpha)):
            raise Wrong(
                f"angle: {alpha:g} rad within one turn, from −π to π, is {_turn(alpha):.4f}; "
                f"yours is {said:.4g}."
            )


def _turn(alpha: float) -> float:
    return (alpha + math.pi) % (2.0 * math.pi) - math.pi


_ANGLE_MISTAKES: Mapping[str, Callable[[float], float]] = {
    "that is the old line. Python reads it from left to right: first alpha % 2, then times "
    "π.": lambda alpha: alpha % 2 * math.pi,
    "right but for where it begins: from 0 to 2π, so a pendulum that hangs a little to the left "
    "is a whole turn from one a little to the right. Shift by π before and after.": lambda alpha: (
        alpha % (2.0 * math.pi)
    ),
    "a turn is 2π, not π.": lambda alpha: alpha % math.pi,
    "alpha is in radians; % 360 is for degrees.": lambda alpha: alpha % 360,
    "shifted by π before, but not back after.": lambda alpha: (alpha + math.pi) % (2.0 * math.pi),
    "nothing is wrapped.": lambda alpha: alpha,
}


def _right_cost(alpha: float, speed: float, command: float) -> float:
    near, calm, gentle = COST
    return near * _turn(alpha - math.pi) ** 2 + calm * speed**2 + gentle * command**2


def _check_cost(cost: Any) -> None:
    got = [_real(call(cost, *state), "cost") for state in _STATES]
    if np.allclose(got, [_right_cost(*state) for state in _STATES]):
        return
    for hint, wrong in _COST_MISTAKES.items():
        if np.allclose(got, [wrong(*state) for state in _STATES]):
            raise Wrong(f"cost: {hint}")
    state = _STATES[1]
    raise Wrong(
        f"cost: at alpha = {state[0]:g}, speed {state[1]:g}, command {state[2]:g} it is "
        f"{_right_cost(*state):.4f}; yours is {got[1]:.4g}. Use the repaired angle of alpha − π."
    )


_COST_MISTAKES: Mapping[str, Callable[[float, float, float], float]] = {
    "the price of the command is still missing. A line that begins with + is a statement of its "
    "own; its value goes nowhere.": lambda a, s, c: _right_cost(a, s, 0.0),
    "the distance is measured from hanging. Upright is at π.": lambda a, s, c: _right_cost(
        a + math.pi, s, c
    ),
    "the distance is measured from hanging (upright is at π), and the price of the command is "
    "still missing.": lambda a, s, c: _right_cost(a + math.pi, s, 0.0),
    "the distance from upright is not wrapped: two turns later the same place costs far "
    "more.": lambda a, s, c: (a - math.pi) ** 2 + _right_cost(math.pi, s, c),
    "the price of the command is taken off instead of added.": lambda a, s, c: (
        _right_cost(a, s, 0.0) - COST[2] * c**2
    ),
}

_STANDS, _LONG_AGO = 0.2, 3.0


class _Rig:
    """A robot that notes what it is asked, as far as `begin` may ask."""

    dt = 0.02

    def __init__(self) -> None:
        self.asked: list[str] = []

    def reset(self, start: Any = None) -> Reading:
        self.asked.append("reset")
        return Reading(0.0, 0.0, _STANDS, 0.0)

    def step(self, action: float) -> Reading:
        self.asked.append("step")
        return Reading(self.dt, 0.0, _STANDS, action)

    rest = step


def _check_begin(begin: Any) -> None:
    robot, speed_filter = _Rig(), VelocityFilter[float](_Rig.dt, 50.0)
    speed_filter.reset(_LONG_AGO)
    got = call(begin, robot, speed_filter)
    if "reset" not in robot.asked:
        raise Wrong("begin: nobody reset the robot.")
    if "step" in robot.asked:
        raise Wrong(
            "begin: it still steps. A step lets the motor be driven and a period pass before the "
            "episode has begun; reset() gives the first reading by itself."
        )
    if not isinstance(got, tuple) or len(got) != 2:
        raise Wrong("begin: give back the reading and the speed, as a pair.")
    reading, speed = got
    if not isinstance(reading, Reading) or reading.pendulum_angle_rad != _STANDS:
        raise Wrong("begin: the first of the pair is the reading that reset() gave back.")
    _judge_filter(_real(speed, "begin's speed"), float(speed_filter.update(_STANDS)))


def _judge_filter(speed: float, next_speed: float) -> None:
    if abs(next_speed) > 1e-9:
        where = (
            "still at the angle of the last episode"
            if next_speed * (_STANDS - _LONG_AGO) > 0.0
            else "at 0 instead of at the measured angle"
        )
        raise Wrong(
            f"begin: the filter is {where}: with the pendulum still at {_STANDS:g} rad its next "
            f"speed is {next_speed:.1f} rad/s. Use speed_filter.reset(angle)."
        )
    if abs(speed) > 1e-9:
        raise Wrong(f"begin: a pendulum at rest has the speed 0; yours is {speed:.3g} rad/s.")


def _real(got: Any, what: str) -> float:
    if np.ndim(got) != 0 or not isinstance(got, int | float | np.number) or not np.isfinite(got):
        raise Wrong(f"{what}: that is one finite number; yours is {got!r}.")
    return float(got)
