"""A robot's episode on W&B: the series of a training's episode, and what only a robot has."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import wandb

from furutalib.facts.errors import ConfigurationError, TelemetryError
from furutalib.learning import tracking_robot
from furutalib.learning.run_files import Episode, RunFiles, write_episode
from furutalib.learning.tracking import Tracker
from furutalib.learning.tracking_media import telemetry_rows
from furutalib.learning.tracking_robot import log_telemetry, robot_rows, send_telemetry
from furutalib.machine.telemetry import Telemetry, read_telemetry
from furutalib.machine.telemetry_writer import HEADER, csv_line

UNKNOWN = float("nan")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    lines = [
        csv_line(
            (
                *(k + 1, 0.02 * (k + 1), UNKNOWN, UNKNOWN, 0.1 * k, np.pi + 0.2 * k, 5.0, 10.0),
                *(0.9, 0.5, -0.1 * k, 3e-5, int(k == 4), 33),
            ),
            "the arm is too fast" if k == 9 else "",
        )
        for k in range(10)
    ]
    path = tmp_path / "episode.csv"
    path.write_text(HEADER + "".join(lines))
    return path


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """As it was, since W&B's folders are set there."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


class FakeRun:
    """Keeps what it is told."""

    url = "https://a.place/run"

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.metrics: dict[str, Any] = {}
        self.summary: dict[str, Any] = {}
        self.finished = False

    def define_metric(self, name: str, step_metric: str | None = None) -> None:
        self.metrics[name] = step_metric

    def log(self, row: dict[str, Any]) -> None:
        self.rows.append(row)

    def finish(self) -> None:
        self.finished = True


def test_a_tick_is_a_row_in_the_series_of_a_training(path: Path) -> None:
    telemetry = read_telemetry(path)
    rows = list(robot_rows(telemetry))
    episode = Episode(
        0,
        telemetry.time_s,
        telemetry.arm_angle_rad,
        telemetry.pendulum_angle_rad,
        telemetry.command_sent,
    )
    for row, known in zip(rows, telemetry_rows(episode), strict=True):
        assert known.items() <= row.items()
    assert rows[4]["telemetry/missed"] == 1
    assert rows[4]["telemetry/command_asked"] == 0.9
    assert rows[4]["telemetry/pendulum_speed_rad_s"] == 10.0
    assert "telemetry/arm_count" not in rows[4]  # was not known


def test_degrees_for_people_and_trips_come_with_them(path: Path) -> None:
    run = FakeRun()
    log_telemetry(run, read_telemetry(path), "episode 7")
    assert run.metrics["telemetry/*"] == "telemetry/time_s"
    shown = run.rows[-1]
    table = shown["telemetry/table"]
    row = dict(zip(table.columns, table.data[5], strict=True))
    assert row["pendulum_angle_rad"] == pytest.approx(np.pi + 1.0)
    assert row["pendulum_angle_deg"] == pytest.approx(180 + np.rad2deg(1.0))
    title = shown["telemetry/in_degrees"].spec.string_fields["title"]
    assert title == "episode 7, in degrees"
    assert run.summary == {"missed": 1, "trips": ["the arm is too fast"]}


def test_an_episode_without_a_row_is_logged_too(path: Path) -> None:
    path.write_text(HEADER)
    run = FakeRun()
    log_telemetry(run, read_telemetry(path))
    assert run.rows == []
    assert run.summary["trips"] == []


def test_offline_lies_beside_the_file(path: Path) -> None:
    """The real wandb."""
    told = send_telemetry(path, "offline")
    assert told.startswith("offline; once logged in, `wandb sync ")
    [log] = path.parent.glob("wandb/offline-run-*/run-*.wandb")
    assert log.stat().st_size > 1000


def test_without_a_login_online_becomes_offline(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run, modes = FakeRun(), []
    monkeypatch.setattr(wandb, "init", lambda **given: modes.append(given["mode"]) or run)
    monkeypatch.setattr(tracking_robot, "is_logged_in", lambda: False)
    with caplog.at_level(logging.WARNING):
        assert send_telemetry(path, "online").startswith("offline")
    assert "not logged in" in caplog.text
    monkeypatch.setattr(tracking_robot, "is_logged_in", lambda: True)
    assert send_telemetry(path, "online") == "online, https://a.place/run"
    assert modes == ["offline", "online"]
    assert run.finished


def test_disabled_is_disabled_and_trouble_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(wandb, "init", lambda **_: 1 / 0)
    assert send_telemetry(path, "disabled") == "disabled"
    with caplog.at_level(logging.WARNING):
        assert send_telemetry(path, "offline") == "off: division by zero"
    assert "the telemetry file is complete" in caplog.text


def test_trouble_while_logging_still_ends_the_run(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = FakeRun()
    monkeypatch.setattr(wandb, "init", lambda **_: run)
    monkeypatch.setattr(run, "log", lambda _: 1 / 0)
    assert send_telemetry(path, "offline").startswith("off")
    assert run.finished


def test_what_is_wrong_with_the_file_or_the_mode_is_an_error(path: Path) -> None:
    with pytest.raises(ConfigurationError, match="wandb = 'on'"):
        send_telemetry(path, "on")
    with pytest.raises(TelemetryError, match="cannot be read"):
        send_telemetry(path.with_name("none.csv"), "offline")


def test_telemetry_of_any_source_can_be_logged() -> None:
    nothing = np.zeros(0)
    whole = nothing.astype(np.int64)
    empty = Telemetry(whole, *([nothing] * 11), whole, whole, ())
    assert list(robot_rows(empty)) == []


def test_a_training_on_a_robot_sends_the_recording_of_its_best(path: Path) -> None:
    files = RunFiles(path.parent)
    nothing = np.zeros(2)
    write_episode(files.best_episode, Episode(7, nothing, nothing, nothing, nothing))
    path.rename(files.best_recording)
    run, tracker = FakeRun(), Tracker(files, "offline", {})
    tracker._run = run
    tracker._send_episodes()
    assert [row["telemetry/lateness_s"] for row in run.rows[:10]] == [3e-5] * 10
    assert run.summary["trips"] == ["the arm is too fast"]
