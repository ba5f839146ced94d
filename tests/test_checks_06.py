"""The checks of lesson 06: right answers pass, and each usual mistake gets its own hint."""

import pytest

from furutalib.lessons.checks_06 import FUSES_A
from furutalib.lessons.exercises import check
from furutalib.lessons.power_up import HEALTHY, LETTERS, fault_of
from furutalib.lessons.wiring import load_wiring

# ------------------------------------------------------------------------------------ 06-b, a fuse


def right_fuse(stall, weakest):
    fitting = [each for each in FUSES_A if each * 0.75 >= stall and each <= weakest]
    return min(fitting, default=None)


def test_the_right_fuse_passes_and_is_that_of_the_wiring():
    assert check("06-b", right_fuse).passed
    assert right_fuse(1.8, 3.0) == load_wiring().currents["fuse"]


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda s, w: min((f for f in FUSES_A if s <= f <= w), default=None), "three quarters"),
        (lambda s, w: min(f for f in FUSES_A if f >= s / 0.75), "never asked"),
        (
            lambda s, w: max((f for f in FUSES_A if s / 0.75 <= f <= w), default=None),
            "smallest that holds",
        ),
        (lambda s, w: max(f for f in FUSES_A if f <= w), "was not asked"),
        (lambda s, w: s / 0.75, "A rating, please"),
        (lambda s, w: 2.0, "yours is 2.0"),
        (lambda s, w: "2 A", "one number"),
        (3.0, "not a function"),
    ],
)
def test_each_mistake_with_the_fuse_gets_its_own_hint(answer, hint):
    verdict = check("06-b", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


# --------------------------------------------------------------------------------- 06-a, an inertia


def right_inertia(parts):
    return sum(p.own_kg_m2 + p.mass_kg * p.from_motor_axis_m**2 for p in parts)


def about_the_centre(parts):
    mass = sum(p.mass_kg for p in parts)
    return mass * (sum(p.mass_kg * p.from_motor_axis_m for p in parts) / mass) ** 2


def test_the_right_inertia_passes():
    verdict = check("06-a", right_inertia)
    assert verdict.passed
    assert "e-4 kg m²" in verdict.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda parts: sum(p.mass_kg * p.from_motor_axis_m**2 for p in parts), "is missing"),
        (lambda parts: sum(p.own_kg_m2 for p in parts), "m d² of each"),
        (
            lambda parts: sum(p.own_kg_m2 + p.mass_kg * p.from_motor_axis_m for p in parts),
            "squared",
        ),
        (about_the_centre, "is less than"),
        (lambda parts: about_the_centre(parts) + sum(p.own_kg_m2 for p in parts), "right only"),
        (lambda parts: 1.0, "yours is 1.000e+00"),
        (lambda parts: "heavy", "one number"),
        (lambda parts: None, "gives nothing back"),
    ],
)
def test_each_mistake_with_the_inertia_gets_its_own_hint(answer, hint):
    verdict = check("06-a", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


# ------------------------------------------------------------------------- 06-c, what is wrong here


def truth(**changes):
    return lambda: {letter: fault_of(letter) for letter in LETTERS} | changes


def test_the_right_names_pass():
    assert check("06-c", truth()).passed


@pytest.mark.parametrize("letter", LETTERS)
def test_a_wrong_name_points_at_a_reading(letter):
    other = HEALTHY if fault_of(letter) != HEALTHY else "motor wire broken"
    verdict = check("06-c", truth(**{letter: other}))
    assert verdict.message.startswith(f"{letter}: with that, another reading")


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda: {"A": HEALTHY}, "Give a dict"),
        (lambda: "A", "Give a dict"),
        (truth(B="bad luck"), "'bad luck' is not among the names"),
        (lambda: None, "gives nothing back"),
    ],
)
def test_what_is_no_answer_is_said(answer, hint):
    assert hint in check("06-c", answer).message
