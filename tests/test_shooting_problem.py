"""What multiple shooting compares: perfect data costs nothing, and slopes are those of the cost."""

import numpy as np
import pytest
from excitation_runs import run_part

from furutalib.facts.robot import load_robot
from furutalib.learning.excitation import Part
from furutalib.learning.identifiable import IDENTIFIABLE, TORQUE, values_of
from furutalib.learning.normal_equations import NormalEquations
from furutalib.learning.shooting_problem import Point, Problem, robust
from furutalib.learning.windows import cut, pieces
from furutalib.machine.robot import SimulatedRobot

COURSE = load_robot("course").with_values({"control.latency_s": 0.02})
UNITS = np.repeat([0.4, -0.4, 0.0, 0.5, -0.5, 0.0], 8)


def problem(tolerance: float = 16.0) -> tuple[Problem, Point]:
    """Windows of a robot that is exactly as described, without encoder steps and play."""
    robot = COURSE.with_values({"motor.backlash_rad": 1e-5})
    with SimulatedRobot(robot, "full-encoder_counts") as simulated:
        recording = run_part(simulated, Part("x", np.tile(UNITS, 3)), robot)
    windows = cut([pieces(recording, "x")], 40, 0.02)
    made = Problem(robot, values_of(robot), windows)
    made.tolerate(tolerance)
    return made, made.begin()


def test_what_the_model_explains_costs_next_to_nothing() -> None:
    made, point = problem()
    exact = Point(point.logs, point.zeros, true_states(made, point), point.gap)
    motion = made.follow(exact)
    assert np.abs(made.misses(motion, exact)).max() < 0.015  # half a count of the arm
    assert made.cost(motion, exact) < 0.1 * made.cost(made.follow(point), point)


def true_states(made: Problem, point: Point) -> np.ndarray:
    """Each window from the end of the one before it."""
    states = point.states.copy()
    for k in made.later:
        now = Point(point.logs, point.zeros, states, point.gap)
        states[k] = made.follow(now).end[k - 1]
    return states


def test_the_gradient_is_that_of_the_cost() -> None:
    made, point = problem()
    logs = point.logs.copy()
    logs[TORQUE] = 0.02
    point = Point(logs, point.zeros, true_states(made, point), point.gap)
    gradient = NormalEquations(made, point).gradient

    def cost(shift: float) -> float:
        moved = point.moved(shift * (np.arange(len(gradient)) == TORQUE), 1.0)
        return made.cost(made.follow(moved), moved)

    assert (cost(1e-3) - cost(-1e-3)) / 2e-3 == pytest.approx(gradient[TORQUE], rel=0.15)


def test_a_step_leads_back_to_what_was_true() -> None:
    made, point = problem()
    logs = point.logs.copy()
    logs[TORQUE] = 0.05
    point = Point(logs, point.zeros, true_states(made, point), point.gap)
    moved = point.moved(NormalEquations(made, point).step(1e-6), 0.3)
    assert abs(moved.logs[TORQUE]) < 0.01
    assert made.cost(made.follow(moved), moved) < made.cost(made.follow(point), point)


def test_a_scan_sees_where_the_cost_is_lowest() -> None:
    made, point = problem()
    exact = Point(point.logs, point.zeros, true_states(made, point), point.gap)
    logs = np.array([-0.1, 0.0, 0.1])
    assert np.argmin(made.scan(exact, TORQUE, logs)) == 1


def test_far_residuals_weigh_less() -> None:
    assert robust(np.array([0.1])) == pytest.approx(0.005, rel=1e-2)
    assert robust(np.array([100.0])) < 0.01 * 0.5 * 100.0**2


def test_as_many_factors_as_quantities() -> None:
    made, point = problem()
    normal = NormalEquations(made, point)
    assert normal.gradient.shape == (len(IDENTIFIABLE) + 1 + 4 * len(made.windows),)
    assert normal.scores.sum(axis=0)[: len(IDENTIFIABLE)] == pytest.approx(
        normal.gradient[: len(IDENTIFIABLE)]
    )
