"""`watch`: training runs below a notebook cell, followed through the files in their folders."""

import asyncio
import contextvars
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets
import numpy as np

from furutalib.facts.errors import RunError
from furutalib.learning.progress import describe, keep_showing
from furutalib.learning.run import Run
from furutalib.learning.run_files import Columns, Status, read_episode
from furutalib.learning.scene import GHOST_COLOURS, furuta_scene
from furutalib.learning.sweep import is_sweep, open_sweep
from furutalib.view.curves import common_steps, median_and_range, on_steps, same_settings
from furutalib.view.plot import Band, Curve, Plot
from furutalib.view.robot_run import ROBOT_CURVES, is_on_robot, newest_recording
from furutalib.view.run_row import RunRow
from furutalib.view.scene_view import Player
from furutalib.view.table_cache import TableCache
from furutalib.view.tracks import FROM_UPRIGHT, Track, furuta_track
from furutalib.view.widget import View

# table of the run, its column, what to write above the plot, range of y
_CURVES = (
    ("progress", "return_mean", "return in training (its own reward)", None),
    ("evaluations", "task_return", "task return in validation", None),
    ("evaluations", "success_rate", "success in validation", (0.0, 1.0)),
    ("evaluations", "action_change", "action change (low: smooth)", None),
)
_SPREAD = "<div>thick: median; thin: each run; band: from the lowest to the highest run</div>"
_NO_EPISODE = (
    "<em>The first episode comes with the first validation.</em>",
    "<em>The first episode comes when it is over.</em>",
)
_MOST_GHOSTS = 6
_MOST_THIN = 12  # runs of which each has its own curve beside the median
_DEEPEST = 10  # folders
_COLUMNS = "repeat(auto-fit, minmax(max(240px, 40%), 1fr))"  # one or two
_GRID = {"flex": "3 1 560px", "grid_template_columns": _COLUMNS, "align_content": "flex-start"}


def watch(*runs: str | Path | Run) -> "Dashboard":
    """Show training runs below this notebook cell, which stays free, until they are over.

    It makes no difference who started a run, and when: all is read from the files in its folder.
    Runs that differ in nothing but the seed are drawn with their median and range. Of a sweep,
    all runs are shown together by their settings, and new ones as they begin.

    Args:
        runs: run folders, or what `train` returned; or one folder of a sweep.

    Raises:
        RunError: none is given, or a folder is not that of a run.
    """
    if not runs:
        raise RunError("no run to watch; give one or more run folders, e.g. watch('runs/first')")
    if len(runs) == 1 and not isinstance(runs[0], Run) and is_sweep(runs[0]):
        from furutalib.view.sweep_dashboard import SweepDashboard

        dashboard: Dashboard = SweepDashboard(open_sweep(runs[0]))
    else:
        dashboard = Dashboard([run if isinstance(run, Run) else Run(run) for run in runs])
    dashboard.refresh()
    dashboard.follow()
    return dashboard


class Dashboard:
    """What `watch` shows; `widget` is what a notebook displays of it."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._take(runs)
        colours = {i: self._colours[name] for name, places in self._groups.items() for i in places}
        self._rows = [
            RunRow(run, self._names[i], colours[i], self.follow) for i, run in enumerate(runs)
        ]
        self._on_robot = bool(runs) and all(map(is_on_robot, runs))
        self._curves = ROBOT_CURVES if self._on_robot else _CURVES
        self._plots = [
            Plot(f"{title} over steps", ("steps", []), {}, y_range=span, title=title, height=130)
            for _, _, title, span in self._curves
        ]
        self._player: Player | None = None
        self._caption = ipywidgets.HTML()
        self._scene = ipywidgets.VBox(
            [ipywidgets.HTML(_NO_EPISODE[self._on_robot])],
            layout=ipywidgets.Layout(flex="2 1 340px"),
        )
        self._foot = ipywidgets.HTML()
        curves = ipywidgets.GridBox(self._plots, layout=ipywidgets.Layout(**_GRID))
        below = ipywidgets.Box(
            [self._scene, curves], layout=ipywidgets.Layout(flex_flow="row wrap", grid_gap="8px")
        )
        self.head = ipywidgets.VBox([row.widget for row in self._rows])
        self.widget = ipywidgets.VBox([self.head, below, self._foot])
        self.widget.add_class("furuta-dashboard")
        self._drawn: list[int] = []
        self._tables = TableCache()
        self._task: asyncio.Task[None] | None = None
        # Buttons may be answered in another thread, and an error belongs below the cell that
        # made the dashboard: its loop and its context are kept.
        self._loop = _running_loop()
        self._context = contextvars.copy_context()
        for run in runs:
            run.display = self

    def _take(self, runs: Sequence[Run]) -> None:
        """Show these runs from now on."""
        self._runs = list(runs)
        self._names = _names(runs)
        self._groups = same_settings([run.config.to_dict() for run in runs])
        self._colours = _colours(self._groups)
        self._spread = _SPREAD if len(self._groups) < len(runs) else ""

    def follow(self) -> None:
        """Refresh twice a second, beside the cells of the notebook, as long as a run goes on."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._begin, context=self._context)

    def refresh(self) -> bool:
        """Show what the files say now; False when there is nothing more to follow."""
        if self.widget.comm is None:  # closed
            return False
        states = [row.refresh() for row in self._rows]  # first: what follows is not older
        self._foot.value = self._spread + "".join(map(_foot_line, self._runs, states))
        self._redraw([status.over for status in states])
        return not all(status.over for status in states)

    def _redraw(self, over: Sequence[bool]) -> None:
        """Draw what has changed in the files."""
        stamps = [stamp for run in self._runs for stamp in _stamps(run)]
        if stamps != self._drawn:
            self._drawn = stamps
            self._draw_curves(over)
            self._draw_episodes()

    def show(self, _: Status) -> None:
        """Refresh, for `Run.wait`, while a cell keeps the notebook busy."""
        self.refresh()

    def end(self) -> None:
        """The last state stays on show."""

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(keep_showing(self.refresh))

    def _draw_curves(self, over: Sequence[bool]) -> None:
        tables = {
            "progress": [self._tables.read(run.files.progress) for run in self._runs],
            "evaluations": [self._tables.read(run.files.evaluations) for run in self._runs],
        }
        for plot, (table, column, _, _) in zip(self._plots, self._curves, strict=True):
            self._draw(plot, tables[table], column, over)

    def _draw(
        self, plot: Plot, tables: Sequence[Columns], column: str, over: Sequence[bool]
    ) -> None:
        nothing = np.zeros(0)
        steps = [table.get("steps", nothing) for table in tables]
        grid = common_steps(steps)
        values = [
            on_steps(grid, steps[i], table.get(column, nothing), over[i])
            for i, table in enumerate(tables)
        ]
        series: dict[str, Curve] = {}
        bands = []
        for name, places in self._groups.items():
            colour = self._colours[name]
            if len(places) == 1:
                alone = len(self._runs) == 1  # its name stands above
                shown = Curve(values[places[0]], colour, listed=not alone)
                series[name or self._names[places[0]]] = shown
                continue
            middle, low, high = median_and_range(np.stack([values[i] for i in places]))
            bands.append(Band(low, high, colour))
            for i in places if len(self._runs) <= _MOST_THIN else ():
                series[self._names[i]] = Curve(values[i], colour, width=0.5, listed=False)
            series[f"{name} median of {len(places)}".strip()] = Curve(middle, colour)
        plot.update(("steps", grid), series, bands=bands)

    def _draw_episodes(self) -> None:
        tracks = []
        for place, colour in self._shown_runs():
            track = _newest_episode(self._runs[place], self._names[place], colour)
            tracks += [track] if track else []
        if not tracks:
            return
        if self._player is None:
            scene = furuta_scene(self._runs[0].config.robot)
            self._player = Player(scene, tracks, plots=(FROM_UPRIGHT,), height=300)
            self._scene.children = (self._player, self._caption)
        else:
            self._player.update(tracks)
        shown = ", ".join(track.name for track in tracks)
        what = "the newest recording" if self._on_robot else "the first validation start"
        self._caption.value = f"{what}: {escape(shown)}"

    def _shown_runs(self) -> Sequence[tuple[int, str | None]]:
        """The first run of each setting in its colour; of one setting all seeds in any colours."""
        if len(self._groups) == 1:
            return [(i, None) for i in range(len(self._runs))][:_MOST_GHOSTS]
        first = [(places[0], self._colours[name]) for name, places in self._groups.items()]
        return first[:_MOST_GHOSTS]

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = dict(self.widget._repr_mimebundle_(**options))
        stills = [view._repr_mimebundle_(**options)["text/html"] for view in self._views()]
        lines = [f"<p>{escape(line)}</p>" for line in repr(self).splitlines()]
        return bundle | {"text/plain": repr(self), "text/html": "".join(lines + stills)}

    def _views(self) -> list[View]:
        """What stays visible on a page without a kernel."""
        return [*self._plots, *([self._player] if self._player else [])]

    def __repr__(self) -> str:
        return "\n".join(f"{run.folder.name}: {describe(run.status)}" for run in self._runs)


def _colours(groups: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """A colour for each setting."""
    return {name: GHOST_COLOURS[i % len(GHOST_COLOURS)] for i, name in enumerate(groups)}


def _names(runs: Sequence[Run]) -> list[str]:
    """The folders' names, with as many of their parents as tell them apart."""
    for depth in range(1, _DEEPEST):
        names = ["/".join(run.folder.parts[-depth:]) for run in runs]
        if len(set(names)) == len(names):
            return names
    return [f"{run.folder} ({i})" for i, run in enumerate(runs, start=1)]


def _newest_episode(run: Run, name: str, colour: str | None) -> Track | None:
    if is_on_robot(run):
        return newest_recording(run, name, colour)
    episode = read_episode(run.files.episode)
    if episode is None:
        return None
    return furuta_track(
        f"{name} after {episode.steps:,} steps",
        episode.times_s,
        episode.arm_rad,
        episode.pendulum_rad,
        episode.command,
        colour=colour,
    )


def _foot_line(run: Run, status: Status) -> str:
    about = f"{run.folder}; W&B: {status.wandb or status.wandb_mode}"
    return f'<div class="furuta-folder">{escape(about)}</div>'


def _stamps(run: Run) -> list[int]:
    """What changes when one of the files that are drawn does."""
    files = (run.files.progress, run.files.evaluations, run.files.episode)
    return [path.stat().st_mtime_ns if path.exists() else 0 for path in files]


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:  # no notebook: what is shown stays as it is
        return None
