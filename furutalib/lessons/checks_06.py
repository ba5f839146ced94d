"""The checks of lesson 06: a fuse, an inertia from the drawing, a mistake from readings."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from furutalib.lessons.exercises import Wrong, call, exercise
from furutalib.lessons.guide import load_guide
from furutalib.lessons.mass_table import Lump, lumps
from furutalib.lessons.power_up import LETTERS, fault_of, measured, names, wrong_at

FUSES_A = (0.5, 0.63, 0.8, 1.0, 1.25, 1.6, 2.0, 2.5, 3.15, 4.0, 5.0, 6.3, 8.0, 10.0)
"""Ratings that fuses are sold with."""
LOADED = 0.75
"""A fuse that carries more of its rating than this for long ages; a usual rule of thumb."""

# ------------------------------------------------------------------------------------ 06-b, a fuse

_MOTORS = ((1.8, 3.0), (0.9, 3.0), (1.5, 6.0), (5.0, 6.0))


@exercise("06-b")
def fuse(answer: Any) -> str:
    """Compare with the right fuses, and with what each usual mistake gives."""
    got = [_rating(_called(answer, *motor)) for motor in _MOTORS]
    if got == [_fuse(*motor) for motor in _MOTORS]:
        return "Well done. For our motor that is the fuse of the bill of materials."
    for hint, wrong in _FUSES.items():
        if got == [wrong(*motor) for motor in _MOTORS]:
            raise Wrong(hint)
    place = next(i for i, motor in enumerate(_MOTORS) if got[i] != _fuse(*motor))
    stall, weakest = _MOTORS[place]
    raise Wrong(
        f"For a motor that takes {stall} A, held fast, and {weakest} A for the weakest part behind "
        f"the fuse it is {_fuse(stall, weakest)}; yours is {got[place]}."
    )


def _fuse(stall_a: float, weakest_a: float) -> float | None:
    fitting = [each for each in FUSES_A if stall_a / LOADED <= each <= weakest_a]
    return fitting[0] if fitting else None


def _above(least_a: float) -> float | None:
    return next((each for each in FUSES_A if each >= least_a), None)


_FUSES: Mapping[str, Callable[[float, float], float | None]] = {
    "It carries the stalled motor, but at more than three quarters of its rating: one day it goes "
    "for no reason.": lambda s, w: f if (f := _above(s) or math.inf) <= w else None,
    "The weakest part is never asked: for the last motor no fuse protects it and holds. Give None "
    "there.": lambda s, w: _above(s / LOADED),
    "That is the largest that still protects the weakest part. The smallest that holds protects it "
    "better.": lambda s, w: max(
        (each for each in FUSES_A if s / LOADED <= each <= w), default=None
    ),
    "That is the largest below the weakest part; whether it holds the stalled motor was not asked: "
    "the last one cannot.": lambda s, w: max(each for each in FUSES_A if each <= w),
    "A rating, please, not a current: nobody sells a fuse of that value. Take it from FUSES_A.": (
        lambda s, w: s / LOADED
    ),
}


def _called(answer: Any, *motor: float) -> Any:
    """As `call`, but None is an answer here."""
    return answer(*motor) if callable(answer) else call(answer, *motor)


def _rating(got: Any) -> float | None:
    if got is None:
        return None
    if isinstance(got, bool) or not isinstance(got, int | float | np.floating):
        raise Wrong(f"Give one number from FUSES_A, or None, not {type(got).__name__}.")
    return float(got)


# --------------------------------------------------------------------------------- 06-a, an inertia


@exercise("06-a")
def inertia_about_axis(answer: Any) -> str:
    """Compare with the right inertia of three arms, and with what each usual mistake gives."""
    arms = [lumps("arm"), *(_made_up(seed) for seed in (1, 2))]
    got = [_number(call(answer, arm)) for arm in arms]
    if _close(got, [_inertia(arm) for arm in arms]):
        return f"Well done: {got[0] * 1e4:.2f}e-4 kg m² for the arm as it is drawn."
    for hint, wrong in _INERTIAS.items():
        if _close(got, [wrong(arm) for arm in arms]):
            raise Wrong(hint)
    raise Wrong(f"For the arm it is {_inertia(arms[0]):.3e} kg m²; yours is {got[0]:.3e}.")


def _made_up(seed: int) -> list[Lump]:
    rng = np.random.default_rng(seed)
    return [
        Lump(f"part {i}", "", m, np.array([x, y, z]), np.eye(3) * 1e-5 * (i + 1))
        for i, (m, x, y, z) in enumerate(rng.uniform(0.01, 0.1, (4, 4)))
    ]


def _inertia(arm: Sequence[Lump]) -> float:
    return sum(part.own_kg_m2 + part.mass_kg * part.from_motor_axis_m**2 for part in arm)


def _mass(arm: Sequence[Lump]) -> float:
    return sum(part.mass_kg for part in arm)


def _mean_distance(arm: Sequence[Lump]) -> float:
    return sum(part.mass_kg * part.from_motor_axis_m for part in arm) / _mass(arm)


_INERTIAS: Mapping[str, Callable[[Sequence[Lump]], float]] = {
    "Each part turns about itself as well, once a turn: its own_kg_m2 is missing.": lambda arm: sum(
        part.mass_kg * part.from_motor_axis_m**2 for part in arm
    ),
    "These are the inertias about each part's own middle. The axis is elsewhere: m d² of each is "
    "missing.": lambda arm: sum(part.own_kg_m2 for part in arm),
    "The distance goes in squared: m d².": lambda arm: sum(
        part.own_kg_m2 + part.mass_kg * part.from_motor_axis_m for part in arm
    ),
    "All mass at the centre of mass is not the same: (mean of d)² is less than the mean of "
    "d².": lambda arm: _mass(arm) * _mean_distance(arm) ** 2,
    "m d² of the centre of mass is right only beside the inertia about that centre, not beside the "
    "parts' own.": lambda arm: (
        _mass(arm) * _mean_distance(arm) ** 2 + sum(part.own_kg_m2 for part in arm)
    ),
}


def _number(got: Any) -> float:
    if isinstance(got, bool) or not isinstance(got, int | float | np.floating):
        raise Wrong(f"Give one number, in kg m², not {type(got).__name__}.")
    return float(got)


def _close(got: Sequence[float], wanted: Sequence[float]) -> bool:
    return bool(np.allclose(got, wanted, rtol=1e-6, atol=0.0))


# ------------------------------------------------------------------------- 06-c, what is wrong here


@exercise("06-c")
def diagnosis(answer: Any) -> str:
    """Compare with what each robot has; a hint tells which reading to look at."""
    got = call(answer)
    if not isinstance(got, Mapping) or set(got) != set(LETTERS):
        raise Wrong(f"Give a dict with a name for each of {', '.join(LETTERS)}.")
    guide = load_guide()
    known = names(guide)
    for letter, name in got.items():
        if name not in known:
            raise Wrong(f"{letter}: {name!r} is not among the names; take them as printed.")
    for letter in LETTERS:
        _look(letter, str(got[letter]))
    stage = max(wrong_at(guide, fault_of(each)) or "" for each in LETTERS)
    last = next(step.title for step in guide.steps if step.id == stage)
    return f"Well done. All of them were found by the end of: {last}."


def _look(letter: str, name: str) -> None:
    guide, truth = load_guide(), fault_of(letter)
    if name == truth:
        return
    values, claimed = measured(guide, truth), measured(guide, name)
    for each in guide.rehearsed():
        if each.holds(values[each.id]) != each.holds(claimed[each.id]):
            where = f"{each.between} ({'in' if each.holds(values[each.id]) else 'out of'} range)"
            raise Wrong(f"{letter}: with that, another reading would be expected. See {where}.")
    raise Wrong(f"{letter}: the same readings are out of range, but not by the same way. Compare.")
