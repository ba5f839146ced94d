from types import SimpleNamespace

import numpy as np
import pytest

from furutalib.facts.robot import load_robot
from furutalib.lessons import simulation
from furutalib.lessons.exercises import check

ROBOT = load_robot("course")


def refused(name, answer, hint):
    verdict = check(name, answer)
    assert verdict.status == "not right yet", verdict
    assert hint in verdict.message


# ------------------------------------------------------------------------------- 02-a, inertia


def inertia(own=1.0, steiner=1.0, tip=1.0, rotor=4.4**2, distance="center_of_mass_m", unit=1.0):
    """An answer with one part of the sum changed."""

    def answer(robot):
        arm, pendulum, motor = robot.arm, robot.pendulum, robot.motor
        return unit * (
            own * arm.inertia_kg_m2
            + steiner * arm.mass_kg * getattr(arm, distance) ** 2
            + tip * pendulum.mass_kg * arm.length_m**2
            + rotor * motor.rotor_inertia_kg_m2
        )

    return answer


def rod(divisor):
    def answer(robot):
        about_axis = robot.arm.mass_kg * robot.arm.length_m**2 / divisor
        return about_axis + inertia(own=0, steiner=0)(robot)

    return answer


def short_arm(robot):
    """Takes the pendulum's own length for the distance of its pivot."""
    at_tip = robot.pendulum.mass_kg * robot.pendulum.center_of_mass_m**2
    return inertia(tip=0)(robot) + at_tip


def test_the_right_inertia_passes():
    assert check("02-a", inertia()).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (inertia(steiner=0), "parallel axes"),
        (rod(12), "about its middle"),
        (rod(3), "uniform rod that turns about its end"),
        (inertia(distance="length_m"), "center_of_mass_m, not the arm's length"),
        (inertia(tip=0), "The pendulum is missing"),
        (short_arm, "at the arm's length from the motor axis"),
        (inertia(rotor=0), "The rotor is missing"),
        (inertia(rotor=1), "gear_ratio times as fast"),
        (inertia(rotor=4.4), "Nearly"),
        (inertia(unit=1000), "factor of 1000"),
        (inertia(own=2), "Print the three parts"),
        (lambda robot: [1.0, 2.0], "one number"),
        (lambda robot: None, "gives nothing back"),
    ],
)
def test_each_mistake_with_the_inertia_gets_its_own_hint(answer, hint):
    refused("02-a", answer, hint)


# -------------------------------------------------------------------- 02-b, equations of motion


def motion(**changes):
    """The equations with some factors changed; 1 is right."""
    right = {
        **dict.fromkeys(("gravity", "coupling", "torque", "pull", "fling", "spread", "axial"), 1),
        "back": 1,
        "forth": 1,
        "coriolis": 2,
        "cosine": np.cos,
        **dict.fromkeys(("angle", "size"), lambda value: value),
    }
    c = SimpleNamespace(**(right | changes))

    def answer(k, alpha, arm_speed, pendulum_speed, torque):
        sine, cosine = np.sin(c.angle(alpha)), np.cos(c.angle(alpha))
        spread = k.swing - k.axial
        m11 = k.arm + c.axial * k.axial + c.spread * spread * sine**2
        m12 = c.coupling * k.coupling * c.cosine(c.angle(alpha))
        twist = spread * sine * cosine * arm_speed
        f1 = c.torque * torque + c.pull * k.coupling * sine * pendulum_speed**2
        f1 -= c.coriolis * twist * c.size(pendulum_speed)
        f2 = c.fling * twist * arm_speed - c.gravity * k.gravity * sine
        determinant = m11 * k.swing - m12**2
        arm = (k.swing * f1 - c.back * m12 * f2) / determinant
        return arm, (m11 * f2 - c.forth * m12 * f1) / determinant

    return answer


def swapped(*arguments):
    return motion()(*arguments)[::-1]


def test_the_right_equations_pass():
    assert check("02-b", motion()).passed
    assert check("02-b", lambda *arguments: np.array(motion()(*arguments))).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (motion(gravity=-1), "falls upwards"),
        (motion(gravity=0), "Where is gravity"),
        (motion(coupling=0), "The coupling is missing"),
        (motion(coupling=0, gravity=-1), "And then: The coupling is missing"),
        (motion(cosine=lambda angle: 1.0), "The coupling needs its cosine"),
        (motion(spread=0), "same inertia wherever"),
        (motion(spread=0, axial=0), "same inertia wherever"),
        (motion(angle=np.radians), "Degrees and radians"),
        (motion(angle=np.degrees), "Degrees and radians"),
        (swapped, "The two are swapped"),
        (motion(back=-1), "with a minus"),
        (motion(torque=0), "the motor does nothing"),
        (motion(torque=-1), "A positive torque"),
        (motion(forth=-1), "lags behind"),
        (motion(pull=0), "pulls the tip of the arm"),
        (motion(pull=-1), "pulls the tip of the arm"),
        (motion(fling=0), "flung outwards"),
        (motion(coriolis=0), "Each motion alone is right"),
        (motion(coriolis=1), "Each motion alone is right"),
        (motion(coriolis=-2), "Each motion alone is right"),
        (motion(size=abs), "without abs()"),
        (motion(gravity=2), "Begin with a pendulum at rest"),
        (motion(torque=2), "The motor alone"),
        (lambda *arguments: 1.0, "Give back two numbers"),
        (lambda *arguments: None, "gives nothing back"),
    ],
)
def test_each_mistake_with_the_equations_gets_its_own_hint(answer, hint):
    refused("02-b", answer, hint)


# ------------------------------------------------------------------------ 02-c, the integrator


def weighted(weights, over=6.0, reach=(0.5, 0.5, 1.0)):
    """Runge and Kutta's step with other weights or other looks ahead."""

    def answer(rates, state, dt):
        slopes = [rates(state)]
        for ahead in reach:
            slopes.append(rates(state + ahead * dt * slopes[-1]))
        return state + dt / over * sum(w * k for w, k in zip(weights, slopes, strict=True))

    return answer


RIGHT = weighted((1, 2, 2, 1))


def in_place(rates, state, dt):
    state += RIGHT(rates, state, dt) - state
    return state


def test_a_right_step_passes():
    assert check("02-c", RIGHT).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda rates, state, dt: state + dt * rates(state), "Euler"),
        (weighted((1, 2, 2, 1), reach=(0, 0, 0)), "Euler"),
        (weighted((0, 1, 0, 0), over=1), "midpoint"),
        (weighted((1, 1, 1, 1)), "count once each"),
        (weighted((1, 1, 1, 1), over=4), "plain mean"),
        (weighted((1, 2, 2, 1), over=1), "add up to 6"),
        (lambda rates, state, dt: RIGHT(rates, state, dt) - state, "the change of the state"),
        (lambda r, s, dt: s + (RIGHT(r, s, dt) - s) / dt, "The time step is missing"),
        (lambda rates, state, dt: state, "does not change at all"),
        (in_place, "changes the state that it was given"),
        (lambda rates, state, dt: RIGHT(rates, state, dt)[0], "comes out"),
        (weighted((1, 2, 2, 1), reach=(0.5, 0.5, 0.5)), "Off by"),
        (weighted((1, 2, 2, 1), reach=(0.5, 1.0, 1.0)), "Off by"),
    ],
)
def test_each_mistake_with_the_step_gets_its_own_hint(answer, hint):
    refused("02-c", answer, hint)


# ------------------------------------------------------------------------- 02-d, both together


def test_right_equations_and_step_agree_with_the_plant_and_the_verdict_says_how_well():
    verdict = check("02-d", (motion(), RIGHT))
    assert verdict.passed
    assert "differ by at most" in verdict.message


@pytest.mark.parametrize(
    "answer",
    [
        (motion(coriolis=2.001), RIGHT),
        (motion(), lambda rates, state, dt: state + dt * rates(state)),
        (motion(), lambda rates, state, dt: state * np.nan),
    ],
)
def test_a_wrong_simulator_does_not_agree(answer):
    refused("02-d", answer, "Do 02-b and 02-c both pass?")


# -------------------------------------------------------------------- 02-e motor, 02-f one count


def limits(torque=lambda m, u: u * m.torque_constant_nm_a / m.resistance_ohm, speed=None):
    speed = speed or (lambda m, u: u / m.back_emf_constant_v_s)
    return lambda motor, volts: (torque(motor, volts), speed(motor, volts))


def test_right_limits_of_the_motor_pass():
    assert check("02-e", limits()).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda m, u: limits()(m, u)[::-1], "The two are swapped"),
        (limits(torque=lambda m, u: u / m.resistance_ohm), "current of the stalled motor"),
        (limits(torque=lambda m, u: u * m.back_emf_constant_v_s / m.resistance_ohm), "Ke instead"),
        (limits(torque=lambda m, u: u * m.torque_constant_nm_a), "Ohm is missing"),
        (limits(torque=lambda m, u: m.gear_ratio * limits()(m, u)[0]), "Kt is given at the output"),
        (limits(torque=lambda m, u: 1.0), "Stall torque should be"),
        (limits(speed=lambda m, u: u / m.torque_constant_nm_a), "Kt instead of Ke"),
        (limits(speed=lambda m, u: limits()(m, u)[1] * 30 / np.pi), "turns per minute"),
        (limits(speed=lambda m, u: u * m.back_emf_constant_v_s), "Upside down"),
        (limits(speed=lambda m, u: limits()(m, u)[1] / m.gear_ratio), "Ke is given at the output"),
        (limits(speed=lambda m, u: 1.0), "Highest speed should be"),
        (lambda m, u: 1.0, "two numbers"),
    ],
)
def test_each_mistake_with_the_motor_gets_its_own_hint(answer, hint):
    refused("02-e", answer, hint)


def test_the_right_speed_of_one_count_passes():
    assert check("02-f", lambda counts, rate: 2 * np.pi / counts * rate).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda n, hz: 360 / n * hz, "degrees per second"),
        (lambda n, hz: hz / n, "turns per second"),
        (lambda n, hz: 2 * np.pi / n, "the angle of one count"),
        (lambda n, hz: 2 * np.pi / n / hz, "multiplying by the rate"),
        (lambda n, hz: 2 * np.pi / n / 4 * hz, "after x4 decoding"),
        (lambda n, hz: n * hz / (2 * np.pi), "Upside down"),
        (lambda n, hz: 1.0, "should be"),
        (lambda n, hz: np.array([1.0, 2.0]), "one number"),
    ],
)
def test_each_mistake_with_one_count_gets_its_own_hint(answer, hint):
    refused("02-f", answer, hint)


@pytest.mark.parametrize("name", ["02-a", "02-b", "02-c", "02-e", "02-f"])
def test_a_stub_is_not_done_yet(name):
    def stub(*arguments):
        raise NotImplementedError("not done yet")

    assert check(name, stub).status == "not done yet"


def test_unfinished_parts_make_an_unfinished_simulator():
    def stub(*arguments):
        raise NotImplementedError("not done yet")

    assert check("02-d", (stub, stub)).status == "not done yet"
    assert check("02-d", (motion(), stub)).status == "not done yet"


def test_the_constants_hold_for_any_robot():
    k = simulation.constants(load_robot("qube"))
    assert k.arm == pytest.approx(inertia(rotor=1)(load_robot("qube")))
