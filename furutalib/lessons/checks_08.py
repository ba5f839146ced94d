"""The checks of lesson 08: an inertia from a period, an invisible change, an interval."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.learning.identifiable import seen_values, values_of
from furutalib.lessons.exercises import Wrong, call, exercise

Floats = NDArray[np.float64]
_EXACT = 1e-6

# ------------------------------------------------------------------ 08-a, an inertia from a period

_SWINGS = ((0.66, 0.0323, 0.0687, 9.81), (0.9, 0.024, 0.1, 9.81), (1.6, 0.05, 0.07, 1.62))


@exercise("08-a")
def inertia_from_period(answer: Any) -> None:
    """Compare with the right inertias, and with what each usual mistake gives."""
    got = [_number(call(answer, *swing)) for swing in _SWINGS]
    if _close(got, [_inertia(*swing) for swing in _SWINGS]):
        return
    for hint, wrong in _MISTAKEN.items():
        if _close(got, [wrong(*swing) for swing in _SWINGS]):
            raise Wrong(hint)
    raise Wrong(
        f"For a period of {_SWINGS[0][0]} s and {_SWINGS[0][1]} kg at {_SWINGS[0][2]} m the "
        f"inertia is {_inertia(*_SWINGS[0]):.3e} kg m²; yours is {got[0]:.3e}."
    )


def _inertia(period: float, mass: float, arm: float, gravity: float) -> float:
    return mass * gravity * arm * (period / (2.0 * math.pi)) ** 2


_MISTAKEN: Mapping[str, Callable[[float, float, float, float], float]] = {
    "The period goes in squared: ω² = m g l / J, and ω is 2π over the period.": lambda t, m, r, g: (
        m * g * r * t / (2.0 * math.pi)
    ),
    "Is ω = 1 / T? A full swing is 2π radians of ω t: ω = 2π / T.": lambda t, m, r, g: (
        m * g * r * t**2
    ),
    "Nearly: (T / 2π)² is T² / (4π²); your 2π is not squared.": lambda t, m, r, g: (
        m * g * r * t**2 / (2.0 * math.pi)
    ),
    "Gravity is missing: it is what pulls the pendulum back. With it, this is "
    "right.": lambda t, m, r, g: m * r * (t / (2.0 * math.pi)) ** 2,
    "That is 1 / J: solve ω² = m g l / J for J.": lambda t, m, r, g: 1.0 / _inertia(t, m, r, g),
    "ω² went where 1 / ω² belongs: a pendulum with more inertia swings "
    "slower.": lambda t, m, r, g: m * g * r * (2.0 * math.pi / t) ** 2,
    "This is the inertia of a point mass, m l²: the period is not in it.": lambda t, m, r, g: (
        m * r**2
    ),
}


# ------------------------------------------------------------------------ 08-b, an invisible change

TORQUES: Mapping[str, str] = {
    "arm.mass_kg": "inertias",
    "arm.inertia_kg_m2": "inertias",
    "pendulum.mass_kg": "inertias, and what gravity pulls at",
    "pendulum.inertia_axial_kg_m2": "inertias",
    "pendulum.inertia_transverse_kg_m2": "inertias",
    "motor.rotor_inertia_kg_m2": "inertias",
    "arm.viscous_nm_s": "frictions",
    "pendulum.viscous_nm_s": "frictions",
    "pendulum.coulomb_nm": "frictions",
    "motor.coulomb_nm": "frictions",
    "motor.stiction_nm": "frictions",
    "motor.torque_constant_nm_a": "torques",
}
"""All that has to be multiplied by one number together, with what kind of thing each is."""

OTHERS: Mapping[str, str] = {
    "arm.length_m": "is a length: it says how a turning arm moves the pendulum's pivot",
    "arm.center_of_mass_m": "is a length; its square stands in an inertia",
    "pendulum.center_of_mass_m": "is a length; its square stands in an inertia",
    "motor.resistance_ohm": "would change the current, and with it the torque, once more",
    "motor.back_emf_constant_v_s": "gives volts for a speed, and volts are not scaled",
    "motor.backlash_rad": "is an angle, and the encoders see angles",
    "drive.dead_zone": "is a share of the command, which we send",
    "control.latency_s": "is a time, and we own a clock",
    "supply.voltage_v": "is measured in volts, not in newton metres",
}
CANDIDATES: tuple[str, ...] = tuple(sorted([*TORQUES, *OTHERS]))


def multiplied(robot: RobotDescription, keys: Iterable[str], factor: float) -> RobotDescription:
    """The robot with some of its numbers multiplied."""
    values = robot.to_dict()
    changes = {}
    for key in keys:
        table, _, name = key.partition(".")
        changes[key] = values[table][name] * factor
    return robot.with_values(changes)


@exercise("08-b")
def invisible_change(answer: Any) -> str:
    """Multiply what the learner names, and look whether an encoder would notice."""
    keys = _keys(call(answer))
    extra = [key for key in OTHERS if key in keys]
    if extra:
        raise Wrong(f"{extra[0]} {OTHERS[extra[0]]}. It must stay.")
    missing = [key for key in TORQUES if key not in keys]
    if missing:
        raise Wrong(_what_shows(keys, missing))
    robot = load_robot("course")
    seen = seen_values(multiplied(robot, keys, 1.3), robot) / values_of(robot)
    change = f"{np.abs(seen - 1.0).max():.0e}"
    return (
        f"Well done. What encoders can tell has changed by {change}: somebody has to own a scale."
    )


def _keys(got: Any) -> set[str]:
    if isinstance(got, str) or not isinstance(got, Iterable):
        raise Wrong(f"Give a list of names, not {type(got).__name__}.")
    keys = {str(key) for key in got}
    unknown = sorted(keys - set(CANDIDATES))
    if unknown:
        raise Wrong(f"{unknown[0]!r} is not among the candidates; take the names as printed.")
    if not keys:
        raise Wrong("Nothing changed is nothing seen, but that is not the point: change the mass.")
    return keys


def _what_shows(keys: set[str], missing: list[str]) -> str:
    whole = sorted({TORQUES[key] for key in missing})
    if len(missing) > 2:
        return (
            f"That would be seen: {len(missing)} more have to go along. Look again at what has a "
            f"kg or an N m in its unit; among the {whole[0]} something is missing."
        )
    if missing == ["motor.torque_constant_nm_a"]:
        return "Everything is heavier now, and the motor as weak as before: the arm gets slower."
    if missing == ["motor.rotor_inertia_kg_m2"]:
        return "One inertia is left: it hides behind the gears and turns 4.4 times as fast."
    return f"Nearly: among the {TORQUES[missing[0]]} something is missing."


# --------------------------------------------------------------------------- 08-c, how sure is that


def _problem(seed: int) -> tuple[Floats, Floats]:
    """A Jacobian and residuals as a fit of two numbers to twelve readings leaves them."""
    rng = np.random.default_rng(seed)
    slopes = np.c_[np.ones(12), np.linspace(0.0, 2.0 + seed, 12)]
    return slopes, rng.normal(0.0, 0.1 + 0.1 * seed, 12)


@exercise("08-c")
def half_widths(answer: Any) -> None:
    """Compare with the right half-widths, and with what each usual mistake gives."""
    problems = [_problem(seed) for seed in (0, 1, 2)]
    got = np.array([_vector(call(answer, *problem)) for problem in problems])
    if np.allclose(got, [_widths(*problem) for problem in problems], rtol=0.03):
        return  # 1.96 or 2: both are right
    for hint, wrong in _UNSURE.items():
        if np.allclose(got, [wrong(*problem) for problem in problems], rtol=0.01):
            raise Wrong(hint)
    right = _widths(*problems[0])
    raise Wrong(
        f"In the first test the half-widths are {right[0]:.3f} and {right[1]:.3f}; yours are "
        f"{got[0][0]:.3f} and {got[0][1]:.3f}. Go through the three lines of the recipe one by one."
    )


def _covariance(slopes: Floats, misses: Floats) -> Floats:
    free = len(misses) - slopes.shape[1]
    covariance: Floats = misses @ misses / free * np.linalg.inv(slopes.T @ slopes)
    return covariance


def _widths(slopes: Floats, misses: Floats) -> Floats:
    return 1.96 * np.sqrt(np.diag(_covariance(slopes, misses)))


_UNSURE: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "These are standard deviations. 95 of 100 lie within 1.96 of them.": lambda j, r: (
        _widths(j, r) / 1.96
    ),
    "The diagonal holds variances: take the square root before the 1.96.": lambda j, r: (
        1.96 * np.diag(_covariance(j, r))
    ),
    "How large the residuals are is missing: s² goes in front of the inverse.": lambda j, r: (
        1.96 * np.sqrt(np.diag(np.linalg.inv(j.T @ j)))
    ),
    "s went in where s² belongs.": lambda j, r: (
        _widths(j, r) * (r @ r / (len(r) - j.shape[1])) ** -0.25
    ),
    "The sum of squares is not divided: s² is a mean.": lambda j, r: (
        _widths(j, r) * math.sqrt(len(r) - j.shape[1])
    ),
    "Divided by n: but two numbers were fitted to these readings, and took the residuals down. "
    "Divide by n − p.": lambda j, r: _widths(j, r) * math.sqrt((len(r) - j.shape[1]) / len(r)),
    "One over the diagonal of JᵀJ is not the diagonal of its inverse: that would be right only if "
    "no parameter could stand in for another.": lambda j, r: (
        1.96 * np.sqrt(r @ r / (len(r) - j.shape[1]) / np.diag(j.T @ j))
    ),
}


def _vector(got: Any) -> Floats:
    values = np.asarray(got, float)
    if values.shape != (2,):
        raise Wrong(
            f"One number for each parameter: an array of two here, not of shape {values.shape}. "
            "np.diag(covariance) takes the diagonal."
        )
    return values


def _number(got: Any) -> float:
    if isinstance(got, bool) or not isinstance(got, int | float | np.floating):
        raise Wrong(f"Give one number, not {type(got).__name__}.")
    return float(got)


def _close(got: list[float], wanted: list[float]) -> bool:
    return bool(np.allclose(got, wanted, rtol=_EXACT, atol=0.0))
