import math

import numpy as np
import pytest

from furutalib.facts.robot import load_robot
from furutalib.learning.controllers import EnergySwingUp
from furutalib.lessons.exercises import check

ROBOT = load_robot("course")
ROD = ROBOT.pendulum
CENTRE = ROD.center_of_mass_m
WEIGHT = ROD.mass_kg * ROBOT.gravity_m_s2 * CENTRE
INERTIA = ROD.inertia_transverse_kg_m2 + ROD.mass_kg * CENTRE**2


def arm_law(kp, kd):
    return lambda angle, speed, target: kp * (target - angle) - kd * speed


@pytest.mark.parametrize("gains", [(0.6, 0.08), (0.4, 0.05), (1.0, 0.12)])
def test_a_damped_arm_passes(gains):
    assert check("03-a", arm_law(*gains)).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda a, s, t: 0.6 * (a - t) - 0.08 * s, "pushed away from its target"),
        (lambda a, s, t: -0.08 * s, "on either side"),
        (lambda a, s, t: 0.6 * (t - a) + 0.08 * s, "needs a minus"),
        (lambda a, s, t: 0.6 * (t - a), "speed does not come in"),
        (arm_law(1.0, 0.02), "beyond its target"),
        (arm_law(3.0, 0.01), "beyond its target"),
        (arm_law(0.1, 0.01), "to rest 57° short"),
        (arm_law(0.2, 0.05), "short"),
        (arm_law(1.0, 0.2), "less damping"),
        (arm_law(0.4, 0.016), "more damping"),
        (lambda a, s, t: [t - a], "one finite number"),
        (lambda a, s, t: None, "gives nothing back"),
    ],
)
def test_each_mistake_with_the_arm_gets_its_own_hint(answer, hint):
    verdict = check("03-a", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


def energy(angle, speed):
    return 0.5 * INERTIA * speed**2 + WEIGHT * (1 - math.cos(angle))


def test_the_right_energy_passes_and_agrees_with_the_library():
    assert check("03-b", energy).passed
    angle, speed = np.array([0.4, 2.0]), np.array([3.0, -7.0])
    ours = [energy(*point) for point in zip(angle, speed, strict=True)]
    np.testing.assert_allclose(EnergySwingUp(ROBOT).energy(angle, speed) * WEIGHT, ours)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda a, s: energy(a, s) - WEIGHT, "from its lowest place"),
        (lambda a, s: energy(a, s) - 2 * WEIGHT, "Upright is your zero"),
        (lambda a, s: energy(math.pi - a, s), "Upside down"),
        (lambda a, s: energy(a, s) + 0.5 * INERTIA * s**2, "1/2"),
        (lambda a, s: energy(a, 0) + 0.5 * INERTIA * s, "without its square"),
        (
            lambda a, s: energy(a, 0) + 0.5 * ROD.inertia_transverse_kg_m2 * s**2,
            "about the centre of mass",
        ),
        (lambda a, s: energy(0, s), "kinetic energy alone"),
        (lambda a, s: energy(a, 0), "potential energy alone"),
        (lambda a, s: energy(0, s) + energy(a, 0) / CENTRE, "lacks a length"),
        (lambda a, s: energy(math.degrees(a), s), "wants radians"),
        (lambda a, s: energy(math.radians(a), s), "do not convert"),
        (lambda a, s: energy(a, s) / WEIGHT, "divided by m g l"),
        (lambda a, s: 1.1 * energy(a, s), "yours is"),
        (lambda a, s: np.array([a, s]), "one finite number"),
    ],
)
def test_each_mistake_with_the_energy_gets_its_own_hint(answer, hint):
    verdict = check("03-b", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


def push(a, s, lacking, strength=60.0):
    return -strength * lacking * np.sign(s * np.cos(a))


@pytest.mark.parametrize("law", [push, lambda a, s, e: -9 * e * s * math.cos(a)])
def test_a_law_that_pumps_passes(law):
    assert check("03-c", law).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda a, s, e: -push(a, s, e), "The sign is wrong"),
        (lambda a, s, e: -60 * e * np.sign(s), "cos(angle) is missing"),
        (lambda a, s, e: -60 * e * np.sign(np.cos(a)), "The speed is missing"),
        (lambda a, s, e: 60 * e * np.sign(s * np.sin(a)), "goes the wrong way"),
        (lambda a, s, e: push(math.radians(a), s, e), "cos(angle) is missing"),
        (lambda a, s, e: push(a, s, abs(e)), "take some out"),
        (lambda a, s, e: -np.sign(s * np.cos(a)), "take some out"),
        (lambda a, s, e: push(a, s, e, 1.0), "weak"),
        (lambda a, s, e: push(a, s, e, 10.0), "only"),
        (lambda a, s, e: 0.0, "never pushes"),
        (lambda a, s, e: math.nan, "one finite number"),
    ],
)
def test_each_mistake_with_the_pumping_gets_its_own_hint(answer, hint):
    verdict = check("03-c", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


@pytest.mark.parametrize("name", ["03-a", "03-b", "03-c"])
def test_a_stub_is_not_done_yet(name):
    def stub(*arguments):
        raise NotImplementedError("not done yet")

    assert check(name, stub).status == "not done yet"
