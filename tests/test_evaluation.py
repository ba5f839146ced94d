"""The figures of an evaluation, on trajectories made by hand."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from furutalib.facts.errors import ConfigurationError, PolicyError
from furutalib.facts.robot import load_robot
from furutalib.learning.evaluation import (
    Evaluation,
    assess,
    evaluate,
    succeeded,
    swing_up_times_s,
    task_returns,
)
from furutalib.learning.policy import Network, NumpyPolicy
from furutalib.learning.policy_folder import PolicyInfo, save_policy
from furutalib.learning.rollout import Rollout
from furutalib.learning.stages import WrapperSettings
from furutalib.machine.robot import Start

RATE_HZ = 50.0
STEPS = 400
EDGE = math.radians(12)


def made(from_upright, arm=0.0, command=0.0, touched=False, pendulum_speed=0.0) -> Rollout:
    """One pendulum; numbers stand for the same value throughout."""
    shape = (1, np.size(from_upright) if np.size(from_upright) > 1 else STEPS)
    full = {
        name: np.array(np.broadcast_to(np.asarray(value, float), shape))
        for name, value in {
            "arm_angle_rad": arm,
            "pendulum_angle_rad": np.asarray(from_upright) + math.pi,
            "arm_speed_rad_s": 0.0,
            "pendulum_speed_rad_s": pendulum_speed,
            "command": command,
        }.items()
    }
    return Rollout(
        load_robot("course"), RATE_HZ, 1, (), (Start(),), **full, limit_touched=np.array([touched])
    )


def swing_up(enters_at: int) -> np.ndarray:
    """Hangs, and is upright from step `enters_at` on."""
    angles = np.full(STEPS, math.pi * 0.9)
    angles[enters_at:] = 0.05
    return angles


def test_upright_all_the_time_is_success_at_once():
    rollout = made(0.0)
    assert succeeded(rollout).tolist() == [True]
    assert swing_up_times_s(rollout).tolist() == [1 / RATE_HZ]


@pytest.mark.parametrize(("enters_at", "success"), [(100, True), (250, True), (251, False)])
def test_the_whole_last_three_seconds_count(enters_at: int, success: bool):
    assert succeeded(made(swing_up(enters_at))).tolist() == [success]


@pytest.mark.parametrize("step", [250, 300, 399])
def test_one_step_outside_is_no_success(step: int):
    angles = swing_up(100)
    angles[step] = EDGE * 1.001
    assert not succeeded(made(angles))[0]
    angles[step] = -EDGE * 0.999
    assert succeeded(made(angles))[0]


def test_turns_do_not_matter():
    assert succeeded(made(swing_up(100) + 6 * math.pi))[0]
    assert succeeded(made(swing_up(100) - 4 * math.pi))[0]


def test_a_touched_limit_is_no_success():
    assert not succeeded(made(0.0, touched=True))[0]


def test_an_early_end_is_no_success():
    angles = swing_up(10)
    angles[200:] = np.nan
    rollout = made(angles)
    assert not succeeded(rollout)[0]
    assert np.isnan(swing_up_times_s(rollout))[0]


def test_swing_up_time_counts_from_coming_to_stay():
    angles = swing_up(100)
    angles[150] = 1.0  # falls once more
    assert swing_up_times_s(made(angles))[0] == pytest.approx(152 / RATE_HZ)
    assert math.isnan(swing_up_times_s(made(swing_up(400)))[0])


@given(st.integers(0, STEPS - 1))
def test_swing_up_time_is_the_time_of_the_first_upright_step(enters_at: int):
    rollout = made(swing_up(enters_at))
    assert swing_up_times_s(rollout)[0] == pytest.approx(rollout.time_s[enters_at])


def test_rms_over_the_last_three_seconds():
    angles = swing_up(100)
    angles[250:] = np.radians(3) * np.where(np.arange(150) % 2, 1, -1)
    arm = np.zeros(STEPS)
    arm[250:] = np.radians(20)
    arm[:250] = 2.0
    figures = assess(made(angles, arm=arm))
    assert figures["balance_rms_deg"] == pytest.approx(3.0)
    assert figures["arm_rms_deg"] == pytest.approx(20.0)


def test_action_figures():
    command = np.where(np.arange(STEPS) % 2, 0.5, -0.5)
    figures = assess(made(0.0, command=command))
    assert figures["action_change"] == pytest.approx(1.0)
    assert figures["continuity"] == pytest.approx(25.0)
    assert figures["total_variation"] == pytest.approx(STEPS - 1)


def test_actions_after_an_early_end_do_not_count():
    command = np.where(np.arange(STEPS) % 2, 0.5, -0.5)
    command[100:] = np.nan
    assert assess(made(0.0, command=command))["total_variation"] == pytest.approx(99)


def test_task_return_of_standing_still_is_one_per_step():
    assert task_returns(made(0.0, command=np.linspace(-1, 1, STEPS)))[0] == pytest.approx(STEPS)


def test_task_return_charges_distance_arm_and_speed():
    rollout = made(math.pi / 2, arm=1.25, pendulum_speed=25.0)
    expected = 1 - 0.8 / 4 - 0.2 / 4 - 0.2 / 2
    assert task_returns(rollout)[0] == pytest.approx(expected * STEPS)


def test_task_return_stops_at_the_end_and_charges_the_limit():
    angles = np.zeros(STEPS)
    angles[100:] = np.nan
    assert task_returns(made(angles, touched=True))[0] == pytest.approx(100 - 10)


def test_nothing_to_report_without_success():
    figures = assess(made(swing_up(399)))
    assert figures["successes"] == 0
    assert all(math.isnan(figures[k]) for k in ("swing_up_median_s", "balance_rms_deg"))


def test_too_short_a_rollout_is_refused():
    with pytest.raises(ConfigurationError, match="lasts 2 s; success needs 3 s"):
        succeeded(made(np.zeros(100)))


def still() -> NumpyPolicy:
    """Always acts 0."""
    zeros = Network((np.zeros((6, 1), np.float32),), (np.zeros(1, np.float32),))
    return NumpyPolicy(zeros, WrapperSettings(history=1))


def test_a_pendulum_left_alone_stays_down():
    found = evaluate(still(), n=5, fidelity="ideal")
    assert (found.successes, found.n, found.robot) == (0, 5, "course")
    assert 0 < found.task_return < 120
    assert found.action_change == 0.0


def test_json_and_table(tmp_path):
    found = evaluate(still(), n=3, fidelity="backlash", starts="validation")
    values = json.loads(found.to_json())
    assert values["swing_up_median_s"] is None
    assert values["fidelity"] == ["backlash"]
    assert set(values) == set(Evaluation.__dataclass_fields__)
    assert "0 of 3 validation starts" in found.table()


def test_folders_are_evaluated_on_their_own_robot(tmp_path):
    robot = load_robot("qube")
    info = PolicyInfo("still", "swing-up", robot, WrapperSettings(history=1), 50.0)
    folder = save_policy(tmp_path / "p", still().network, info)
    assert evaluate(folder, n=2).robot == "qube"
    with pytest.raises(PolicyError, match="allow_other_robot"):
        evaluate(folder, n=2, robot="course")
    assert evaluate(folder, n=2, robot="course", allow_other_robot=True).robot == "course"


def test_same_figures_every_time():
    assert evaluate(still(), n=4).to_json() == evaluate(still(), n=4).to_json()
