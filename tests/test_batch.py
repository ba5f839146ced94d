"""n pendulums at once do to the last bit what each does alone."""

import numpy as np
import pytest

from furutalib.learning.batch import FurutaBatch
from furutalib.learning.environment import make_env
from furutalib.learning.setup import build_setup

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
