"""Policies of randomised trainings are chosen on many robots, the others on the described one."""

from dataclasses import replace
from typing import Any

import numpy as np

from furutalib.learning import validation
from furutalib.learning.policy import Network, NumpyPolicy
from furutalib.learning.rollout import Rollout, collect
from furutalib.learning.run_config import RunConfig
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.starts import draw_starts
from furutalib.learning.validation import validate

STARTS = draw_starts("validation", 6)
SOON = 75  # steps


def policy(wrappers: WrapperSettings) -> NumpyPolicy:
    """One that pushes, more or less, whatever it sees."""
    rng = np.random.default_rng(0)
    weights = rng.normal(0.0, 0.5, (6, 1)).astype(np.float32)
    return NumpyPolicy(Network((weights,), (np.zeros(1, np.float32),)), wrappers)


def run(ranges: dict[str, float]) -> Rollout:
    wrappers = WrapperSettings(history=1, randomisation=ranges)
    return validate(policy(wrappers), STARTS, RunConfig(wrappers=wrappers))


def test_without_randomisation_it_is_the_described_robot() -> None:
    wrappers = WrapperSettings(history=1)
    alone = collect(policy(wrappers), STARTS, robot="course", duration_s=8.0)
    np.testing.assert_array_equal(run({}).pendulum_angle_rad, alone.pendulum_angle_rad)


def test_with_randomisation_the_first_start_is_of_the_described_robot_and_the_others_differ() -> (
    None
):
    one, many = run({}), run({"pendulum.mass_kg": 0.5})
    assert many.starts == one.starts == STARTS
    # many at once and one alone are multiplied in another order: the last bits differ
    np.testing.assert_allclose(many.command[0, :SOON], one.command[0, :SOON], atol=1e-4)
    for row in range(1, len(STARTS)):
        change = np.abs(many.pendulum_angle_rad[row] - one.pendulum_angle_rad[row])
        assert np.nanmax(change) > 3e-3  # the least of the starts hardly swings


def test_the_robots_are_the_same_every_time() -> None:
    first, second = (run({"pendulum.mass_kg": 0.2}) for _ in range(2))
    np.testing.assert_array_equal(first.arm_angle_rad, second.arm_angle_rad)


def test_there_are_no_more_robots_than_starts(monkeypatch: Any) -> None:
    met = []

    def noted(*arguments: Any, **options: Any) -> Rollout:
        met.append(options["robot"])
        return collect(*arguments, **options)

    monkeypatch.setattr(validation, "collect", noted)
    run({"pendulum.mass_kg": 0.2})
    masses = {robot.pendulum.mass_kg for robot in met}
    assert len(met) == len(masses) == len(STARTS)
    nominal = RunConfig().robot.pendulum.mass_kg
    assert all(abs(mass / nominal - 1.0) <= 0.2 for mass in masses)
    assert replace(met[0]) == RunConfig().robot
