"""The checks of lesson 09: time on a robot, a loop that is safe, ranges for randomisation."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from furutalib.facts.errors import SafetyTrip
from furutalib.lessons.exercises import Wrong, call, exercise
from furutalib.lessons.rehearsal import Agent, Rehearsal

# ------------------------------------------------------------------- 09-a, how long does it take?

_Plan = tuple[int, float, int, float, float]
# steps, rate in Hz, episodes, seconds of a reset, seconds of an update
_PLANS: tuple[_Plan, ...] = ((30_000, 50.0, 90, 8.0, 0.006), (6_000, 100.0, 20, 12.0, 0.02))


@exercise("09-a")
def minutes(answer: Any) -> str:
    """Moving minutes, and those on the clock at the wall."""
    got = [_pair(call(answer, *plan)) for plan in _PLANS]
    if not np.allclose([moving for moving, _ in got], [_moving(*plan) for plan in _PLANS]):
        _explain([moving for moving, _ in got], _moving, _MOVING, "moving")
    if not np.allclose([whole for _, whole in got], [_whole(*plan) for plan in _PLANS]):
        _explain([whole for _, whole in got], _whole, _WHOLE, "in all")
    return "Only the first of the two wears the robot; the second one is your evening."


def _moving(steps: int, rate_hz: float, *_: float) -> float:
    return steps / rate_hz / 60.0


def _whole(steps: int, rate_hz: float, episodes: int, reset_s: float, update_s: float) -> float:
    return _moving(steps, rate_hz) + (episodes * reset_s + steps * update_s) / 60.0


_MOVING: Mapping[str, Callable[..., float]] = {
    "That is seconds.": lambda s, r, *_: s / r,
    "Steps times the rate? A step lasts 1 / rate_hz seconds.": lambda s, r, *_: s * r / 60.0,
    "A step lasts 1 / rate_hz seconds; the rate has to come in.": lambda s, r, *_: s / 60.0,
    "That is hours.": lambda s, r, *_: s / r / 3600.0,
    "Resets are no steps: nothing is learned from them, so they count apart.": lambda *p: (
        _moving(*p[:2]) + p[2] * p[3] / 60.0
    ),
}
_WHOLE: Mapping[str, Callable[..., float]] = {
    "The updates are missing.": lambda s, r, n, reset_s, _: _whole(s, r, n, reset_s, 0.0),
    "The resets are missing.": lambda *p: _whole(p[0], p[1], 0, 0.0, p[4]),
    "One update for each step, not for each episode.": lambda *p: (
        _moving(*p[:2]) + p[2] * (p[3] + p[4]) / 60.0
    ),
    "That leaves out the motion itself.": lambda *p: _whole(*p) - _moving(*p[:2]),
    "Resets and updates are in seconds here, the motion in minutes.": lambda *p: (
        _moving(*p[:2]) + p[2] * p[3] + p[0] * p[4]
    ),
    "One reset for each step? An episode has one.": lambda *p: (
        _moving(*p[:2]) + p[0] * (p[3] + p[4]) / 60.0
    ),
}


def _explain(
    got: list[float],
    right: Callable[..., float],
    mistakes: Mapping[str, Callable[..., float]],
    what: str,
) -> None:
    for hint, wrong in mistakes.items():
        if np.allclose(got, [wrong(*plan) for plan in _PLANS]):
            raise Wrong(f"Minutes {what}: {hint}")
    steps, rate_hz, episodes, reset_s, update_s = _PLANS[0]
    raise Wrong(
        f"Minutes {what}: {steps} steps at {rate_hz:g} Hz, {episodes} episodes with resets of "
        f"{reset_s:g} s and updates of {update_s:g} s take {right(*_PLANS[0]):.1f} minutes; "
        f"yours: {got[0]:.4g}."
    )


def _pair(got: Any) -> tuple[float, float]:
    if not isinstance(got, tuple | list) or len(got) != 2:
        raise Wrong(f"Give back two numbers, minutes moving and minutes in all, not {got!r}.")
    return _number(got[0], "minutes moving"), _number(got[1], "minutes in all")


def _number(got: Any, what: str) -> float:
    if not isinstance(got, int | float | np.number) or isinstance(got, bool) or math.isnan(got):
        raise Wrong(f"{what}: that is a number; yours is {got!r}.")
    return float(got)


# ------------------------------------------------------------------------------ 09-b, a safe round


@exercise("09-b")
def safe_round(answer: Any) -> str:
    """One quiet round, and one in which safety trips."""
    if not callable(answer):
        raise Wrong("Hand over the name of your function, without brackets.")
    quiet = Rehearsal()
    answer(quiet.robot, quiet.agent, quiet.disk)
    _judge_driving(quiet)
    _judge_learning(quiet)
    _judge_saving(quiet)
    _judge_trip(answer)
    return "Motor off before anything that takes long, off after whatever went wrong, all stored."


def _judge_driving(r: Rehearsal) -> None:
    if r.count("reset") != 1:
        resets = r.count("reset")
        raise Wrong(f"A round is one episode: it begins with one reset, yours has {resets}.")
    if r.count("step") != r.steps:
        raise Wrong(f"The episode lasts {r.steps} steps, until done; you took {r.count('step')}.")
    if r.count("remember") != r.steps:
        raise Wrong(
            f"{r.steps} steps were driven and {r.count('remember')} remembered. Every step is dear."
        )
    if r.motor:
        raise Wrong("At the end of the round the motor is still on: nobody called robot.off().")


def _judge_learning(r: Rehearsal) -> None:
    updates = [event for event in r.events if event.what == "update"]
    if not updates:
        raise Wrong("It never learns: agent.update() is missing.")
    if any(event.motor for event in updates):
        raise Wrong(
            "agent.update() runs while the motor is on. It takes seconds, and all the while the "
            "motor would go on with the last command. Learn after robot.off()."
        )


def _judge_saving(r: Rehearsal) -> None:
    if not r.saved:
        raise Wrong("Nothing is saved: a kill after this round would lose it.")
    names = [event.what for event in r.events]
    if any(event.motor for event in r.events if event.what == "save"):
        raise Wrong("disk.save() runs while the motor is on. A disk may take its time: off first.")
    if names.index("save") < len(names) - 1 - names[::-1].index("update"):
        raise Wrong("It is saved before the update, so what was learned in this round is not in.")
    if r.saved[-1] == Agent.network:
        raise Wrong(
            "Only the network is saved. Without the replay buffer everything that was ever driven "
            "is forgotten at the next start: save agent.everything()."
        )
    if not isinstance(r.saved[-1], Mapping) or "replay buffer" not in r.saved[-1]:
        raise Wrong(f"Saved was {r.saved[-1]!r}; it should be agent.everything().")


def _judge_trip(answer: Any) -> None:
    tripped = Rehearsal(trips_in=2)
    went_on = True
    try:
        answer(tripped.robot, tripped.agent, tripped.disk)
    except SafetyTrip:
        went_on = False
    if tripped.motor:
        raise Wrong(
            "When a step raises an error (here: safety trips in step 2), robot.off() is never "
            "reached. What must happen in any case belongs into `finally:`."
        )
    if went_on and not tripped.count("update"):
        raise Wrong(
            "The trip is swallowed: the round ends as if all were well, and nobody learns why. Use "
            "`finally:` without `except`, and let the error go on to whoever can decide."
        )


# -------------------------------------------------------------------------- 09-c, how wide a range

NARROWEST, UNKNOWN = 0.05, 0.5
"""No range is narrower than the first; an interval wider than the second says nothing."""

ESTIMATES: Mapping[str, tuple[float, float, float]] = {
    "motor.resistance_ohm": (6.0, 5.0, 0.4),
    "motor.torque_constant_nm_a": (0.06, 0.07, 0.0007),
    "pendulum.viscous_nm_s": (2e-5, 1.5e-5, 3e-5),
    "motor.stiction_nm": (0.02, 0.025, 0.005),
}
"""Described value, identified value, half-width of its 95 % interval."""
PRIOR: Mapping[str, float] = {
    "motor.resistance_ohm": 0.35,
    "motor.torque_constant_nm_a": 0.35,
    "pendulum.viscous_nm_s": 0.35,
    "motor.stiction_nm": 0.35,
    "motor.backlash_rad": 0.7,
}
"""How far a built robot may be from its description before anything was measured."""


@exercise("09-c")
def ranges(answer: Any) -> None:
    """Compare with the right ranges, then name what is wrong about the first that differs."""
    got = call(answer, dict(ESTIMATES), dict(PRIOR))
    if not isinstance(got, Mapping):
        raise Wrong(f"Give back a dict from names to half-widths, not a {type(got).__name__}.")
    right = right_ranges(ESTIMATES, PRIOR)
    for name in right:
        if name not in got:
            raise Wrong(_missing(name))
    for name in got:
        if name not in right:
            raise Wrong(f"{name!r} is in neither of the two dicts.")
    for name, width in right.items():
        _judge_width(name, _number(got[name], name), width)


def right_ranges(
    estimates: Mapping[str, tuple[float, float, float]], prior: Mapping[str, float]
) -> dict[str, float]:
    """Relative half-widths: of the interval, at least NARROWEST; the prior if that says nothing."""
    widths = dict(prior)
    for name, (_, value, half) in estimates.items():
        if half / value <= UNKNOWN:
            widths[name] = max(NARROWEST, half / value)
    return widths


def _missing(name: str) -> str:
    if name in ESTIMATES:
        return f"{name} is missing."
    return (
        f"{name} is missing: it was not identified at all, and so nothing has become narrower. It "
        "keeps its prior range."
    )


def _judge_width(name: str, got: float, right: float) -> None:
    if math.isclose(got, right, rel_tol=1e-6):
        return
    hints: list[tuple[float, str]] = []
    if name in ESTIMATES:
        described, value, half = ESTIMATES[name]
        hints = [
            (half, "that is the half-width in units; a range is relative: divide by the value."),
            (half / described, "randomise around what was identified, not what was described."),
            (2 * half / value, "that is the whole interval; a range is given by its half."),
            (half / value, _raw(half / value)),
            (abs(value / described - 1), "that is how far the description was off, no interval."),
            (NARROWEST, "it is not narrow: its interval is wider than that."),
            (PRIOR[name], "it was identified: the range may be narrower than the prior."),
            (UNKNOWN, "an interval that says nothing leaves the prior range, not a half."),
        ]
    for wrong, hint in hints:
        if math.isclose(got, wrong, rel_tol=1e-6):
            raise Wrong(f"{name}: {hint}")
    raise Wrong(f"{name}: the half-width is {right:.4g}; yours is {got:.4g}.")


def _raw(relative: float) -> str:
    if relative < NARROWEST:
        return (
            f"so narrow a range ({relative:.1%}) trusts the model of a motor more than any model "
            f"deserves: take {NARROWEST:g} at least."
        )
    return "an interval as wide as that says nothing: keep the prior range."
