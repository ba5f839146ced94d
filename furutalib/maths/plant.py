"""The Furuta pendulum: equations of motion, motor, gears, friction, encoders; compiled.

One control period of one pendulum is `advance_one`; `advance` does the same for many, with the
same compiled code. A step of the integrator has one of two forms:

- in contact (always, without backlash): rotor and arm turn as one body;
- in the gap: the rotor crosses the play of the gears alone, the arm feels no motor.

Within a step the smooth part is integrated by the classical Runge-Kutta method. Dry friction
is a constant torque against the motion; a joint that comes to rest stays locked as long as
friction can hold it (so nothing creeps), and a joint whose speed changes sign is stopped first.

Sources: Cazzolato & Prime (2011), "On the dynamics of the Furuta pendulum" (full inertia);
the motor is a voltage source behind a resistance with its own torque and back-EMF constants.
"""

from collections.abc import Callable
from math import copysign, cos, exp, sin
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

from furutalib.maths.estimator import quantise
from furutalib.maths.plant_parameters import PAST_COMMANDS, P, S

_F = TypeVar("_F", bound=Callable[..., Any])
Row = NDArray[np.float64]  # shape (len(P),) or (state size,)


def _jit(function: _F) -> _F:
    """Compile; division by zero gives inf as in numpy, which keeps the loops free of checks.

    a * b + c may be one rounded operation where the processor has it: results can differ in the
    last bit between kinds of processors, but not between one pendulum and many.
    """
    compiled = numba.njit(cache=True, error_model="numpy", fastmath={"contract", "arcp"})
    return cast(_F, compiled(function))


_quantise = _jit(quantise)
Quad = tuple[float, float, float, float]
Pair = tuple[float, float]
# A step is cut where a joint stops or the gears meet, at most so often.
MOST_EVENTS = 10
ALMOST = 1.0 - 1e-9
# Taylor's coefficients of sine and cosine: a division by a constant is slow in compiled code.
_S3, _S5, _S7, _S9 = -1.0 / 6.0, 1.0 / 120.0, -1.0 / 5040.0, 1.0 / 362880.0
_C2, _C4, _C6, _C8, _C10 = -0.5, 1.0 / 24.0, -1.0 / 720.0, 1.0 / 40320.0, -1.0 / 3628800.0
_STATE_SIZE = S.NEWEST_COMMAND + 1 + PAST_COMMANDS


@_jit
def _turn(sine: float, cosine: float, angle: float) -> Pair:
    """Sine and cosine after turning on by an angle.

    Within a step the pendulum turns little; a short series is then exact to the last bit or two
    and several times faster than the library's functions.
    """
    if abs(angle) > 0.1:
        s, c = sin(angle), cos(angle)
    else:
        q = angle * angle
        s = angle * (1.0 + q * (_S3 + q * (_S5 + q * (_S7 + q * _S9))))
        c = 1.0 + q * (_C2 + q * (_C4 + q * (_C6 + q * (_C8 + q * _C10))))
    return sine * c + cosine * s, cosine * c - sine * s


@_jit
def _forces(p: Row, sine: float, cosine: float, w1: float, w2: float) -> Quad:
    """Entries of the mass matrix without rotor (m11, m12) and generalised forces (f1, f2).

    The forces are all but the motor's and dry friction: viscous, gravity, Coriolis, centrifugal;
    `sine` and `cosine` are those of alpha.
    """
    spread = p[P.SWING_INERTIA] - p[P.AXIAL_INERTIA]
    twist = spread * sine * cosine * w1
    m11 = p[P.ARM_INERTIA] + p[P.AXIAL_INERTIA] + spread * sine * sine
    f1 = p[P.COUPLING] * sine * w2 * w2 - 2.0 * twist * w2 - p[P.ARM_VISCOUS] * w1
    f2 = twist * w1 - p[P.GRAVITY_TORQUE] * sine - p[P.PENDULUM_VISCOUS] * w2
    return m11, p[P.COUPLING] * cosine, f1, f2


@_jit
def _solve(
    m11: float, m12: float, m22: float, f1: float, f2: float, lock1: bool, lock2: bool
) -> tuple[float, float]:
    """Accelerations of arm and pendulum; a locked joint has none."""
    if lock1:
        return 0.0, 0.0 if lock2 else f2 / m22
    if lock2:
        return f1 / m11, 0.0
    scale = 1.0 / (m11 * m22 - m12 * m12)
    return scale * (m22 * f1 - m12 * f2), scale * (m11 * f2 - m12 * f1)


@_jit
def _drive(p: Row, command: float) -> tuple[float, float]:
    """The averaged bridge: steady motor current = offset - slope * speed (A, A s/rad).

    Drive-brake shorts the motor between pulses, drive-coast lets it run free. The supply's
    voltage falls with the current drawn, which is the duty cycle times the motor's.
    """
    duty = max(0.0, abs(command) - p[P.DEAD_ZONE]) / (1.0 - p[P.DEAD_ZONE])
    if p[P.COAST] > 0.0:
        share = duty / (p[P.RESISTANCE] + p[P.SUPPLY_RESISTANCE])
        return copysign(share, command) * p[P.VOLTAGE], share * p[P.BACK_EMF_CONSTANT]
    resistance = p[P.RESISTANCE] + duty * duty * p[P.SUPPLY_RESISTANCE]
    return copysign(duty, command) * p[P.VOLTAGE] / resistance, p[P.BACK_EMF_CONSTANT] / resistance


@_jit
def _steady_current(p: Row, offset: float, slope: float, speed: float) -> float:
    limit: float = p[P.CURRENT_LIMIT]
    return max(-limit, min(limit, offset - slope * speed))


@_jit
def _runge_kutta(
    p: Row,
    body: Quad,
    trig: Pair,
    forces: Quad,
    motor: Quad,
    grip: tuple[float, float, bool, bool],
    rotor: float,
    h: float,
) -> Quad:
    """(theta, alpha, theta', alpha') after the time h, by the classical Runge-Kutta method.

    `trig` (sine and cosine of alpha) and `forces` are those at the start; `motor` is (torque
    constant, offset, slope, lag) with the torque k (offset - slope w + lag); dry friction and
    locks (`grip`) stay as they are.
    """
    friction1, friction2, lock1, lock2 = grip
    torque_constant, offset, slope, lag = motor
    theta, alpha, w1, w2 = body
    m11, m12, f1, f2 = forces
    v1, v2 = w1, w2
    sum_v1 = sum_v2 = sum_a1 = sum_a2 = 0.0
    for stage in range(4):
        f1 += torque_constant * (_steady_current(p, offset, slope, v1) + lag) + friction1
        a1, a2 = _solve(m11 + rotor, m12, p[P.SWING_INERTIA], f1, f2 + friction2, lock1, lock2)
        weight = 2.0 if stage == 1 or stage == 2 else 1.0
        sum_v1 += weight * v1
        sum_v2 += weight * v2
        sum_a1 += weight * a1
        sum_a2 += weight * a2
        if stage < 3:
            reach = h if stage == 2 else 0.5 * h
            sine, cosine = _turn(trig[0], trig[1], reach * v2)
            v1, v2 = w1 + reach * a1, w2 + reach * a2
            m11, m12, f1, f2 = _forces(p, sine, cosine, v1, v2)
    sixth = h / 6.0
    return (
        theta + sixth * sum_v1,
        alpha + sixth * sum_v2,
        w1 + sixth * sum_a1,
        w2 + sixth * sum_a2,
    )


@_jit
def _dry_friction(speed: float, drive: float, slide: float) -> float:
    """Coulomb torque against the motion, or against what sets a resting joint moving."""
    return -copysign(slide, speed if speed != 0.0 else drive)


@_jit
def _find_grip(
    m22: float, forces: Quad, w1: float, w2: float, slide: Pair, hold: Pair
) -> tuple[float, float, bool, bool]:
    """Dry friction torques of both joints, and which joints it holds at rest.

    `forces` are those at the start with motor and rotor; `slide` and `hold` the Coulomb and
    the breakaway torque of each joint.
    """
    m11, m12, f1, f2 = forces
    lock1 = w1 == 0.0 and hold[0] > 0.0
    lock2 = w2 == 0.0 and hold[1] > 0.0
    if lock1 and lock2:
        lock1, lock2 = abs(f1) <= hold[0], abs(f2) <= hold[1]
    drive1, drive2 = f1, f2
    if not lock2:
        free2 = f2 + _dry_friction(w2, f2, slide[1])
        drive1 = f1 - m12 * free2 / m22
        lock1 = lock1 and abs(drive1) <= hold[0]
    if not lock1:
        free1 = f1 + _dry_friction(w1, drive1, slide[0])
        drive2 = f2 - m12 * free1 / m11
        lock2 = lock2 and abs(drive2) <= hold[1]
    friction1 = _dry_friction(w1, drive1, slide[0])
    return friction1, _dry_friction(w2, drive2, slide[1]), lock1, lock2


@_jit
def _reversal(before: float, after: float, hold: float) -> float:
    """The part of a step after which a joint with dry friction comes to rest; 1: it does not."""
    return before / (before - after) if hold > 0.0 and before * after < 0.0 else 1.0


@_jit
def _move_body(p: Row, s: Row, motor: Quad, in_contact: bool, may_part: bool, h: float) -> float:
    """Move arm and pendulum (and the rotor, in contact) on by h or until a joint stops.

    Returns:
        The time moved; negative, with nothing moved, where the gears part.
    """
    body = (s[S.THETA], s[S.ALPHA], s[S.THETA_SPEED], s[S.ALPHA_SPEED])
    _, alpha, w1, w2 = body
    trig = (sin(alpha), cos(alpha))
    forces = _forces(p, trig[0], trig[1], w1, w2)
    m11, m12, f1, f2 = forces
    rotor, coulomb, stiction = 0.0, 0.0, 0.0
    if in_contact:
        rotor, coulomb = p[P.ROTOR_INERTIA], p[P.MOTOR_COULOMB]
        stiction = max(coulomb, p[P.MOTOR_STICTION])
    slide, hold = (coulomb, p[P.PENDULUM_COULOMB]), (stiction, p[P.PENDULUM_COULOMB])
    torque = motor[0] * (_steady_current(p, motor[1], motor[2], w1) + motor[3])
    driven = (m11 + rotor, m12, f1 + torque, f2)
    grip = _find_grip(p[P.SWING_INERTIA], driven, w1, w2, slide, hold)
    if may_part and p[P.HALF_GAP] > 0.0:
        a1, a2 = _solve(
            m11 + rotor,
            m12,
            p[P.SWING_INERTIA],
            driven[2] + grip[0],
            f2 + grip[1],
            grip[2],
            grip[3],
        )
        load = m11 * a1 + m12 * a2 - f1  # the torque that the gears hand to the arm
        if load * (s[S.ROTOR] - s[S.THETA]) < 0.0:
            return -1.0
    moved = _runge_kutta(p, body, trig, forces, motor, grip, rotor, h)
    part1, part2 = _reversal(w1, moved[2], hold[0]), _reversal(w2, moved[3], hold[1])
    part = min(part1, part2)
    if part < 1.0:
        moved = _runge_kutta(p, body, trig, forces, motor, grip, rotor, part * h)
    s[S.THETA], s[S.ALPHA] = moved[0], moved[1]
    s[S.THETA_SPEED] = 0.0 if part1 == part < 1.0 else moved[2]
    s[S.ALPHA_SPEED] = 0.0 if part2 == part < 1.0 else moved[3]
    return part * h


@_jit
def _move_rotor(p: Row, s: Row, motor: Quad, h: float) -> None:
    """The rotor alone in the gap, by the midpoint rule; it may stop and turn on the way."""
    hold = max(p[P.MOTOR_COULOMB], p[P.MOTOR_STICTION])
    for _ in range(2):
        speed = s[S.ROTOR_SPEED]
        torque = motor[0] * (_steady_current(p, motor[1], motor[2], speed) + motor[3])
        if speed == 0.0 and abs(torque) <= hold:
            return
        friction = _dry_friction(speed, torque, p[P.MOTOR_COULOMB])
        middle = speed + 0.5 * h * (torque + friction) / p[P.ROTOR_INERTIA]
        torque = motor[0] * (_steady_current(p, motor[1], motor[2], middle) + motor[3])
        after = speed + h * (torque + friction) / p[P.ROTOR_INERTIA]
        part = _reversal(speed, after, hold)
        s[S.ROTOR] += 0.5 * part * h * (speed + (0.0 if part < 1.0 else after))
        s[S.ROTOR_SPEED] = 0.0 if part < 1.0 else after
        h -= part * h
        if h <= 0.0:
            return


@_jit
def _join(p: Row, s: Row) -> None:
    """Rotor and arm go on with one speed; momentum is kept."""
    m11, m12, _, _ = _forces(p, sin(s[S.ALPHA]), cos(s[S.ALPHA]), 0.0, 0.0)
    yield1, yield2 = _solve(m11, m12, p[P.SWING_INERTIA], 1.0, 0.0, False, False)
    closing = s[S.ROTOR_SPEED] - s[S.THETA_SPEED]
    impulse = closing / (1.0 / p[P.ROTOR_INERTIA] + yield1)
    s[S.THETA_SPEED] += impulse * yield1
    s[S.ALPHA_SPEED] += impulse * yield2
    s[S.ROTOR_SPEED] = s[S.THETA_SPEED]


@_jit
def _collide(p: Row, s: Row) -> None:
    """Rotor and arm meet at the end of the gap."""
    gap = s[S.ROTOR] - s[S.THETA]
    s[S.ROTOR] = s[S.THETA] + copysign(p[P.HALF_GAP], gap)
    if (s[S.ROTOR_SPEED] - s[S.THETA_SPEED]) * gap > 0.0:
        _join(p, s)


@_jit
def _move_joined(p: Row, s: Row, motor: Quad, h: float) -> None:
    """Rotor and arm as one body, wherever in the gap they are.

    For what is left of a step with many events: a gap so small that it is crossed several times
    in a step acts like none.
    """
    _join(p, s)
    offset = s[S.ROTOR] - s[S.THETA]
    for _ in range(3):  # either joint may stop once on the way
        h -= _move_body(p, s, motor, True, False, h)
        if h <= 0.0:
            break
    s[S.ROTOR] = s[S.THETA] + offset
    s[S.ROTOR_SPEED] = s[S.THETA_SPEED]


@_jit
def _cross_gap(p: Row, s: Row, motor: Quad, h: float) -> float:
    """Move on with rotor and arm apart, by h or until they meet or a joint stops."""
    start = (s[0], s[1], s[2], s[3], s[S.ROTOR], s[S.ROTOR_SPEED])
    idle = (0.0, 0.0, 0.0, 0.0)
    moved = _move_body(p, s, idle, False, False, h)
    _move_rotor(p, s, motor, moved)
    gap = s[S.ROTOR] - s[S.THETA]
    if abs(gap) <= p[P.HALF_GAP]:
        return moved
    gap_before = start[4] - start[0]
    part = (copysign(p[P.HALF_GAP], gap) - gap_before) / (gap - gap_before)
    if 0.0 < part < 1.0:
        s[0], s[1], s[2], s[3], s[S.ROTOR], s[S.ROTOR_SPEED] = start
        moved = _move_body(p, s, idle, False, False, part * moved)
        _move_rotor(p, s, motor, moved)
    _collide(p, s)
    return moved


@_jit
def _step(p: Row, s: Row, offset: float, slope: float, decay: float, mean_lag: float) -> None:
    """One step of the integrator. The current is updated exactly: L/R is shorter than a step."""
    lead = s[S.CURRENT] - _steady_current(p, offset, slope, s[S.ROTOR_SPEED])
    motor = (p[P.TORQUE_CONSTANT], offset, slope, mean_lag * lead)
    left = p[P.STEP_S]
    for _ in range(MOST_EVENTS):
        gap = s[S.ROTOR] - s[S.THETA]
        moved = -1.0
        if s[S.ROTOR_SPEED] == s[S.THETA_SPEED] and abs(gap) >= p[P.HALF_GAP] * ALMOST:
            moved = _move_body(p, s, motor, True, True, left)
        if moved >= 0.0:
            s[S.ROTOR] = s[S.THETA] + copysign(p[P.HALF_GAP], gap)
            s[S.ROTOR_SPEED] = s[S.THETA_SPEED]
        else:
            moved = _cross_gap(p, s, motor, left)
        left -= moved
        if left <= (1.0 - ALMOST) * p[P.STEP_S]:
            break
    else:
        _move_joined(p, s, motor, left)
    steady = _steady_current(p, offset, slope, s[S.ROTOR_SPEED])
    s[S.CURRENT] = steady + decay * lead


@_jit
def advance_one(p: Row, s: Row, command: float) -> None:
    """Move one pendulum on by one control period, in place.

    Args:
        p: parameters from `pack`, shape (len(P),).
        s: state from `new_state`, shape (state size,); see `S`.
        command: fraction of full voltage in [-1, 1]; held for the period, after the latency.
    """
    for k in range(PAST_COMMANDS, 0, -1):
        s[S.NEWEST_COMMAND + k] = s[S.NEWEST_COMMAND + k - 1]
    s[S.NEWEST_COMMAND] = command
    steps, latency, tau = int(p[P.STEPS]), int(p[P.LATENCY_STEPS]), p[P.ELECTRICAL_TIME]
    decay = exp(-p[P.STEP_S] / tau) if tau > 0.0 else 0.0
    mean_lag = tau / p[P.STEP_S] * (1.0 - decay)
    acting = -1  # how many periods old the command is that acts
    offset = slope = 0.0
    for k in range(steps):
        periods_back = max(0, (latency - k + steps - 1) // steps)
        if periods_back != acting:
            acting = periods_back
            offset, slope = _drive(p, s[S.NEWEST_COMMAND + acting])
        _step(p, s, offset, slope, decay, mean_lag)
    s[S.ARM_MEASURED] = _quantise(s[S.THETA], p[P.ARM_COUNTS])
    s[S.PENDULUM_MEASURED] = _quantise(s[S.ALPHA], p[P.PENDULUM_COUNTS])


@_jit
def advance(p: NDArray[np.float64], s: NDArray[np.float64], commands: NDArray[np.float64]) -> None:
    """Move n pendulums on by one control period, in place.

    Args:
        p: parameters, shape (n, len(P)); s: states, shape (n, state size); commands: shape (n,).
    """
    for i in range(commands.shape[0]):
        advance_one(p[i], s[i], commands[i])


def new_state(n: int) -> NDArray[np.float64]:
    """States of n pendulums that hang at rest, shape (n, state size)."""
    return np.zeros((n, _STATE_SIZE))


def place(
    p: Row,
    s: Row,
    arm_angle_rad: float,
    pendulum_angle_rad: float,
    arm_speed_rad_s: float = 0.0,
    pendulum_speed_rad_s: float = 0.0,
) -> None:
    """Put one pendulum somewhere: no current, no command on its way, rotor amid its gap."""
    s[:] = 0.0
    s[S.THETA] = s[S.ROTOR] = arm_angle_rad
    s[S.ALPHA] = pendulum_angle_rad
    s[S.THETA_SPEED] = s[S.ROTOR_SPEED] = arm_speed_rad_s
    s[S.ALPHA_SPEED] = pendulum_speed_rad_s
    s[S.ARM_MEASURED] = quantise(arm_angle_rad, p[P.ARM_COUNTS])
    s[S.PENDULUM_MEASURED] = quantise(pendulum_angle_rad, p[P.PENDULUM_COUNTS])
