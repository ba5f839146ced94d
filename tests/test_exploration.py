import math

import numpy as np
import pytest
import torch
from stable_baselines3.common.distributions import StateDependentNoiseDistribution
from stable_baselines3.common.torch_layers import create_mlp

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.exploration import (
    Explorer,
    FreshNetwork,
    HeldNoise,
    OrnsteinUhlenbeck,
    StateDependentNoise,
    UniformNoise,
    WhiteNoise,
    gsde_noise,
    gsde_std,
)
from furutalib.learning.stages import WrapperSettings

N, STEPS = 400, 60
STILL = np.ones((N, 3), np.float32)


def rng(seed=0):
    return np.random.default_rng(seed)


def identity(observation):
    return np.asarray(observation, np.float64)


def drawn(noise, steps=STEPS):
    """Noise (N, steps) while nothing moves."""
    noise.reset(N)
    return np.stack([noise.draw(STILL) for _ in range(steps)], axis=1)


SOURCES = {
    "white": lambda: WhiteNoise(rng(), 0.5),
    "OU": lambda: OrnsteinUhlenbeck(rng(), 0.5, 8),
    "held": lambda: HeldNoise(rng(), 0.5, 8),
    "gSDE": lambda: StateDependentNoise(rng(), identity, 0.5 / math.sqrt(3), 8),
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_has_the_standard_deviation_it_was_given(name):
    series = drawn(SOURCES[name]())
    assert series.shape == (N, STEPS)
    assert series.std() == pytest.approx(0.5, rel=0.05)
    assert abs(series.mean()) < 0.05


@pytest.mark.parametrize("name", SOURCES)
def test_the_same_generator_gives_the_same_noise(name):
    np.testing.assert_array_equal(drawn(SOURCES[name]()), drawn(SOURCES[name]()))


def correlation(series, lag):
    return np.mean(series[:, :-lag] * series[:, lag:]) / np.mean(series**2)


def test_only_white_noise_forgets_at_once():
    assert abs(correlation(drawn(SOURCES["white"]()), 1)) < 0.03
    assert correlation(drawn(SOURCES["OU"]()), 8) == pytest.approx(1 / math.e, abs=0.05)
    # held n steps: the share 1/n of the steps brings something new
    assert correlation(drawn(SOURCES["held"]()), 1) == pytest.approx(7 / 8, abs=0.03)


@pytest.mark.parametrize("name", ["held", "gSDE"])
def test_held_noise_changes_every_so_many_steps_while_nothing_moves(name):
    changes = np.flatnonzero(np.diff(drawn(SOURCES[name]())[0]))
    np.testing.assert_array_equal(changes, np.arange(7, STEPS - 1, 8))


def test_gsde_follows_the_state_while_its_weights_are_held():
    noise = StateDependentNoise(rng(), identity, 0.5, 8)
    noise.reset(N)
    first, twice = noise.draw(STILL), noise.draw(2 * STILL)
    np.testing.assert_allclose(twice, 2 * first)


@pytest.mark.parametrize("name", ["OU", "held", "gSDE"])
def test_an_episode_that_begins_anew_gets_fresh_noise_and_no_other(name):
    noise = SOURCES[name]()
    noise.reset(N)
    before = noise.draw(STILL)
    noise.restart(np.array([3, 5]))
    after = noise.draw(STILL)
    if name == "OU":
        near = np.abs(after - math.exp(-1 / 8) * before) < 4 * 0.5 * math.sqrt(1 - math.exp(-1 / 4))
        assert near[np.arange(N) > 5].all()
        assert after[3] != pytest.approx(before[3])
    else:
        changed = np.flatnonzero(before != after)
        np.testing.assert_array_equal(changed, [3, 5])


def test_uniform_noise_fills_the_range():
    series = drawn(UniformNoise(rng()))
    assert np.abs(series).max() <= 1.0
    assert series.std() == pytest.approx(1 / math.sqrt(3), rel=0.03)


def sb3_noise(features, log_std, weights):
    """Noise and standard deviation of stable-baselines3's own gSDE for these weights."""
    distribution = StateDependentNoiseDistribution(1, learn_features=True)
    mean_net, parameter = distribution.proba_distribution_net(features.shape[1], log_std)
    seen = torch.as_tensor(features, dtype=torch.float32)
    distribution.proba_distribution(torch.zeros(len(seen), 1), parameter, seen)
    distribution.exploration_mat = torch.as_tensor(weights, dtype=torch.float32)[:, None]
    assert mean_net.out_features == 1
    noise = distribution.get_noise(seen)[:, 0]
    return noise.detach().numpy(), distribution.distribution.stddev[:, 0].detach().numpy()


def test_noise_and_spread_agree_with_stable_baselines3():
    features = rng(1).uniform(0, 1, (20, 32))
    weights = rng(2).normal(0, math.exp(-2), 32)
    noise, std = sb3_noise(features, -2.0, weights)
    np.testing.assert_allclose(gsde_noise(features, weights), noise, atol=1e-6)
    np.testing.assert_allclose(gsde_std(features, -2.0), std, rtol=1e-4)
    each_its_own = gsde_noise(features, np.tile(weights, (20, 1)))
    np.testing.assert_allclose(each_its_own, noise, atol=1e-6)


def test_the_spread_over_many_draws_is_what_the_formula_says():
    features = rng(1).uniform(0, 1, 32)
    noise = StateDependentNoise(rng(2), identity, math.exp(-1.5), 1)
    noise.reset(20_000)
    draws = noise.draw(np.tile(features, (20_000, 1)))
    assert draws.std() == pytest.approx(float(gsde_std(features, -1.5)), rel=0.03)


def test_a_fresh_network_is_drawn_as_torch_draws_it():
    torch.manual_seed(0)
    observation = rng(3).uniform(-1, 1, (50, 12)).astype(np.float32)
    sizes = []
    for seed in range(30):
        ours = FreshNetwork(rng(seed), 12, (64, 64))(observation)
        theirs = torch.nn.Sequential(*create_mlp(12, -1, [64, 64]))(torch.as_tensor(observation))
        sizes.append([np.linalg.norm(ours, axis=1), np.linalg.norm(theirs.detach(), axis=1)])
    ours, theirs = np.mean(sizes, axis=(0, 2))
    assert ours == pytest.approx(theirs, rel=0.06)
    assert ours > 0


def test_an_explorer_squashes_as_sac_does_or_cuts_off():
    loud = Explorer(WhiteNoise(rng(), 2.0), WrapperSettings(history=1))
    cut = Explorer(WhiteNoise(rng(), 2.0), squash=False)
    for explorer in (loud, cut):
        explorer.reset(N)
    noise = rng().normal(0, 2.0, N)
    np.testing.assert_allclose(loud.act(STILL)[:, 0], np.tanh(noise), rtol=1e-6)
    np.testing.assert_allclose(cut.act(STILL)[:, 0], np.clip(noise, -1, 1), rtol=1e-6)
    assert loud.wrappers.history == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: WhiteNoise(rng(), -0.1),
        lambda: WhiteNoise(rng(), math.nan),
        lambda: OrnsteinUhlenbeck(rng(), 0.1, 0),
        lambda: HeldNoise(rng(), 0.1, 0),
        lambda: HeldNoise(rng(), 0.1, math.inf),
    ],
)
def test_a_number_without_sense_is_refused(make):
    with pytest.raises(ConfigurationError, match=r"std = |steps = "):
        make()
