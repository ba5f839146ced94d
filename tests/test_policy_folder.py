"""A policy folder loads where it fits and is refused where it does not."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from furutalib.facts.errors import PolicyError
from furutalib.facts.robot import load_robot
from furutalib.learning import policy_folder
from furutalib.learning.policy import Network
from furutalib.learning.policy_folder import PolicyInfo, add_metrics, load_policy, save_policy
from furutalib.learning.stages import WrapperSettings


def network(seed: int = 0) -> Network:
    random = np.random.default_rng(seed)
    sizes = (6, 8, 1)
    return Network(
        weights=tuple(random.normal(size=(a, b)).astype(np.float32) for a, b in pairwise(sizes)),
        biases=tuple(random.normal(size=b).astype(np.float32) for b in sizes[1:]),
        activation="relu",
        squash="tanh",
        mean_limit=2.0,
    )


@pytest.fixture
def info() -> PolicyInfo:
    return PolicyInfo(
        name="first",
        task="swing-up",
        robot=load_robot("course"),
        wrappers=WrapperSettings(history=1),
        rate_hz=50.0,
        training={"command": "furuta train", "seed": 4},
        metrics={"validation": {"success_rate": 1.0}},
    )


@pytest.fixture
def folder(tmp_path: Path, info: PolicyInfo) -> Path:
    def save_model(path: Path) -> None:
        path.write_bytes(b"torch")

    return save_policy(tmp_path / "policy", network(), info, save_model)


def edit(folder: Path, **changes: object) -> None:
    file = folder / "policy.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_comes_back_as_it_was(folder: Path, info: PolicyInfo):
    policy = load_policy(folder)
    assert policy.info == info
    assert repr(policy) == "LoadedPolicy('first': swing-up, robot 'course', 50 Hz)"
    assert policy.wrappers == info.wrappers
    observation = np.random.default_rng(1).normal(size=(20, 6)).astype(np.float32)
    assert np.array_equal(policy.act(observation), network()(observation))


def test_the_card_tells_what_it_is(folder: Path):
    card = (folder / "CARD.md").read_text()
    for word in ("first", "course", "| validation success_rate | 1 |", "furuta train", "numpy"):
        assert word in card


def test_same_policy_gives_same_files(tmp_path: Path, info: PolicyInfo):
    one, two = (save_policy(tmp_path / name, network(), info) for name in "ab")
    assert (one / "policy.json").read_bytes() == (two / "policy.json").read_bytes()
    assert (one / "weights.npz").read_bytes() == (two / "weights.npz").read_bytes()


@pytest.mark.parametrize("name", ["policy.json", "weights.npz", "model.zip", "CARD.md"])
def test_a_missing_file_is_named(folder: Path, name: str):
    (folder / name).unlink()
    with pytest.raises(PolicyError, match=f"{name} is missing"):
        load_policy(folder)


@pytest.mark.parametrize("name", ["weights.npz", "model.zip", "CARD.md"])
def test_a_changed_file_is_named(folder: Path, name: str):
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    with pytest.raises(PolicyError, match=f"{name} is not the file .*wrong hash"):
        load_policy(folder)


def test_another_observation_is_refused(folder: Path):
    edit(folder, observation=["camera image"])
    with pytest.raises(PolicyError, match=r"wants the observation \['camera image'\]"):
        load_policy(folder)


def test_another_robot_is_refused_unless_allowed(folder: Path):
    other = load_robot("course").with_values({"motor.resistance_ohm": 99.0})
    with pytest.raises(PolicyError, match=r"motor.resistance_ohm .* -> 99.0.*allow_other_robot"):
        load_policy(folder, robot=other)
    assert load_policy(folder, robot=other, allow_other_robot=True).info.name == "first"
    assert load_policy(folder, robot="course").info.name == "first"
    with pytest.raises(PolicyError, match=r"arm.center_of_mass_m .* and \d+ more; to run it"):
        load_policy(folder, robot="qube")


def test_other_wrappers_are_refused(folder: Path, info: PolicyInfo):
    assert load_policy(folder, wrappers=info.wrappers).wrappers == info.wrappers
    with pytest.raises(PolicyError, match=r"other wrappers: history 1 -> 3"):
        load_policy(folder, wrappers=replace(info.wrappers, history=3))


def test_randomisation_is_no_difference(tmp_path: Path, info: PolicyInfo):
    drawn = replace(info.wrappers, randomisation={"arm.mass_kg": 0.1})
    folder = save_policy(tmp_path / "randomised", network(), replace(info, wrappers=drawn))
    assert load_policy(folder, wrappers=info.wrappers).wrappers == drawn
    with pytest.raises(PolicyError, match=r"other wrappers: history 1 -> 3;"):
        load_policy(folder, wrappers=replace(info.wrappers, history=3))


def test_damaged_descriptions_are_refused(folder: Path):
    edit(folder, format=99)
    with pytest.raises(PolicyError, match="not format 1"):
        load_policy(folder)
    (folder / "policy.json").write_text("{")
    with pytest.raises(PolicyError, match="is damaged"):
        load_policy(folder)
    (folder / "policy.json").write_text('{"format": 1}')
    with pytest.raises(PolicyError, match="lacks files, metrics"):
        load_policy(folder)
    (folder / "policy.json").unlink()
    with pytest.raises(PolicyError, match=r"not a policy folder: policy.json is missing"):
        load_policy(folder)


def test_a_path_that_holds_no_policy_says_where_one_may_be(folder: Path):
    with pytest.raises(PolicyError, match=r"there is no folder .*nowhere"):
        load_policy(folder.parent / "nowhere")
    with pytest.raises(PolicyError, match=r"policy.json is a file; give the policy's folder"):
        load_policy(folder / "policy.json")
    run = folder.parent / "run"
    run.mkdir()
    folder.rename(run / "best")
    with pytest.raises(PolicyError, match=r"is a run, .*its policy is in .*best"):
        load_policy(run)


def test_a_changed_description_is_refused_an_older_one_without_a_hash_is_not(folder: Path):
    file = folder / "policy.json"
    stored = json.loads(file.read_text())
    file.write_text(json.dumps(stored))  # another layout is no change
    load_policy(folder)
    edit(folder, wrappers={**stored["wrappers"], "dead_zone_compensation": 0.2})
    with pytest.raises(PolicyError, match=r"policy.json was changed .*wrong hash.*copy"):
        load_policy(folder)
    file.write_text(json.dumps({key: stored[key] for key in stored if key != "hash"}))
    assert load_policy(folder).info.name == "first"


def test_unknown_wrapper_in_the_description_is_refused(folder: Path):
    stored = json.loads((folder / "policy.json").read_text())["wrappers"]
    edit(folder, wrappers={**stored, "telepathy": 1})
    with pytest.raises(PolicyError, match="telepathy"):
        load_policy(folder)


def test_added_metrics_keep_everything_else(folder: Path):
    before = load_policy(folder)
    add_metrics(folder, {"test": {"success_rate": 0.5}})
    after = load_policy(folder)
    assert set(after.info.metrics) == {"validation", "test"}
    assert (folder / "model.zip").read_bytes() == b"torch"
    observation = np.ones((1, 6), np.float32)
    assert np.array_equal(before.act(observation), after.act(observation))


def test_a_full_disk_leaves_the_old_policy(
    folder: Path, info: PolicyInfo, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(policy_folder.np, "savez", full)
    with pytest.raises(OSError, match="No space left"):
        save_policy(folder, network(1), replace(info, name="second"))
    assert load_policy(folder).info.name == "first"
    assert [file.name for file in folder.parent.iterdir()] == ["policy"]
