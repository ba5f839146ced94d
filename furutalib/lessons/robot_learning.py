"""What lesson 09 draws of learning on robots: episodes, time spent, robots side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import RunError
from furutalib.learning.benchmarks import Benchmark
from furutalib.learning.policy import NumpyPolicy
from furutalib.learning.run import Run
from furutalib.learning.run_files import Columns, read_table
from furutalib.lessons.spread import Row
from furutalib.machine.telemetry import Telemetry, read_telemetry

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]

UP_WITHIN_RAD = np.radians(30.0)
_COLOUR, _GREY, _ORANGE = "#4c6ef5", "#868e96", "#e8590c"


@dataclass(frozen=True, eq=False)
class Episodes:
    """All recorded episodes of a run on a robot, arrays of shape (n,), in order."""

    robot_s: Floats  # of moving robot up to its end
    length_s: Floats
    farthest_deg: Floats  # from hanging, at most 180
    up_s: Floats  # within 30 degrees of upright
    reversals_per_s: Floats
    explored: NDArray[np.bool_]  # False: driven without exploration, to see how good it is

    def __len__(self) -> int:
        return len(self.robot_s)


def episodes_of(run: Run) -> Episodes:
    """Read the recordings of a run back.

    Raises:
        TelemetryError: one is damaged.
    """
    files = sorted(run.files.episodes.glob("episode-[0-9]*.csv"))
    period_s = 1.0 / run.config.robot.control.rate_hz
    told = [_figures(read_telemetry(file), period_s) for file in files]
    length, farthest, up, reversals = np.array(told, float).reshape(-1, 4).T
    moved_s = np.cumsum(length)
    explored = ~_driven_to_see(run, moved_s)
    return Episodes(moved_s, length, farthest, up, reversals, explored)


def _driven_to_see(run: Run, moved_s: Floats) -> NDArray[np.bool_]:
    """Which episodes belong to an evaluation: the last ones before each row of it."""
    table = run.evaluations()
    seen = np.zeros(len(moved_s), bool)
    pairs = zip(table.get("robot_seconds", ()), table.get("episodes", ()), strict=True)
    for end_s, count in pairs:
        last = int(np.argmin(np.abs(moved_s - end_s)))
        seen[max(0, last + 1 - int(count)) : last + 1] = True
    return seen


def _figures(told: Telemetry, period_s: float) -> tuple[float, float, float, float]:
    angle, sent = told.pendulum_angle_rad[1:], told.command_sent[1:]
    if not len(angle):
        return 0.0, 0.0, 0.0, 0.0
    away = np.abs(np.mod(angle, 2.0 * np.pi) - np.pi)
    signs = np.sign(sent[sent != 0.0])
    length_s = len(angle) * period_s
    reversals = np.count_nonzero(np.diff(signs)) / length_s
    up_s = float(np.count_nonzero(away < UP_WITHIN_RAD)) * period_s
    return length_s, float(np.degrees(np.pi - away.min())), up_s, reversals


def draw_episodes(up: "Axes", swing: "Axes", episodes: Episodes) -> None:
    """Every episode as a point: how long it had the pendulum up, and how far it swung."""
    share = 100.0 * episodes.up_s / np.maximum(episodes.length_s, 1e-9)
    for axes, values, colour in ((up, share, _COLOUR), (swing, episodes.farthest_deg, _ORANGE)):
        for kind, face in ((episodes.explored, colour), (~episodes.explored, "none")):
            axes.plot(episodes.robot_s[kind], values[kind], "o", color=colour, mfc=face)
    highest = max(30.0, 5.0 + float(share.max(initial=0.0)))
    up.set(xlabel="seconds of moving robot", ylabel="of the episode (%)", ylim=(-2, highest))
    up.set_title("time within 30° of upright")
    swing.set(xlabel="seconds of moving robot", ylabel="degrees", ylim=(-6, 188))
    swing.set_title("farthest swing, 180° is upright")


def draw_time(axes: "Axes", minutes: Mapping[str, Mapping[str, float]]) -> None:
    """Bars of where the time went, one per run; each is a dict from parts to minutes."""
    colours = (_COLOUR, _GREY, _ORANGE, "#2b9a4b")
    names = list(minutes)
    parts = list(next(iter(minutes.values())))
    left = np.zeros(len(names))
    for part, colour in zip(parts, colours, strict=False):
        values = np.array([minutes[name][part] for name in names])
        axes.barh(names, values, left=left, label=part, color=colour, height=0.6)
        left += values
    axes.set_xlabel("minutes")
    axes.invert_yaxis()
    axes.legend(fontsize=9, ncols=len(parts), loc="lower left", bbox_to_anchor=(0.0, 1.0))


def zero_curves(table: Benchmark, hidden: int) -> list[Columns]:
    """How each run from zero on this hidden robot got there, one per seed."""
    columns = read_table(table.folder / "curves.csv")
    seeds = np.unique(columns["seed"][columns["hidden"] == hidden])
    kept = [(columns["hidden"] == hidden) & (columns["seed"] == seed) for seed in seeds]
    return [{name: values[rows] for name, values in columns.items()} for rows in kept]


def draw_contenders(axes: "Axes", rows: Sequence[Row], names: Sequence[str]) -> None:
    """Successes of each contender on every robot as points, the mean as a bar; first one on top."""
    for place, name in enumerate(names):
        each = np.sort([float(row["successes"]) for row in rows if row["contender"] == name])
        spread = np.linspace(-0.28, 0.28, each.size) if each.size > 1 else np.zeros(each.size)
        axes.plot(each, place + spread, "o", markersize=4, color=_COLOUR, alpha=0.55)
        axes.plot([each.mean()] * 2, [place - 0.4, place + 0.4], color="black", linewidth=2.5)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="successes of 100 starts, one point per robot; bar: mean", xlim=(-3, 103))
    axes.invert_yaxis()


def contender_rows(rows: Sequence[Row], names: Sequence[str]) -> list[dict[str, Any]]:
    """A line for each contender: mean, worst and how many robots it brings up 90 times or more."""
    lines = []
    for name in names:
        each = np.array([float(row["successes"]) for row in rows if row["contender"] == name])
        lines.append(
            {
                "name": name,
                "robots": len(each),
                "mean": float(each.mean()),
                "worst": float(each.min()),
                "good": int((each >= 90).sum()),
            }
        )
    return lines


def newest_policy(run: Run) -> NumpyPolicy:
    """The policy of the newest checkpoint of a run on a robot; its `best` may be an older one.

    Raises:
        RunError: there is no checkpoint.
    """
    path = run.files.checkpoint / "model.zip"
    if not path.is_file():
        raise RunError(f"{run.folder} has no checkpoint yet; wait for its first episode")
    from stable_baselines3 import SAC

    from furutalib.learning.policy_export import network_from_model

    wrappers = run.config.wrappers.without_randomisation()
    return NumpyPolicy(network_from_model(SAC.load(path, device="cpu")), wrappers)


def where_the_time_went(row: Row) -> dict[str, float]:
    """Minutes of a row of the tables about robots, by part."""
    return {
        "moving": float(row["robot_minutes"]),
        "resets": float(row["reset_minutes"]),
        "updates": float(row["update_seconds"]) / 60.0,
    }


def time_of(run: Run) -> dict[str, float]:
    """The same of a run."""
    progress = run.progress()
    last = {name: float(progress[name][-1]) for name in ("robot_seconds", "reset_seconds")}
    return {
        "moving": last["robot_seconds"] / 60.0,
        "resets": last["reset_seconds"] / 60.0,
        "updates": float(np.nansum(progress["update_seconds"])) / 60.0,
    }


def hardest(table: Benchmark, contender: str) -> int:
    """The hidden robot on which this contender succeeds least often."""
    rows = table.where(contender=contender).rows
    return int(min(rows, key=lambda row: float(row["successes"]))["hidden"])
