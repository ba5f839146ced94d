"""Episodes of a policy on a robot, as `furuta run` drives them."""

import math
from dataclasses import replace

import numpy as np
import pytest

from furutalib.facts.errors import ChipError, ConfigurationError, PolicyError
from furutalib.facts.paths import data_folder
from furutalib.facts.robot import load_robot
from furutalib.learning import evaluation
from furutalib.learning import run_policy as module
from furutalib.learning.policy import Network, NumpyPolicy
from furutalib.learning.policy_folder import LoadedPolicy, load_policy
from furutalib.learning.rollout import collect
from furutalib.learning.run_policy import run_policy
from furutalib.learning.stages import WrapperSettings
from furutalib.machine.connect import connect, emulated
from furutalib.machine.robot import SimulatedRobot, Start
from furutalib.machine.telemetry import read_telemetry

POLICY = load_policy(data_folder() / "policies" / "ppo-full")


def constant(command: float) -> NumpyPolicy:
    """A policy that asks for the same whatever it sees."""
    network = Network((np.zeros((6, 1), np.float32),), (np.full(1, command, np.float32),))
    return NumpyPolicy(network, WrapperSettings())


@pytest.fixture
def robot():
    with emulated(hidden=None) as robot:
        yield robot


def test_upright_means_what_it_means_in_an_evaluation():
    for name in ("UPRIGHT_WITHIN_RAD", "HOLD_S", "DURATION_S"):
        assert getattr(module, name) == getattr(evaluation, name)


@pytest.mark.parametrize("description", ["course", "course-original"])
def test_figures_are_those_of_an_evaluation_from_the_same_start(description):
    [outcome] = run_policy(POLICY, SimulatedRobot(load_robot(description)))
    rollout = collect(POLICY, [Start()], robot=description)
    figures = evaluation.assess(rollout)
    assert outcome.upright == bool(figures["successes"])
    assert outcome.swing_up_s == pytest.approx(figures["swing_up_median_s"], nan_ok=True)
    assert outcome.balance_rms_deg == pytest.approx(figures["balance_rms_deg"], nan_ok=True)


def test_the_motor_is_off_between_episodes_and_after(robot):
    off = []
    for outcome in run_policy(POLICY, robot, episodes=2, seconds=4.0):
        assert outcome.upright, str(outcome)
        off.append(not robot.bench.motor_is_on())
    assert off == [True, True]


def test_what_was_driven_is_recorded_with_where_it_comes_from(robot, tmp_path):
    outcomes = list(run_policy(POLICY, robot, 2, 4.0, tmp_path, {"kind": "emulated"}))
    files = sorted(tmp_path.glob("*.csv"))
    assert [outcome.file for outcome in outcomes] == files
    telemetry = read_telemetry(files[1])
    assert len(telemetry) == 201  # the reset's reading too
    assert telemetry.about["kind"] == "emulated"
    assert telemetry.about["policy"] == {"name": "ppo-full", "task": "swing-up"}
    assert telemetry.about["wrappers"]["history"] == 2
    assert telemetry.about["end"]["why"] == "switched off"


def test_an_episode_ends_at_a_limit_of_the_robot_and_the_next_begins():
    outcomes = list(run_policy(constant(0.3), connect("sim"), episodes=2))
    assert [outcome.number for outcome in outcomes] == [1, 2]
    for outcome in outcomes:
        assert not outcome.upright
        assert not outcome.tripped
        assert outcome.seconds < 4.0
        assert math.isnan(outcome.swing_up_s)
        assert "limit of the robot" in str(outcome)


def test_a_robot_that_breaks_between_episodes_is_not_driven_on(robot):
    flight = run_policy(POLICY, robot, episodes=3, seconds=4.0)
    assert next(flight).upright
    robot.bench.fault("arm SPI stuck high")
    with pytest.raises(ChipError, match="the arm counter does not answer"):
        next(flight)
    assert not robot.bench.motor_is_on()


def test_a_trip_within_an_episode_is_an_outcome_and_the_last(robot):
    def break_it(asked, reading):
        if asked == pytest.approx(0.11):
            robot.bench.fault("arm SPI stuck high")

    robot.listeners.append(break_it)
    [outcome] = run_policy(constant(0.11), robot, episodes=3)
    assert outcome.tripped
    assert "arm counter" in outcome.ended
    assert not robot.bench.motor_is_on()


@pytest.mark.parametrize("end", [KeyboardInterrupt, ZeroDivisionError])
def test_whatever_ends_it_the_motor_is_off(robot, end):
    class Broken(NumpyPolicy):
        acts = 0

        def act(self, observation):
            self.acts += 1
            if self.acts > 20:
                raise end
            return super().act(observation)

    broken = Broken(POLICY.network, POLICY.wrappers)
    with pytest.raises(end):
        list(run_policy(broken, robot))
    assert not robot.bench.motor_is_on()


def test_a_policy_that_does_not_fit_is_found_before_the_motor_is_on(robot):
    robot.reset = pytest.fail
    wrong = NumpyPolicy(POLICY.network, WrapperSettings(history=1))
    with pytest.raises(PolicyError, match="has 6 numbers, the policy was trained with 12"):
        list(run_policy(wrong, robot))
    fast = LoadedPolicy(POLICY.network, replace(POLICY.info, rate_hz=100.0))
    with pytest.raises(PolicyError, match="trained at 100 Hz, robot 'course' is driven at 50 Hz"):
        list(run_policy(fast, robot))


def test_a_policy_that_balances_needs_a_robot_that_begins_upright(robot):
    balances = LoadedPolicy(POLICY.network, replace(POLICY.info, task="balance"))
    with pytest.raises(PolicyError, match="balance does not begin hanging at rest"):
        list(run_policy(balances, robot))
    assert not robot.bench.motor_is_on()
    [outcome] = run_policy(balances, connect("sim"))
    assert outcome.upright


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"episodes": 0}, "episodes = 0; it must be an integer of 1"),
        ({"episodes": 1.5}, "episodes = 1.5"),
        ({"seconds": 3.5}, "seconds = 3.5; it must be 4 or above"),
        ({"seconds": math.nan}, "seconds = nan"),
        ({"seconds": math.inf}, "seconds = inf"),
    ],
)
def test_refuses_options_out_of_range(options, words):
    with pytest.raises(ConfigurationError, match=words):
        list(run_policy(POLICY, connect("sim"), **options))


def test_an_arm_that_ended_at_its_limit_is_turned_back_before_the_motor_is_let_go(robot):
    [outcome] = run_policy(constant(0.6), robot, seconds=4.0)
    assert "limit" in outcome.ended
    assert not robot.bench.motor_is_on()
    assert abs(robot.bench.state()["arm_angle_rad"]) < 1.0
