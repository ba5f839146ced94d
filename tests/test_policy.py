"""The numpy policy does what stable-baselines3's does, and needs numpy alone."""

import subprocess
import sys
import textwrap
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
import torch
from stable_baselines3 import PPO, SAC

from furutalib.facts.errors import PolicyError
from furutalib.facts.robot import load_robot
from furutalib.learning.policy import Network, NumpyPolicy
from furutalib.learning.policy_export import network_from_model
from furutalib.learning.policy_folder import PolicyInfo, save_policy
from furutalib.learning.stages import WrapperSettings

INPUTS = 6


class Still(gym.Env):
    """Spaces of the pendulum, and nothing happens."""

    observation_space = gym.spaces.Box(-10, 10, (INPUTS,), np.float32)
    action_space = gym.spaces.Box(-1, 1, (1,), np.float32)


def model(kind, **options):
    network = {"net_arch": [16, 8], **options.pop("policy_kwargs", {})}
    made = kind("MlpPolicy", Still(), policy_kwargs=network, device="cpu", seed=3, **options)
    with torch.no_grad():  # large outputs, so that squashing and clipping matter
        for parameter in made.policy.parameters():
            parameter.normal_(0.0, 0.6)
    return made


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (PPO, {}),
        (PPO, {"policy_kwargs": {"activation_fn": torch.nn.ReLU}}),
        (PPO, {"use_sde": True, "policy_kwargs": {"squash_output": True}}),
        (SAC, {"buffer_size": 10}),
        (SAC, {"buffer_size": 10, "use_sde": True}),
        (SAC, {"buffer_size": 10, "policy_kwargs": {"activation_fn": torch.nn.Tanh}}),
    ],
)
def test_actions_equal_stable_baselines(kind, options):
    trained = model(kind, **options)
    policy = NumpyPolicy(network_from_model(trained), WrapperSettings())
    observations = np.random.default_rng(0).normal(0, 2, (500, INPUTS)).astype(np.float32)
    expected, _ = trained.predict(observations, deterministic=True)
    found = policy.act(observations)
    assert found.shape == (500, 1)
    assert np.abs(found - expected).max() < 1e-5
    assert np.ptp(found) > 1.0
    assert np.abs(policy.act(observations[0]) - expected[0]).max() < 1e-5


def test_buckets_equal_stable_baselines():
    class Buckets(Still):
        action_space = gym.spaces.Discrete(5)

    trained = PPO("MlpPolicy", Buckets(), device="cpu", seed=1)
    with torch.no_grad():
        trained.policy.action_net.weight.normal_()
    policy = NumpyPolicy(network_from_model(trained), WrapperSettings(action_mode="buckets"))
    observations = np.random.default_rng(0).normal(0, 2, (500, INPUTS)).astype(np.float32)
    expected, _ = trained.predict(observations, deterministic=True)
    assert np.array_equal(policy.act(observations), expected)
    assert set(expected) == set(range(5))


def test_a_model_with_another_network_is_refused():
    trained = model(PPO, policy_kwargs={"net_arch": [16, 8]})
    del trained.policy.action_net
    with pytest.raises(PolicyError, match=r"action_net.*fully connected"):
        network_from_model(trained)


def test_wrong_length_of_observation_is_refused():
    policy = NumpyPolicy(network_from_model(model(PPO)), WrapperSettings())
    with pytest.raises(PolicyError, match="has 7 numbers, the policy was trained with 6"):
        policy.act(np.zeros((3, 7), np.float32))
    assert np.array_equal(policy.act([0.0] * 6), policy.act(np.zeros(6, np.float32)))


def test_layers_must_fit_together():
    weights = (np.zeros((6, 4), np.float32), np.zeros((5, 1), np.float32))
    biases = (np.zeros(4, np.float32), np.zeros(1, np.float32))
    with pytest.raises(PolicyError, match="layer 1"):
        Network(weights, biases)
    with pytest.raises(PolicyError, match="2 weight matrices"):
        Network(weights, biases[:1])
    with pytest.raises(PolicyError, match="gelu"):
        Network(weights[:1], biases[:1], activation="gelu")


def test_runs_with_numpy_alone(tmp_path: Path):
    trained = model(PPO)
    info = PolicyInfo("p", "swing-up", load_robot("course"), WrapperSettings(), 50.0)
    save_policy(tmp_path / "p", network_from_model(trained), info)
    observation = np.linspace(-1, 1, INPUTS, dtype=np.float32)
    expected, _ = trained.predict(observation, deterministic=True)
    program = f"""
        import importlib.abc, sys
        class Block(importlib.abc.MetaPathFinder):
            def find_spec(self, name, path=None, target=None):
                top = name.split(".")[0]
                if top in {{"torch", "gymnasium", "numba", "stable_baselines3", "scipy", "wandb",
                           "matplotlib", "PIL", "IPython"}}:
                    raise ImportError(f"{{name}} is blocked")
        sys.meta_path.insert(0, Block())
        import numpy as np
        from furutalib.learning.policy_folder import load_policy
        policy = load_policy(sys.argv[1])
        print(repr(float(policy.act(np.linspace(-1, 1, {INPUTS}, dtype=np.float32))[0])))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), str(tmp_path / "p")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert abs(float(done.stdout) - float(expected[0])) < 1e-5
