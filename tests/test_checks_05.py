import math
from dataclasses import replace

import numpy as np
import pytest

from furutalib.learning.exploration import gsde_std
from furutalib.learning.settings import SACSettings, sde_warnings
from furutalib.lessons.checks_05 import BROKEN
from furutalib.lessons.exercises import check


def noise(features, std, steps, rng):
    values = np.zeros(len(features))
    for t, seen in enumerate(features):
        if t % steps == 0:
            weights = rng.normal(0, std, len(seen))
        values[t] = seen @ weights
    return values


def all_at_once(features, std, steps, rng):
    draws = -(-len(features) // steps)
    weights = std * rng.standard_normal((draws, features.shape[1]))
    return np.sum(features * np.repeat(weights, steps, axis=0)[: len(features)], axis=1)


@pytest.mark.parametrize("answer", [noise, all_at_once])
def test_noise_from_the_formula_passes(answer):
    assert check("05-a", answer).passed


def drawn_once(features, std, steps, rng):
    return features @ rng.normal(0, std, features.shape[1])


def white(features, std, steps, rng):
    return np.sum(features * rng.normal(0, std, features.shape), axis=1)


def action_repeat(features, std, steps, rng):
    values = noise(features, std, steps, rng)
    return np.repeat(values[::steps], steps)[: len(features)]


def one_late(features, std, steps, rng):
    return noise(features, std, steps + 1, rng)


def bent(features, std, steps, rng):
    return np.tanh(noise(features, std, steps, rng))


def one_weight(features, std, steps, rng):
    weights = rng.normal(0, std, -(-len(features) // steps))
    return np.repeat(weights, steps)[: len(features)] * features.sum(axis=1)


def scaled(factor):
    return lambda f, std, steps, rng: noise(f, factor(std), steps, rng)


def own_generator(features, std, steps, rng):
    return noise(features, std, steps, np.random.default_rng(7))


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda f, s, k, r: np.zeros(len(f)), "0 everywhere"),
        (drawn_once, "never again"),
        (white, "that is white noise"),
        (one_late, "New weights come in the steps 9, 18, 27"),
        (action_repeat, "action repeat"),
        (bent, "doubling the features"),
        (one_weight, "a weight of its own"),
        (scaled(math.sqrt), "not the variance"),
        (scaled(lambda std: std**2), "twice, or squared"),
        (scaled(lambda std: 1.0), "does not come in"),
        (lambda f, s, k, r: noise(f, s, k, r) / f.shape[1], "a sum"),
        (scaled(lambda std: 3 * std), "yours spreads by"),
        (own_generator, "handed in"),
        (lambda f, s, k, r: f * noise(f, s, k, r)[:, None], "one number per step"),
        (lambda f, s, k, r: np.full(len(f), math.nan), "finite"),
        (lambda f, s, k, r: None, "gives nothing back"),
    ],
)
def test_each_mistake_with_the_noise_gets_its_own_hint(answer, hint):
    verdict = check("05-a", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


def spread(features, log_std):
    return np.sqrt(np.sum(features**2 * np.exp(log_std) ** 2))


def test_the_right_spread_passes_and_agrees_with_the_library():
    assert check("05-b", spread).passed
    features = np.array([0.2, 0.0, 0.9])
    assert spread(features, -1.3) == pytest.approx(float(gsde_std(features, -1.3)))


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda f, s: np.sqrt(np.sum(f**2 * s**2)), "np.exp(log_std)"),
        (lambda f, s: s * np.linalg.norm(f), "it is negative"),
        (lambda f, s: 10**s * np.linalg.norm(f), "not a power of ten"),
        (lambda f, s: spread(f, s) ** 2, "square root is missing"),
        (lambda f, s: np.exp(s) * np.sum(f), "by their squares"),
        (lambda f, s: np.exp(s) * np.sqrt(np.mean(f**2)), "a mean over the features"),
        (lambda f, s: np.sqrt(np.exp(s) * np.sum(f**2)), "must be squared"),
        (lambda f, s: np.exp(s), "features do not come in"),
        (lambda f, s: np.linalg.norm(f), "log_std does not come in"),
        (lambda f, s: 2 * spread(f, s), "yours is"),
        (lambda f, s: f * np.exp(s), "one finite number"),
        (lambda f, s: math.inf, "one finite number"),
    ],
)
def test_each_mistake_with_the_spread_gets_its_own_hint(answer, hint):
    verdict = check("05-b", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


def repair(**changes):
    return lambda settings: replace(settings, **changes)


RIGHT = {"train_freq_unit": "episode", "use_sde_at_warmup": True}


@pytest.mark.parametrize("changes", [RIGHT, {"train_freq": 16, "use_sde_at_warmup": True}])
def test_settings_that_keep_gsde_pass(changes):
    verdict = check("05-c", repair(**changes))
    assert verdict.passed
    assert "held for up to 16 steps in the warm-up and 16 steps in learning" in verdict.message
    assert sde_warnings(replace(SACSettings(**BROKEN), **changes)) == []


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda settings: settings, "as they were"),
        (lambda settings: {"train_freq_unit": "episode"}, "not a dict"),
        (repair(use_sde=False), "getting rid of gSDE"),
        (repair(**RIGHT, sde_sample_freq=64), "what was wanted"),
        (repair(**RIGHT, log_std_init=-3.0), "how loud"),
        (repair(train_freq_unit="episode", learning_starts=0), "Without a warm-up"),
        (repair(use_sde_at_warmup=True), "how often does it begin"),
        (repair(train_freq=4, use_sde_at_warmup=True), "held for 4 steps, not for 16"),
        (repair(train_freq_unit="episode"), "with that word in its name"),
    ],
)
def test_each_mistake_with_the_settings_gets_its_own_hint(answer, hint):
    verdict = check("05-c", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


@pytest.mark.parametrize("name", ["05-a", "05-b", "05-c"])
def test_a_stub_is_not_done_yet(name):
    def stub(*arguments):
        raise NotImplementedError("not done yet")

    assert check(name, stub).status == "not done yet"
