"""The emulated robot's hidden parameters: within what was stated, and not to be guessed."""

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.machine.emulator.hidden import RELATIVE, hidden_robot

COURSE = load_robot("course")
MANY = [hidden_robot(COURSE, seed) for seed in range(200)]


def value(robot: object, key: str) -> float:
    for part in key.split("."):
        robot = getattr(robot, part)
    assert isinstance(robot, float)
    return robot


# From the task: friction, Kt and R within 25 %, lengths within 4 %, masses within 10 %.
@pytest.mark.parametrize(
    ("key", "width"),
    [
        ("motor.coulomb_nm", 0.25),
        ("motor.stiction_nm", 0.25),
        ("pendulum.viscous_nm_s", 0.25),
        ("pendulum.coulomb_nm", 0.25),
        ("arm.viscous_nm_s", 0.25),
        ("motor.torque_constant_nm_a", 0.25),
        ("motor.resistance_ohm", 0.25),
        ("arm.length_m", 0.04),
        ("pendulum.center_of_mass_m", 0.04),
        ("arm.mass_kg", 0.10),
        ("pendulum.mass_kg", 0.10),
    ],
)
def test_draws_fill_the_stated_range_and_stay_in_it(key: str, width: float) -> None:
    factors = np.array([value(robot, key) for robot in MANY]) / value(COURSE, key)
    assert np.all(np.abs(factors - 1.0) <= width)
    assert factors.max() > 1.0 + 0.9 * width
    assert factors.min() < 1.0 - 0.9 * width
    assert key in RELATIVE


def test_latency_and_backlash() -> None:
    latency = np.array([robot.control.latency_s for robot in MANY])
    assert np.all(np.abs(latency - 0.02) <= 0.01)
    assert np.ptp(latency) > 0.018
    backlash = np.degrees([robot.motor.backlash_rad for robot in MANY])
    assert backlash.min() >= 1.0
    assert backlash.max() <= 3.0


def test_inertia_follows_mass_and_length() -> None:
    for robot in MANY[:20]:
        mass = robot.pendulum.mass_kg / COURSE.pendulum.mass_kg
        length = robot.pendulum.center_of_mass_m / COURSE.pendulum.center_of_mass_m
        inertia = robot.pendulum.inertia_transverse_kg_m2 / COURSE.pendulum.inertia_transverse_kg_m2
        assert inertia == pytest.approx(mass * length**2)
        magnet = robot.motor.torque_constant_nm_a / COURSE.motor.torque_constant_nm_a
        emf = robot.motor.back_emf_constant_v_s / COURSE.motor.back_emf_constant_v_s
        assert emf == pytest.approx(magnet)


def test_a_seed_is_one_robot_and_another_seed_another() -> None:
    assert hidden_robot(COURSE, 3) == hidden_robot(COURSE, 3)
    assert hidden_robot(COURSE, 3) != hidden_robot(COURSE, 4)


def test_what_everybody_knows_is_as_described() -> None:
    robot = hidden_robot(COURSE, 1)
    assert robot.sensors == COURSE.sensors
    assert robot.limits == COURSE.limits
    assert robot.supply == COURSE.supply
    assert robot.control.rate_hz == COURSE.control.rate_hz


@pytest.mark.parametrize("seed", [-1, 0.5, True, "0", None])
def test_what_is_no_seed_is_named(seed: object) -> None:
    with pytest.raises(ConfigurationError, match=f"hidden = {seed!r}; .* whole number, 0 or above"):
        hidden_robot(COURSE, seed)  # type: ignore[arg-type]
