"""Dead zone and latency from pushes: an arm without pendulum, whose equation is solved here."""

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.machine.pulse_fit import Push, fit_pushes

ROBOT = load_robot("course")
DT_S = 1.0 / ROBOT.control.rate_hz
COUNT = 2.0 * np.pi / ROBOT.sensors.arm_counts_per_turn
STRENGTH, BACK_EMF, FRICTION = 140.0, 0.8, 9.0  # rad/s^2, 1/s, rad/s^2


def push(
    command: float, zone: float, latency_s: float, begins: float = 0.0, lag_rad: float = 0.035
) -> Push:
    """Small steps of Euler; `begins` is where in a count the arm stands."""
    periods, driven, step_s = 60, 12, 1e-4
    arm, speed, ways = 0.0, 0.0, [0.0]
    for period in range(periods):
        for step in range(round(DT_S / step_s)):
            time_s = period * DT_S + step * step_s - latency_s
            on = 0.0 <= time_s < driven * DT_S
            share = (command - zone) / (1.0 - zone) if on else 0.0
            drive = STRENGTH * share - BACK_EMF * speed - FRICTION
            speed = max(0.0, speed + step_s * drive) if time_s >= 0.0 else 0.0
            arm += step_s * speed
        behind = lag_rad if period * DT_S >= latency_s + driven * DT_S else 0.0
        ways.append(COUNT * np.floor((arm - behind) / COUNT + begins))
    sent = np.where(np.arange(periods) < driven, command, 0.0)
    return Push(sent, np.array(ways), np.zeros(periods + 1))


def pushes(zone: float, latency_s: float) -> list[Push]:
    rng = np.random.default_rng(5)
    commands = np.repeat([0.25, 0.3, 0.4], 4)
    return [push(float(u), zone, latency_s, float(rng.uniform())) for u in commands]


@pytest.mark.parametrize(("zone", "latency_s"), [(0.0, 0.02), (0.08, 0.013), (0.15, 0.037)])
def test_both_are_found(zone: float, latency_s: float) -> None:
    fit = fit_pushes(pushes(zone, latency_s), ROBOT)
    assert fit.dead_zone == pytest.approx(zone, abs=0.01)
    assert fit.latency_s == pytest.approx(latency_s, abs=0.003)
    assert fit.backlash_rad == pytest.approx(0.035, abs=0.01)


def test_what_is_left_over_is_the_width_of_a_count() -> None:
    fit = fit_pushes(pushes(0.08, 0.02), ROBOT)
    assert fit.residual_rad == pytest.approx(COUNT / np.sqrt(12.0), rel=0.25)
    assert 0.0 < fit.latency_sd_s < 0.005
    assert 0.0 < fit.dead_zone_sd < 0.02


def test_fewer_pushes_are_less_certain() -> None:
    many = pushes(0.08, 0.02)
    assert fit_pushes(many[::2], ROBOT).latency_sd_s > fit_pushes(many, ROBOT).latency_sd_s


def test_the_pendulum_s_share_is_taken_out() -> None:
    """The arm swings to and fro against a pendulum; both together go as in a push without."""
    alone = pushes(0.08, 0.02)
    p = ROBOT.pendulum
    inertia = (
        ROBOT.arm.inertia_kg_m2
        + ROBOT.arm.mass_kg * ROBOT.arm.center_of_mass_m**2
        + p.mass_kg * ROBOT.arm.length_m**2
        + ROBOT.motor.rotor_inertia_kg_m2 * ROBOT.motor.gear_ratio**2
        + p.inertia_axial_kg_m2
    )
    carried = p.mass_kg * p.center_of_mass_m * ROBOT.arm.length_m / inertia
    swing = 0.1 * np.sin(8.0 * np.arange(61) * DT_S)  # so small that its square does not count
    with_it = [Push(each.commands, each.arm_rad - carried * np.sin(swing), swing) for each in alone]
    expected, fit = fit_pushes(alone, ROBOT), fit_pushes(with_it, ROBOT)
    assert fit.latency_s == pytest.approx(expected.latency_s, abs=0.002)
    assert fit.dead_zone == pytest.approx(expected.dead_zone, abs=0.01)
    blind = [each._replace(pendulum_rad=0.0 * swing) for each in with_it]
    assert abs(fit_pushes(blind, ROBOT).latency_s - expected.latency_s) > 0.003


def test_too_little_to_fit() -> None:
    with pytest.raises(ConfigurationError, match="3 pushes; at least 4"):
        fit_pushes(pushes(0.08, 0.02)[:3], ROBOT)
    at_rest = Push(np.full(60, 0.1), np.zeros(61), np.zeros(61))
    with pytest.raises(ConfigurationError, match="hardly moved"):
        fit_pushes([at_rest] * 8, ROBOT)
