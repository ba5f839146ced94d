"""Recordings as a report sees them."""

import json
from pathlib import Path

import pytest
from report_folders import make_recording

from furutalib.machine.telemetry import about_path, read_telemetry
from furutalib.machine.telemetry_writer import HEADER
from furutalib.view.report_recording import read_recording, trips


def test_a_whole_recording(tmp_path: Path) -> None:
    part = read_recording(make_recording(tmp_path / "e.csv", trip="arm at its stop"), "e")
    assert part.missing == []
    assert part.place == "emulated"
    assert part.facts["length (s)"] == part.facts["upright at the end (s)"] == 1.0
    assert part.facts["worst lateness (ms)"] == 0.4
    assert part.facts["trips"] == 1
    assert part.facts["action change"] == 0.0
    [track] = part.tracks
    assert track.name == "e, emulated"
    assert len(track.times_s) == 51
    assert part.settings == {"kind": "emulated"}


def test_a_trip_is_told_once(tmp_path: Path) -> None:
    telemetry = read_telemetry(make_recording(tmp_path / "e.csv", trip="too fast"))
    assert trips(telemetry) == [(pytest.approx(0.82), "too fast")]


def test_a_cut_end_and_a_killed_controller_are_told(tmp_path: Path) -> None:
    path = make_recording(tmp_path / "e.csv", end=None)
    path.write_text(path.read_text()[:-9])
    part = read_recording(path, "e")
    assert len(part.tracks[0].times_s) == 50
    assert [line for line in part.missing if "cut short" in line]
    assert [line for line in part.missing if "did not live" in line]


def test_a_file_without_the_one_beside_it_says_not_where_it_comes_from(tmp_path: Path) -> None:
    path = make_recording(tmp_path / "e.csv")
    about_path(path).unlink()
    part = read_recording(path, "e")
    assert part.place == "not said"
    assert "e.json" in part.missing[0]


@pytest.mark.parametrize("content", ["", HEADER, HEADER[:20], "a,b\n1,2\n", HEADER + "1,2\n"])
def test_nothing_to_play_is_told(tmp_path: Path, content: str) -> None:
    path = make_recording(tmp_path / "e.csv")
    path.write_text(content)
    part = read_recording(path, "e")
    assert part.tracks in ((), [])
    assert part.missing


def test_a_damaged_description_does_not_hide_the_motion(tmp_path: Path) -> None:
    path = make_recording(tmp_path / "e.csv")
    about = json.loads(about_path(path).read_text())
    del about["robot"]["arm"]
    about_path(path).write_text(json.dumps(about))
    part = read_recording(path, "e")
    assert part.robot is None
    assert any("description" in line for line in part.missing)
    assert len(part.tracks) == 1
