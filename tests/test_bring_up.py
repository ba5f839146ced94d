"""Bring-up on the emulated robot: what is well is measured, what is wrong stops it, and says so."""

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from furutalib.facts.errors import ConfigurationError, SequenceError
from furutalib.facts.machine import load_machine
from furutalib.facts.robot import load_robot
from furutalib.facts.robot_file import Change, write_robot_file
from furutalib.machine.bring_up import STEPS, BringUp
from furutalib.machine.bring_up_step import Deed, Outcome
from furutalib.machine.connect import EmulatedRobot
from furutalib.machine.emulator.bench import PlantBench
from furutalib.machine.emulator.hands import EmulatedHands
from furutalib.machine.rig import Rig, emulated_rig

TODAY = date(2026, 2, 3)
NAMES = [step.name for step in STEPS]
FARTHEST_RAD = load_machine("course").safety.arm_stop_rad


class Trial:
    """A bring-up of a robot that may be another one than the file says, watched from outside."""

    def __init__(self, truth: str | Path = "course", hidden: int | None = 0) -> None:
        self.bench = PlantBench(truth, hidden)
        self.truth = self.bench.world.truth
        self.hands = EmulatedHands(self.bench)
        self.outcomes: dict[str, Outcome] = {}
        self.on_while_asked: list[Deed] = []
        self.farthest_rad = 0.0
        self.bench.world.watchers.append(self._watch)

    def run(self, robot: str | Path = "course", target: Path | None = None) -> "Trial":
        act = self.hands.act

        def watched(deed: Deed) -> None:
            if self.bench.world.enabled():
                self.on_while_asked.append(deed)
            act(deed)

        self.hands.act = watched  # type: ignore[method-assign]
        with emulated_rig(robot, self.bench) as rig:
            self.work = BringUp(rig, self.hands)
            for step, outcome in self.work.run():
                assert not self.bench.world.enabled()
                self.outcomes[step.name] = outcome
            if target:
                self.work.write(target, TODAY)
        return self

    @property
    def last(self) -> str:
        return list(self.outcomes)[-1]

    @property
    def words(self) -> str:
        outcome = self.outcomes[self.last]
        return f"{outcome.found} | {outcome.means} | {outcome.check}"

    def _watch(self, now_s: float) -> None:
        self.farthest_rad = max(self.farthest_rad, abs(self.bench.world.arm_angle_rad))

    def true_breakaway(self) -> float:
        """The command at which stiction gives in."""
        motor, zone = self.truth.motor, self.truth.drive.dead_zone
        stall_nm = motor.torque_constant_nm_a * self.truth.supply.voltage_v / motor.resistance_ohm
        return zone + (1.0 - zone) * motor.stiction_nm / stall_nm


@pytest.fixture
def trial() -> Iterator[Trial]:
    made = Trial()
    yield made
    made.bench.close()


def other_truth(tmp_path: Path, key: str, value: float) -> Path:
    return write_robot_file("course", tmp_path / "truth.toml", {key: Change(value, "as it is")})


# ------------------------------------------------------------------ a robot that is well
@pytest.mark.parametrize("hidden", [0, 1, 4, 6])
def test_dead_zone_and_latency_of_hidden_robots(hidden: int) -> None:
    trial = Trial(hidden=hidden).run()
    trial.bench.close()
    values, truth = trial.work.values, trial.truth
    assert list(trial.outcomes) == NAMES
    assert trial.work.complete
    assert values["drive.dead_zone"].value == pytest.approx(truth.drive.dead_zone, abs=0.015)
    assert values["control.latency_s"].value == pytest.approx(truth.control.latency_s, abs=0.005)
    moves_at = float(values["drive.dead_zone"].how.split("move at ")[1].split()[0])
    assert 0.0 < moves_at - trial.true_breakaway() < 0.01
    assert trial.farthest_rad < FARTHEST_RAD


@pytest.mark.parametrize("zone", [0.0, 0.15, 0.28])
def test_another_dead_zone_is_found_and_not_taken_for_friction(tmp_path: Path, zone: float) -> None:
    trial = Trial(other_truth(tmp_path, "drive.dead_zone", zone), hidden=3).run()
    trial.bench.close()
    assert trial.work.complete, trial.words
    assert trial.work.values["drive.dead_zone"].value == pytest.approx(zone, abs=0.02)


@pytest.mark.parametrize("latency_s", [0.002, 0.04, 0.06])
def test_another_latency_is_found(tmp_path: Path, latency_s: float) -> None:
    trial = Trial(other_truth(tmp_path, "control.latency_s", latency_s), hidden=None).run()
    trial.bench.close()
    assert trial.work.complete, trial.words
    assert trial.work.values["control.latency_s"].value == pytest.approx(latency_s, abs=0.008)


# ------------------------------------------------------------------ signs are found, not faults
SIGNS = {
    (): (1, 1, 1),
    ("arm encoder swapped",): (-1, 1, 1),
    ("pendulum encoder swapped",): (1, -1, 1),
    ("motor reversed",): (1, 1, -1),
    ("arm encoder swapped", "motor reversed"): (-1, 1, -1),
    ("arm encoder swapped", "pendulum encoder swapped", "motor reversed"): (-1, -1, -1),
}


@pytest.mark.parametrize("faults", SIGNS)
def test_the_signs_are_found_and_the_calibrated_robot_works_with_them(
    tmp_path: Path, trial: Trial, faults: tuple[str, ...]
) -> None:
    for fault in faults:
        trial.bench.fault(fault)
    trial.run(target=tmp_path / "mine.toml")
    wiring = load_machine(tmp_path / "mine.toml").wiring
    assert (wiring.arm_sign, wiring.pendulum_sign, wiring.motor_sign) == SIGNS[faults]
    assert trial.farthest_rad < FARTHEST_RAD
    trial.bench.place(0.0, 0.0)
    robot = EmulatedRobot(tmp_path / "mine.toml", trial.bench)
    said_rad = robot.reset().arm_angle_rad
    began_rad = trial.bench.world.arm_angle_rad
    for _ in range(12):
        reading = robot.step(0.5)
    assert trial.bench.world.arm_angle_rad > began_rad + 0.3
    moved_rad = trial.bench.world.arm_angle_rad - began_rad
    assert reading.arm_angle_rad - said_rad == pytest.approx(moved_rad, abs=0.1)
    assert reading.pendulum_angle_rad * trial.bench.world.pendulum_angle_rad > 0.0
    robot.close()


# ------------------------------------------------------------------ what stops it, and where
STOPS = {
    "arm SPI stuck low": ("chips", ["arm counter", "MISO"]),
    "pendulum SPI stuck high": ("chips", ["pendulum counter", "nobody drives"]),
    "pendulum SPI flips a bit": ("chips", ["read 200 times", "spi_clock_hz"]),
    "arm encoder frozen": ("arm direction", ["changed by 0", "plugged in"]),
    "pendulum encoder frozen": ("pendulum direction", ["changed by 0", "5 V"]),
    "arm encoder slips": ("arm turn", ["211.2", "counts get lost"]),
    "pendulum encoder slips": ("pendulum turn", ["8192", "counts get lost"]),
    "supply off": ("fault line", ["VDD", "supply on"]),
    "motor shorted": ("motor direction", ["switched itself off", "shorted"]),
    "motor disconnected": ("motor direction", ["turns easily", "OUT1", "EN"]),
    "motor stalled": ("motor direction", ["not turn easily", "blocked"]),
}


@pytest.mark.parametrize("fault", STOPS)
def test_a_fault_stops_it_at_its_step_with_its_words(trial: Trial, fault: str) -> None:
    trial.hands = EmulatedHands(trial.bench, turns_easily=fault != "motor stalled")
    trial.bench.fault(fault)
    trial.run()
    step, words = STOPS[fault]
    assert trial.last == step
    assert list(trial.outcomes) == NAMES[: NAMES.index(step) + 1]
    assert [word for word in words if word not in trial.words] == []
    assert not trial.work.complete


def test_switches_of_the_encoder_that_stand_otherwise(tmp_path: Path) -> None:
    truth = other_truth(tmp_path, "sensors.pendulum_counts_per_turn", 2048.0)
    trial = Trial(truth).run()
    trial.bench.close()
    assert trial.last == "pendulum turn"
    assert "2048 counts; the robot's file says 8192" in trial.words
    assert "at 0001 (1 = on): 512 pulses" in trial.words
    assert "Set them to 0000" in trial.words


def test_another_gear(tmp_path: Path) -> None:
    truth = other_truth(tmp_path, "sensors.arm_counts_per_turn", 465.12)
    trial = Trial(truth).run()
    trial.bench.close()
    assert trial.last == "arm turn"
    assert "9.7:1" in trial.words


def test_a_fault_that_comes_on_the_way(trial: Trial) -> None:
    act = trial.hands.act

    def pull_the_plug(deed: Deed) -> None:
        if deed is Deed.PENDULUM_LEFT:
            trial.bench.fault("pendulum counter browns out")
        act(deed)

    trial.hands.act = pull_the_plug  # type: ignore[method-assign]
    trial.run()
    assert trial.last == "pendulum direction"
    assert "slip ring" in trial.words


def test_a_stop_that_does_not_stop(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    act = trial.hands.act
    trial.hands.act = lambda deed: None if deed is Deed.PRESS_STOP else act(deed)  # type: ignore[method-assign]
    trial.run()
    assert trial.last == "emergency stop"
    assert "although the stop was pressed" in trial.words


def test_an_enable_line_that_is_tied_high(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, enable = trial.bench.world.lines, trial.bench._board.gpio.enable
    level = lines.level
    monkeypatch.setattr(lines, "level", lambda line: line == enable or level(line))
    monkeypatch.setattr(trial.bench.world, "enabled", lambda: False)
    trial.run()
    assert trial.last == "emergency stop"
    assert "while the enable line was low" in trial.words
    assert "jumper" in trial.words


def test_a_fault_line_that_is_not_connected(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial.bench.world.lines, "drive", lambda line, high: None)
    fault = trial.bench._board.gpio.fault
    for floats_high, words in ((True, "stays high although D2 is low"), (False, "VDD")):
        (trial.bench.world.lines.root / f"line{fault}").write_text(str(int(floats_high)))
        trial.outcomes.clear()
        trial.run()
        assert trial.last == "fault line"
        assert words in trial.words


def test_a_guardian_that_does_not_guard(trial: Trial) -> None:
    trial.bench.guardian = lambda limit_s, make=trial.bench.guardian: make(1e9)  # type: ignore[method-assign]
    trial.run()
    assert trial.last == "guardian"
    assert "has not tripped" in trial.words


def test_a_weak_supply_is_noticed(trial: Trial) -> None:
    trial.bench.fault("supply sags")
    trial.run()
    assert "has the supply its 12 V" in trial.outcomes["dead zone"].found


# ------------------------------------------------------------------ people and their hands
def test_the_motor_is_off_whenever_hands_are_needed(trial: Trial) -> None:
    trial.run()
    assert trial.work.complete
    assert trial.on_while_asked == []
    assert set(trial.hands.deeds) == set(Deed)
    by_hand = trial.hands.deeds.index(Deed.HANDS_OFF)
    assert all(
        deed in (Deed.PRESS_STOP, Deed.RELEASE_STOP) for deed in trial.hands.deeds[by_hand + 1 :]
    )


def test_ctrl_c_leaves_the_motor_off(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    world = trial.bench.world

    def interrupt(now_s: float) -> None:
        if world.motor_is_on() and world.current_a > 0.1:
            raise KeyboardInterrupt

    world.watchers.append(interrupt)
    with emulated_rig("course", trial.bench) as rig, pytest.raises(KeyboardInterrupt):
        for _ in BringUp(rig, trial.hands).run():
            pass
    assert not world.enabled()


# ------------------------------------------------------------------ the file
def test_the_file_says_what_was_found_and_how(tmp_path: Path, trial: Trial) -> None:
    trial.run(target=tmp_path / "mine.toml")
    robot = load_robot(tmp_path / "mine.toml")
    assert robot.name == "mine"
    changed = {key for key, (kind, _) in robot.sources.items() if kind == "identified"}
    assert changed == {
        "sensors.arm_counts_per_turn",
        "sensors.pendulum_counts_per_turn",
        "drive.dead_zone",
        "control.latency_s",
    }
    assert robot.drive.dead_zone == trial.work.values["drive.dead_zone"].value
    assert robot.sensors == load_robot("course").sensors
    note = robot.sources["control.latency_s"][1]
    assert note.startswith("2026-02-03, bring-up of the emulated robot: ")
    text = (tmp_path / "mine.toml").read_text()
    assert text.count("2026-02-03, bring-up of the emulated robot: ") == len(trial.work.values) == 7
    assert math.isclose(load_machine(tmp_path / "mine.toml").safety.heartbeat_s, 0.1)


def test_nothing_is_written_of_a_bring_up_that_failed(tmp_path: Path, trial: Trial) -> None:
    trial.bench.fault("arm encoder frozen")
    with pytest.raises(SequenceError, match="not every step"):
        trial.run(target=tmp_path / "mine.toml")
    assert list(tmp_path.iterdir()) == []


def test_a_robot_that_can_only_be_simulated() -> None:
    bench = PlantBench()
    with pytest.raises(ConfigurationError, match=r"no table \[wiring\]"):
        emulated_rig("qube", bench)
    bench.close()


def test_a_rig_lets_go_of_what_it_took(trial: Trial) -> None:
    for _ in range(2):
        with emulated_rig("course", trial.bench) as rig:
            assert isinstance(rig, Rig)
            _ = rig.motor, rig.counters


@pytest.mark.parametrize(("limit", "enough"), [(0.35, False), (0.6, True)])
def test_a_limit_below_which_the_dead_zone_cannot_be_measured(
    tmp_path: Path, limit: float, enough: bool
) -> None:
    believed = other_truth(tmp_path, "safety.command", limit)
    trial = Trial(believed).run(believed)
    trial.bench.close()
    assert trial.work.complete == enough
    if not enough:
        assert trial.last == "dead zone"
        assert "safety allows 0.35 at most" in trial.words
        assert "Set safety.command to 0.4" in trial.words
