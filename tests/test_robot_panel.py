import math

import pytest

from furutalib.facts.errors import SafetyTrip
from furutalib.machine.connect import emulated
from furutalib.view.robot_panel import SHOWN_PER_S, RobotPanel


class Time:
    """A clock that only sleeping moves on."""

    def __init__(self):
        self.now_s = 100.0
        self.slept_s = 0.0

    def clock(self):
        return self.now_s

    def sleep(self, seconds):
        self.now_s += seconds
        self.slept_s += seconds


@pytest.fixture
def robot():
    with emulated(hidden=None) as robot:
        robot.reset()
        yield robot


@pytest.fixture
def time():
    return Time()


def panel_of(robot, time, speed=1.0):
    panel = RobotPanel(robot, speed, clock=time.clock, sleep=time.sleep)
    panel.states = []
    panel.live.send = lambda message: panel.states.extend(message["states"])
    return panel


def said(panel):
    return panel._state.value


def test_it_shows_what_a_loop_does_with_the_robot(robot, time):
    panel = panel_of(robot, time)
    for _ in range(50):
        reading = robot.step(0.4)
    _, time_s, (arm, pendulum), command, values = panel.states[-1]
    assert 0.9 < time_s < 1.01
    assert (arm, pendulum) == pytest.approx(
        (reading.arm_angle_rad, reading.pendulum_angle_rad), abs=0.6
    )
    assert values[0] == pytest.approx(math.degrees(arm))
    assert values[1] > 90  # away from upright: it hangs
    assert values[2] == 0.4
    assert command == values[3] == pytest.approx(0.4, abs=0.001)
    assert values[4] == 0.0
    assert "motor on" in said(panel)


def test_it_shows_no_more_than_25_states_a_second(robot, time):
    panel = panel_of(robot, time)
    for _ in range(100):
        robot.step(0.0)
    assert 2.0 * SHOWN_PER_S * 0.8 <= len(panel.states) <= 2.0 * SHOWN_PER_S + 1


@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_a_robot_whose_time_is_computed_is_held_back(robot, time, speed):
    panel_of(robot, time, speed)
    for _ in range(100):
        robot.step(0.0)
    assert time.slept_s == pytest.approx(2.0 / speed)


def test_after_a_pause_it_is_not_hurried(robot, time):
    panel_of(robot, time)
    for _ in range(10):
        robot.step(0.0)
    time.now_s += 60.0  # somebody reads
    before_s = time.slept_s
    for _ in range(11):
        robot.step(0.0)
    assert time.slept_s - before_s == pytest.approx(0.2, abs=0.021)


def test_what_was_asked_and_what_was_sent_are_two_things(robot, time):
    panel = panel_of(robot, time)
    for _ in range(200):
        robot.step(1.0)
    limited = [
        state[4] for state in panel.states if state[4][2] != pytest.approx(state[4][3], abs=0.01)
    ]
    assert limited
    assert all(values[2] == 1.0 for values in limited)


def test_a_trip_is_shown_at_once_with_what_to_do(robot, time):
    panel = panel_of(robot, time)
    robot.step(0.1)
    robot.bench.fault("motor shorted")
    with pytest.raises(SafetyTrip):
        for _ in range(10):
            robot.step(0.4)
    assert "tripped: over-current" in said(panel)
    assert "What to do:" in said(panel)
    robot.bench.fault("motor shorted", on=False)
    robot.clear()
    robot.reset()
    assert "motor on" in said(panel)


def test_where_nobody_drives_it_does_not_say_that_the_motor_is_on(robot, time):
    panel = panel_of(robot, time)
    robot.step(0.1)
    time.now_s += 1.0
    panel._look()
    assert "motor on" not in said(panel)
    assert "time stands still" in said(panel)


def test_a_closed_panel_follows_no_more(robot, time):
    panel = panel_of(robot, time)
    panel.close()
    panel.close()
    robot.step(0.1)
    assert panel.states == []


def test_an_exported_page_shows_a_picture(robot, time):
    panel = panel_of(robot, time)
    bundle = panel._repr_mimebundle_()
    assert "live" in bundle["text/html"]
    assert "course" in bundle["text/plain"]
