"""Wrappers for any environment do what the options of our own environments do."""

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.wrappers import RescaleAction
from stable_baselines3.common.env_checker import check_env

from furutalib.facts.errors import ActionError, ConfigurationError
from furutalib.learning.environment import make_env
from furutalib.learning.wrappers import (
    ActionDelay,
    ActionHistory,
    ActionRepeat,
    BucketAction,
    ContinuityCost,
    DeadZoneCompensation,
    DeltaAction,
    LowPassFilter,
    PlantRandomisation,
)


class Echo(gymnasium.Env):
    """Shows the action that reached it; rewards 1 a step and ends after 5."""

    observation_space = spaces.Box(-1.0, 1.0, (1,), np.float32)
    action_space = spaces.Box(-1.0, 1.0, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.steps = 0
        return np.zeros(1, np.float32), {}

    def step(self, action):
        assert action.dtype == np.float32
        self.steps += 1
        return action, 1.0, self.steps == 5, False, {}


def reached(env, actions):
    """What reaches Echo behind a wrapper."""
    env.reset(seed=0)
    return [float(env.step(action)[0][-1]) for action in actions]


def one(value):
    return np.array([value], np.float32)


def test_delta_action_adds_up_and_stops_at_the_end():
    assert reached(DeltaAction(Echo(), 0.5), [one(1), one(1), one(1), one(-0.5)]) == [
        0.5,
        1.0,
        1.0,
        0.75,
    ]


def test_bucket_action_is_evenly_spaced():
    env = BucketAction(Echo(), 5)
    assert env.action_space == spaces.Discrete(5)
    assert reached(env, [0, 1, np.int64(2), 4]) == [-1.0, -0.5, 0.0, 1.0]
    with pytest.raises(ActionError, match="from 0 to 4"):
        env.step(5)
    with pytest.raises(ActionError, match="integer"):
        env.step(1.5)


def test_low_pass_filter_follows_a_step():
    env = LowPassFilter(Echo(), cutoff_hz=5.0, rate_hz=50.0)
    share = 1 - np.exp(-2 * np.pi * 5 / 50)
    expected = 1 - (1 - share) ** np.arange(1, 5)
    np.testing.assert_allclose(reached(env, [one(1)] * 4), expected, rtol=1e-6)


def test_action_delay_waits():
    assert reached(ActionDelay(Echo(), 2), [one(0.1), one(0.2), one(0.3)]) == [
        0.0,
        0.0,
        float(np.float32(0.1)),
    ]


def test_dead_zone_compensation_jumps_over_the_dead_zone():
    found = reached(DeadZoneCompensation(Echo(), 0.2), [one(0), one(0.5), one(-1e-6), one(-1)])
    np.testing.assert_allclose(found, [0.0, 0.6, -0.2, -1.0], atol=1e-5)


def test_action_repeat_adds_rewards_and_ends_with_the_episode():
    env = ActionRepeat(Echo(), 3)
    env.reset(seed=0)
    assert env.step(one(0.5))[1:3] == (3.0, False)
    assert env.step(one(0.5))[1:3] == (2.0, True)


def test_continuity_cost_charges_changes():
    env = ContinuityCost(Echo(), 2.0)
    env.reset(seed=0)
    assert [env.step(one(a))[1] for a in (0.5, 0.5, -0.5)] == [0.5, 1.0, -1.0]
    env.reset()
    assert env.step(one(0.0))[1] == 1.0


def test_action_history_shows_observations_and_actions():
    env = ActionHistory(Echo(), 2)
    assert env.reset(seed=0)[0].tolist() == [0, 0, 0, 0]
    assert env.step(one(0.5))[0].tolist() == [0, 0, 0.5, 0.5]
    assert env.step(one(0.25))[0].tolist() == [0.5, 0.5, 0.25, 0.25]
    assert env.reset()[0].tolist() == [0, 0, 0, 0]


def test_together_they_equal_the_options():
    settings = {
        "action_mode": "delta",
        "delta_limit": 0.5,
        "history": 2,
        "action_repeat": 2,
        "low_pass_hz": 10.0,
        "action_delay": 1,
        "dead_zone_compensation": 0.08,
    }
    ours = make_env(reward={"continuity": 0.3}, **settings)
    env = DeadZoneCompensation(make_env(history=0), 0.08)
    env = LowPassFilter(ActionDelay(env, 1), 10.0, 50.0)
    env = ContinuityCost(ActionRepeat(env, 2), 0.3)
    env = DeltaAction(ActionHistory(env, 2), 0.5)
    assert env.observation_space == ours.observation_space
    np.testing.assert_array_equal(env.reset(seed=3)[0], ours.reset(seed=3)[0])
    for action in np.random.default_rng(0).uniform(-1, 1, (40, 1)).astype(np.float32):
        shell, inside = env.step(action), ours.step(action)
        # commands go through float32 here and through float64 there
        np.testing.assert_allclose(shell[0], inside[0], atol=2e-3)
        assert shell[1] == pytest.approx(inside[1], abs=2e-3)
        assert shell[2:4] == inside[2:4]
        if inside[2]:
            break


def test_plant_randomisation_draws_another_robot_every_episode():
    def masses(seed):
        env = PlantRandomisation(make_env(), {"pendulum.mass_kg": 0.1})
        found = []
        for i in range(20):
            env.reset(seed=seed if i == 0 else None)
            found.append(env.unwrapped.robot.description.pendulum.mass_kg)
        return found

    nominal = make_env().robot.description.pendulum.mass_kg
    drawn = np.array(masses(1)) / nominal
    assert len(set(drawn)) == 20
    assert drawn.min() > 0.9
    assert drawn.max() < 1.1
    assert masses(1) == masses(1)
    assert masses(1) != masses(2)


WRAPPERS = {
    "DeltaAction": lambda env: DeltaAction(env),
    "BucketAction": lambda env: BucketAction(env, 7),
    "LowPassFilter": lambda env: LowPassFilter(env, 5.0, 50.0),
    "ActionDelay": lambda env: ActionDelay(env, 2),
    "DeadZoneCompensation": lambda env: DeadZoneCompensation(env, 0.1),
    "ActionRepeat": lambda env: ActionRepeat(env, 2),
    "ContinuityCost": lambda env: ContinuityCost(env, 0.1),
    "ActionHistory": lambda env: ActionHistory(env, 3),
    "PlantRandomisation": lambda env: PlantRandomisation(env, {"arm.mass_kg": 0.1}),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", WRAPPERS)
def test_checker_of_stable_baselines3_has_nothing_to_say(name):
    check_env(WRAPPERS[name](make_env(history=0)))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", sorted(set(WRAPPERS) - {"PlantRandomisation"}))
def test_works_on_another_environment(name):
    env = WRAPPERS[name](
        RescaleAction(gymnasium.make("Pendulum-v1"), np.float32(-1), np.float32(1))
    )
    env.action_space.seed(0)
    env.reset(seed=0)
    for _ in range(5):
        observation, reward, *_ = env.step(env.action_space.sample())
        assert env.observation_space.contains(observation)
        assert np.isfinite(reward)


@pytest.mark.parametrize("name", sorted(set(WRAPPERS) - {"PlantRandomisation"}))
def test_refuses_other_actions(name):
    with pytest.raises(ConfigurationError, match="one number in"):
        WRAPPERS[name](gymnasium.make("CartPole-v1"))


def test_history_refuses_other_observations():
    env = Echo()
    env.observation_space = spaces.Discrete(3)
    with pytest.raises(ConfigurationError, match="FlattenObservation"):
        ActionHistory(env, 2)


def test_randomisation_refuses_another_environment():
    with pytest.raises(ConfigurationError, match="FurutaEnv"):
        PlantRandomisation(Echo(), {"arm.mass_kg": 0.1})
