"""Tables of a report."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from report_folders import make_policy, make_recording, make_run

from furutalib.view import report_tables as tables
from furutalib.view.report_part import Part
from furutalib.view.report_recording import read_recording
from furutalib.view.report_run import read_policy, read_run


@pytest.fixture
def pair(tmp_path: Path) -> list[Part]:
    return [
        read_run(make_run(tmp_path / f"r{k}", seed=k, continuity=0.5 * k), f"r{k}") for k in (0, 1)
    ]


def test_settings_are_those_that_differ_and_those_that_do_not(pair: list[Part]) -> None:
    apart, common = tables.settings(pair)
    assert re.findall('<th scope="row">([^<]*)', apart) == ["r0", "r1"] or "seed" in apart
    assert "reward.continuity" in apart
    assert "reward.continuity" not in common
    assert "motor.resistance_ohm" in common
    assert tables.settings(pair[:1])[0] == ""


def test_the_best_figure_of_several_policies_is_marked(pair: list[Part]) -> None:
    better = replace(pair[1], figures=[{"starts": "test", "success_rate": 1.0}])
    made = tables.figures([pair[0], better])
    assert "<b>100</b>" in made
    assert "From the validation starts" in made
    assert tables.figures([replace(pair[0], figures=[])]) == ""


def test_versions_say_whether_code_and_plant_are_those_of_this_library(pair: list[Part]) -> None:
    assert tables.made_with(pair).count(", the same here") == 4
    assert tables.other_than_here(pair) == []
    old = replace(pair[0], made_with={**pair[0].made_with, "code_hash": "0" * 12})
    assert "NOT the same here" in tables.made_with([old])
    assert tables.other_than_here([old, pair[1]]) == ["r0"]


def test_a_robot_with_other_numbers_is_told(pair: list[Part]) -> None:
    robot = pair[0].robot
    assert robot is not None
    other = replace(robot, motor=replace(robot.motor, resistance_ohm=7.5))
    made = tables.made_with([replace(pair[0], robot=other)])
    assert "motor.resistance_ohm (6.67 -&gt; 7.5)" in made
    assert "NOT the same here" in made  # its plant
    named = replace(other, name="hers")
    assert "hers, not one of this library" in tables.made_with([replace(pair[0], robot=named)])


def test_few_parts_stand_side_by_side_and_many_below_one_another(pair: list[Part]) -> None:
    assert '<th scope="col">r0</th><th scope="col">r1</th>' in tables.at_a_glance(pair)
    many = [replace(pair[0], name=f"n{k}") for k in range(15)]
    assert '<th scope="row">n14</th>' in tables.at_a_glance(many)


def test_everything_has_a_row(tmp_path: Path) -> None:
    parts = [
        read_policy(make_policy(tmp_path / "mine"), "mine"),
        read_recording(make_recording(tmp_path / "e.csv"), "e"),
    ]
    made = tables.at_a_glance(parts)
    for word in ("policy", "recording", "emulated", "simulated", "3,000"):
        assert word in made
    assert tables.made_with(parts).count("not recorded") == 3
