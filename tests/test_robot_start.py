"""A policy to begin with: what can be refined, and what is refused with the next step."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from stable_baselines3 import SAC
from test_robot_session import CONFIG, SETTINGS, trained

from furutalib.facts.errors import ConfigurationError, PolicyError
from furutalib.facts.paths import data_folder
from furutalib.learning.on_robot import OnRobot
from furutalib.learning.policy_folder import load_policy
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.robot_start import load_start
from furutalib.learning.run import Run
from furutalib.learning.run_config import RunConfig
from furutalib.view import robot_training
from furutalib.view.robot_training import train_on_robot

PLACE = RobotPlace(hidden=100)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A policy of SAC, trained for a moment."""
    config = replace(CONFIG, on_robot=OnRobot(RobotPlace("sim"), episode_s=0.6))
    return trained(tmp_path_factory.mktemp("first") / "run", config)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the run folder, but start no process."""
    monkeypatch.setattr("furutalib.learning.training.start_worker", lambda _: None)


def refining(first: Run) -> RunConfig:
    on_robot = OnRobot(PLACE, str(first.folder / "best"), episode_s=0.6)
    settings = replace(SETTINGS, total_steps=1900, learning_starts=1_000_000)
    return replace(CONFIG, settings=settings, on_robot=on_robot)


def test_a_run_or_its_policy(first: Run):
    start = load_start(first.folder, PLACE, allow_other_robot=False)
    assert start == load_start(first.folder / "best", PLACE, allow_other_robot=False)
    assert start.settings.hidden == SETTINGS.hidden
    assert start.wrappers == CONFIG.wrappers
    assert start.reward() == CONFIG.reward


def test_it_begins_with_the_same_networks_and_less_noise_as_the_first_candidate(
    first: Run, tmp_path
):
    config = refining(first)
    config = replace(config, on_robot=replace(config.on_robot, noise_scale=0.25))
    run = trained(tmp_path / "run", config)
    evaluations = run.evaluations()
    assert evaluations["episodes"][0] == 3
    assert evaluations["best"][0] == 1
    one, two = (
        SAC.load(place / "best" / "model.zip", device="cpu") for place in (first.folder, run.folder)
    )
    was, now = one.policy.state_dict(), two.policy.state_dict()  # nothing was learned yet
    quieter = was.pop("actor.log_std") + np.log(0.25)
    assert torch.allclose(quieter, now.pop("actor.log_std"))
    for name, value in was.items():
        assert torch.equal(value, now[name]), name
    assert torch.equal(one.log_ent_coef, two.log_ent_coef)


def test_options_of_the_start_are_taken_over(first: Run, tmp_path: Path, started: None):
    run = train_on_robot(
        tmp_path / "run", PLACE, start_from=first.folder, minutes=3.0, noise_scale=0.5
    )
    assert run.config.settings.hidden == SETTINGS.hidden
    assert run.config.settings.total_steps == 9_000
    assert run.config.wrappers == CONFIG.wrappers
    assert "minutes=3.0" in run.config.command()
    assert "noise_scale=0.5" in run.config.command()


def test_what_does_not_fit_is_refused(first: Run, tmp_path: Path, started: None):
    def begin(**options: object) -> None:
        train_on_robot(tmp_path / "run", PLACE, **{"start_from": first.folder, **options})

    with pytest.raises(ConfigurationError, match=r"hidden = \(64, 64\).*trained with \(8,\)"):
        begin(hidden=(64, 64))
    with pytest.raises(PolicyError, match=r"other wrappers: history 1 -> 3"):
        begin(history=3)
    with pytest.raises(PolicyError, match=r"was trained by 'ppo'.*algorithm='sac'"):
        begin(start_from=data_folder() / "policies" / "ppo-full")
    with pytest.raises(PolicyError, match=r"trained for 'swing-up', not for 'balance'"):
        begin(task="balance")
    with pytest.raises(ConfigurationError, match=r"say minutes="):
        begin(total_steps=100)
    with pytest.raises(ConfigurationError, match=r"after every episode"):
        begin(train_freq_unit="step")
    assert not (tmp_path / "run").exists()


def test_another_robot_is_refused_unless_allowed(first: Run, tmp_path: Path, started: None):
    place = RobotPlace("sim", "qube")
    with pytest.raises(PolicyError, match=r"is .qube.*allow_other_robot=True"):
        load_start(first.folder, place, allow_other_robot=False)
    assert load_start(first.folder, place, allow_other_robot=True).info.name == "run"


def test_without_its_critics_it_cannot_be_refined(first: Run, tmp_path: Path):
    from furutalib.learning.policy_folder import save_policy

    policy = load_policy(first.folder / "best")
    save_policy(tmp_path / "light", policy.network, policy.info)
    with pytest.raises(PolicyError, match=r"has no model\.zip"):
        load_start(tmp_path / "light", PLACE, allow_other_robot=False)


@pytest.mark.parametrize("minutes", [-1.0, 0.0, math.nan, math.inf, "5"])
def test_minutes_that_are_none_are_refused(tmp_path: Path, minutes: object):
    with pytest.raises(ConfigurationError, match=r"minutes = .*; it must be a number above 0"):
        train_on_robot(tmp_path / "run", minutes=minutes)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("place", ["emulated", "", {"kind": "emulated"}])
def test_a_place_that_is_none_is_refused(tmp_path: Path, place: object):
    with pytest.raises(ConfigurationError, match=r'furutalib.RobotPlace\("emulated"\)'):
        train_on_robot(tmp_path / "run", place)


def test_from_zero_by_default(tmp_path: Path, started: None):
    run = train_on_robot(tmp_path / "run", minutes=15.0, seed=3)
    config = run.config
    assert config.settings.total_steps == 45_000
    assert config.on_robot == OnRobot(RobotPlace())
    assert config.own_reward is not None  # "peaked"
    assert (config.settings.hidden, config.wrappers.history) == ((128, 128), 2)
    assert config.command() == (
        "furutalib.train_on_robot(seed=3, minutes=15.0, reward=load_reward('reward.py'))"
    )
    assert robot_training.FROM_ZERO.mirror
