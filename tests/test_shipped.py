"""Every shipped policy is what its card says, on the plant and with the code of today."""

import json
import re

import pytest

from furutalib.facts.paths import data_folder
from furutalib.learning.evaluation import Evaluation, evaluate
from furutalib.learning.policy_folder import LoadedPolicy, load_policy
from furutalib.learning.provenance import code_hash, plant_hash
from furutalib.learning.robot_evaluation import evaluate_on_robot
from furutalib.learning.robot_place import RobotPlace

POLICIES = sorted(path.parent for path in (data_folder() / "policies").glob("*/policy.json"))


def test_the_policies_that_the_lessons_load_are_there():
    assert {"ppo-full", "ppo-ideal", "ppo-random", "sac-full", "sac-robot"} <= {
        folder.name for folder in POLICIES
    }


@pytest.mark.parametrize("folder", POLICIES, ids=lambda folder: folder.name)
def test_a_shipped_policy_keeps_the_promise_of_its_card(folder):
    policy = load_policy(folder)
    text = json.dumps(policy.info.metrics)
    shipped = policy.info.metrics["shipped"]
    promised = re.search(r"test: (\d+)/100", policy.info.metrics[shipped])
    assert promised, text
    again = _evaluated(policy)
    assert again.successes == int(promised[1])
    assert again.successes >= 95


def _evaluated(policy: LoadedPolicy) -> Evaluation:
    """In simulation, or, if it learned on a robot, on that one; which is an emulated one."""
    learned_on = policy.info.training.get("on_robot")
    if learned_on is None:
        return evaluate(policy, fidelity=policy.info.training["fidelity"])
    with RobotPlace(**learned_on["place"]).connect() as robot:
        return evaluate_on_robot(policy, robot)


@pytest.mark.parametrize("folder", POLICIES, ids=lambda folder: folder.name)
def test_a_shipped_policy_was_made_with_the_frozen_code_and_plant_of_today(folder):
    info = load_policy(folder).info
    made = json.dumps({**info.training, **info.metrics})
    remake = f"make it again: python data/policies/make.py {folder.name}"
    assert code_hash() in made, remake
    assert plant_hash(info.robot, info.training["fidelity"]) in made, remake


@pytest.mark.parametrize("folder", POLICIES, ids=lambda folder: folder.name)
def test_the_card_gives_the_command_the_versions_and_more_than_one_seed(folder):
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    assert f"make.py {folder.name}" in card
    assert "stable_baselines3" in card
    assert len(re.findall(r"^\| seed \d \|", card, re.MULTILINE)) >= 2
