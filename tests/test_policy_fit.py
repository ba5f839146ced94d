"""What a training covered and what it did not."""

import pytest

from furutalib.facts.paths import data_folder
from furutalib.facts.robot import load_robot
from furutalib.learning.build_spread import BUILD_SPREAD
from furutalib.learning.evaluation import evaluate
from furutalib.learning.policy_fit import robot_differences
from furutalib.learning.policy_folder import check_same_robot, load_policy
from furutalib.machine.emulator.hidden import hidden_robot

COURSE = load_robot("course")
RANGES = {"motor.resistance_ohm": 0.1, "pendulum.mass_kg": 0.05}


def changed(key, factor):
    table, _, name = key.partition(".")
    return COURSE.with_values({key: factor * COURSE.to_dict()[table][name]})


@pytest.mark.parametrize(
    ("key", "factor", "covered"),
    [
        ("motor.resistance_ohm", 1.0999, True),
        ("motor.resistance_ohm", 0.9001, True),
        ("motor.resistance_ohm", 1.11, False),
        ("pendulum.mass_kg", 0.96, True),
        ("pendulum.mass_kg", 0.94, False),
        ("arm.mass_kg", 1.001, False),  # was not varied at all
        ("drive.dead_zone", 1.9, True),
        ("drive.dead_zone", 2.1, False),
    ],
)
def test_what_lies_within_the_ranges_is_no_difference(key, factor, covered):
    found = robot_differences(COURSE, changed(key, factor), RANGES)
    assert [each.split()[0] for each in found] == ([] if covered else [key])
    assert robot_differences(COURSE, changed(key, factor), {})


@pytest.mark.parametrize(("factor", "covered"), [(1.15, True), (0.87, True), (1.25, False)])
def test_torque_per_volt_counts_where_both_were_varied(factor, covered):
    ranges = {"motor.resistance_ohm": 0.1, "motor.torque_constant_nm_a": 0.05}
    found = robot_differences(COURSE, changed("motor.torque_constant_nm_a", factor), ranges)
    assert (not found) == covered


@pytest.mark.parametrize(("factor", "covered"), [(1.5, True), (0.6, True), (1.7, False)])
def test_a_common_factor_on_all_that_is_in_proportion_counts_once(factor, covered):
    """Identification holds the pendulum's mass; were it at the edge, all else would be scaled."""
    robot = changed("pendulum.coulomb_nm", factor)
    assert (not robot_differences(COURSE, robot, BUILD_SPREAD)) == covered
    # One friction asks for a heavier pendulum than was thought, the other for a lighter one.
    robot = robot.with_values({"motor.coulomb_nm": COURSE.motor.coulomb_nm / factor})
    assert len(robot_differences(COURSE, robot, BUILD_SPREAD)) == 1


def test_all_that_differs_is_named_in_order():
    other = COURSE.with_values({"motor.resistance_ohm": 9.0, "arm.mass_kg": 0.1})
    assert robot_differences(COURSE, other, {}) == [
        "arm.mass_kg 0.087 -> 0.1",
        "motor.resistance_ohm 6.67 -> 9.0",
    ]


def test_the_name_counts_where_nothing_was_varied():
    named = type(COURSE)(**{**vars(COURSE), "name": "mine"})
    assert robot_differences(COURSE, named, {}) == ["name 'course' -> 'mine'"]
    assert robot_differences(COURSE, named, RANGES) == []


def test_the_shipped_randomised_policy_takes_built_robots_without_being_asked():
    policy = load_policy(data_folder() / "policies" / "ppo-random")
    for seed in range(20):
        robot = hidden_robot(COURSE, seed)
        # The axial inertia cannot be identified, so no file will hold the true one.
        robot = robot.with_values(
            {"pendulum.inertia_axial_kg_m2": COURSE.pendulum.inertia_axial_kg_m2}
        )
        check_same_robot(policy.info, robot)
    assert policy.info.wrappers.randomisation == BUILD_SPREAD


@pytest.mark.parametrize("dead_zone", [0.0, 0.16])
def test_it_bears_the_dead_zones_that_count_as_covered(dead_zone):
    robot = COURSE.with_values({"drive.dead_zone": dead_zone})
    assert evaluate(data_folder() / "policies" / "ppo-random", robot=robot).successes >= 95
