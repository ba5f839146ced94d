"""The checks of lesson 02: inertia, equations of motion, an integrator, the motor, one count."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.lessons import simulation
from furutalib.lessons.exercises import Wrong, call, exercise
from furutalib.machine.robot import Start
from furutalib.maths.plant_parameters import LONGEST_STEP_S

_ROBOT = load_robot("course")
_ALMOST = 1e-6  # relative; far above rounding, far below any mistake
_AGREE_RAD = 1e-9

_UP = "Gravity has the wrong sign: a hanging pendulum falls upwards. f2 has − G sin α."
_UNCOUPLED = (
    "The coupling is missing: a falling pendulum pushes the arm, even with the motor off. Both "
    "equations hold both accelerations (the terms with C cos α): solve them together."
)
_SIGNS = (
    "Nearly: right for positive speeds in the lower half, but not everywhere. Are all the signs "
    "those of the equations, without abs()?"
)
_RECOIL = (
    "A pendulum that falls to one side pushes the arm to the other: the solution for the arm is "
    "(m22 f1 − m12 f2) / determinant, with a minus."
)

Pair = tuple[float, float]


def _same(got: Any, wanted: float) -> bool:
    """Whether a number equals another but for rounding."""
    return bool(abs(float(got) - wanted) <= _ALMOST * abs(wanted) + 1e-12)


def _one_number(got: Any, what: str) -> float:
    if np.ndim(got) != 0:
        raise Wrong(f"{what} is one number; your function gives {np.size(got)}.")
    return float(got)


# ------------------------------------------------------------------------------- 02-a, inertia


@exercise("02-a")
def arm_inertia(answer: Any) -> None:
    """Recognise a part that is missing or wrong by the number that it leads to."""
    got = _one_number(call(answer, _ROBOT), "An inertia")
    right = simulation.constants(_ROBOT).arm
    if _same(got, right):
        return
    for wrong, hint in _inertia_mistakes(_ROBOT).items():
        if _same(got, wrong):
            raise Wrong(hint)
    raise Wrong(
        f"For the course robot the sum is {right:.4g} kg m²; yours is {got:.4g}. Print the three "
        "parts one by one: which is the large one?"
    )


def _inertia_mistakes(robot: RobotDescription) -> dict[float, str]:
    arm, pendulum, motor = robot.arm, robot.pendulum, robot.motor
    own, moved = arm.inertia_kg_m2, arm.mass_kg * arm.center_of_mass_m**2
    tip = pendulum.mass_kg * arm.length_m**2
    rotor = motor.rotor_inertia_kg_m2
    geared = motor.gear_ratio**2 * rotor
    whole = own + moved + tip + geared
    return {
        own + tip + geared: "The arm turns about the motor, not about its own centre of mass. Its "
        "inertia about the centre grows by m d² (parallel axes), with d the distance between the "
        "two axes. Three projects made a mistake of this kind; see the failure museum.",
        arm.mass_kg * arm.length_m**2 / 12 + tip + geared: "m L²/12 is a rod that turns about "
        "its middle. This arm turns about its end, and is no plain rod: begin with inertia_kg_m2.",
        arm.mass_kg * arm.length_m**2 / 3 + tip + geared: "m L²/3 is a uniform rod that turns "
        "about its end. Right idea, but this arm carries bearings and an encoder: take "
        "inertia_kg_m2 and move it by mass and centre of mass.",
        own + arm.mass_kg * arm.length_m**2 + tip + geared: "The parallel axes are as far apart as "
        "the centre of mass is from the motor: center_of_mass_m, not the arm's length.",
        own + moved + geared: "The pendulum is missing. Its mass rides on the tip of the arm, "
        "wherever it swings: m2 L1².",
        own + moved + pendulum.mass_kg * pendulum.center_of_mass_m**2 + geared: "The pendulum's "
        "mass rides at the arm's length from the motor axis; how long the pendulum is plays no "
        "role here.",
        whole - geared: "The rotor is missing. It is small, but the gears make it turn faster.",
        whole - geared + rotor: "The rotor turns gear_ratio times as fast as the arm, and energy "
        "goes with the square of speed: count it gear_ratio² times.",
        whole - geared + motor.gear_ratio * rotor: "Nearly: the rotor counts gear_ratio² times, "
        "because energy goes with the square of the speed.",
        1e3 * whole: "A factor of 1000: the description is in kg and m already.",
    }


# -------------------------------------------------------------------- 02-b, equations of motion


@exercise("02-b")
def accelerations(answer: Any) -> None:
    """Ask for states in which one term acts alone; compare with how the compiled plant moves."""
    _ask(answer, (0.0, 0.0, 0.0, 0.0))  # a wrong shape, or a division by zero
    _check_gravity(answer)
    _check_torque(answer)
    for state, hint in _ALONE.items():
        got, right = _ask(answer, state), _plant(state)
        if not _close_pair(got, right):
            raise Wrong(f"{hint} {_numbers(state, got, right)}")


_ALONE: dict[tuple[float, ...], str] = {
    (1.0, 0.0, 4.0, 0.0): "Gravity and torque are right. When only the pendulum moves, its weight "
    "pulls the tip of the arm: f1 has the term + C sin α · pendulum_speed².",
    (1.0, 3.0, 0.0, 0.0): "When only the arm turns, the pendulum is flung outwards: f2 has the "
    "term + (J2 − Ja) sin α cos α · arm_speed².",
    (1.0, 3.0, 4.0, 0.0): "Each motion alone is right, both together are not: f1 has the term "
    "− 2 (J2 − Ja) sin α cos α · arm_speed · pendulum_speed. Mind the factor 2 and the sign.",
    (2.5, -3.0, 5.0, 0.03): _SIGNS,
    (2.5, 3.0, -5.0, 0.03): _SIGNS,
}
"""States (alpha, both speeds, torque) that add one term after the other, and what is missing."""


def _check_gravity(answer: Any) -> None:
    alpha = 0.3
    state = (alpha, 0.0, 0.0, 0.0)
    got, right = _ask(answer, state), _plant(state)
    if _close_pair(got, right):
        return
    for wrong, hint in _gravity_mistakes(alpha, right):
        if _close_pair(got, wrong):
            raise Wrong(hint)
    raise Wrong(f"Begin with a pendulum at rest that is let go. {_numbers(state, got, right)}")


def _gravity_mistakes(alpha: float, right: Pair) -> list[tuple[Pair, str]]:
    k = simulation.constants(_ROBOT)
    m12, fall = k.coupling * math.cos(alpha), -k.gravity * math.sin(alpha)
    m11 = k.arm + k.axial + (k.swing - k.axial) * math.sin(alpha) ** 2
    stiff = (
        "The arm has the same inertia wherever the pendulum is. A pendulum that sticks out is "
        "harder to turn: m11 = J0 + Ja + (J2 − Ja) sin² α."
    )
    degrees = "Degrees and radians: alpha is in radians already, which is what np.sin wants."
    return [
        ((0.0, 0.0), "Nothing moves. Where is gravity? f2 has the term − G sin α."),
        (_at_rest(m11, m12, -fall, k), _UP),
        (_at_rest(m11, 0.0, fall, k), _UNCOUPLED),
        (_at_rest(m11, 0.0, -fall, k), f"{_UP} And then: {_UNCOUPLED}"),
        (_at_rest(m11, k.coupling, fall, k), "The coupling needs its cosine: m12 = C cos α."),
        (_at_rest(k.arm, m12, fall, k), stiff),
        (_at_rest(k.arm + k.axial, m12, fall, k), stiff),
        (_plant((math.radians(alpha), 0.0, 0.0, 0.0)), degrees),
        (_plant((math.degrees(alpha), 0.0, 0.0, 0.0)), degrees),
        ((right[1], right[0]), "The two are swapped: the arm's acceleration comes first."),
        ((-right[0], right[1]), _RECOIL),
    ]


def _check_torque(answer: Any) -> None:
    state = (0.0, 0.0, 0.0, 0.02)
    got, right = _ask(answer, state), _plant(state)
    if _close_pair(got, right):
        return
    if got == (0.0, 0.0):
        raise Wrong("Gravity is right, but the motor does nothing: where is the torque in f1?")
    if _close_pair(got, (-right[0], -right[1])):
        raise Wrong("A positive torque turns the arm the positive way: f1 = torque + ...")
    if _close_pair(got, (right[0], -right[1])):
        raise Wrong(
            "The motor carries the tip to one side, so a hanging pendulum lags behind, to the "
            "other: the solution for the pendulum is (m11 f2 − m12 f1) / determinant."
        )
    raise Wrong(f"The motor alone, on a hanging pendulum. {_numbers(state, got, right)}")


def _at_rest(m11: float, m12: float, f2: float, k: simulation.Constants) -> Pair:
    """Accelerations without torque, for given entries of the mass matrix."""
    determinant = m11 * k.swing - m12 * m12
    return -m12 * f2 / determinant, m11 * f2 / determinant


def _ask(answer: Any, state: tuple[float, ...]) -> Pair:
    got = call(answer, simulation.constants(_ROBOT), *state)
    if np.shape(got) != (2,):
        raise Wrong(
            "Give back two numbers, the accelerations of arm and pendulum; yours has the shape "
            f"{np.shape(got)}."
        )
    return float(got[0]), float(got[1])


def _plant(state: tuple[float, ...]) -> Pair:
    return simulation.accelerations(_ROBOT, *state)


def _close_pair(got: Pair, wanted: Pair) -> bool:
    return bool(np.allclose(got, wanted, rtol=_ALMOST, atol=1e-6))


def _numbers(state: tuple[float, ...], got: Pair, right: Pair) -> str:
    alpha, arm_speed, pendulum_speed, torque = state
    return (
        f"At alpha = {alpha} rad, speeds {arm_speed} and {pendulum_speed} rad/s, torque {torque} "
        f"N m the plant has the accelerations {right[0]:.4g} and {right[1]:.4g} rad/s²; yours are "
        f"{got[0]:.4g} and {got[1]:.4g}."
    )


# ------------------------------------------------------------------------ 02-c, the integrator

Floats = NDArray[np.float64]

_DOUBLE = "The two in the middle count double: 1, 2, 2, 1, over 6."
_EULER = (
    "This is Euler's step: it uses the slope at the start only (or takes all four slopes at the "
    "same state). It gains energy in every swing."
)


def _oscillator(state: Floats) -> Floats:
    return np.array([state[1], -state[0]])


@exercise("02-c")
def runge_kutta_step(answer: Any) -> None:
    """One step of an oscillator tells the usual mistakes apart; a second one checks the order."""
    start, dt = np.array([1.0, 0.5]), 0.1
    kept = start.copy()
    got = np.asarray(call(answer, _oscillator, start, dt), float)
    if not np.array_equal(start, kept):
        raise Wrong("Your step changes the state that it was given: add with a + b, not with +=.")
    if got.shape != start.shape:
        raise Wrong(f"A state of shape (2,) goes in, {got.shape} comes out.")
    for wrong, hint in _step_mistakes(start, dt):
        if np.allclose(got, wrong, rtol=0.0, atol=1e-9):
            raise Wrong(hint)
    # for a linear system the method is the Taylor series up to the fourth power
    powers = [start]
    for n in range(1, 5):
        powers.append(_oscillator(powers[-1]) * dt / n)
    if not np.allclose(got, sum(powers), rtol=0.0, atol=1e-12):
        miss = np.abs(got - sum(powers)).max()
        raise Wrong(
            f"Off by {miss:.1e} after one step of 0.1 s. Are the slopes weighted 1, 2, 2, 1, "
            "divided by 6, and is the last one taken a whole dt ahead?"
        )


def _step_mistakes(start: Floats, dt: float) -> list[tuple[Floats, str]]:
    k1 = _oscillator(start)
    euler = start + dt * k1
    half = _oscillator(start + dt / 2 * k1)
    half_again = _oscillator(start + dt / 2 * half)
    last = _oscillator(start + dt * half_again)
    total = k1 + 2 * half + 2 * half_again + last
    middle_once = k1 + half + half_again + last
    return [
        (euler, _EULER),
        (start + dt * half, "This is the midpoint step: good, but two slopes are still to come."),
        (start + dt / 6 * middle_once, f"The four slopes count once each. {_DOUBLE}"),
        (start + dt / 4 * middle_once, f"This is a plain mean of the four slopes. {_DOUBLE}"),
        (start + dt * total, "The weights 1, 2, 2, 1 add up to 6: divide by it."),
        (dt / 6 * total, "That is the change of the state. Add it to the state."),
        (start + total / 6, "The time step is missing: slope times dt is a change."),
        (start, "The state does not change at all."),
    ]


# ------------------------------------------------------------------------- 02-d, both together


@exercise("02-d")
def own_simulator(answer: Any) -> str:
    """Run the learner's equations with the learner's step beside the compiled plant."""
    equations, step = answer
    robot = simulation.unplugged(_ROBOT)
    k, misses = simulation.constants(robot), []

    def rates(state: Floats) -> Floats:
        speeds = state[2:]
        return np.array([*speeds, *call(equations, k, state[1], speeds[0], speeds[1], 0.0)])

    for alpha in (0.3, 1.5, 2.5, -3.0):
        start = Start(0.0, alpha, 2.0, -1.0)
        plant = simulation.simulate(robot, np.zeros(50), start, "ideal")
        state = np.array([0.0, alpha, 2.0, -1.0])
        for _ in range(round(50 / robot.control.rate_hz / LONGEST_STEP_S)):
            state = np.asarray(call(step, rates, state, LONGEST_STEP_S), float)
        misses.append(np.abs(plant.states[-1, :2] - state[:2]).max())
    worst = np.max(misses)  # NaN if there is one
    if not worst < _AGREE_RAD:
        raise Wrong(
            f"Your simulator and the library's differ by {worst:.1e} rad after one second. "
            "Do 02-b and 02-c both pass?"
        )
    return (
        "After one second, from four starts, your simulator and the compiled plant differ by at "
        f"most {worst:.1e} rad."
    )


# -------------------------------------------------------------------- 02-e motor, 02-f one count


@exercise("02-e")
def motor_limits(answer: Any) -> None:
    """Torque and speed at the ends of the motor's line."""
    motor, volts = _ROBOT.motor, 9.0
    got = call(answer, motor, volts)
    if np.shape(got) != (2,):
        raise Wrong("Give back two numbers: the stall torque in N m, then the speed in rad/s.")
    kt, ke, ohm = motor.torque_constant_nm_a, motor.back_emf_constant_v_s, motor.resistance_ohm
    stall, fastest = kt * volts / ohm, volts / ke
    torque, speed = float(got[0]), float(got[1])
    if _same(torque, fastest) and _same(speed, stall):
        raise Wrong("The two are swapped: the torque comes first.")
    mistakes = {
        volts / ohm: "That is the current of the stalled motor. Each ampere gives Kt of torque.",
        ke * volts / ohm: "Ke instead of Kt: the torque comes from the torque constant. With Ke "
        "the motor looks half as strong again, because gears lose torque but never speed.",
        kt * volts: "Ohm is missing: the current is voltage over resistance.",
        motor.gear_ratio * stall: "The gears are counted twice: Kt is given at the output shaft.",
    }
    _recognise(torque, stall, mistakes, "Stall torque", "N m")
    mistakes = {
        volts / kt: "Kt instead of Ke: speed is limited by the back-EMF.",
        fastest * 30 / math.pi: "That is in turns per minute; the course uses rad/s.",
        volts * ke: "Upside down: at the highest speed Ke times speed equals the voltage.",
        fastest / motor.gear_ratio: "The gears are counted twice: Ke is given at the output.",
    }
    _recognise(speed, fastest, mistakes, "Highest speed", "rad/s")


@exercise("02-f")
def speed_of_one_count(answer: Any) -> None:
    """One count more in one period, as a speed."""
    got = _one_number(call(answer, 500.0, 40.0), "A speed")
    right = 2 * math.pi / 500.0 * 40.0
    mistakes = {
        360.0 / 500.0 * 40.0: "That is in degrees per second; a turn has 2π rad.",
        40.0 / 500.0: "That is in turns per second; a turn has 2π rad.",
        2 * math.pi / 500.0: "That is the angle of one count. It passed in one period: per second "
        "that is how much?",
        2 * math.pi / 500.0 / 40.0: "A period is 1 / rate. Dividing by a period is multiplying by "
        "the rate.",
        right / 4: "The counts are those after x4 decoding: no factor of 4 is left.",
        500.0 * 40.0 / (2 * math.pi): "Upside down: more counts per turn make a finer speed.",
    }
    _recognise(got, right, mistakes, "One count of 500 at 40 Hz", "rad/s")


def _recognise(got: float, right: float, mistakes: dict[float, str], what: str, unit: str) -> None:
    if _same(got, right):
        return
    for wrong, hint in mistakes.items():
        if _same(got, wrong):
            raise Wrong(hint)
    raise Wrong(f"{what} should be {right:.4g} {unit}; yours is {got:.4g}.")
