import math

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.learning.controllers import LQR
from furutalib.learning.rollout import collect
from furutalib.lessons.hand_run import (
    FELL,
    HELD,
    LIMIT,
    Conditions,
    HandRun,
    Moment,
    Pace,
    Score,
    controlled,
)
from furutalib.machine.robot import Start

ROBOT = load_robot("course")
START = Start(pendulum_angle_rad=math.pi + math.radians(2.0))


def conditions(delay_s=0.02, slow=1, start=START):
    return Conditions(ROBOT, start, delay_s, 5.0, slow)


def ride(run, command=lambda _moment: 0.0):
    moments = [run.tick(0.0)]
    while not run.ended:
        moments.append(run.tick(command(moments[-1])))
    return moments


def test_without_a_hand_it_falls_as_fast_in_slow_motion():
    times = []
    for slow in (1, 4, 10):
        run = HandRun(conditions(slow=slow))
        moments = ride(run)
        assert run.ended == FELL
        assert abs(moments[-2].from_upright_deg) <= 30.0 < abs(moments[-1].from_upright_deg)
        assert len(moments) == pytest.approx(50 * slow * moments[-1].time_s)
        times.append(moments[-1].time_s)
    assert times == pytest.approx([times[0]] * 3, abs=0.02)
    assert 0.1 < times[0] < 0.6


def test_a_constant_push_drives_the_arm_to_its_limit_or_the_pendulum_down():
    run = HandRun(conditions(start=Start(arm_angle_rad=2.4, pendulum_angle_rad=math.pi)))
    ride(run, lambda _moment: 1.0)
    assert run.ended == LIMIT


@pytest.mark.parametrize("slow", [1, 10])
def test_a_command_acts_after_the_delay_and_not_before(slow):
    still = Start()  # hangs at rest: nothing moves unless it is pushed
    runs = [HandRun(conditions(delay_s, slow, still)) for delay_s in (0.0, 0.04)]
    ticks = round(0.04 * 50 * slow)
    at_once, late = ([run.tick(0.5).arm_rad for _ in range(3 * ticks)] for run in runs)
    assert at_once[ticks - 1] > 0.0
    assert late[:ticks] == [0.0] * ticks
    assert late[ticks:] == pytest.approx(at_once[: 2 * ticks])


def test_a_quick_hand_holds_it_in_slow_motion():
    gain = LQR(ROBOT).gain
    before = [0.0, START.pendulum_angle_rad]

    def command(moment):
        speeds = (np.array([moment.arm_rad, moment.pendulum_rad]) - before) * 50.0 * 2
        before[:] = [moment.arm_rad, moment.pendulum_rad]
        state = [moment.arm_rad, math.radians(moment.from_upright_deg), *speeds]
        return float(np.clip(-gain[:4] @ state, -1.0, 1.0))

    run = HandRun(conditions(slow=2))
    ride(run, command)
    assert run.ended == HELD


def test_a_controller_is_shown_as_it_ran():
    lqr = LQR(ROBOT)
    rollout = collect(lqr, [START], robot=ROBOT, task="balance", duration_s=5.0)
    run = controlled(lqr, conditions(slow=4))
    moments = ride(run)
    assert run.ended == HELD
    assert len(moments) == 5.0 * 50 * 4
    assert [m.pendulum_rad for m in moments[3::4]] == pytest.approx(rollout.pendulum_angle_rad[0])
    assert [m.command for m in moments[3::4]] == pytest.approx(rollout.command[0])


def test_too_long_a_delay_fells_a_controller_too():
    run = controlled(LQR(ROBOT), conditions(delay_s=0.06))
    moments = ride(run)
    assert run.ended in (FELL, LIMIT)
    assert moments[-1].time_s < 2.0


@pytest.mark.parametrize(
    "wrong",
    [{"delay_s": -0.01}, {"duration_s": 0.0}, {"slow": 0}],
    ids=lambda each: next(iter(each)),
)
def test_impossible_conditions_are_refused(wrong):
    values = {"delay_s": 0.02, "duration_s": 5.0, "slow": 1} | wrong
    with pytest.raises(ConfigurationError, match="slow motion of 1 or more"):
        Conditions(ROBOT, START, **values)


def test_the_score_counts_seconds_and_the_root_mean_square():
    score = Score()
    assert score.rms_deg == 0.0
    for time_s, degrees in ((0.02, 3.0), (0.04, -4.0)):
        score.add(Moment(time_s, 0.0, math.pi + math.radians(degrees), 0.0))
    assert score.seconds == 0.04
    assert score.rms_deg == pytest.approx(math.sqrt(12.5))


def test_ticks_follow_the_clock():
    now = [10.0]
    pace = Pace(lambda: now[0])
    assert pace.due() == 0
    assert pace.wait_s() == pytest.approx(0.02)
    now[0] += 0.05
    assert pace.due() == 2
    assert pace.wait_s() == pytest.approx(0.01)
    now[0] += 0.01
    assert pace.due() == 1


def test_a_busy_kernel_makes_the_pendulum_wait():
    now = [0.0]
    pace = Pace(lambda: now[0])
    now[0] = 7.0
    assert pace.due() == 5
    assert pace.due() == 0
    now[0] += 0.04
    assert pace.due() == 2
