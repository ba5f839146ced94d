"""The checks of lesson 03: hold the arm, the energy of the pendulum, and how to pump it up."""

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.learning.rollout import Rollout, collect
from furutalib.lessons.exercises import Wrong, call, exercise
from furutalib.lessons.scripted import Rule, Situation
from furutalib.machine.robot import Start

Floats = NDArray[np.float64]

ARM_TARGET_RAD, ARM_WITHIN_RAD, ARM_OVERSHOOT_RAD, ARM_TIME_S = 1.0, 0.2, 0.3, 1.0
PUMP_TIME_S = 6.0

# Angles and speeds at which every usual mistake gives something else.
_ANGLES = np.array([0.7, 2.5, -1.2, 2.0])
_SPEEDS = np.array([3.0, -6.0, 9.0, 0.0])
_SPRING, _DAMPER = 0.42, 0.062  # keep the arm near the middle while the learner's law pumps


@exercise("03-a")
def hold_arm(answer: Any) -> None:
    """Ask the law about a few situations, then let it move the arm of the whole robot."""
    pull = _number(answer, 0.0, 0.0, 1.0)
    if pull < 0:
        raise Wrong(
            "The arm is pushed away from its target. Below the target the command must be "
            "positive: target minus angle, not angle minus target."
        )
    if pull == _number(answer, 0.0, 0.0, -1.0):
        raise Wrong("Your command is the same for a target on either side. Use target_rad.")
    damping = _number(answer, 0.0, 0.0, 0.0) - _number(answer, 0.0, 5.0, 0.0)
    if damping < 0:
        raise Wrong("A moving arm is pushed on in the way it moves. The damping needs a minus.")
    if damping == 0:
        raise Wrong(
            "The speed does not come in, so nothing slows the arm down: "
            "it would swing about its target like a mass on a spring."
        )
    _judge_arm(arm_run(answer), damping / 5.0 / pull)


def arm_run(law: Callable[[float, float, float], float]) -> Rollout:
    """Two seconds of the robot whose arm `law` moves from 0 to ARM_TARGET_RAD."""

    def rule(m: Situation) -> float:
        return _number(law, m.arm_angle_rad, m.arm_speed_rad_s, ARM_TARGET_RAD)

    return _run(rule, Start(), 2.0)


@exercise("03-b")
def energy(answer: Any) -> None:
    """Compare with the right energy, and with what each usual mistake gives."""
    got = np.array([_number(answer, a, s) for a, s in zip(_ANGLES, _SPEEDS, strict=True)])
    right = _energy(_ANGLES, _SPEEDS)
    for hint, wrong in _energy_mistakes().items():
        if _close(got, wrong):
            raise Wrong(hint)
    if not _close(got, right):
        k = int(np.argmax(np.abs(got - right)))
        raise Wrong(
            f"At {_ANGLES[k]:g} rad and {_SPEEDS[k]:g} rad/s the energy is {right[k]:.4f} J; "
            f"yours is {got[k]:.4g} J."
        )


@exercise("03-c")
def pump(answer: Any) -> None:
    """Ask for the direction in all quarters of the swing, then let it pump."""
    needed = _needed_j()
    points = list(product((0.5, 1.2, 2.0, 2.8, -0.5, -2.8), (4.0, -4.0)))
    angle, speed = np.array(points).T
    given = np.array([_number(answer, a, s, needed / 2) for a, s in points])
    _judge_direction(np.sign(given), angle, speed)
    too_much = np.array([_number(answer, a, s, -needed / 2) for a, s in points])
    if (np.sign(too_much) != -np.sign(given)).any():
        raise Wrong(
            "When there is too much energy (lacking_j is negative), the push must turn round and "
            "take some out. Yours goes on pumping: the pendulum would spin."
        )
    if np.abs(given).max() < 0.2:
        raise Wrong(
            f"The direction is right, but the push is weak: {np.abs(given).max():.2g} of full "
            f"voltage when {needed / 2:.2g} J are missing. An energy in joules is a small number "
            "here: multiply it by a large one."
        )
    _judge_pumping(pump_run(answer), needed)


def pump_run(law: Callable[[float, float, float], float]) -> Rollout:
    """Some seconds of the robot that `law` pumps up, with a spring and a damper for the arm."""
    needed = _needed_j()

    def rule(m: Situation) -> float:
        angle, speed = m.pendulum_angle_rad, m.pendulum_speed_rad_s
        lacking = needed - float(_energy(angle, speed))
        push = _number(law, angle, speed, lacking)
        homing = _SPRING * m.arm_angle_rad + _DAMPER * m.arm_speed_rad_s
        return min(max(push, -1.0), 1.0) - homing

    return _run(rule, Start(pendulum_angle_rad=0.3), PUMP_TIME_S)


def _judge_arm(run: Rollout, damping_per_pull_s: float) -> None:
    arm = run.arm_angle_rad[0]
    beyond = float(np.nanmax(arm)) - ARM_TARGET_RAD
    if run.limit_touched[0] or beyond > ARM_OVERSHOOT_RAD:
        raise Wrong(
            f"The arm shoots {math.degrees(beyond):.0f}° beyond its target, more than "
            f"{math.degrees(ARM_OVERSHOOT_RAD):.0f}°. Damp more, or pull less."
        )
    late = arm[run.time_s > ARM_TIME_S]
    off = float(np.abs(late - ARM_TARGET_RAD).max())
    if off <= ARM_WITHIN_RAD:
        return
    if np.ptp(late) < 0.5 * off:
        raise Wrong(
            f"The arm comes to rest {math.degrees(off):.0f}° short: there the pull is too weak "
            "to overcome friction. Pull harder."
        )
    what = "less" if damping_per_pull_s > 0.12 else "more"
    raise Wrong(
        f"After {ARM_TIME_S:g} s the arm is still up to {math.degrees(off):.0f}° off and moving. "
        f"Compared with the pull there should be {what} damping (the measured speed is coarse "
        "and late, so too much of it hurts as well)."
    )


def _judge_direction(got: Floats, angle: Floats, speed: Floats) -> None:
    right = -np.sign(speed * np.cos(angle))
    if not got.any():
        raise Wrong("Your law never pushes: the command is 0 everywhere.")
    if (got == -right).all():
        raise Wrong(
            "The sign is wrong: your law takes energy out, and the pendulum comes to rest sooner "
            "than without a motor. Look at the minus in the formula."
        )
    if (got == -np.sign(speed)).all() or (got == np.sign(speed)).all():
        raise Wrong(
            "cos(angle) is missing: above the horizontal the same push of the arm acts on the "
            "pendulum the other way round."
        )
    if (got == -np.sign(np.cos(angle))).all() or (got == np.sign(np.cos(angle))).all():
        raise Wrong(
            "The speed is missing: whether a push adds energy depends on the way "
            "in which the pendulum moves."
        )
    if (got != right).any():
        k = int(np.argmax(got != right))
        raise Wrong(
            f"At {angle[k]:g} rad and {speed[k]:g} rad/s your push goes the wrong way. Angles are "
            "in radians, 0 is hanging; take the sign of speed times cos(angle)."
        )


def _judge_pumping(run: Rollout, needed: float) -> None:
    share = float(np.nanmax(_energy(run.pendulum_angle_rad, run.pendulum_speed_rad_s))) / needed
    if run.limit_touched[0]:
        raise Wrong(
            "The arm runs into its limit. Push less when little energy is missing: "
            "let the command grow with lacking_j instead of being all or nothing."
        )
    if share < 0.95:
        raise Wrong(
            f"The direction is right, but after {PUMP_TIME_S:g} s the pendulum has only "
            f"{share:.0%} of the energy it needs. Multiply by a larger number."
        )


def _robot() -> RobotDescription:
    return load_robot("course")


def _needed_j() -> float:
    """The energy of standing upright, hanging at rest being 0."""
    return float(_energy(np.pi, 0.0))


def _parts() -> tuple[float, float, float]:
    """m g l (J), inertia about the pivot and about the centre of mass (kg m2)."""
    robot = _robot()
    rod = robot.pendulum
    about_pivot = rod.inertia_transverse_kg_m2 + rod.mass_kg * rod.center_of_mass_m**2
    weight_nm = rod.mass_kg * robot.gravity_m_s2 * rod.center_of_mass_m
    return weight_nm, about_pivot, rod.inertia_transverse_kg_m2


def _energy(angle_rad: Any, speed_rad_s: Any) -> Any:
    weight_nm, inertia, _ = _parts()
    return 0.5 * inertia * speed_rad_s**2 + weight_nm * (1.0 - np.cos(angle_rad))


def _energy_mistakes() -> dict[str, Floats]:
    """What each usual mistake gives at the sample points, under its hint."""
    weight, inertia, about_centre = _parts()
    a, s = _ANGLES, _SPEEDS
    kinetic, potential = 0.5 * inertia * s**2, weight * (1.0 - np.cos(a))
    centre_m = _robot().pendulum.center_of_mass_m
    return {
        "The energy of rest is not 0 where the pendulum hangs: 'height' must be measured from "
        "its lowest place, 1 - cos(angle), not from the pivot.": kinetic - weight * np.cos(a),
        "Upright is your zero. Let the energy be 0 where the pendulum hangs at rest.": kinetic
        + potential
        - 2.0 * weight,
        "Upside down: with 1 + cos(angle) the hanging pendulum has the most energy. "
        "The angle is 0 where it hangs.": kinetic + weight * (1.0 + np.cos(a)),
        "The factor 1/2 of the kinetic energy is missing.": 2.0 * kinetic + potential,
        "The speed comes in without its square.": 0.5 * inertia * s + potential,
        "That is the inertia about the centre of mass. The rod turns about its pivot: take "
        "inertia_kg_m2, which counts the way from there too.": 0.5 * about_centre * s**2
        + potential,
        "That is the kinetic energy alone. Add the potential energy.": kinetic,
        "That is the potential energy alone. Add the kinetic energy.": potential,
        "The height lacks a length: the centre of mass rises by "
        "centre_m * (1 - cos(angle)).": kinetic + potential / centre_m,
        "Units: your angle is turned into degrees on the way; np.cos wants radians.": kinetic
        + weight * (1.0 - np.cos(np.degrees(a))),
        "Units: angles are in radians already; do not convert them.": kinetic
        + weight * (1.0 - np.cos(np.radians(a))),
        "Units: this is the energy divided by m g l. Here it is asked for in joules.": (
            kinetic + potential
        )
        / weight,
    }


def _run(rule: Callable[[Situation], float], start: Start, duration_s: float) -> Rollout:
    return collect(Rule(_robot(), rule), [start], robot=_robot(), duration_s=duration_s)


def _number(answer: Any, *arguments: float) -> float:
    result = call(answer, *arguments)
    if np.ndim(result) != 0 or not np.isfinite(result):
        raise Wrong(f"Your function must return one finite number; it returned {result!r}.")
    return float(result)


def _close(got: Floats, wanted: Floats) -> bool:
    return bool(np.allclose(got, wanted, rtol=1e-3, atol=1e-7))
