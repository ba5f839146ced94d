"""A robot whose episodes are written down: one telemetry file from each reset to the next."""

import math
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from furutalib.facts.errors import SafetyTrip, TelemetryError
from furutalib.facts.robot import RobotDescription
from furutalib.machine.robot import Flag, Reading, Robot, Start
from furutalib.machine.telemetry import Row
from furutalib.machine.telemetry_log import TelemetryLog
from furutalib.maths.estimator import VelocityFilter


class RecordedRobot:
    """Writes every step of a robot into `episode-NNNN.csv`, counting up from what is there.

    A row is sent when the next step begins, so that a reward can still be added to it; nothing
    in a step touches the disk. Speeds are filtered as the policy sees them.

    Args:
        robot: any robot; where it has safety, put this around it.
        folder: where the files go; made if it is not there.
        about: what the JSON files shall say beside robot and versions; ready for JSON. Say here
            whether the robot is simulated, emulated or real.
    """

    def __init__(self, robot: Robot, folder: str | Path, about: Mapping[str, Any]) -> None:
        self.inner = robot
        self.folder = Path(folder)
        self.log: TelemetryLog | None = None
        self._about = dict(about)
        self._row: Row | None = None
        self._why = ""  # the episode is over, although nobody has ended it yet
        description = robot.description
        cutoff = description.sensors.filter_cutoff_rad_s
        self._filters: tuple[VelocityFilter[float], VelocityFilter[float]] = (
            VelocityFilter(robot.dt, cutoff),
            VelocityFilter(robot.dt, cutoff),
        )

    @property
    def description(self) -> RobotDescription:
        """The robot's."""
        return self.inner.description

    @property
    def fidelity(self) -> frozenset[str]:
        """The robot's."""
        return self.inner.fidelity

    @property
    def dt(self) -> float:
        """Control period in seconds."""
        return self.inner.dt

    def reset(self, start: Start | None = None) -> Reading:
        """Begin an episode in a new file; errors are those of the robot's own reset.

        Raises:
            TelemetryError: the file cannot be written; the motor is still off.
        """
        self._end("a new episode began")
        self.log = TelemetryLog(self._next_file(), self.description, self._about)
        try:
            reading = self.inner.reset(start)
        except BaseException as error:
            self._end(f"no reset: {error}")
            raise
        for one, angle in zip(self._filters, _angles(reading), strict=True):
            one.reset(angle)
        self._row = self._make_row(reading, math.nan, (0.0, 0.0))
        return reading

    def step(self, action: float) -> Reading:
        """Step the robot and write it down; a trip is written down as well, when all ends."""
        self._send()
        try:
            reading = self.inner.step(action)
        except SafetyTrip as trip:
            self._tripped(action, str(trip))
            raise
        speeds = tuple(
            one.update(angle) for one, angle in zip(self._filters, _angles(reading), strict=True)
        )
        self._row = self._make_row(reading, float(action), (speeds[0], speeds[1]))
        return reading

    def off(self) -> None:
        """Motor off; the episode's file is finished."""
        getattr(self.inner, "off", lambda: None)()
        self._end("switched off")

    def note_reward(self, reward: float) -> None:
        """Add the reward of the step before to its row."""
        if self._row is not None:
            self._row = self._row._replace(reward=reward)

    def close(self) -> None:
        """Close the robot, then the file."""
        try:
            self.inner.close()
        finally:
            self._end("closed")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _next_file(self) -> Path:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TelemetryError(
                f"no recording can go into {self.folder} ({error.strerror}); give the name of a "
                "folder, a new one or one in which you may write"
            ) from error
        taken = [int(file.stem[8:]) for file in self.folder.glob("episode-[0-9]*.csv")]
        return self.folder / f"episode-{max(taken, default=0) + 1:04d}.csv"

    def _make_row(self, reading: Reading, asked: float, speeds: tuple[float, float]) -> Row:
        driven: Any = getattr(self.inner, "inner", self.inner)
        counts = driven.counts() if hasattr(driven, "counts") else (math.nan, math.nan)
        return Row(
            tick=round(reading.time_s / self.dt),
            time_s=reading.time_s,
            arm_count=counts[0],
            pendulum_count=counts[1],
            arm_angle_rad=reading.arm_angle_rad,
            pendulum_angle_rad=reading.pendulum_angle_rad,
            arm_speed_rad_s=speeds[0],
            pendulum_speed_rad_s=speeds[1],
            command_asked=asked,
            command_sent=reading.command,
            lateness_s=getattr(driven, "late_s", math.nan),
            missed=getattr(driven, "missed", 0),
            flags=int(reading.flags),
        )

    def _tripped(self, action: Any, why: str) -> None:
        trip = getattr(self.inner, "trip", None)
        if self.log is None or trip is None:
            return
        asked = float(action) if isinstance(action, int | float) else math.nan
        row = self._make_row(trip.reading, asked, (math.nan, math.nan))
        self._row = row._replace(flags=int(trip.reading.flags | Flag.TRIPPED), trip=why)
        self._why = "tripped"

    def _send(self) -> None:
        if self._row is not None and self.log is not None:
            self.log.write(self._row)
        self._row = None

    def _end(self, why: str) -> None:
        self._send()
        log, self.log = self.log, None
        why, self._why = self._why or why, ""
        if log is not None:
            log.close(why)


def _angles(reading: Reading) -> tuple[float, float]:
    return reading.arm_angle_rad, reading.pendulum_angle_rad
