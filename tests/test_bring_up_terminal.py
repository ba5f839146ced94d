"""`furuta bring-up` and `furuta check --robot` at the terminal."""

import json
from datetime import date
from pathlib import Path

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.lessons import bring_up as terminal
from furutalib.lessons import cli
from furutalib.lessons.bring_up import TerminalHands, bring_up
from furutalib.machine.bring_up import STEPS
from furutalib.machine.bring_up_step import Deed, Question
from furutalib.machine.emulator.bench import PlantBench
from furutalib.machine.emulator.hands import EmulatedHands
from furutalib.machine.rig import emulated_rig


def nobody(prompt: str) -> str:
    raise AssertionError(f"nobody is here to answer {prompt!r}")


def truth(robot: str) -> RobotDescription:
    """What `--hidden 0` really is, whatever its name."""
    bench = PlantBench(robot, 0)
    bench.close()
    return bench.world.truth.with_values({"name": "it"})


def test_the_emulated_robot_is_brought_up_without_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("builtins.input", nobody)
    assert cli.main(["bring-up"]) == 0
    shown = capsys.readouterr().out
    assert [step.asks for step in STEPS if step.asks not in shown] == []
    assert "say nothing about a real one" in shown
    assert load_robot("mine.toml").name == "mine"
    assert truth("mine.toml") == truth("course")  # what is known of it does not change it
    assert cli.main(["bring-up", "--out", "mine.toml"]) == 2
    assert "already there and stays" in capsys.readouterr().err
    assert cli.main(["check", "--robot", "emulated", "--robot-file", "mine.toml"]) == 0


def test_a_step_that_fails_is_status_1_and_says_what_to_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def with_a_fault(robot: str, hidden: int | None = 0) -> PlantBench:
        bench = PlantBench(robot, hidden)
        bench.fault("pendulum encoder frozen")
        return bench

    monkeypatch.setattr("furutalib.machine.emulator.bench.PlantBench", with_a_fault)
    target = tmp_path / "mine.toml"
    assert cli.main(["bring-up", "--out", str(target)]) == 1
    shown = capsys.readouterr().out
    assert "3/11" in shown
    assert "4/11" not in shown
    assert "check: Is the pendulum's encoder plugged in" in shown
    assert "nothing was written" in shown
    assert not target.exists()


def test_a_person_is_asked_on_a_real_robot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real one is played by an emulated one; the person's hands are at the terminal."""
    bench = PlantBench("course", 0)
    hands, lines = EmulatedHands(bench), list[str]()
    monkeypatch.setattr(terminal, "real_rig", lambda robot: emulated_rig(robot, bench))

    def person(prompt: str) -> str:
        [deed] = [deed for deed in Deed if deed.value in lines[-1]]
        hands.act(deed)
        return ""

    target = tmp_path / "mine.toml"
    assert bring_up("real", "course", target, lines.append, person, date(2026, 2, 3))
    bench.close()
    assert target.is_file()
    assert not any("say nothing about a real one" in line for line in lines)


@pytest.mark.parametrize(("typed", "answer"), [(["", "YES "], True), (["perhaps", "n"], False)])
def test_a_question_is_asked_until_it_is_answered(typed: list[str], answer: bool) -> None:
    lines = list[str]()
    hands = TerminalHands(lines.append, lambda prompt: typed.pop(0))
    assert hands.ask(Question.TURNS_EASILY) is answer
    assert typed == []
    assert Question.TURNS_EASILY.value in lines[0]


def test_a_computer_that_is_no_board(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if Path("/proc/device-tree/model").exists():
        pytest.skip("this is a board")
    assert cli.main(["bring-up", "--robot", "real", "--out", str(tmp_path / "a.toml")]) == 2
    error = capsys.readouterr().err
    assert "dtoverlay=pwm-2chan" in error
    assert "`furuta check --robot real` shows all" in error
    assert cli.main(["check", "--robot", "real", "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert not report["ok"]
    assert {"board", "SPI", "PWM", "guardian"} <= {each["name"] for each in report["findings"]}


def test_wrong_calls(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--robot-file", "course"]) == 2
    assert "--robot-file needs --robot" in capsys.readouterr().err
    assert cli.main(["bring-up", "--out", str(tmp_path / "mine")]) == 2
    assert "must end in .toml" in capsys.readouterr().err
    with pytest.raises(ConfigurationError, match="cannot bring up 'sim'"):
        bring_up("sim", "course", tmp_path / "a.toml", print, nobody, date(2026, 2, 3))


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["bring-up", "--out", str(tmp_path / "nodir" / "mine.toml")]) == 2
    shown = capsys.readouterr()
    assert "there is no folder" in shown.err
    assert shown.out == ""


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["bring-up", "--help"])
    assert end.value.code == 0
    assert "example: furuta bring-up --robot real --out mine.toml" in capsys.readouterr().out
