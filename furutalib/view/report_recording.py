"""A recorded episode of a robot, read for a report."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError, TelemetryError
from furutalib.facts.robot import RobotDescription
from furutalib.learning.evaluation import UPRIGHT_WITHIN_RAD
from furutalib.machine.telemetry import Telemetry, about_path, read_telemetry
from furutalib.maths.smoothness import mean_squared_change
from furutalib.view.report_part import RECORDING, UNKNOWN, Part, place_of
from furutalib.view.tracks import Floats, Track, furuta_track, wrapped_deg

EPISODES = "episode-*.csv"
LATENESS = "lateness (ms)"
_MOST_PLAYED_S = 60.0
_ELSEWHERE = ("robot", "versions", "end", "format", "started", "code_hash", "plant_hash")


def read_recording(path: Path, name: str) -> Part:
    """A telemetry file as a part of a report; what cannot be read is told.

    A run's or a policy's folder is read by `report_run`.
    """
    try:
        telemetry = read_telemetry(path)
    except TelemetryError as error:
        return Part(name, RECORDING, missing=[str(error)])
    about, missing = telemetry.about, list[str]()
    if not about:
        missing.append(f"{about_path(path).name}, which says whose episode it is")
    if telemetry.cut:
        missing.append("its last row was cut short, as after a kill or a power cut")
    if about and about.get("end") is None:
        missing.append("its end: the controller did not live to note it")
    place = place_of({k: v for k, v in about.items() if k != "robot"}, UNKNOWN)
    label = name if place == UNKNOWN else f"{name}, {place}"
    return Part(
        name,
        RECORDING,
        place=place,
        robot=_robot(about, missing),
        facts=_facts(telemetry),
        settings={key: value for key, value in about.items() if key not in _ELSEWHERE},
        made_with={**(about.get("versions") or {}), **_hashes(about)},
        tracks=_tracks(telemetry, label, missing),
        recording=telemetry,
        missing=missing,
    )


def _facts(telemetry: Telemetry) -> dict[str, Any]:
    about = telemetry.about
    end = about.get("end") or {}
    facts = {
        "started": str(about.get("started", ""))[:19].replace("T", " "),
        "robot": (about.get("robot") or {}).get("name"),
        "ended": end.get("why"),
        "rows": len(telemetry),
        "rows lost": end.get("lost"),
    }
    return facts | (_measured(telemetry) if len(telemetry) else {})


def _measured(telemetry: Telemetry) -> dict[str, Any]:
    """Figures of the episode itself."""
    late_ms = 1000 * telemetry.lateness_s[np.isfinite(telemetry.lateness_s)]
    sent = telemetry.command_sent[np.isfinite(telemetry.command_sent)]
    arm = telemetry.arm_angle_rad[np.isfinite(telemetry.arm_angle_rad)]
    return {
        "length (s)": round(float(telemetry.time_s[-1] - telemetry.time_s[0]), 3),
        "upright at the end (s)": round(_upright_end_s(telemetry), 3),
        "largest arm angle (°)": round(math.degrees(np.abs(arm).max()), 1) if arm.size else None,
        "action change": float(mean_squared_change(sent)) if sent.size > 1 else None,
        "worst lateness (ms)": round(float(late_ms.max()), 3) if late_ms.size else None,
        "missed ticks": int(telemetry.missed.sum()),
        "trips": len(trips(telemetry)),
    }


def _upright_end_s(telemetry: Telemetry) -> float:
    """How long the pendulum stood within 12 degrees of upright, up to the end."""
    away = np.abs(np.radians(from_upright_deg(telemetry)))
    fallen = np.flatnonzero(~(away <= UPRIGHT_WITHIN_RAD))
    first = int(fallen[-1]) + 1 if fallen.size else 0
    if first >= len(telemetry):
        return 0.0
    return float(telemetry.time_s[-1] - telemetry.time_s[first])


def from_upright_deg(telemetry: Telemetry) -> Floats:
    """Pendulum from upright in [-180, 180) degrees."""
    return np.asarray(wrapped_deg(telemetry.pendulum_angle_rad - np.pi))


def trips(telemetry: Telemetry) -> list[tuple[float, str]]:
    """When safety switched the motor off, and why; each once."""
    found: list[tuple[float, str]] = []
    before = ""
    for time_s, why in zip(telemetry.time_s, telemetry.trip, strict=True):
        if why and why != before:
            found.append((float(time_s), why))
        before = why
    return found


def _robot(about: Mapping[str, Any], missing: list[str]) -> RobotDescription | None:
    if "robot" not in about:
        return None
    try:
        return RobotDescription.from_dict(about["robot"])
    except (ConfigurationError, TypeError, KeyError) as error:
        missing.append(f"the robot's description cannot be read ({error})")
        return None


def _tracks(telemetry: Telemetry, name: str, missing: list[str]) -> list[Track]:
    """What the player shows: known angles at rising times, the last minute of it."""
    times = telemetry.time_s
    known = np.isfinite(telemetry.arm_angle_rad) & np.isfinite(telemetry.pendulum_angle_rad)
    known &= np.isfinite(times) & (np.diff(times, prepend=-np.inf) > 0)
    if known.sum() < 2:
        missing.append("no episode to play: it holds no motion")
        return []
    if times[known][-1] - times[known][0] > _MOST_PLAYED_S:
        missing.append(f"the player shows the last {_MOST_PLAYED_S:g} s only")
        known &= times > times[known][-1] - _MOST_PLAYED_S
    track = furuta_track(
        name,
        times[known],
        telemetry.arm_angle_rad[known],
        telemetry.pendulum_angle_rad[known],
        np.nan_to_num(telemetry.command_sent[known]),
    )
    late_ms = 1000 * telemetry.lateness_s[known]
    late = {LATENESS: late_ms} if np.any(np.nan_to_num(late_ms)) else {}
    return [Track(name, track.times_s, track.coordinates, track.command, {**track.signals, **late})]


def _hashes(about: Mapping[str, Any]) -> dict[str, Any]:
    return {key: about.get(key) for key in ("code_hash", "plant_hash")}
