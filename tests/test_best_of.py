"""The critic's choice among sampled actions."""

import numpy as np
import pytest
import torch
from stable_baselines3 import SAC

from furutalib.facts.errors import PolicyError
from furutalib.learning.best_of import BestOf
from furutalib.learning.sb3_env import FurutaSB3VecEnv
from furutalib.learning.stages import WrapperSettings

OBSERVATIONS = np.random.default_rng(0).uniform(-0.5, 0.5, (6, 6)).astype(np.float32)


@pytest.fixture
def agent(tmp_path):
    def save(**options):
        network = {"net_arch": [8]}
        env = FurutaSB3VecEnv(1)
        model = SAC("MlpPolicy", env, buffer_size=10, policy_kwargs=network, seed=0, **options)
        model.save(tmp_path / "model.zip")
        return tmp_path / "model.zip", model

    return save


def values(model, actions):
    with torch.no_grad():
        both = model.critic(torch.from_numpy(OBSERVATIONS), torch.from_numpy(actions))
    return torch.cat(both, dim=1).min(dim=1).values.numpy()


def test_more_candidates_never_have_a_lower_value_on_average(agent):
    path, model = agent()
    found = []
    for count in (1, 10, 200):
        policy = BestOf(path, WrapperSettings(), candidates=count)
        policy.reset(6)
        actions = policy.act(OBSERVATIONS)
        assert actions.shape == (6, 1)
        assert np.abs(actions).max() <= 1.0
        found.append(values(model, actions).mean())
    assert found[0] < found[1] < found[2]


def test_the_same_seed_gives_the_same_actions(agent):
    policy = BestOf(agent()[0], WrapperSettings())
    policy.reset(6)
    first, second = policy.act(OBSERVATIONS), policy.act(OBSERVATIONS)
    policy.reset(6)
    np.testing.assert_array_equal(policy.act(OBSERVATIONS), first)
    assert (first != second).any()


def test_an_agent_with_gsde_is_refused(agent):
    path, _ = agent(use_sde=True)
    with pytest.raises(PolicyError, match="use_sde=False"):
        BestOf(path, WrapperSettings())
