"""Telemetry as an MCAP file, which Foxglove and PlotJuggler open.

One message per tick and topic, in JSON with a JSON schema. The optional package `mcap` writes it.
"""

import importlib
import json
import math
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from furutalib.facts.errors import TelemetryError
from furutalib.facts.files import write_atomically
from furutalib.machine.telemetry import Telemetry, read_telemetry
from furutalib.machine.telemetry_writer import WHOLE

_NS = 1_000_000_000
# Which columns go into one message; a topic stands for what is looked at together.
TOPICS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "/robot/angles": (
            "arm_angle_rad",
            "pendulum_angle_rad",
            "arm_speed_rad_s",
            "pendulum_speed_rad_s",
        ),
        "/robot/counts": ("arm_count", "pendulum_count"),
        "/robot/command": ("command_asked", "command_sent", "reward"),
        "/robot/timing": ("tick", "time_s", "lateness_s", "missed"),
        "/robot/safety": ("flags", "trip"),
    }
)


def export_mcap(source: str | Path | Telemetry, target: str | Path) -> Path:
    """Write an episode as MCAP; a file at `target` is replaced.

    Values keep every bit; what is not known is left out of its message. Times are those of the
    robot, counted from the moment the record was started; without that they count from 1970.
    What stands in the JSON file beside the CSV becomes the metadata record `about`.

    Args:
        source: a telemetry file, or what `read_telemetry` gave.
        target: the file to write, usually `.mcap`.

    Raises:
        TelemetryError: the source cannot be read, or the package `mcap` is not installed.
        OSError: the target cannot be written; a file that was there is unchanged.
    """
    telemetry = source if isinstance(source, Telemetry) else read_telemetry(source)
    with tempfile.TemporaryFile() as file:
        _write(telemetry, _package("mcap.writer").Writer(file))
        file.seek(0)
        write_atomically(target, file.read())
    return Path(target)


def _write(telemetry: Telemetry, writer: Any) -> None:
    writer.start(profile="", library="furutalib")
    channels = {topic: _channel(writer, topic, names) for topic, names in TOPICS.items()}
    columns = {
        name: column if name == "trip" else column.tolist()
        for name, column in telemetry.columns().items()
    }
    began_ns = _began_ns(telemetry.about)
    for i, time_s in enumerate(columns["time_s"]):
        at_ns = began_ns + round(time_s * _NS)
        for topic, names in TOPICS.items():
            values = {name: _plain(name, columns[name][i]) for name in names}
            known = {name: value for name, value in values.items() if value is not None}
            writer.add_message(
                channel_id=channels[topic],
                log_time=at_ns,
                publish_time=at_ns,
                sequence=i,
                data=json.dumps(known).encode(),
            )
    if telemetry.about:
        about = {key: json.dumps(value) for key, value in telemetry.about.items()}
        writer.add_metadata("about", about)
    writer.finish()


def _channel(writer: Any, topic: str, names: tuple[str, ...]) -> int:
    """A topic with its schema; every name says its unit."""
    schema = {"type": "object", "properties": {name: {"type": _kind(name)} for name in names}}
    number = writer.register_schema(
        name=f"furuta.{topic.rpartition('/')[2]}",
        encoding="jsonschema",
        data=json.dumps(schema).encode(),
    )
    channel: int = writer.register_channel(
        schema_id=number, topic=topic, message_encoding="json", metadata={}
    )
    return channel


def _kind(name: str) -> str:
    if name == "trip":
        return "string"
    return "integer" if name in WHOLE else "number"


def _plain(name: str, value: Any) -> Any:
    """A value for JSON, None if there is none; JSON knows neither nan nor infinity."""
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        return None
    return int(value) if name in WHOLE else value


def _began_ns(about: Mapping[str, Any]) -> int:
    try:
        began = datetime.fromisoformat(str(about["started"]))
    except (KeyError, ValueError):
        return 0
    return round(began.timestamp() * 1000) * (_NS // 1000)


def _package(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise TelemetryError(
            "MCAP files need the package mcap, which is not installed: `pip install mcap`"
        ) from error
