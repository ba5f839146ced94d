"""The checks of lesson 08: right answers pass, and each usual mistake gets its own hint."""

import math

import numpy as np
import pytest

from furutalib.lessons.checks_08 import CANDIDATES, OTHERS, TORQUES, multiplied
from furutalib.lessons.exercises import check

# ------------------------------------------------------------------ 08-a, an inertia from a period


def right(period, mass, center, gravity):
    return mass * gravity * center * (period / (2 * math.pi)) ** 2


def test_an_inertia_from_a_period_passes():
    assert check("08-a", right).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda t, m, r, g: m * g * r * t / (2 * math.pi), "goes in squared"),
        (lambda t, m, r, g: m * g * r * t**2, "ω = 2π / T"),
        (lambda t, m, r, g: m * g * r * t**2 / (2 * math.pi), "2π is not squared"),
        (lambda t, m, r, g: m * r * (t / (2 * math.pi)) ** 2, "Gravity is missing"),
        (lambda t, m, r, g: 1 / right(t, m, r, g), "solve"),
        (lambda t, m, r, g: m * g * r * (2 * math.pi / t) ** 2, "swings slower"),
        (lambda t, m, r, g: m * r**2, "point mass"),
        (lambda t, m, r, g: 1.0, "the inertia is"),
        (lambda t, m, r, g: "much", "one number"),
        (lambda t, m, r, g: None, "gives nothing back"),
    ],
)
def test_each_mistake_with_the_period_gets_its_own_hint(answer, hint):
    verdict = check("08-a", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


# ------------------------------------------------------------------------ 08-b, an invisible change


def test_all_that_has_to_be_scaled_passes():
    assert check("08-b", lambda: list(TORQUES)).passed
    assert check("08-b", lambda: set(TORQUES)).passed


@pytest.mark.parametrize("key", OTHERS)
def test_what_must_stay_is_named(key):
    verdict = check("08-b", lambda: [*TORQUES, key])
    assert verdict.message.startswith(key)


def without(*keys):
    return lambda: [key for key in TORQUES if key not in keys]


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (without("motor.torque_constant_nm_a"), "the arm gets slower"),
        (without("motor.rotor_inertia_kg_m2"), "behind the gears"),
        (without("motor.stiction_nm"), "among the frictions"),
        (without("arm.mass_kg"), "among the inertias"),
        (lambda: ["pendulum.mass_kg"], "11 more have to go along"),
        (lambda: ["pendulum.mass"], "not among the candidates"),
        (lambda: "pendulum.mass_kg", "Give a list"),
        (list, "Nothing changed"),
    ],
)
def test_each_mistake_with_the_scale_gets_its_own_hint(answer, hint):
    verdict = check("08-b", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


def test_the_candidates_are_numbers_of_a_robot():
    from furutalib.facts.robot import load_robot

    robot = load_robot("course")
    assert multiplied(robot, CANDIDATES, 1.0).to_dict() == robot.to_dict()


# --------------------------------------------------------------------------- 08-c, how sure is that


def covariance(slopes, misses, free=None):
    free = len(misses) - slopes.shape[1] if free is None else free
    return misses @ misses / free * np.linalg.inv(slopes.T @ slopes)


@pytest.mark.parametrize("times", [1.96, 2.0])
def test_half_widths_pass(times):
    assert check("08-c", lambda j, r: times * np.sqrt(np.diag(covariance(j, r)))).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda j, r: np.sqrt(np.diag(covariance(j, r))), "standard deviations"),
        (lambda j, r: 1.96 * np.diag(covariance(j, r)), "square root"),
        (lambda j, r: 1.96 * np.sqrt(np.diag(np.linalg.inv(j.T @ j))), "s² goes in front"),
        (lambda j, r: 1.96 * np.sqrt(np.diag(covariance(j, r, 1))), "s² is a mean"),
        (lambda j, r: 1.96 * np.sqrt(np.diag(covariance(j, r, len(r)))), "Divide by n − p"),
        (
            lambda j, r: (
                1.96 * np.sqrt(np.sqrt(r @ r / (len(r) - 2)) * np.diag(np.linalg.inv(j.T @ j)))
            ),
            "s went in",
        ),
        (
            lambda j, r: 1.96 * np.sqrt(r @ r / (len(r) - 2) / np.diag(j.T @ j)),
            "stand in for another",
        ),
        (lambda j, r: np.ones(2), "one by one"),
        (lambda j, r: covariance(j, r), "np.diag"),
    ],
)
def test_each_mistake_with_intervals_gets_its_own_hint(answer, hint):
    verdict = check("08-c", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message
