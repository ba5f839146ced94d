"""From recordings to a robot's parameters, each with the interval it lies in.

recordings = read_recordings("runs/identify")
found = identify(recordings, load_robot("course"))
print(found.table())
found.write("mine.toml", "course", today)
train(..., randomisation=found.ranges())
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError, IdentificationError
from furutalib.facts.robot import RobotDescription
from furutalib.facts.robot_file import Change, write_robot_file
from furutalib.learning.excitation import HELD_OUT
from furutalib.learning.held_out import Ahead, look_ahead
from furutalib.learning.identifiable import IDENTIFIABLE, changes, ranges, values_of
from furutalib.learning.normal_equations import NormalEquations
from furutalib.learning.shooting import Search
from furutalib.learning.shooting_problem import N, Point, Problem
from furutalib.learning.windows import Piece, cut, pieces
from furutalib.machine.telemetry import Telemetry, read_telemetry

Floats = NDArray[np.float64]
WINDOW_S = 1.0
INFLATION = 3.0  # of a fit's own spread: residuals within a window hang together
SURE = 1.96  # standard deviations to either side hold 95 of 100
NOT_FOUND = 0.5  # a relative half-width above this says nothing
WORST_FIT_RAD = (0.15, 0.05)  # of arm and pendulum, root mean square


@dataclass(frozen=True)
class Estimate:
    """One identified quantity."""

    name: str
    key: str
    unit: str
    described: float  # as it was believed to be
    value: float
    half_width: float  # of the interval that holds the truth in 95 of 100 cases

    @property
    def relative(self) -> float:
        """The half-width as a share of the value."""
        return self.half_width / self.value

    @property
    def note(self) -> str:
        """For a robot's file."""
        return f"{self.name}, 95 % within +- {self.half_width:.2g} {self.unit}".rstrip()


@dataclass(frozen=True)
class Identified:
    """What recordings say about a robot.

    Attributes:
        believed: the description that the search began with; what is held stays as it is there.
        description: the robot as it was found.
        estimates: by the quantity's name, in the order of `identifiable.IDENTIFIABLE`.
        seconds: of recordings that the fit used.
        fit_rad: root mean square residuals of arm and pendulum.
        before, after: the held-out recordings as predicted by both; None where there is none.
    """

    believed: RobotDescription
    description: RobotDescription
    estimates: Mapping[str, Estimate]
    seconds: float
    fit_rad: tuple[float, float]
    before: Ahead | None
    after: Ahead | None
    emulated: bool

    @property
    def held_out_deg(self) -> float:
        """Open-loop error of the pendulum on held-out recordings, root mean square; nan without."""
        return self.after.rms_deg if self.after else float("nan")

    def ranges(self) -> dict[str, float]:
        """Half-widths for `WrapperSettings.randomisation`, around `description`."""
        widths = np.array([one.relative for one in self.estimates.values()])
        return ranges(self.description, widths)

    def table(self) -> str:
        """For people."""
        lines = [f"{'':26s}{'described':>12s}{'identified':>12s}{'95 % within':>14s}"]
        lines += [
            f"{one.name:26s}{one.described:12.4g}{one.value:12.4g}"
            f"{one.half_width:9.2g} {one.relative:4.0%} {one.unit}"
            for one in self.estimates.values()
        ]
        if self.before and self.after:
            lines.append(
                f"pendulum, half a second ahead on held-out data: {self.before.rms_deg:.2f} deg "
                f"with the description, {self.after.rms_deg:.2f} deg as identified"
            )
        return "\n".join(lines)

    def write(self, target: str | Path, source: str | Path, today: date) -> Path:
        """Write a new robot file: that of the robot believed, with what was identified.

        Args:
            target: the new file, ending in .toml.
            source: name or file of the robot that was believed.
            today: the date that the file will give.

        Raises:
            ConfigurationError: the file exists already, or cannot be written.
        """
        where = "emulated robot, " if self.emulated else ""
        notes = {one.key: one.note for one in self.estimates.values()}
        notes["arm.mass_kg"] = notes["arm.inertia_kg_m2"] + "; scaled together with the inertia"
        values = self.description.to_dict()
        written = {
            key: Change(
                _rounded(_at(values, key)), f"{today.isoformat()}, {where}furuta identify: {note}"
            )
            for key, note in notes.items()
        }
        written["name"] = Change(Path(target).stem)
        return write_robot_file(source, target, written, self.emulated)


def read_recordings(folder: str | Path) -> list[Telemetry]:
    """All recordings of a folder, in the order in which they were made.

    Raises:
        IdentificationError: there is none.
        TelemetryError: one is damaged.
    """
    paths = sorted(Path(folder).glob("*.csv"))
    if not paths:
        raise IdentificationError(
            f"{folder} holds no recordings (*.csv); make some with `furuta identify --record`"
        )
    return [read_telemetry(path) for path in paths]


def identify(
    recordings: Sequence[Telemetry],
    robot: RobotDescription,
    told: Callable[[int, float], None] = lambda step, rms_rad: None,
    held: Collection[str] = (),
) -> Identified:
    """Find a robot's parameters in its recordings.

    Args:
        recordings: those with the excitation `HELD_OUT` are kept for checking.
        robot: as it is believed to be.
        told: called after each step with its number and the pendulum's residual in rad.
        held: names of quantities that stay as described, since something else has measured them.

    Raises:
        ConfigurationError: there is no such quantity.
        IdentificationError: the recordings are another robot's, have gaps, do not show some
            parameter, or are not explained by any such robot.
    """
    fitted, kept = _sorted_out(recordings, robot)
    dt_s = 1.0 / robot.control.rate_hz
    windows = cut(fitted, round(WINDOW_S / dt_s), dt_s)
    least = np.array([one.least for one in IDENTIFIABLE])
    problem = Problem(robot, np.maximum(values_of(robot), least), windows, _numbers(held))
    point = Search(problem, told).run()
    fit = np.sqrt(np.mean(problem.misses(problem.follow(point), point) ** 2, axis=(0, 1)))
    _check_fit(fit)
    spread = _spread(problem, point)
    _check_found(spread)
    values = problem.values * np.exp(point.logs)
    description = robot.with_values(changes(robot, values))
    return Identified(
        believed=robot,
        description=description,
        estimates=_estimates(robot, values, SURE * spread * values),
        seconds=len(windows) * WINDOW_S,
        fit_rad=(float(fit[0]), float(fit[1])),
        before=look_ahead(robot, kept) if kept else None,
        after=look_ahead(description, kept) if kept else None,
        emulated=any(one.about.get("kind") == "emulated" for one in recordings),
    )


def _numbers(held: Collection[str]) -> list[int]:
    names = [one.name for one in IDENTIFIABLE]
    for name in held:
        if name not in names:
            raise ConfigurationError(f"held: unknown quantity {name!r}; known: {', '.join(names)}")
    return [names.index(name) for name in held]


def _sorted_out(
    recordings: Sequence[Telemetry], robot: RobotDescription
) -> tuple[list[list[Piece]], list[list[Piece]]]:
    """Pieces to fit and pieces to check with."""
    _check_one(recordings)
    fitted: list[list[Piece]] = []
    kept: list[list[Piece]] = []
    for number, one in enumerate(recordings, start=1):
        name = f"recording {number} ({one.about.get('excitation', 'without a name')})"
        _check_robot(one, robot, name)
        place = kept if one.about.get("excitation") == HELD_OUT else fitted
        place.append(pieces(one, name))
    if not fitted:
        raise IdentificationError("no recording to fit; all are held out, or there is none")
    return fitted, kept


def _check_one(recordings: Sequence[Telemetry]) -> None:
    """That all are of one robot, as far as they say."""
    kinds = {f"{one.about.get('kind')} {one.about.get('hidden', '')}" for one in recordings}
    if len(kinds) > 1:
        raise IdentificationError(
            f"these recordings are of different robots ({', '.join(sorted(kinds))}); "
            "keep those of one robot in a folder of their own"
        )


def _check_robot(recording: Telemetry, robot: RobotDescription, name: str) -> None:
    theirs = recording.about.get("robot")
    if theirs is None:
        raise IdentificationError(
            f"{name} does not say of which robot it is: the JSON file beside it is missing"
        )
    ours = robot.to_dict()
    differ = [
        f"{table}.{key} = {theirs.get(table, {}).get(key)!r}, not {value!r}"
        for table, entries in ours.items()
        if isinstance(entries, dict)
        for key, value in entries.items()
        if theirs.get(table, {}).get(key) != value
    ]
    if theirs.get("name") != ours["name"] or differ:
        raise IdentificationError(
            f"{name} is of the robot {theirs.get('name')!r}, not of {robot.name!r} as described "
            f"({'; '.join(differ[:3]) or 'only the names differ'}); give the file of the robot "
            "that was recorded, or record this one"
        )


def _spread(problem: Problem, point: Point) -> Floats:
    """Relative standard deviations.

    Two views, and the larger counts: the curvature says what cannot be seen at all, and how much
    the windows disagree (each window's gradient) says what else the model does not explain.
    """
    normal = NormalEquations(problem, point)
    covariance = np.linalg.inv(normal.matrix)
    curved = np.sqrt(np.diag(covariance)[:N])
    disagreeing = covariance @ (normal.scores.T @ normal.scores) @ covariance
    spread = np.maximum(curved, INFLATION * np.sqrt(np.diag(disagreeing)[:N]))
    model = np.array([one.model_sd for one in IDENTIFIABLE])
    both: Floats = np.hypot(spread, model)
    return both


def _check_found(spread: Floats) -> None:
    lost = [one for one, sd in zip(IDENTIFIABLE, spread, strict=True) if SURE * sd > NOT_FOUND]
    if lost:
        raise IdentificationError(
            "these recordings do not tell "
            + ", ".join(f"{one.name} (it shows in: {one.seen_by})" for one in lost)
            + "; record the movements of `furuta identify`, longer or stronger"
        )


def _check_fit(fit: Floats) -> None:
    for joint, size, most in zip(("arm", "pendulum"), fit, WORST_FIT_RAD, strict=True):
        if size > most:
            raise IdentificationError(
                f"the search did not converge: the {joint} of the best robot found is "
                f"{np.degrees(size):.1f} degrees off (root mean square), at most "
                f"{np.degrees(most):.1f} are believed. Is the arm's screw loose, does a cable "
                "pull, are encoder counts and signs right (`furuta bring-up`), was the robot "
                "changed between recordings?"
            )


def _estimates(robot: RobotDescription, values: Floats, half: Floats) -> Mapping[str, Estimate]:
    described = values_of(robot)
    return MappingProxyType(
        {
            one.name: Estimate(one.name, one.key, one.unit, float(was), float(value), float(width))
            for one, was, value, width in zip(IDENTIFIABLE, described, values, half, strict=True)
        }
    )


def _at(values: Mapping[str, Mapping[str, float]], key: str) -> float:
    table, _, name = key.partition(".")
    return values[table][name]


def _rounded(value: float) -> float:
    return float(f"{value:.5g}")
