"""A run's configuration: stored, compared, refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import furutalib
from furutalib.facts.errors import ConfigurationError, RunError
from furutalib.facts.robot import load_robot
from furutalib.learning import training
from furutalib.learning.on_robot import FROM_ZERO, WRAPPERS, OnRobot
from furutalib.learning.rewards import RewardWeights
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.run_config import RunConfig, build_settings, changed_keys, read_config
from furutalib.learning.settings import PPOSettings, SACSettings
from furutalib.learning.stages import WrapperSettings

OTHER = RunConfig(
    algorithm="sac",
    settings=SACSettings(hidden=(8,), ent_coef=0.1),
    fidelity=("backlash", "latency"),
    wrappers=WrapperSettings(history=3, randomisation={"motor.resistance_ohm": 0.1}),
    reward=RewardWeights(continuity=0.5),
    own_reward="abc",
    seed=5,
)


@pytest.mark.parametrize("config", [RunConfig(), OTHER])
def test_json_round_trip(config: RunConfig):
    assert RunConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_command_says_what_is_not_default():
    assert RunConfig().command() == "furutalib.train(algorithm='ppo', seed=0)"
    assert OTHER.command() == (
        "furutalib.train(algorithm='sac', seed=5, fidelity='backlash+latency', "
        "history=3, randomisation={'motor.resistance_ohm': 0.1}, "
        "ent_coef=0.1, hidden=(8,), reward=load_reward('reward.py'))"
    )


def test_the_command_starts_the_same_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(training, "start_worker", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    robot = load_robot("qube").with_values({"control.rate_hz": 100.0, "control.latency_s": 0.0})
    config = replace(OTHER, own_reward=None, robot=robot)
    run = eval(config.command(), {"furutalib": furutalib})
    assert run.config == config


def test_changes_are_named():
    new = replace(OTHER, seed=6, settings=replace(OTHER.settings, gamma=0.9))
    assert changed_keys(OTHER.to_dict(), new.to_dict()) == [
        "seed (5 -> 6)",
        "settings.gamma (0.98 -> 0.9)",
    ]
    assert changed_keys(OTHER.to_dict(), OTHER.to_dict()) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 1_000_000}, "seed = 1000000"),
        ({"seed": -1}, "seed = -1"),
        ({"task": "fly"}, "unknown task 'fly'"),
        ({"fidelity": ("gremlins",)}, "unknown effect 'gremlins'"),
        ({"wrappers": WrapperSettings(randomisation={"arm.colour": 0.1})}, "arm.colour"),
        ({"wrappers": WrapperSettings(action_mode="buckets")}, "'sac' cannot choose"),
    ],
)
def test_impossible_runs_are_refused(change, message):
    with pytest.raises(ConfigurationError, match=message):
        replace(OTHER, **change)


def test_unknown_algorithm_and_keys():
    with pytest.raises(ConfigurationError, match="algorithm = 'dqn'; use one of ppo, sac"):
        build_settings("dqn", {})
    with pytest.raises(ConfigurationError, match="a run's configuration has the keys"):
        RunConfig.from_dict({**RunConfig().to_dict(), "colour": "red"})


def test_reading_says_what_is_wrong(tmp_path: Path):
    with pytest.raises(RunError, match="not a run folder"):
        read_config(tmp_path / "config.json")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(RunError, match="start in a new folder"):
        read_config(tmp_path / "config.json")


def test_a_run_from_before_there_was_a_robot_can_be_read():
    stored = RunConfig().to_dict()
    del stored["on_robot"]
    assert RunConfig.from_dict(stored) == RunConfig()


def test_a_run_on_a_robot_comes_back_and_says_its_call():
    on_robot = OnRobot(RobotPlace(hidden=100), noise_scale=0.5)
    settings = replace(FROM_ZERO, total_steps=9_000)
    config = RunConfig("sac", settings, wrappers=WRAPPERS, on_robot=on_robot)
    assert RunConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config
    assert config.command() == (
        "furutalib.train_on_robot(seed=0, place=RobotPlace(kind='emulated', file='course', "
        "hidden=100, clock='plant', bench=''), noise_scale=0.5, minutes=3.0)"
    )


@pytest.mark.parametrize(
    ("algorithm", "settings", "words"),
    [
        ("ppo", PPOSettings(), "a robot learns with SAC"),
        ("sac", SACSettings(train_freq_unit="step"), "train_freq = 1 step.*after every episode"),
    ],
)
def test_what_a_robot_cannot_do_is_refused(algorithm, settings, words: str):
    with pytest.raises(ConfigurationError, match=words):
        RunConfig(algorithm, settings, on_robot=OnRobot())
