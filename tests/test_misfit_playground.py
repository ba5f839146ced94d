import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.lessons.misfit_playground import (
    FAILS_BELOW,
    PARTS,
    STARTS,
    changed,
    misfit_playground,
    try_fit,
    verdict_html,
)


@pytest.mark.parametrize("part", PARTS)
def test_every_part_changes_one_number_of_the_robot(part):
    robot = load_robot("course")
    assert changed(robot, part, 0) == robot
    table, _, key = PARTS[part].partition(".")
    before, after = (one.to_dict()[table].pop(key) for one in (robot, changed(robot, part, -20)))
    assert after == pytest.approx(0.8 * before)


def test_a_policy_does_well_on_its_own_robot_and_not_without_its_latency():
    own = try_fit("ppo-full", "latency", 0)
    assert own.result.successes == STARTS
    assert not own.breaks
    other = try_fit("ppo-full", "latency", -60)
    assert other.breaks
    assert other.row()["successes"] < FAILS_BELOW
    assert "not yet" in verdict_html([own])
    text = verdict_html([own, other])
    assert f"{STARTS} of {STARTS} simulated starts succeed" in text
    assert "your smallest so far is -60 % of the latency" in text


def test_an_impossible_robot_is_refused():
    with pytest.raises(ConfigurationError):
        changed(load_robot("course"), "pendulum's mass", -100)


def test_the_sliders_fill_the_table():
    box = misfit_playground()
    policy, part, percent, said, table = box.children
    part.value = "supply voltage"
    percent.value = -50
    rows = table.payload["rows"]
    assert len(rows) == 3
    assert "supply voltage" in said.value
    assert policy.value == "ppo-full"
