"""What is exported is read back with the package's own reader and compared, every value."""

import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest
from mcap.reader import make_reader

from furutalib.facts.errors import TelemetryError
from furutalib.facts.robot import load_robot
from furutalib.machine.export_mcap import TOPICS, export_mcap
from furutalib.machine.telemetry import about_path, read_telemetry
from furutalib.machine.telemetry_writer import COLUMNS, HEADER, csv_line

COUNT = 50
STARTED = "2030-01-02T03:04:05.678+00:00"
STARTED_NS = 1_893_553_445_678_000_000


@pytest.fixture
def episode(tmp_path: Path) -> Path:
    """Numbers that need all their bits, some not known, and a trip at the end."""
    lines = [
        csv_line(
            (
                *(k + 1, 0.02 * k, -k, 8192 * k, 0.1 * k, math.pi * k, math.nan, 1e-17 * k),
                *(math.sin(k), 0.5 * math.sin(k), -1 / (k + 3), 2e-5, int(k == 5), k % 8),
            ),
            "the arm is too fast: é" if k == COUNT - 1 else "",
        )
        for k in range(COUNT)
    ]
    path = tmp_path / "episode.csv"
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    about = {"started": STARTED, "robot": load_robot("course").to_dict(), "end": None}
    about_path(path).write_text(json.dumps(about))
    return path


def messages(path: Path) -> list[tuple[Any, Any, Any]]:
    with path.open("rb") as file:
        return list(make_reader(file, validate_crcs=True).iter_messages())


def test_every_value_comes_back(episode: Path, tmp_path: Path) -> None:
    expected = read_telemetry(episode)
    read = messages(export_mcap(episode, tmp_path / "episode.mcap"))
    assert len(read) == COUNT * len(TOPICS)
    rows: list[dict[str, Any]] = [{} for _ in range(COUNT)]
    for _, channel, message in read:
        assert channel.topic in TOPICS
        rows[message.sequence].update(json.loads(message.data))
    for name in COLUMNS:
        column = getattr(expected, name)
        for row, value in zip(rows, column, strict=True):
            if isinstance(value, str) or math.isfinite(value):
                assert row[name] == value  # to the last bit
            else:
                assert name not in row


def test_messages_are_json_with_a_schema_that_holds(episode: Path, tmp_path: Path) -> None:
    kinds = {"integer": int, "number": (int, float), "string": str}
    for schema, channel, message in messages(export_mcap(episode, tmp_path / "a.mcap")):
        assert (schema.encoding, channel.message_encoding) == ("jsonschema", "json")
        described = json.loads(schema.data)
        assert described["type"] == "object"
        for name, value in json.loads(message.data).items():
            assert isinstance(value, kinds[described["properties"][name]["type"]]), name


def test_no_column_is_left_out() -> None:
    assert sorted(name for names in TOPICS.values() for name in names) == sorted(COLUMNS)


def test_times_count_from_the_start_of_the_record(episode: Path, tmp_path: Path) -> None:
    read = messages(export_mcap(episode, tmp_path / "a.mcap"))
    for _, _, message in read:
        since_ns = message.log_time - STARTED_NS
        assert since_ns == round(0.02 * message.sequence * 1e9)
        assert message.publish_time == message.log_time
    about_path(episode).unlink()
    read = messages(export_mcap(episode, tmp_path / "a.mcap"))
    assert read[0][2].log_time == 0


def test_the_description_of_the_robot_goes_with_it(episode: Path, tmp_path: Path) -> None:
    with export_mcap(episode, tmp_path / "a.mcap").open("rb") as file:
        [record] = make_reader(file).iter_metadata()
    assert record.name == "about"
    assert json.loads(record.metadata["robot"])["name"] == "course"


def test_what_was_read_already_can_be_given(episode: Path, tmp_path: Path) -> None:
    export_mcap(episode, tmp_path / "a.mcap")
    export_mcap(read_telemetry(episode), tmp_path / "b.mcap")
    assert (tmp_path / "a.mcap").read_bytes() == (tmp_path / "b.mcap").read_bytes()


def test_without_the_package_it_says_what_to_install(
    episode: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcap.writer", None)
    with pytest.raises(TelemetryError, match="`pip install mcap`"):
        export_mcap(episode, tmp_path / "a.mcap")
    assert not (tmp_path / "a.mcap").exists()
