"""Runs and policies as a report sees them, also those that lack something."""

import json
from pathlib import Path

import pytest
from report_folders import FIGURES, make_policy, make_recording, make_run

from furutalib.learning.run_files import RunFiles
from furutalib.view.report_run import read_policy, read_run


def test_a_whole_run_lacks_nothing(tmp_path: Path) -> None:
    part = read_run(make_run(tmp_path / "first", seed=3), "first")
    assert part.missing == []
    assert (part.facts["state"], part.facts["steps"], part.place) == (
        "finished",
        "3,000",
        "simulated",
    )
    assert part.progress["return_mean"].tolist() == [103.0, 203.0, 303.0]
    assert [track.name for track in part.tracks] == [
        "first, after 3,000 steps",
        "first, after 1,000 steps",
    ]
    assert {row["starts"] for row in part.figures} == {"test", "validation"}
    assert "seed=3" in part.command


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("config.json", "not a run folder"),
        ("status.json", "status.json is missing"),
        ("progress.csv", "no learning curve yet"),
        ("evaluations.csv", "no evaluation yet"),
        ("best/policy.json", "the best policy"),
    ],
)
def test_what_is_not_there_is_told(tmp_path: Path, file: str, said: str) -> None:
    run = make_run(tmp_path / "first")
    (run / file).unlink()
    assert any(said in line for line in read_run(run, "first").missing)


@pytest.mark.parametrize("file", ["config.json", "status.json", "episode_best.npz"])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"PK\x03\x04 no zip"])
def test_a_damaged_file_is_told(tmp_path: Path, file: str, content: bytes) -> None:
    run = make_run(tmp_path / "first")
    (run / file).write_bytes(content)
    part = read_run(run, "first")
    assert any(file.split(".")[0] in line for line in part.missing)
    assert len(part.progress["steps"]) == 3


@pytest.mark.parametrize("tail", [b"4000,1", b"4000,1\x00\x00", b"4000\n", b"what,is\n\xff\xfe\n"])
def test_a_curve_with_a_broken_end_is_shown_up_to_there(tmp_path: Path, tail: bytes) -> None:
    run = make_run(tmp_path / "first")
    with RunFiles(run).progress.open("ab") as file:
        file.write(tail)
    part = read_run(run, "first")
    assert part.progress["steps"].tolist() == [1000, 2000, 3000]
    assert any("damaged rows" in line for line in part.missing) == tail.endswith(b"\n")


def test_an_interrupted_run_says_so_and_shows_its_log(tmp_path: Path) -> None:
    run = make_run(tmp_path / "first")
    files = RunFiles(run)
    status = json.loads(files.status.read_text())
    files.status.write_text(json.dumps(status | {"state": "running"}))
    files.log.write_text("killed\n")
    part = read_run(run, "first")
    assert part.facts["state"] == "interrupted"
    assert part.log == "killed"


def test_of_a_run_on_a_robot_the_newest_recording_is_taken(tmp_path: Path) -> None:
    run = make_run(tmp_path / "first")
    for k in (1, 2):
        make_recording(run / "episodes" / f"episode-000{k}.csv", number=k)
    part = read_run(run, "first")
    assert part.recording is not None
    assert part.recording.about["number"] == 2
    assert part.facts["recorded episodes"] == 2


def test_a_run_on_a_robot_tells_what_it_cost_it(tmp_path: Path) -> None:
    run = make_run(tmp_path / "first")
    RunFiles(run).progress.write_text("steps,robot_seconds,reset_seconds,trips\n9,90,30,2\n")
    facts = read_run(run, "first").facts
    assert facts["robot time"] == "1 min 30 s"
    assert (facts["time of resets"], facts["trips"]) == ("30 s", 2)


def test_a_policy_is_played_from_the_first_test_start(tmp_path: Path) -> None:
    part = read_policy(make_policy(tmp_path / "mine"), "mine")
    [track] = part.tracks
    assert "simulated for this report" in track.name
    assert track.times_s[-1] > 1.0
    assert part.figures == [{"starts": "test", **FIGURES}]
    assert part.command == "furutalib.train(seed=7)"


def test_a_damaged_policy_is_told_in_the_report_and_at_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = make_policy(tmp_path / "mine")
    (folder / "weights.npz").write_bytes(b"no")
    [line] = read_policy(folder, "mine").missing
    assert "weights.npz" in line
    run = make_run(tmp_path / "run")
    (run / "best" / "weights.npz").write_bytes(b"no")
    assert any("weights.npz" in line for line in read_run(run, "theirs").missing)
    said = [record.message for record in caplog.records]
    assert [line.partition(": weights.npz")[0] for line in said] == [str(folder), f"{run}/best"]
