"""Rollouts record what each pendulum did until its episode ended."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from furutalib.facts.robot import load_robot
from furutalib.learning.environment import make_env
from furutalib.learning.rollout import collect
from furutalib.learning.stages import WrapperSettings
from furutalib.machine.robot import Start

STARTS = (Start(0.1, 0.2), Start(-0.3, math.pi - 0.05, 0.2, -0.1), Start())


class Swinger:
    """Acts on what it sees and remembers how it was called."""

    def __init__(self, strength: float = 0.3, **wrappers: Any) -> None:
        self.wrappers = WrapperSettings(**wrappers)
        self.started_with: list[int] = []
        self._strength = strength

    def reset(self, n: int = 1) -> None:
        self.started_with.append(n)

    def act(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.clip(self._strength * observation[:, -2:-1] + 0.1, -1, 1).astype(np.float32)


def test_shapes_and_times():
    policy = Swinger()
    rollout = collect(policy, STARTS, duration_s=1.0)
    assert rollout.arm_angle_rad.shape == rollout.command.shape == (3, 50)
    assert rollout.time_s[[0, -1]].tolist() == [0.02, 1.0]
    assert policy.started_with == [3]
    assert rollout.robot == load_robot("course")
    assert rollout.starts == STARTS


@pytest.mark.parametrize("fidelity", ["ideal", "full"])
def test_equal_to_stepping_one_environment(fidelity: str):
    policy = Swinger(strength=0.05, history=2, low_pass_hz=5.0)
    rollout = collect(policy, STARTS, fidelity=fidelity, duration_s=0.4)
    env = make_env(fidelity=fidelity, wrappers=policy.wrappers)
    observation, _ = env.reset(seed=0, options={"start": STARTS[0]})
    for step in range(rollout.steps):
        observation, *_, info = env.step(policy.act(observation[np.newaxis])[0])
        assert info["arm_angle_rad"] == rollout.arm_angle_rad[0, step]
        assert info["pendulum_speed_rad_s"] == rollout.pendulum_speed_rad_s[0, step]


def test_nothing_is_recorded_after_a_touched_limit():
    rollout = collect(Swinger(strength=0.0, dead_zone_compensation=0.9), STARTS, duration_s=8.0)
    assert rollout.limit_touched.all()
    for angles in rollout.arm_angle_rad:
        ended = int(np.argmax(np.isnan(angles)))
        assert 0 < ended < 400
        assert np.isnan(angles[ended:]).all()
        assert np.isfinite(angles[:ended]).all()


def test_randomisation_is_left_out():
    plain = collect(Swinger(), STARTS, duration_s=0.5)
    drawn = collect(Swinger(randomisation={"pendulum.mass_kg": 0.5}), STARTS, duration_s=0.5)
    assert np.array_equal(plain.pendulum_angle_rad, drawn.pendulum_angle_rad)


def test_an_action_held_for_several_periods_is_one_step():
    rollout = collect(Swinger(action_repeat=4), STARTS, duration_s=1.0)
    assert rollout.steps == 12
    assert rollout.time_s[0] == pytest.approx(0.08)


def test_upright_is_zero():
    rollout = collect(
        Swinger(0.0), [Start(0.0, math.pi), Start()], fidelity="ideal", duration_s=0.02
    )
    assert abs(rollout.from_upright_rad[0, 0]) < 0.05
    assert abs(rollout.from_upright_rad[1, 0]) > 3.0
