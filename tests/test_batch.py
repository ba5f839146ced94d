"""n pendulums at once do to the last bit what each does alone."""

import numpy as np
import pytest

from furutalib.facts.errors import ActionError, RewardError, SequenceError
from furutalib.learning.batch import FurutaBatch
from furutalib.learning.environment import make_env
from furutalib.learning.setup import build_setup
from furutalib.machine.robot import Start

N = 6
SETTINGS = {
    "plain": {},
    "no history": {"history": 0},
    "long history": {"history": 3},
    "delta": {"action_mode": "delta", "delta_limit": 0.5},
    "buckets": {"action_mode": "buckets", "buckets": 5, "history": 2},
    "repeat": {"action_repeat": 3},
    "low-pass, delay, dead zone": {
        "low_pass_hz": 8.0,
        "action_delay": 2,
        "dead_zone_compensation": 0.08,
    },
    "randomised": {"randomisation": {"motor.resistance_ohm": 0.2, "pendulum.mass_kg": 0.1}},
    "all": {
        "history": 2,
        "action_mode": "delta",
        "action_repeat": 2,
        "low_pass_hz": 10.0,
        "action_delay": 1,
        "dead_zone_compensation": 0.05,
        "randomisation": {"motor.coulomb_nm": 0.3},
    },
}


def draw_actions(rng, env, steps):
    """Actions that reverse now and then, so that some pendulums hit a limit and some do not."""
    if env.wrappers.action_mode == "buckets":
        return rng.integers(0, env.wrappers.buckets, (steps, N))
    held = rng.uniform(-1.0, 1.0, (steps // 5 + 1, N, 1)) * np.linspace(0.0, 1.0, N)[:, None]
    return np.repeat(held, 5, axis=0)[:steps].astype(np.float32)


@pytest.mark.parametrize("task", ["swing-up", "balance"])
@pytest.mark.parametrize("name", SETTINGS)
def test_equals_single_environments(name, task):
    options = {"task": task, "time_limit_s": 1.5, **SETTINGS[name]}
    envs = [make_env(**options) for _ in range(N)]
    batch = FurutaBatch(N, build_setup(**options))
    alone = np.stack([env.reset(seed=40 + i)[0] for i, env in enumerate(envs)])
    np.testing.assert_array_equal(batch.reset(seed=40), alone)
    terminations = truncations = 0
    for actions in draw_actions(np.random.default_rng(1), envs[0], 240):
        step = batch.step(actions)
        results = [env.step(action) for env, action in zip(envs, actions, strict=True)]
        np.testing.assert_array_equal(step.reward, [result[1] for result in results])
        np.testing.assert_array_equal(step.terminated, [result[2] for result in results])
        np.testing.assert_array_equal(step.truncated, [result[3] for result in results])
        for name_, column in (("time_s", step.time_s), ("command", step.command)):
            np.testing.assert_array_equal(column, [result[4][name_] for result in results])
        angles = [result[4]["pendulum_angle_rad"] for result in results]
        np.testing.assert_array_equal(step.quantities.pendulum_angle_rad, angles)
        observations = [result[0] for result in results]
        for place, row in enumerate(step.ended):
            np.testing.assert_array_equal(step.final_observation[place], observations[row])
            observations[row] = envs[row].reset()[0]
        np.testing.assert_array_equal(step.observation, observations)
        terminations += step.terminated.sum()
        truncations += step.truncated.sum()
    assert terminations > 0
    assert truncations > 0 or task == "balance"


def test_what_was_handed_out_stays():
    """A step's arrays are the caller's: later steps and autoreset do not write into them."""
    batch = FurutaBatch(N, build_setup(time_limit_s=0.3, history=2))
    batch.reset(0)
    steps = [batch.step(np.full((N, 1), 0.2 * i % 1, np.float32)) for i in range(40)]
    batch.reset(0)
    again = []
    for i in range(40):
        step = batch.step(np.full((N, 1), 0.2 * i % 1, np.float32))
        again.append((step.observation.copy(), *(part.copy() for part in step.quantities)))
    for step, copies in zip(steps, again, strict=True):
        for kept, copied in zip((step.observation, *step.quantities), copies, strict=True):
            np.testing.assert_array_equal(kept, copied)


def test_actions_may_be_reused_by_the_caller():
    results = []
    for reuse in (True, False):
        batch = FurutaBatch(N, build_setup(reward={"continuity": 1.0}))
        batch.reset(0)
        actions = np.full((N, 1), 0.5)
        batch.step(actions)
        if reuse:
            actions[:] = -0.5
        results.append(batch.step(np.full((N, 1), 0.1)).reward)
    np.testing.assert_array_equal(*results)


def test_starts_by_row_and_seeds_by_row():
    batch = FurutaBatch(3, build_setup(fidelity="ideal"))
    batch.reset([5, 6, 5], starts={1: Start(pendulum_angle_rad=1.0)})
    angles = batch.quantities.pendulum_angle_rad.copy()
    assert angles[1] == 1.0
    assert angles[0] == angles[2] != angles[1]
    batch.reset([None, 6, 5])
    assert batch.quantities.pendulum_angle_rad[0] != angles[0]  # its generator went on
    assert batch.quantities.pendulum_angle_rad[2] == angles[2]


def test_state_goes_back_exactly():
    batch = FurutaBatch(N, build_setup(time_limit_s=0.4, **SETTINGS["all"]))
    batch.reset(0)
    batch.step(np.full((N, 1), 0.3, np.float32))
    state = batch.get_state()
    first = [batch.step(np.full((N, 1), -0.5, np.float32)).observation for _ in range(30)]
    batch.set_state(state)
    second = [batch.step(np.full((N, 1), -0.5, np.float32)).observation for _ in range(30)]
    np.testing.assert_array_equal(first, second)


def test_broken_reward_is_named_with_its_row():
    def breaks(q):
        return np.where(abs(q.action) > 0.9, np.nan, q.height) * np.where(q.action > 2, 1.0, 1.0)

    def checked(q):
        return breaks(q) if np.ndim(q.action) and len(q.action) == N else q.height

    batch = FurutaBatch(N, build_setup(reward=checked))
    batch.reset(0)
    actions = np.zeros((N, 1), np.float32)
    batch.step(actions)
    actions[4] = -1.0
    with pytest.raises(RewardError, match=r"checked\(\) returned nan for .*, action=-1.0"):
        batch.step(actions)


def test_refuses_bad_use():
    batch = FurutaBatch(2, build_setup())
    with pytest.raises(SequenceError, match="call reset"):
        batch.step(np.zeros((2, 1)))
    with pytest.raises(SequenceError, match="call reset"):
        _ = batch.quantities
    batch.reset(0)
    with pytest.raises(ActionError, match=r"\(2,\); expected \(2, 1\)"):
        batch.step(np.zeros(2))
    with pytest.raises(ActionError, match="finite"):
        batch.step(np.array([[0.0], [np.nan]]))
