"""The plant along commands: the same as a simulated robot, and smooth in the latency."""

import numpy as np
import pytest

from furutalib.facts.robot import load_robot
from furutalib.learning.identifiable import LATENCY, values_of
from furutalib.learning.open_loop import follow
from furutalib.machine.robot import SimulatedRobot
from furutalib.maths.plant_parameters import PAST_COMMANDS

COURSE = load_robot("course")


def commands(periods: int = 60) -> np.ndarray:
    rng = np.random.default_rng(3)
    return np.r_[np.zeros(PAST_COMMANDS), np.repeat(rng.uniform(-0.6, 0.6, periods // 6), 6)]


@pytest.mark.parametrize("latency_s", [0.0, 0.02, 0.0275])
def test_it_goes_where_a_simulated_robot_goes(latency_s: float) -> None:
    robot = COURSE.with_values({"control.latency_s": latency_s, "motor.backlash_rad": 1e-6})
    sent = commands()
    with SimulatedRobot(robot, "full-encoder_counts") as simulated:
        simulated.reset()
        readings = [simulated.step(u) for u in sent[PAST_COMMANDS:]]
    motion = follow(robot, values_of(robot)[None], np.zeros((1, 4)), np.zeros((1, 2)), sent[None])
    for joint, name in enumerate(("arm_angle_rad", "pendulum_angle_rad")):
        measured = [getattr(one, name) for one in readings]
        assert motion.angles[0, 1:, joint] == pytest.approx(measured, abs=1.5e-3)


def test_angles_change_smoothly_with_the_latency() -> None:
    latencies = np.linspace(0.012, 0.028, 81)
    values = np.repeat(values_of(COURSE)[None], len(latencies), axis=0)
    values[:, LATENCY] = latencies
    n = len(values)
    sent = np.r_[np.zeros(PAST_COMMANDS), np.full(8, 0.6)]
    motion = follow(COURSE, values, np.zeros((n, 4)), np.zeros((n, 2)), np.tile(sent, (n, 1)))
    arm = motion.angles[:, -1, 0]
    assert np.all(np.diff(arm) < 0.0)  # later is less far
    assert np.ptp(np.diff(arm)) < 0.3 * np.abs(np.diff(arm)).mean()


def test_a_latency_beside_a_whole_period_is_as_good_as_any() -> None:
    values = np.repeat(values_of(COURSE)[None], 3, axis=0)
    values[:, LATENCY] = [0.0199, 0.02, 0.0201]
    sent = np.tile(commands(), (3, 1))
    ends = follow(COURSE, values, np.zeros((3, 4)), np.zeros((3, 2)), sent).end
    for row in range(3):
        alone = follow(COURSE, values[[row]], np.zeros((1, 4)), np.zeros((1, 2)), sent[:1])
        assert ends[row] == pytest.approx(alone.end[0], abs=1e-3)


def test_pieces_do_not_disturb_each_other() -> None:
    sent = np.stack([commands(), -commands()])
    values = np.repeat(values_of(COURSE)[None], 2, axis=0)
    both = follow(COURSE, values, np.zeros((2, 4)), np.zeros((2, 2)), sent)
    one = follow(COURSE, values[:1], np.zeros((1, 4)), np.zeros((1, 2)), sent[1:])
    assert both.angles[1] == pytest.approx(one.angles[0], abs=1e-12)
    assert both.angles[1] == pytest.approx(-both.angles[0], abs=1e-9)
