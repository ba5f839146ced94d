"""One pendulum as a gymnasium environment."""

import math
import subprocess
import sys

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from stable_baselines3.common.env_checker import check_env as check_env_sb3

from furutalib.facts.errors import ActionError, ConfigurationError, RewardError, SequenceError
from furutalib.facts.robot import load_robot
from furutalib.learning.environment import FurutaEnv, make_env
from furutalib.learning.rewards import RewardWeights
from furutalib.learning.stages import WrapperSettings
from furutalib.machine.robot import SimulatedRobot, Start

IDS = ["furutalib:FurutaSwingUp-v0", "furutalib:FurutaBalance-v0"]
SETTINGS = {
    "plain": {},
    "no history": {"history": 0},
    "history": {"history": 4},
    "delta": {"action_mode": "delta"},
    "buckets": {"action_mode": "buckets"},
    "repeat": {"action_repeat": 3},
    "low-pass": {"low_pass_hz": 5.0},
    "delay": {"action_delay": 2},
    "dead zone": {"dead_zone_compensation": 0.08},
    "randomised": {"randomisation": {"motor.resistance_ohm": 0.1}},
}
ZERO = np.zeros(1, np.float32)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("env_id", IDS)
def test_checkers_have_nothing_to_say(env_id, name):
    env = gymnasium.make(env_id, **SETTINGS[name])
    check_env(env.unwrapped)
    check_env_sb3(env)


@pytest.mark.filterwarnings("error")
def test_made_in_a_fresh_process():
    code = (
        "import gymnasium\n"
        "env = gymnasium.make('furutalib:FurutaSwingUp-v0', robot='qube', fidelity='ideal',\n"
        "    reward={'effort': 0.1}, rate_hz=100, history=2, latency_s=0.01, action_repeat=2,\n"
        "    low_pass_hz=20.0, action_delay=1, dead_zone_compensation=0.05,\n"
        "    action_mode='continuous', randomisation={'arm.mass_kg': 0.1})\n"
        "print(env.reset(seed=1)[0].shape, env.metadata['render_fps'], env.unwrapped.robot.dt)\n"
        "print(gymnasium.make('furutalib:FurutaBalance-v0').unwrapped.task.name)\n"
    )
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.split("\n")[:2] == ["(12,) 50 0.01", "balance"]


def test_observation_comes_after_the_action():
    """A push shows in the very step: with no latency, the arm has moved when step() returns."""
    env = make_env(fidelity="ideal")
    env.reset(seed=0, options={"start": Start()})
    observation, *_, info = env.step(np.ones(1, np.float32))
    assert info["arm_angle_rad"] > 0.005
    assert observation[0] == np.float32(info["arm_angle_rad"] / 2.5)
    assert observation[5] == 1.0
    assert info["time_s"] == pytest.approx(0.02)


def test_observation_is_what_the_table_says():
    env = make_env(fidelity="ideal", history=2)
    start = Start(arm_angle_rad=0.5, pendulum_angle_rad=2.0)
    first, _ = env.reset(seed=0, options={"start": start})
    frame = [0.2, math.cos(2.0), math.sin(2.0), 0, 0, 0]
    np.testing.assert_allclose(first, frame * 2, atol=1e-6)
    second, *_, info = env.step(np.array([-0.5], np.float32))
    np.testing.assert_array_equal(second[:6], first[6:])
    newest = [
        info["arm_angle_rad"] / 2.5,
        math.cos(info["pendulum_angle_rad"]),
        math.sin(info["pendulum_angle_rad"]),
        info["arm_speed_rad_s"] / 30,
        info["pendulum_speed_rad_s"] / 30,
        -0.5,
    ]
    np.testing.assert_allclose(second[6:], newest, rtol=1e-6, atol=1e-7)


def test_speed_comes_from_measured_angles():
    env = make_env(fidelity="full-velocity_filter")
    _, before = env.reset(seed=0, options={"start": Start()})
    for _ in range(10):
        *_, info = env.step(np.ones(1, np.float32))
        change = info["arm_angle_rad"] - before["arm_angle_rad"]
        assert info["arm_speed_rad_s"] == pytest.approx(change / 0.02)
        before = info


def test_terminated_at_the_arm_limit_and_punished():
    env = make_env(fidelity="ideal")
    env.reset(seed=0, options={"start": Start()})
    terminated = truncated = False
    while not (terminated or truncated):
        _, reward, terminated, truncated, info = env.step(np.ones(1, np.float32))
        assert info["limit_touched"] == terminated
        assert terminated or reward > -0.1
    assert abs(info["arm_angle_rad"]) > 2.5
    assert terminated
    assert reward < -9.0


def test_terminated_at_the_arm_speed_limit():
    fast = load_robot("course").with_values({"limits.arm_speed_rad_s": 5.0})
    env = make_env(robot=fast, fidelity="ideal")
    env.reset(seed=0, options={"start": Start()})
    terminated = False
    while not terminated:
        *_, terminated, truncated, info = env.step(np.ones(1, np.float32))
        assert not truncated
    assert abs(info["arm_angle_rad"]) < 2.5
    assert info["arm_speed_rad_s"] > 5.0


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({}, 400),
        ({"rate_hz": 100}, 800),
        ({"action_repeat": 3}, 134),
        ({"time_limit_s": 1.0}, 50),
    ],
)
def test_truncated_when_the_time_is_up(options, steps):
    env = make_env(**options)
    env.reset(seed=0)
    for step in range(1, steps + 1):
        *_, terminated, truncated, info = env.step(ZERO)
        assert not terminated
        assert truncated == (step == steps)
    assert info["time_s"] == pytest.approx(env.task.time_limit_s)


def test_balance_starts_near_upright_and_ends_with_the_fall():
    env = make_env("balance")
    for seed in range(20):
        _, info = env.reset(seed=seed)
        assert abs(info["from_upright_rad"]) <= math.radians(12.1)
    terminated = False
    while not terminated:
        *_, terminated, truncated, info = env.step(ZERO)
        assert not truncated
    assert abs(info["from_upright_rad"]) > math.radians(30)
    assert not info["limit_touched"]


def test_swing_up_starts_hanging():
    env = make_env()
    starts = [env.reset(seed=seed)[1] for seed in range(50)]
    assert max(abs(info["pendulum_angle_rad"]) for info in starts) <= 0.301
    assert np.ptp([info["arm_angle_rad"] for info in starts]) > 0.5


def test_action_repeat_holds_and_adds_up():
    single = make_env(time_limit_s=0.1)
    triple = make_env(time_limit_s=0.1, action_repeat=3)
    single.reset(seed=1)
    triple.reset(seed=1)
    actions = [np.array([a], np.float32) for a in (0.4, -0.6)]
    rewards = [single.step(actions[0])[1] for _ in range(3)]
    assert triple.step(actions[0])[1] == sum(rewards)
    results = [single.step(actions[1]) for _ in range(2)]
    last = triple.step(actions[1])
    assert last[1] == sum(result[1] for result in results)
    assert last[3] is True  # after 5 periods, in the middle of the repeat
    np.testing.assert_array_equal(last[0], results[-1][0])


def test_latency_and_rate_reach_the_plant():
    env = make_env(rate_hz=200, latency_s=0.015)
    env.reset(seed=0, options={"start": Start()})
    moved = [env.step(np.ones(1, np.float32))[4]["arm_angle_rad"] for _ in range(8)]
    assert moved[:3] == [0.0, 0.0, 0.0]
    assert moved[-1] > 0.01


def test_randomisation_needs_the_simulation_and_changes_the_motion():
    def angle(seed, **options):
        env = make_env(**options)
        env.reset(seed=seed, options={"start": Start()})
        for _ in range(20):
            *_, info = env.step(np.full(1, 0.25, np.float32))
        return info["arm_angle_rad"]

    drawn = {"randomisation": {"motor.torque_constant_nm_a": 0.3}}
    assert angle(0) == angle(1)
    assert angle(0, **drawn) != angle(1, **drawn)
    assert angle(0, **drawn) == angle(0, **drawn)


def test_works_on_any_robot_of_the_protocol():
    class Elsewhere:
        """A robot that is not simulated here."""

        def __init__(self):
            self._inner = SimulatedRobot(load_robot("course"))
            self.description = self._inner.description
            self.fidelity = self._inner.fidelity
            self.reset, self.step = self._inner.reset, self._inner.step
            self.closed = False

        def close(self):
            self.closed = True

    robot = Elsewhere()
    env = FurutaEnv(robot)
    env.reset(seed=0)
    env.step(ZERO)
    env.close()
    assert robot.closed
    drawn = WrapperSettings(randomisation={"arm.mass_kg": 0.1})
    FurutaEnv(robot, wrappers=drawn).reset(seed=0)
    assert robot.description == load_robot("course")


@pytest.mark.parametrize(
    "action",
    [
        np.zeros(2, np.float32),
        np.zeros((1, 1), np.float32),
        np.float32(0.0),
        0.0,
        np.array([np.nan], np.float32),
        np.array([np.inf], np.float32),
        np.array([1.001], np.float32),
        np.array([-2.0], np.float32),
    ],
)
def test_refuses_wrong_actions(action):
    env = make_env()
    env.reset(seed=0)
    with pytest.raises(ActionError, match=r"shape \(1,\)|in \[-1, 1\]"):
        env.step(action)
    env.step(ZERO)  # and goes on


@pytest.mark.parametrize("action", [11, -1, 0.5, np.array([1])[:0]])
def test_refuses_wrong_buckets(action):
    env = make_env(action_mode="buckets")
    env.reset(seed=0)
    with pytest.raises(ActionError):
        env.step(action)


def test_refuses_steps_out_of_order():
    env = make_env(time_limit_s=0.04, render_mode="rgb_array")
    with pytest.raises(SequenceError, match=r"before reset.*call reset"):
        env.step(ZERO)
    with pytest.raises(SequenceError, match="before reset"):
        env.render()
    env.reset(seed=0)
    env.step(ZERO)
    assert env.step(ZERO)[3]
    with pytest.raises(SequenceError, match="after the end"):
        env.step(ZERO)
    env.reset()
    env.step(ZERO)
    env.close()
    with pytest.raises(SequenceError, match="after close"):
        env.step(ZERO)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"robot": "nobody"}, "unknown robot 'nobody'"),
        ({"fidelity": "rough"}, "unknown effect"),
        ({"task": "juggle"}, "swing-up, balance"),
        ({"reward": {"uprigth": 1.0}}, "uprigth.*valid: upright"),
        ({"reward": {"upright": float("nan")}}, "upright = nan"),
        ({"reward": 3}, "weights"),
        ({"rate_hz": 0}, "rate_hz"),
        ({"rate_hz": float("nan")}, "rate_hz"),
        ({"latency_s": -1}, "latency_s"),
        ({"latency_s": 1.0}, "latency_s"),
        ({"time_limit_s": 0}, "time_limit_s"),
        ({"histroy": 2}, "histroy.*valid: history"),
        ({"history": -1}, "history = -1"),
        ({"action_mode": "jump"}, "continuous, delta, buckets"),
        ({"randomisation": {"motor.resistance": 0.1}}, "motor.resistance"),
        ({"randomisation": 0.1}, "randomisation = 0.1; give a half-width for each parameter"),
        ({"randomisation": {"limits.arm_angle_rad": 0.1}}, "cannot be randomised"),
        ({"randomisation": {"motor.resistance_ohm": 1.0}}, "from 0 to below 1"),
        ({"wrappers": WrapperSettings(), "history": 2}, "both given"),
        ({"render_mode": "human"}, "rgb_array"),
    ],
)
def test_refuses_wrong_options(options, words):
    with pytest.raises(ConfigurationError, match=words):
        make_env(**options)


def test_broken_reward_is_named_when_it_breaks():
    def breaks_later(q):
        return np.sqrt(2.7 - abs(q.arm_angle_rad)) + np.where(q.action > 0.99, np.nan, 0.0)

    env = make_env(reward=breaks_later)
    env.reset(seed=0)
    env.step(ZERO)
    with pytest.raises(RewardError, match=r"breaks_later\(\) returned nan for .*action=1.0"):
        env.step(np.ones(1, np.float32))


@pytest.mark.parametrize(
    ("reward", "expected"),
    [
        (None, 0.2),
        ({"upright": 0.5}, 0.5),
        (RewardWeights(upright=0.3), 0.7),
        (lambda q: q.height, -1.0),
        (lambda q: 1, 1.0),
    ],
)
def test_reward_options(reward, expected):
    env = make_env(reward=reward)
    env.reset(seed=0, options={"start": Start()})
    value = env.step(ZERO)[1]
    assert type(value) is float
    assert value == pytest.approx(expected, abs=1e-3)


def test_renders_without_a_display(monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    env = gymnasium.make(IDS[0], render_mode="rgb_array")
    env.reset(seed=0)
    still = env.render()
    for _ in range(10):
        env.step(np.ones(1, np.float32))
    assert still.dtype == np.uint8
    assert still.shape == env.render().shape == (360, 480, 3)
    assert (still != env.render()).any()
    assert make_env().render() is None


def test_gymnasium_can_shorten_an_episode():
    env = gymnasium.make(IDS[0], max_episode_steps=3)
    env.reset(seed=0)
    assert [env.step(ZERO)[3] for _ in range(3)] == [False, False, True]
