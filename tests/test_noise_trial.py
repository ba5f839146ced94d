import numpy as np
import pytest

from furutalib.learning.exploration import Explorer, HeldNoise, WhiteNoise
from furutalib.learning.noise_trial import Trial, action_at_rest, sign_changes, try_noise
from furutalib.learning.rollout import collect
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.starts import draw_starts
from furutalib.lessons.scripted import Replay


def explorer(std=0.5, steps=1, **wrappers):
    noise = HeldNoise(np.random.default_rng(0), std, steps)
    return Explorer(noise, WrapperSettings(**wrappers))


def test_a_trial_moves_as_a_rollout_of_the_same_commands_does():
    trial = try_noise(explorer(steps=8), n=3, steps=60, seed=2_000_000)  # the test starts
    until = np.where(trial.ended.any(axis=1), trial.ended.argmax(axis=1), 60)
    replayed = collect(Replay(trial.action), draw_starts("test", 3), duration_s=1.2)
    for row, end in enumerate(until):
        np.testing.assert_array_equal(
            trial.arm_angle_rad[row, :end], replayed.arm_angle_rad[row, :end]
        )
        away = np.pi - np.abs(replayed.from_upright_rad[row, :end])
        np.testing.assert_allclose(trial.swing_rad[row, :end], away)


def test_held_noise_swings_farther_and_spares_the_gears():
    white, held = (try_noise(explorer(steps=k), n=16, steps=300).figures() for k in (1, 16))
    assert held["std"] == pytest.approx(white["std"], rel=0.1)
    assert held["swing_deg"] > 1.2 * white["swing_deg"]
    for name in (
        "continuity",
        "reversals_per_s",
        "current_reversals_per_s",
        "gear_hits_per_s",
    ):
        assert held[name] < white[name] / 5, name


def test_without_backlash_no_teeth_change_sides():
    figures = try_noise(explorer(), n=4, steps=100, fidelity="full-backlash").figures()
    assert figures["gear_hits_per_s"] == 0.0
    assert figures["current_reversals_per_s"] > 5


def test_episodes_that_reach_the_limit_begin_anew_with_fresh_noise():
    trial = try_noise(explorer(std=3.0, steps=1000), n=8, steps=200)
    assert trial.figures()["ends_per_1000"] > 20
    row, time = np.argwhere(trial.ended)[0]
    assert np.isnan(trial.current_a[row, time])
    assert trial.side[row, time] == 0
    assert trial.action[row, time + 1] != trial.action[row, time]
    assert abs(trial.arm_angle_rad[row, time + 1]) < 1.0 < abs(trial.arm_angle_rad[row, time])


def test_figures_count_within_episodes_only():
    action = np.array([[0.0, 1.0, -1.0, -1.0]])
    zeros = np.zeros_like(action)
    trial = Trial(
        robot=None,
        rate_hz=2.0,
        action=action,
        command=action,
        arm_angle_rad=zeros,
        pendulum_angle_rad=np.array([[0.1, -np.pi / 2, 2 * np.pi + 0.2, 0.0]]),
        arm_speed_rad_s=zeros,
        current_a=np.array([[1.0, np.nan, -1.0, 1.0]]),
        side=np.array([[1, 0, -1, -1]], np.int8),
        ended=np.array([[False, True, False, False]]),
    )
    figures = trial.figures()
    assert figures["continuity"] == pytest.approx(100 * (1 + 0) / 2 / 4)
    assert figures["reversals_per_s"] == pytest.approx(1 / 2)
    assert figures["current_reversals_per_s"] == pytest.approx(2 / 2)
    assert figures["gear_hits_per_s"] == pytest.approx(1 / 2)
    assert figures["current_rms_a"] == pytest.approx(1.0)
    assert figures["swing_deg"] == pytest.approx(90.0)
    assert figures["ends_per_1000"] == pytest.approx(250.0)


def test_sign_changes_pass_over_zeros_and_gaps():
    signal = np.array([[1.0, 0.0, 2.0, -1.0, np.nan, -3.0, 1.0], [0.0] * 7])
    np.testing.assert_array_equal(sign_changes(signal), [2, 0])


def test_actions_at_rest_are_many_draws_for_one_state():
    quiet = Explorer(WhiteNoise(np.random.default_rng(0), 0.3))
    actions = action_at_rest(quiet, 4000)
    assert actions.shape == (4000,)
    assert np.arctanh(actions).std() == pytest.approx(0.3, rel=0.05)
