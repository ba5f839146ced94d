"""Every watcher trips on its fault, in the time stated here, and not just short of it."""

import math

import pytest

from furutalib.facts.machine import load_machine
from furutalib.facts.robot import load_robot
from furutalib.machine.robot import Flag, Reading
from furutalib.machine.watchers import (
    ArmSpeed,
    ArmStop,
    Chips,
    FrozenArm,
    FrozenPendulum,
    Jump,
    LateLoop,
    Moment,
    watchers,
)

COURSE = load_robot("course")
LIMITS = load_machine("course").safety
DT = 0.02
COUNT = 2 * math.pi / 211.2


def reading(arm=0.0, pendulum=0.0, command=0.0, flags=Flag.NONE):
    return Reading(0.0, arm, pendulum, command, flags)


def moment(before=None, now=None, periods=1.0, late_s=0.0, health=""):
    return Moment(before or reading(), now or reading(), periods, late_s, health)


def periods_until(watcher, readings, **more):
    """How many periods it takes the watcher to trip; None if it never does."""
    watcher.start()
    for number in range(1, len(readings)):
        finding = watcher.look(moment(readings[number - 1], readings[number], **more))
        if finding:
            return number, finding
    return None, None


@pytest.mark.parametrize(
    ("flag", "cause", "blind"),
    [
        (Flag.COUNTER_SILENT, "counter silent", True),
        (Flag.COUNTER_RESTARTED, "counter restarted", True),
        (Flag.OVER_CURRENT, "over-current", False),
    ],
)
def test_what_the_chips_say_trips_at_once(flag, cause, blind):
    finding = Chips().look(moment(now=reading(flags=flag | Flag.ARM_ANGLE), health="wire loose"))
    assert (finding.cause, finding.why, finding.blind) == (cause, "wire loose", blind)
    assert cause in Chips().look(moment(now=reading(flags=flag))).why


def test_health_alone_trips_and_other_flags_do_not():
    assert Chips().look(moment(health="the guardian is silent")).why == "the guardian is silent"
    assert Chips().look(moment(now=reading(flags=Flag.ARM_ANGLE | Flag.LATE))) is None


@pytest.mark.parametrize(
    ("late_periods", "expected"), [(0.4, None), (0.5, 6), (1.0, 3), (2.9, 2), (3.0, 1), (25.0, 1)]
)
def test_lateness_adds_up_over_periods_in_a_row(late_periods, expected):
    driven = [reading(command=0.1)] * 30
    number, _ = periods_until(LateLoop(LIMITS, DT), driven, late_s=late_periods * DT)
    assert number == expected


def test_a_late_loop_does_not_matter_while_the_motor_is_braked():
    assert periods_until(LateLoop(LIMITS, DT), [reading()] * 30, late_s=DT)[0] is None


def test_a_period_in_time_forgives_the_late_ones():
    watch = LateLoop(LIMITS, DT)
    for late in [1.0, 1.0, 0.0] * 5:
        assert watch.look(moment(now=reading(command=0.1), late_s=late * DT)) is None


@pytest.mark.parametrize("which", ["arm", "pendulum"])
def test_a_jump_is_more_than_the_limit_in_one_period(which):
    def jump(by, periods=1.0):
        return Jump(LIMITS).look(moment(now=reading(**{which: by}), periods=periods))

    assert jump(1.99) is None
    assert which in jump(-2.01).why
    assert jump(2.01, periods=2.0) is None
    assert jump(4.01, periods=2.0).blind
    assert which in jump(math.nan).why


def test_the_arm_trips_at_the_stop_and_by_its_speed():
    assert ArmStop(LIMITS).look(moment(now=reading(arm=-3.09))) is None
    assert "-3.10 rad" in ArmStop(LIMITS).look(moment(now=reading(arm=-3.1))).why
    speed = ArmSpeed(LIMITS, DT)
    assert speed.look(moment(now=reading(arm=1.39))) is None
    assert "+70" in speed.look(moment(now=reading(arm=1.41))).why
    assert speed.look(moment(now=reading(arm=1.41), periods=2.0)) is None


def test_an_arm_that_is_driven_and_does_not_count_trips_after_the_periods():
    still = [reading(command=0.5)] * 40
    number, finding = periods_until(FrozenArm(LIMITS, COURSE), still)
    assert (number, finding.cause, finding.blind) == (10, "arm frozen", True)
    trembling = [reading(command=0.6 if k % 2 else 0.3) for k in range(40)]
    assert periods_until(FrozenArm(LIMITS, COURSE), trembling)[0] == 10


def test_an_arm_that_friction_may_hold_does_not_trip():
    for command in (0.0, 0.08, 0.25):
        assert periods_until(FrozenArm(LIMITS, COURSE), [reading(command=command)] * 50)[0] is None
    short = [reading(command=1.0 if k % 10 < 7 else 0.0) for k in range(50)]
    assert periods_until(FrozenArm(LIMITS, COURSE), short)[0] is None
    to_and_fro = [reading(command=1.0 if k % 2 else -1.0) for k in range(50)]
    assert periods_until(FrozenArm(LIMITS, COURSE), to_and_fro)[0] is None
    counts = [reading(command=1.0, arm=COUNT * (k // 9)) for k in range(50)]
    assert periods_until(FrozenArm(LIMITS, COURSE), counts)[0] is None


def test_a_pendulum_that_stands_still_on_an_accelerating_arm_trips():
    speeding = [reading(arm=COUNT * round(0.5 * 20.0 * (k * DT) ** 2 / COUNT)) for k in range(40)]
    number, finding = periods_until(FrozenPendulum(LIMITS, COURSE), speeding)
    assert finding.cause == "pendulum frozen"
    assert number <= 12


def test_a_pendulum_may_stand_still_on_a_steady_arm_or_swing_on_any():
    steady = [reading(arm=COUNT * round(10.0 * k * DT / COUNT)) for k in range(60)]
    assert periods_until(FrozenPendulum(LIMITS, COURSE), steady)[0] is None
    swinging = [
        reading(arm=0.5 * 20.0 * (k * DT) ** 2, pendulum=0.001 * (k // 9)) for k in range(60)
    ]
    assert periods_until(FrozenPendulum(LIMITS, COURSE), swinging)[0] is None


def test_every_watcher_forgets_at_the_start():
    late = [reading(command=0.5)] * 10
    for watcher in watchers(LIMITS, COURSE):
        assert periods_until(watcher, late, late_s=0.9 * DT / 4)[0] is None
        assert periods_until(watcher, late, late_s=0.9 * DT / 4)[0] is None
