"""Safety around a robot: what is turned down, what trips, and that nothing passes while tripped."""

import math
import os

import numpy as np
import pytest
from fake_driven import FakeDriven
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from furutalib.facts.errors import ActionError, ChipError, SafetyTrip, SequenceError, WireError
from furutalib.facts.machine import load_machine
from furutalib.facts.robot import load_robot
from furutalib.machine.emulator.hidden import hidden_robot
from furutalib.machine.robot import Flag, Reading, SimulatedRobot, Start
from furutalib.machine.safety import SafeRobot
from furutalib.maths.plant_parameters import S

COURSE = load_robot("course")
LIMITS = load_machine("course").safety
COUNTS = {"arm": 211.2, "pendulum": 8192.0}


class AtRest:
    """In place of the reset procedure, for robots that hang at rest already."""

    def __call__(self, robot, description, arm_known):
        robot.zero(arm=not arm_known)


@pytest.fixture
def driven():
    return FakeDriven(COURSE)


@pytest.fixture
def trips():
    return []


@pytest.fixture
def safe(driven, trips):
    robot = SafeRobot(driven, LIMITS, on_trip=trips.append, hang=AtRest())
    robot.reset()
    return robot


def periods_until_trip(safe, command=lambda k: 0.0, most=200):
    """In which period after now it trips."""
    for number in range(1, most + 1):
        try:
            safe.step(command(number))
        except SafetyTrip:
            return number
    return None


def swing(k):
    """A command that keeps the arm moving to and fro."""
    return 0.7 if (k // 12) % 2 else -0.7


# ------------------------------------------------------------------------------- in good times


def test_it_is_a_robot_like_the_one_inside(safe, driven):
    assert (safe.description, safe.fidelity, safe.dt) == (COURSE, driven.fidelity, driven.dt)
    assert driven.enabled
    reading = safe.step(0.3)
    assert reading.command == driven.sent[-1] == 0.3
    assert reading.flags == Flag.NONE
    assert reading.time_s == pytest.approx(safe.dt)


def test_an_episode_can_begin_where_it_stands(safe, driven):
    safe.off()
    reading = safe.begin_here()
    assert driven.enabled
    assert reading.time_s == 0.0
    assert safe.step(0.3).command == 0.3
    assert safe.arm_is_known


def test_it_does_not_begin_while_it_is_tripped(safe, driven):
    safe.emergency_stop()
    with pytest.raises(SafetyTrip):
        safe.begin_here()
    assert not driven.enabled


def test_a_simulated_robot_is_driven_just_as_without_safety():
    commands = [0.4 * math.sin(0.3 * k) for k in range(100)]
    start = Start(0.1, 3.0)
    plain, inside = SimulatedRobot(COURSE), SimulatedRobot(COURSE)
    with SafeRobot(inside, LIMITS) as safe:
        assert safe.reset(start) == plain.reset(start)
        assert [safe.step(c) for c in commands] == [plain.step(c) for c in commands]
    with pytest.raises(SequenceError, match=r"reset\(\)"):
        safe.step(0.0)


def test_a_command_beyond_the_limit_is_turned_down_and_the_reading_says_so(driven):
    from dataclasses import replace

    safe = SafeRobot(driven, replace(LIMITS, command=0.5), hang=AtRest())
    safe.reset()
    reading = safe.step(0.9)
    assert (reading.command, driven.sent[-1]) == (0.5, 0.5)
    assert reading.flags == Flag.LIMITED
    assert safe.step(0.5).flags == Flag.NONE


def test_a_step_needs_a_reset_first_and_one_after_off(driven):
    safe = SafeRobot(driven, LIMITS, hang=AtRest())
    for call in (lambda: safe.step(0.0), safe.rest):
        with pytest.raises(SequenceError, match=r"reset\(\)"):
            call()
    safe.reset()
    safe.step(0.5)
    safe.off()
    assert (driven.enabled, driven.stopped) == (False, True)
    with pytest.raises(SequenceError, match=r"reset\(\)"):
        safe.step(0.0)
    safe.reset()
    safe.step(0.1)


def test_closing_stops_the_motor_and_lets_go(safe, driven):
    safe.step(0.5)
    with safe:
        pass
    assert (driven.closed, driven.enabled, driven.stopped) == (True, False, True)


NO_COMMANDS = [math.nan, math.inf, -math.inf, 1e9, 1.0001, "0.5", b"1", None, [], {}, 1j, object()]


@pytest.mark.parametrize("action", NO_COMMANDS, ids=lambda action: repr(action)[:12])
def test_what_is_no_command_is_refused_and_the_motor_stopped(safe, driven, action):
    safe.step(0.5)
    sent = len(driven.sent)
    with pytest.raises(ActionError, match=r"in \[-1, 1\]; the motor is stopped"):
        safe.step(action)
    assert driven.stopped
    assert len(driven.sent) == sent
    assert safe.trip is None
    assert safe.step(np.float32(0.5)).command == 0.5


# ------------------------------------------------------------------------------------- the trip


def test_a_trip_stops_brakes_switches_off_tells_and_is_latched(safe, driven, trips):
    for k in range(10):
        safe.step(0.7 if k < 6 else -0.1)
    before = len(driven.sent)
    driven.flags = Flag.OVER_CURRENT
    with pytest.raises(SafetyTrip, match=r"over-current.*What to do: .*clear\(\)"):
        safe.step(0.7)
    braking = driven.sent[before + 1 :]
    assert 1 <= len(braking) <= 25
    assert set(braking) == {0.0}
    assert not driven.enabled
    assert trips == [safe.trip]
    assert safe.trip.cause == "over-current"
    assert Flag.TRIPPED in safe.trip.reading.flags
    assert Flag.OVER_CURRENT in safe.trip.reading.flags
    after = len(driven.sent)
    driven.flags = Flag.NONE
    for call in (lambda: safe.step(0.0), safe.rest, safe.reset, lambda: safe.step("no")):
        with pytest.raises(SafetyTrip, match="over-current"):
            call()
    assert (len(driven.sent), driven.enabled, len(trips)) == (after, False, 1)


def test_only_clear_and_reset_make_it_go_again(safe, driven):
    driven.trouble = "the guardian was not heard"
    assert periods_until_trip(safe) == 1
    safe.clear()
    assert (safe.trip, driven.trouble, driven.enabled) == (None, "", False)
    with pytest.raises(SequenceError):
        safe.step(0.0)
    safe.reset()
    assert driven.enabled
    assert safe.step(0.4).command == 0.4


def test_it_stays_tripped_when_the_chips_cannot_be_cleared(safe, driven):
    driven.flags = Flag.COUNTER_SILENT
    assert periods_until_trip(safe) == 1

    def dead():
        raise ChipError("no answer")

    driven.clear = dead
    with pytest.raises(ChipError):
        safe.clear()
    with pytest.raises(SafetyTrip):
        safe.reset()


def test_braking_ends_when_the_arm_is_still_and_never_takes_longer_than_half_a_second(driven):
    lengths = {}
    for name, spun, flag in (
        ("still", False, Flag.OVER_CURRENT),
        ("spinning", True, Flag.OVER_CURRENT),
        ("blind", False, Flag.COUNTER_SILENT),
    ):
        driven = FakeDriven(COURSE)
        safe = SafeRobot(driven, LIMITS, hang=AtRest())
        safe.reset()
        for _ in range(8):
            safe.step(1.0 if spun else 0.0)
        driven.flags = flag
        before = len(driven.sent)
        with pytest.raises(SafetyTrip):
            safe.step(0.0)
        lengths[name] = len(driven.sent) - before - 1
    assert lengths["still"] <= 4 < lengths["spinning"] <= 25
    assert lengths["blind"] == 25


def test_a_motor_that_cannot_be_switched_off_is_said_and_still_latched(safe, driven, trips):
    driven.fails_to_disarm = True
    driven.flags = Flag.OVER_CURRENT
    with pytest.raises(SafetyTrip, match=r"cannot be switched off.*pull the plug"):
        safe.step(0.5)
    assert trips == [safe.trip]


@pytest.mark.parametrize("error", [WireError("SPI"), ChipError("x"), ValueError("y"), OSError(5)])
def test_an_exception_of_the_robot_is_a_trip(safe, driven, error):
    safe.step(0.5)
    driven.error = error
    with pytest.raises(SafetyTrip, match="robot failed") as caught:
        safe.step(0.5)
    assert caught.value.__cause__ is error
    assert (driven.stopped, driven.enabled, safe.trip.cause) == (True, False, "robot failed")


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_switches_the_motor_off_and_passes_on(safe, driven, error):
    safe.step(0.5)
    driven.error = error()
    with pytest.raises(error):
        safe.step(0.5)
    assert (driven.stopped, driven.enabled, safe.trip) == (True, False, None)
    with pytest.raises(SequenceError):
        safe.step(0.0)


def test_the_emergency_stop_stops_now_and_trips_the_next_step(safe, driven):
    safe.step(0.5)
    safe.emergency_stop()
    assert driven.stopped
    with pytest.raises(SafetyTrip, match="emergency stop"):
        safe.step(0.5)
    assert driven.sent[-1] == 0.0
    safe.clear()
    safe.reset()
    safe.step(0.5)


def test_the_emergency_stop_holds_between_episodes_too(safe, driven):
    safe.off()
    safe.emergency_stop("the red button")
    with pytest.raises(SafetyTrip, match="the red button"):
        safe.reset()
    assert not driven.enabled


def test_a_reset_that_fails_leaves_the_motor_off(driven):
    def fail(robot, description, arm_known):
        robot.step(0.3)
        raise WireError("gone")

    safe = SafeRobot(driven, LIMITS, hang=fail)
    with pytest.raises(WireError):
        safe.reset()
    assert (driven.enabled, driven.stopped) == (False, True)
    with pytest.raises(SequenceError):
        safe.step(0.0)


def test_after_a_blind_trip_the_arm_is_zeroed_where_a_person_put_it(safe, driven):
    known = []
    safe._hang = lambda robot, description, arm_known: known.append(arm_known)
    safe.reset()
    driven.flags = Flag.OVER_CURRENT
    periods_until_trip(safe)
    safe.clear()
    safe.reset()
    driven.flags = Flag.COUNTER_RESTARTED
    periods_until_trip(safe)
    safe.clear()
    safe.reset()
    assert known == [True, True, False]


# ------------------------------------------------------------------- faults, and how soon they trip


def freeze_arm(driven):
    driven.frozen_arm = True


def freeze_pendulum(driven):
    driven.frozen_pendulum = True


def jam(driven):
    driven.jammed = True


FAULTS = [
    ("over-current", lambda d: setattr(d, "flags", Flag.OVER_CURRENT), 1),
    ("counter silent", lambda d: setattr(d, "flags", Flag.COUNTER_SILENT), 1),
    ("counter restarted", lambda d: setattr(d, "flags", Flag.COUNTER_RESTARTED), 1),
    ("health", lambda d: setattr(d, "trouble", "the guardian was not heard"), 1),
    ("late loop", lambda d: setattr(d, "late_s", 0.08), 1),
    ("late loop", lambda d: setattr(d, "late_s", 0.02), 3),
    ("jump", lambda d: d.jump(arm=-100), 1),
    ("jump", lambda d: d.jump(pendulum=1 << 14), 1),
    ("arm frozen", freeze_arm, 22),
    ("arm frozen", jam, 22),
    ("pendulum frozen", freeze_pendulum, 14),
]


@pytest.mark.parametrize(("cause", "break_it", "longest"), FAULTS)
def test_a_fault_trips_in_time(safe, driven, cause, break_it, longest):
    for k in range(30):
        safe.step(swing(k))
    break_it(driven)
    assert periods_until_trip(safe, lambda k: swing(k + 30)) <= longest
    assert safe.trip.cause == cause


def test_without_a_fault_nothing_trips(safe):
    assert periods_until_trip(safe, swing, most=2000) is None


def test_an_arm_thrown_beyond_its_stop_trips(safe, driven):
    for angle in (1.0, 2.0, 3.0):
        driven.place(Start(arm_angle_rad=angle))
        safe.step(0.0)
    driven.place(Start(arm_angle_rad=3.2))
    assert periods_until_trip(safe) == 1
    assert safe.trip.cause == "arm stop"


def test_an_arm_faster_than_allowed_trips(safe, driven):
    driven.place(Start(arm_angle_rad=-1.0))
    safe.step(0.0)
    driven.place(Start(arm_angle_rad=-1.0, arm_speed_rad_s=90.0))
    assert periods_until_trip(safe) == 1
    assert safe.trip.cause == "arm speed"


# --------------------------------------------------------------------------- hostile, at random


class Witness(FakeDriven):
    """Notes what reaches the motor, and how far the arm really goes."""

    def __init__(self, description, largest):
        super().__init__(description)
        self.description = COURSE
        self.largest, self.farthest, self.safe = largest, 0.0, None

    def step(self, action):
        assert self.safe.trip is None, "a command passed while tripped"
        assert isinstance(action, float)
        assert abs(action) <= self.largest
        before = self.counts()[0] - self._zero[0]
        arm = before * 2 * math.pi / COUNTS["arm"]
        if abs(arm) >= LIMITS.arm_angle_rad:
            assert action * arm <= 0.0, "driven outward beyond the limit"
        return super().step(action)

    def _period(self, command):
        if self.safe is not None and self.safe.trip is not None:
            assert command == 0.0, "something else than 0 while tripped"
        reading = super()._period(command)
        self.farthest = max(self.farthest, abs(self.true_arm_rad))
        return reading


def watched(description=COURSE, command=1.0):
    from dataclasses import replace

    driven = Witness(description, command)
    safe = SafeRobot(driven, replace(LIMITS, command=command), hang=AtRest())
    driven.safe = safe
    return safe, driven


def start_over(safe, driven):
    """What a person does after a trip: repair, put the robot into its middle, clear, reset."""
    driven.frozen_arm = driven.frozen_pendulum = driven.jammed = False
    driven.late_s, driven.error = 0.0, None
    driven.place(Start())
    safe.clear()
    safe.reset()


hostile = st.one_of(
    st.floats(),
    st.sampled_from([1.0, -1.0, 0.0, 0.08, -0.09, 1e9, "1", None, math.nan, math.inf, -0.0, True]),
)
faults = st.sampled_from(
    ["frozen_arm", "frozen_pendulum", "jammed", "late", "flag", "jump", "error", "heard", "none"]
)
runs = st.tuples(st.lists(hostile, min_size=1, max_size=6), st.integers(1, 25), faults)


def break_it(driven, fault):
    match fault:
        case "late":
            driven.late_s = 0.03
        case "flag":
            driven.flags = Flag.COUNTER_SILENT
        case "jump":
            driven.jump(arm=300)
        case "error":
            driven.error = WireError("SPI")
        case "heard":
            driven.trouble = "the guardian was not heard"
        case "frozen_arm" | "frozen_pendulum" | "jammed":
            setattr(driven, fault, True)


@settings(max_examples=60, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(st.lists(runs, min_size=1, max_size=12), st.sampled_from([1.0, 0.5, 0.2]))
def test_whatever_is_sent_and_whatever_breaks_no_limit_is_exceeded(sequence, command):
    safe, driven = watched(command=command)
    safe.reset()
    for commands, repeats, fault in sequence:
        break_it(driven, fault)
        for number in range(repeats):
            try:
                reading = safe.step(commands[number % len(commands)])
                assert isinstance(reading, Reading)
                assert abs(reading.command) <= command
            except ActionError:
                assert driven.stopped
            except SafetyTrip:
                assert not driven.enabled
                with pytest.raises(SafetyTrip):
                    safe.step(commands[0])
                start_over(safe, driven)


def strategies(rng):
    """Commands that try to bring the arm as far as possible, from the reading before."""
    state = {"held": 1.0, "pendulum": 0.0}

    def held(reading, k):
        if rng.random() < 0.07:
            state["held"] = float(rng.choice([-1.0, 1.0, 0.0, 0.5, -0.5]))
        return state["held"]

    def pump(reading, k):
        speed = reading.pendulum_angle_rad - state["pendulum"]
        state["pendulum"] = reading.pendulum_angle_rad
        return -math.copysign(1.0, speed * math.cos(reading.pendulum_angle_rad))

    def outward(reading, k):
        return math.copysign(1.0, reading.arm_angle_rad)

    return {
        "outward": outward,
        "random": lambda reading, k: rng.uniform(-1, 1),
        "full at random": lambda reading, k: float(rng.choice([-1.0, 1.0])),
        "held": held,
        "alternating": lambda reading, k: 1.0 if k % 2 else -1.0,
        **{
            f"square of {half}": lambda reading, k, half=half: 1.0 if (k // half) % 2 else -1.0
            for half in (4, 8, 12, 16, 24, 33, 50)
        },
        "pump": pump,
        "pump, then outward": lambda reading, k: (pump if (k // 150) % 2 else outward)(reading, k),
    }


def drive_hostile(robot, strategy, periods):
    """Farthest true angle of the arm, and the causes of trips."""
    safe, driven = watched(robot)
    reading, causes = safe.reset(), []
    for k in range(periods):
        try:
            reading = safe.step(strategy(reading, k))
        except SafetyTrip:
            causes.append(safe.trip.cause)
            start_over(safe, driven)
    return driven.farthest, causes


@pytest.mark.parametrize("name", strategies(None))
def test_hostile_commands_do_not_bring_the_arm_to_its_stop(name):
    strategy = strategies(np.random.default_rng(5))[name]
    for robot in (COURSE, hidden_robot(COURSE, 2), hidden_robot(COURSE, 4)):
        farthest, causes = drive_hostile(robot, strategy, 1000)
        assert farthest < LIMITS.arm_stop_rad
        assert causes == []


def test_without_the_limit_of_the_arm_the_same_commands_do(monkeypatch):
    from furutalib.machine.arm_limit import ArmLimit

    monkeypatch.setattr(ArmLimit, "allow", lambda self, command: command)
    monkeypatch.setattr(Witness, "step", FakeDriven.step)
    strategy = strategies(np.random.default_rng(5))["outward"]
    farthest, causes = drive_hostile(COURSE, strategy, 200)
    assert farthest > LIMITS.arm_stop_rad
    assert "arm stop" in causes


@pytest.mark.full
def test_soak_millions_of_hostile_periods():
    """FURUTA_SOAK_PERIODS sets how many; with `pytest -s` one line per robot and strategy."""
    total = int(os.environ.get("FURUTA_SOAK_PERIODS", "3000000"))
    rng = np.random.default_rng(0)
    robots = {"nominal": COURSE} | {f"hidden {k}": hidden_robot(COURSE, k) for k in range(9)}
    names = list(strategies(rng))
    share = max(1, total // (len(names) * len(robots)))
    log, trips = [], []
    for label, robot in robots.items():
        for name in names:
            farthest, causes = drive_hostile(robot, strategies(rng)[name], share)
            log.append(
                f"{label:9s} {name:18s} {share} periods, farthest {farthest:.3f} rad {causes}"
            )
            trips += causes
            assert farthest < LIMITS.arm_stop_rad, log[-1]
    print("\n".join(log))
    assert trips == []


def test_the_true_arm_angle_is_the_plant_s(driven):
    driven.place(Start(arm_angle_rad=0.7))
    assert driven.true_arm_rad == driven.plant._state[S.THETA] == 0.7
