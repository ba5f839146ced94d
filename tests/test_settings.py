"""Settings refuse what they do not know and say when gSDE would be lost."""

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.settings import PPOSettings, SACSettings, from_mapping, sde_warnings


def test_unknown_key_lists_the_valid_ones():
    with pytest.raises(ConfigurationError, match=r"'learnig_rate'; valid: activation, .*n_steps"):
        from_mapping(PPOSettings, {"learnig_rate": 1e-3})


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("learning_rate", float("nan"), "finite number"),
        ("learning_rate", "fast", "finite number"),
        ("learning_rate", True, "finite number"),
        ("learning_rate", 3.0, "from 0 to 1"),
        ("n_steps", 0, "2 or above"),
        ("n_steps", 64.0, "whole number"),
        ("gamma", 1.5, "from 0 to 1"),
        ("activation", "gelu", "one of tanh, relu"),
        ("hidden", (), "sizes of the hidden layers"),
        ("hidden", (64, -1), "sizes of the hidden layers"),
        ("hidden", 64, "sizes of the hidden layers"),
    ],
)
def test_bad_values_are_refused_by_name(key, value, message):
    with pytest.raises(ConfigurationError, match=rf"PPOSettings.{key} = .*{message}"):
        from_mapping(PPOSettings, {key: value})


def test_bad_sac_values_are_refused():
    with pytest.raises(ConfigurationError, match=r"use_sde = 'no'; use True or False"):
        SACSettings(use_sde="no")
    with pytest.raises(ConfigurationError, match=r"ent_coef = 'much'; use 'auto' or"):
        SACSettings(ent_coef="much")
    with pytest.raises(ConfigurationError, match=r"ent_coef = None; use 'auto' or"):
        SACSettings(ent_coef=None)
    with pytest.raises(ConfigurationError, match=r"target_entropy = nan"):
        SACSettings(target_entropy=float("nan"))


def test_lists_from_json_become_tuples():
    assert from_mapping(SACSettings, {"hidden": [32]}) == SACSettings(hidden=(32,))


def warnings(**options) -> str:
    return "\n".join(sde_warnings(SACSettings(**options)))


def test_default_gsde_is_kept_silently():
    assert warnings() == ""


def test_collecting_single_steps_warns_that_gsde_is_lost():
    text = warnings(train_freq=1, train_freq_unit="step")
    assert "defeats gSDE" in text
    assert "held for 1 step(s) only" in text


def test_steps_that_hold_the_noise_long_enough_do_not_warn():
    options = {"train_freq_unit": "step", "sde_sample_freq": 8}
    assert warnings(train_freq=8, **options) == ""
    assert "defeats gSDE" in warnings(train_freq=7, **options)


def test_white_noise_at_warm_up_warns():
    assert "white uniform noise" in warnings(use_sde_at_warmup=False)


def test_without_gsde_nothing_warns():
    options = {"use_sde": False, "use_sde_at_warmup": False}
    assert warnings(train_freq=1, train_freq_unit="step", **options) == ""
    assert sde_warnings(PPOSettings()) == []
