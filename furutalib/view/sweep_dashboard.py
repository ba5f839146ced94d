"""`watch` for a sweep: one bar for all runs, a row per setting, curves by setting."""

import contextlib
import time
from collections.abc import Sequence
from html import escape

import ipywidgets
import numpy as np

from furutalib.facts.errors import RunError
from furutalib.learning.progress import figures, share_done
from furutalib.learning.run import Run
from furutalib.learning.run_files import Status
from furutalib.learning.sweep import Sweep
from furutalib.learning.sweep_status import Pace
from furutalib.view.dashboard import Dashboard
from furutalib.view.table import Cell, Column, Table
from furutalib.view.widget import View

_DRAW_S = 3.0  # between two drawings: reading many runs takes time from the training
_SETTLED = ("finished", "failed")
_GOOD = ("starting", "running", "finished")
_SHOWN_FAILURES = 5
_COLUMNS = (
    Column("setting", "setting"),
    Column("runs", "runs begun"),
    Column("finished", "finished"),
    Column("success_rate", "success", "%", better="high"),
    Column("task_return", "task return", places=1, better="high"),
    Column("action_change", "action change", places=4, better="low"),
)
_NOTE = "medians over the runs of the setting: each run's newest validation"


class SweepDashboard(Dashboard):
    """All runs of a sweep; those that have not begun yet are taken in when they do."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        super().__init__([])
        self._bar = ipywidgets.FloatProgress(max=1.0, layout=ipywidgets.Layout(width="100%"))
        self._line = ipywidgets.HTML()
        self.table = Table(f"settings of the sweep {sweep.folder.name}", _COLUMNS, [], note=_NOTE)
        self.head.children = (self._line, self._bar, self.table)
        self._drawn_at = float("-inf")
        self._pace = Pace(sweep.status())

    def refresh(self) -> bool:
        """Show what the files say now; False when every run has finished or failed."""
        if self.widget.comm is None:  # closed
            return False
        self._take_new()
        states = [run.status for run in self._runs]
        now = self._pace.added(self._sweep.status())
        begun = len(self._runs)
        waiting = len(self._sweep.file.points) - begun
        settled = waiting == 0 and all(state.state in _SETTLED for state in states)
        parts = [now.message, f"{waiting} not begun" if waiting else "", *figures(now)]
        told = ", ".join(filter(None, parts))
        name = escape(self._sweep.folder.name)
        self._line.value = f'<b>{name}</b> <span class="furuta-steps">{escape(told)}</span>'
        self._bar.value = 1.0 if settled else share_done(now)
        self._foot.value = self._spread + self._failures(states)
        if settled or time.monotonic() - self._drawn_at >= _DRAW_S:
            self._drawn_at = time.monotonic()
            self._redraw([state.over for state in states])
            self.table.update(self._by_setting(states), note=_NOTE)
        return not settled

    def _take_new(self) -> None:
        known = {run.folder for run in self._runs}
        runs = list(self._runs)
        for folder in self._sweep.run_folders():
            if folder not in known and folder.is_dir():
                with contextlib.suppress(RunError):  # it is being made at this instant
                    runs.append(Run(folder))
        if len(runs) > len(self._runs):
            self._take(sorted(runs, key=lambda run: run.folder))

    def _by_setting(self, states: Sequence[Status]) -> list[dict[str, Cell]]:
        rows = []
        for name, places in self._groups.items():
            newest = [self._newest(self._runs[i]) for i in places]
            row: dict[str, Cell] = {
                "setting": name or "all",
                "runs": len(places),
                "finished": sum(states[i].state == "finished" for i in places),
            }
            for column in ("success_rate", "task_return", "action_change"):
                values = [found[column] for found in newest if column in found]
                row[column] = float(np.median(values)) if values else None
            if isinstance(row["success_rate"], float):
                row["success_rate"] *= 100
            rows.append(row)
        return rows

    def _newest(self, run: Run) -> dict[str, float]:
        table = self._tables.read(run.files.evaluations)
        return {name: float(column[-1]) for name, column in table.items() if len(column)}

    def _failures(self, states: Sequence[Status]) -> str:
        bad = [(run, s) for run, s in zip(self._runs, states, strict=True) if s.state not in _GOOD]
        lines = [f"{run.folder.name} {status.state}: {status.message}" for run, status in bad]
        if len(lines) > _SHOWN_FAILURES:
            lines[_SHOWN_FAILURES:] = [f"... and {len(lines) - _SHOWN_FAILURES} more"]
        told = "".join(f'<div class="furuta-error">{escape(line)}</div>' for line in lines)
        return f'{told}<div class="furuta-folder">{escape(str(self._sweep.folder))}</div>'

    def _views(self) -> list[View]:
        return [self.table, *super()._views()]

    def __repr__(self) -> str:
        now = self._sweep.status()
        return f"{self._sweep.folder.name}: {now.message}, {now.steps:,} steps"
