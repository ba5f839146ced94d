"""`furuta identify`: what it refuses before anything moves, and that it leaves a file behind."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from furutalib.facts.errors import ConfigurationError, IdentificationError
from furutalib.facts.machine import emulated_around
from furutalib.facts.robot import load_robot
from furutalib.learning import identification
from furutalib.learning.excitation import Plan, usual_plan
from furutalib.lessons import identify as command
from furutalib.lessons.cli import main

COURSE = load_robot("course")
TODAY = date(2030, 1, 2)


def options(out: Path, **changed: Any) -> argparse.Namespace:
    usual: dict[str, Any] = {
        "robot": "emulated", "robot_file": "course", "hidden": None, "out": out, "record": None,
        "source": None,
    }  # fmt: skip
    return argparse.Namespace(**{**usual, **changed})


def short_plan(robot: Any) -> Plan:
    plan = usual_plan(robot, share=0.35)
    return Plan((plan.parts[2], plan.parts[5]), plan.rate_hz)


def test_it_records_searches_and_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "usual_plan", short_plan)
    monkeypatch.setattr(identification, "NOT_FOUND", 100.0)  # so short a plan leaves much open
    said: list[str] = []
    given = options(tmp_path / "mine.toml", hidden=104, record=tmp_path / "recordings")
    command.identify_robot(given, said.append, TODAY)
    assert load_robot(tmp_path / "mine.toml").name == "mine"
    assert emulated_around(tmp_path / "mine.toml").with_values({"name": "course"}) == COURSE
    assert len(list((tmp_path / "recordings").glob("*.csv"))) == 2
    text = "\n".join(said)
    assert "motor off" in text and "emulated robot: its numbers say nothing" in text
    with pytest.raises(ConfigurationError, match="holds recordings already"):
        command.identify_robot(
            options(tmp_path / "other.toml", record=tmp_path / "recordings"), said.append, TODAY
        )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"source": Path("a"), "hidden": 2}, "--from moves nothing"),
        ({"source": Path("a"), "record": Path("b")}, "--from moves nothing"),
        ({"hidden": -1}, "hidden = -1; .* a whole number, 0 or above"),
        ({"robot": "real", "hidden": 2}, "--hidden is for --robot emulated"),
    ],
)
def test_options_that_contradict_each_other(
    tmp_path: Path, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        command.identify_robot(options(tmp_path / "mine.toml", **changed), print, TODAY)


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    there = tmp_path / "mine.toml"
    there.write_text("mine")
    with pytest.raises(ConfigurationError, match="already there and stays"):
        command.identify_robot(options(there), print, TODAY)
    assert there.read_text() == "mine"


def test_a_file_that_cannot_be_written_is_refused_before_anything_moves(tmp_path: Path) -> None:
    recordings, said = tmp_path / "recordings", list[str]()
    with pytest.raises(ConfigurationError, match="there is no folder"):
        command.identify_robot(
            options(tmp_path / "nodir" / "mine.toml", record=recordings), said.append, TODAY
        )
    assert said == []
    assert not recordings.exists()


@pytest.mark.parametrize("error", [IdentificationError("nothing found"), KeyboardInterrupt()])
def test_a_search_that_ends_early_says_how_to_use_the_recordings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def lost(*_: object) -> None:
        raise error

    monkeypatch.setattr(command, "_record", lambda *_: None)
    monkeypatch.setattr(command, "read_recordings", lost)
    said: list[str] = []
    with pytest.raises(type(error)):
        command.identify_robot(
            options(tmp_path / "mine.toml", record=tmp_path / "there"), said.append, TODAY
        )
    assert f"--from {tmp_path / 'there'}" in said[-1]


def test_a_folder_without_recordings(tmp_path: Path) -> None:
    with pytest.raises(IdentificationError, match="holds no recordings"):
        command.identify_robot(options(tmp_path / "mine.toml", source=tmp_path), print, TODAY)


def test_the_command_line_knows_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mine.toml"
    assert main(["identify", "--from", str(tmp_path), "--out", str(out)]) != 0
    assert "holds no recordings" in capsys.readouterr().err
