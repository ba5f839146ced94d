"""The figures of a policy on a robot that is driven are those of its episodes, by the same rule."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from furutalib.facts.errors import PolicyError, RunError, SafetyTrip
from furutalib.facts.paths import data_folder
from furutalib.facts.robot import load_robot
from furutalib.learning.evaluation import evaluate
from furutalib.learning.policy_folder import load_policy
from furutalib.learning.provenance import plant_hash
from furutalib.learning.robot_evaluation import evaluate_on_robot
from furutalib.learning.stages import WrapperSettings
from furutalib.machine.connect import EmulatedRobot, connect, emulated
from furutalib.machine.robot import Start

TRAINED = data_folder() / "policies" / "ppo-full"


class Pushes:
    """Always the same command; so the arm runs into its limit."""

    wrappers = WrapperSettings(history=1, randomisation={"motor.resistance_ohm": 0.1})

    def __init__(self, command: float) -> None:
        self._command = command

    def reset(self, n: int = 1) -> None:
        pass

    def act(self, observation: np.ndarray) -> np.ndarray:
        return np.full((len(observation), 1), self._command, np.float32)


@pytest.fixture(scope="module")
def robot():
    with emulated(hidden=None) as made:
        yield made


def test_on_the_robot_as_described_it_is_as_good_as_in_simulation(robot: EmulatedRobot):
    driven, simulated = evaluate_on_robot(TRAINED, robot, n=4), evaluate(TRAINED, n=4)
    assert simulated.successes == driven.successes == 4
    assert driven.swing_up_median_s == pytest.approx(simulated.swing_up_median_s, abs=0.6)
    assert driven.task_return == pytest.approx(simulated.task_return, rel=0.1)
    assert (driven.kind, driven.starts, driven.trips) == ("emulated", "test", 0)
    assert driven.plant_hash == simulated.plant_hash
    assert not robot.bench.motor_is_on()
    assert not robot.bench.world.enabled()


def test_the_same_again_gives_the_same():
    figures = []
    for _ in range(2):
        with emulated(hidden=100) as robot:
            figures.append(evaluate_on_robot(TRAINED, robot, n=2).to_dict())
            truth = robot.bench.world.truth
    assert figures[0] == figures[1]
    assert figures[0]["plant_hash"] == plant_hash(truth)


def test_it_begins_at_the_angles_of_the_starts_at_rest(robot: EmulatedRobot):
    start = Start(0.4, -0.25, 0.5, 0.5)
    reading = robot.put(start)
    assert reading.arm_angle_rad == pytest.approx(0.4, abs=0.04)
    assert reading.pendulum_angle_rad == pytest.approx(-0.25, abs=0.02)
    state = robot.bench.state()
    assert state["arm_speed_rad_s"] == state["pendulum_speed_rad_s"] == 0.0
    robot.off()


def test_a_limit_fails_an_episode_and_the_next_one_is_driven(robot: EmulatedRobot):
    figures = evaluate_on_robot(Pushes(1.0), robot, n=3)
    assert (figures.n, figures.successes) == (3, 0)
    assert figures.task_return < 0.0  # the limit is paid for, as in simulation


def test_a_trip_fails_its_episode_and_is_counted(robot: EmulatedRobot):
    def trouble(_asked: float, reading: object) -> None:
        if getattr(reading, "time_s", 0.0) == pytest.approx(0.2) and not told:
            told.append(True)
            robot.bench.fault("arm counter browns out")

    told: list[bool] = []
    robot.listeners.append(trouble)
    try:
        figures = evaluate_on_robot(TRAINED, robot, n=3)
    finally:
        robot.listeners.remove(trouble)
    assert (figures.trips, figures.successes) == (1, 2)


def test_somebody_who_stops_the_robot_stops_the_evaluation(robot: EmulatedRobot):
    def press(_asked: float, reading: object) -> None:
        robot.emergency_stop()

    robot.listeners.append(press)
    try:
        with pytest.raises((RunError, SafetyTrip), match="emergency stop"):
            evaluate_on_robot(TRAINED, robot, n=3)
    finally:
        robot.listeners.remove(press)
        robot.clear()


def test_a_simulated_robot_is_put_to_the_starts_with_their_speeds():
    with connect("sim") as robot:
        driven = evaluate_on_robot(TRAINED, robot, n=5)
    assert driven.kind == "simulated"
    assert driven.task_return == pytest.approx(evaluate(TRAINED, n=5).task_return, abs=0.5)


def test_another_robot_or_rate_is_refused(tmp_path: Path):
    policy = load_policy(TRAINED)
    other = load_robot("course").with_values({"motor.resistance_ohm": 9.0})
    with connect("sim", other) as robot:
        with pytest.raises(PolicyError, match=r"motor\.resistance_ohm .*allow_other_robot=True"):
            evaluate_on_robot(TRAINED, robot, n=1)
        assert evaluate_on_robot(TRAINED, robot, n=1, allow_other_robot=True).n == 1
    faster = load_robot("course").with_values({"control.rate_hz": 100.0})
    with connect("sim", faster) as robot, pytest.raises(PolicyError, match="100 Hz"):
        evaluate_on_robot(policy, robot, n=1, allow_other_robot=True)


def test_randomisation_is_for_training_alone(robot: EmulatedRobot):
    policy = Pushes(0.0)
    policy.wrappers = replace(policy.wrappers, randomisation={"motor.resistance_ohm": 0.3})
    assert evaluate_on_robot(policy, robot, n=1).trips == 0
