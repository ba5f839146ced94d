"""Linear models against finite differences of the plant, gains against scipy."""

import math

import numpy as np
import pytest
import scipy.linalg

from furutalib.facts.robot import load_robot
from furutalib.maths.linear import discretise, dlqr, linearise
from furutalib.maths.plant import advance_one, new_state, place
from furutalib.maths.plant_parameters import pack

ROBOTS = ["course", "course-original", "qube"]


def one_step(robot, equilibrium, x, command, dt_s):
    brake = robot.with_values({"control.rate_hz": 1 / dt_s, "drive.mode": "brake"})
    parameters, state = pack(brake, "viscous"), new_state(1)[0]
    place(parameters, state, x[0], equilibrium + x[1], x[2], x[3])
    advance_one(parameters, state, command)
    return state[:4] - [0.0, equilibrium, 0.0, 0.0]


@pytest.mark.parametrize("name", ROBOTS)
@pytest.mark.parametrize("upright", [True, False])
def test_the_linear_model_equals_finite_differences_of_the_plant(name, upright):
    robot, dt_s, eps = load_robot(name), 0.001, 1e-5
    equilibrium = math.pi if upright else 0.0
    a, b = discretise(*linearise(robot, upright), dt_s)
    for k, unit in enumerate(np.eye(5)):
        plus = one_step(robot, equilibrium, eps * unit[:4], eps * unit[4], dt_s)
        minus = one_step(robot, equilibrium, -eps * unit[:4], -eps * unit[4], dt_s)
        expected = a[:, k] if k < 4 else b[:, 0]
        assert (plus - minus) / (2 * eps) == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_discretising_equals_scipys_matrix_exponential():
    a, b = linearise(load_robot("course"))
    block = scipy.linalg.expm(np.block([[a, b], [np.zeros((1, 5))]]) * 0.02)
    ours_a, ours_b = discretise(a, b, 0.02)
    assert ours_a == pytest.approx(block[:4, :4], rel=1e-10, abs=1e-12)
    assert ours_b == pytest.approx(block[:4, 4:], rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("delay", [0, 1, 2])
def test_gains_equal_those_from_scipys_riccati_solver(delay):
    a, b = discretise(*linearise(load_robot("course")), 0.02, delay)
    q, r = np.diag([1.0, 5.0, 0.1, 0.1] + [1e-9] * delay), np.array([[1.0]])
    cost = scipy.linalg.solve_discrete_are(a, b, q, r)
    expected = np.linalg.solve(r + b.T @ cost @ b, b.T @ cost @ a)
    assert dlqr(a, b, q, r) == pytest.approx(expected, rel=1e-6)


def test_a_delayed_model_is_the_prompt_one_with_an_older_command():
    a, b = linearise(load_robot("course"))
    prompt_a, prompt_b = discretise(a, b, 0.02)
    late_a, late_b = discretise(a, b, 0.02, 2)
    x, commands = np.array([0.1, 0.02, 0.0, 0.0]), [0.3, -0.2, 0.5]
    z = np.concatenate([x, [0.0, 0.0]])
    for sent, acting in zip(commands, [0.0, 0.0, 0.3], strict=True):
        x = prompt_a @ x + prompt_b[:, 0] * acting
        z = late_a @ z + late_b[:, 0] * sent
        assert z[:4] == pytest.approx(x)


def test_what_no_input_reaches_cannot_be_regulated():
    with pytest.raises(ValueError, match="converge"):
        dlqr(np.diag([2.0, 0.5]), np.array([[0.0], [1.0]]), np.eye(2), np.eye(1), 200)
