"""The sections of a report, in their order."""

import re
from html import unescape
from pathlib import Path

from report_folders import make_recording, make_run

from furutalib.view.report_part import Part
from furutalib.view.report_recording import read_recording
from furutalib.view.report_run import read_run
from furutalib.view.report_sections import sections


def runs(folder: Path, *settings: tuple[int, float]) -> list[Part]:
    names = [f"s{seed}-c{continuity}" for seed, continuity in settings]
    return [
        read_run(make_run(folder / name, *setting), name)
        for name, setting in zip(names, settings, strict=True)
    ]


def headings(page: str) -> list[str]:
    return re.findall("<h2>(.*?)</h2>", page)


def tracks(page: str) -> list[str]:
    return re.findall(r'"name":"([^"]*)","colour"', unescape(page))


def test_one_run_has_no_section_about_nothing(tmp_path: Path) -> None:
    page = sections(runs(tmp_path, (0, 0.0)), "")
    assert headings(page) == [
        "At a glance",
        "Episode",
        "Learning curves",
        "Figures",
        "Settings",
        "Versions and hashes",
    ]
    assert "legend" not in page
    assert tracks(page) == ["s0-c0.0, after 3,000 steps", "s0-c0.0, after 1,000 steps"]


def test_runs_that_differ_in_the_seed_alone_are_one_curve_and_one_ghost(tmp_path: Path) -> None:
    page = sections(runs(tmp_path, (0, 0.0), (1, 0.0), (0, 0.5), (1, 0.5)), "")
    assert "continuity=0.0 (2 seeds)" in page
    assert "Thick: median" in page
    assert tracks(page) == ["s0-c0.0, after 3,000 steps", "s0-c0.5, after 3,000 steps"]


def test_seeds_of_one_setting_are_all_played(tmp_path: Path) -> None:
    assert len(tracks(sections(runs(tmp_path, (0, 0.0), (1, 0.0)), ""))) == 2


def test_a_recording_among_runs(tmp_path: Path) -> None:
    recording = read_recording(make_recording(tmp_path / "e.csv", trip="too fast"), "e")
    page = sections([*runs(tmp_path, (0, 0.0), (0, 0.5)), recording], "why?")
    assert "Telemetry" in headings(page)
    assert "at 0.82 s: too fast" in page
    assert "On an emulated robot" in page
    assert "In simulation" in page
    assert "<blockquote>why?" in page
    assert tracks(page)[-1] == "e, emulated"
    assert "Each training" in page
    assert "Each recording" in page


def test_of_nothing_at_all_there_is_still_a_page() -> None:
    page = sections([Part("lost", "training", missing=["everything"])], "")
    assert headings(page) == ["At a glance", "What is missing", "Versions and hashes"]
    assert "everything" in page
