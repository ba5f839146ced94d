"""Running a sweep: many training runs side by side, here or on a Dask cluster.

Each run is a process and a folder of its own, as in training. The folders are the truth: a sweep
that was killed is started again and finds out from them what is left to do.
"""

import csv
import io
import json
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import joblib

from furutalib.facts.errors import ConfigurationError, FurutaError, RunError
from furutalib.facts.files import write_atomically
from furutalib.learning.policy_folder import load_policy
from furutalib.learning.progress import choose_display
from furutalib.learning.run import Run
from furutalib.learning.run_config import RunConfig, changed_keys, flat
from furutalib.learning.run_files import SWEEP_FILE, RunFiles, Status, is_locked, read_status
from furutalib.learning.settings import sde_warnings
from furutalib.learning.sweep_cluster import Certificates, cluster
from furutalib.learning.sweep_file import COMMAND, PROGRAM, SweepFile, describe_run, parse_sweep
from furutalib.learning.sweep_status import Pace, together
from furutalib.learning.training import start

_log = logging.getLogger(__name__)
_SHOW_S = 0.5
_OUTCOME = ("steps", "steps_to_success", "seconds_training", "seconds_evaluation")
Row = dict[str, Any]


class Sweep:
    """The folder of a sweep: `sweep.json`, a folder for each run, and `results.csv`."""

    def __init__(self, folder: str | Path, file: SweepFile) -> None:
        """Make the folder, or take up the sweep in it.

        Raises:
            RunError: it holds another sweep, or something else, or cannot be written.
        """
        self.folder = Path(folder).resolve()
        self.file = file
        self._identity = self.folder / SWEEP_FILE
        try:
            self._claim()
        except OSError as error:
            raise RunError(
                f"the sweep folder {self.folder} cannot be written ({error.strerror or error}); "
                "choose another"
            ) from error

    @property
    def results(self) -> Path:
        """The table: a row per run that has ended."""
        return self.folder / "results.csv"

    def run_folders(self) -> list[Path]:
        """Where each run lies, in the order of the table."""
        return [self.folder / f"{i:04d}" for i in range(len(self.file.points))]

    def run(
        self,
        *,
        jobs: int = -1,
        scheduler: str | None = None,
        certificates: Certificates | None = None,
        wandb_mode: str = "offline",
        notes: str | None = None,
        show: bool = True,
    ) -> list[Row]:
        """Do what is left to do and return the table.

        A run that fails is in the table with its error and does not stop the others. Ctrl-C asks
        the runs to stop after their round; the next start goes on with them.

        Args:
            jobs: runs at a time on this computer; -1 means one per core.
            scheduler: address of a Dask scheduler, e.g. "tls://lab:8786". All its workers must
                see the sweep's folder under the same path.
            notes: the learner's own words, kept with every run that is started now.

        Raises:
            ConfigurationError: the scheduler's address is not safe to use.
            RunError: the scheduler cannot be reached, or has another furutalib.
        """
        for warning in dict.fromkeys(
            w for c in self.file.configs() for w in sde_warnings(c.settings)
        ):
            _log.warning(warning)
        rows: dict[int, Row] = {}
        runs = list(zip(self.run_folders(), self.file.points, strict=True))
        with _backend(jobs, scheduler, certificates), self._shown(show), self._stopping():
            # One at a time would be done in this thread, where a run takes Ctrl-C for itself.
            alone = not scheduler and joblib.effective_n_jobs(jobs) == 1
            tasks = joblib.Parallel(
                n_jobs=-1 if scheduler else 2 if alone else jobs,
                pre_dispatch=1 if alone else "2 * n_jobs",
                return_as="generator_unordered",
                batch_size=1,
            )
            todo = (
                joblib.delayed(do_run)(i, str(folder), point, wandb_mode, notes)
                for i, (folder, point) in enumerate(runs)
            )
            for number, row in tasks(todo):
                rows[number] = row
                self._write(rows)
        return [rows[number] for number in sorted(rows)]

    def status(self) -> Status:
        """How far all runs together are; times are those of the runs added up."""
        return together(self.run_folders(), self._totals)

    @cached_property
    def _totals(self) -> list[int]:
        return [config.settings.total_steps for config in self.file.configs()]

    def _claim(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        definition = json.loads(json.dumps(self.file.definition))
        if not self._identity.is_file():
            if any(self.folder.iterdir()):
                raise RunError(f"{self.folder} is not empty and holds no sweep; choose another")
            write_atomically(self._identity, json.dumps(definition, indent=1) + "\n")
            return
        changed = changed_keys(json.loads(self._identity.read_text("utf-8")), definition)
        if changed:
            raise RunError(
                f"{self.folder} holds the results of another sweep file: {', '.join(changed)}; "
                "choose another folder, or use the file it was made with"
            )

    def _write(self, rows: Mapping[int, Row]) -> None:
        """Replace the table; columns that a run has no value for stay empty."""
        ordered = [rows[number] for number in sorted(rows)]
        names = ["run", *self.file.columns(), "state", "error", *_OUTCOME]
        names += [n for n in dict.fromkeys(n for row in ordered for n in row) if n not in names]
        text = io.StringIO()
        writer = csv.DictWriter(text, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(ordered)
        write_atomically(self.results, text.getvalue())

    @contextmanager
    def _shown(self, show: bool) -> Iterator[None]:
        """One bar for the whole sweep, from a thread, since the main one waits for runs."""
        over = threading.Event()
        thread = threading.Thread(target=self._keep_showing, args=(over,), daemon=True)
        if show:
            thread.start()
        try:
            yield
        finally:
            over.set()
            if show:
                thread.join()

    def _keep_showing(self, over: threading.Event) -> None:
        display, pace = choose_display(), Pace(self.status())
        last = False
        while not last:
            last = over.wait(_SHOW_S)
            display.show(pace.added(self.status()))
        display.end()

    @contextmanager
    def _stopping(self) -> Iterator[None]:
        """Ask the runs to stop when the sweep is told to."""
        try:
            yield
        except KeyboardInterrupt:
            for folder in self.run_folders():
                if is_locked(RunFiles(folder).lock):
                    Run(folder).stop()
            raise


def is_sweep(folder: str | Path) -> bool:
    """Whether the folder is that of a sweep."""
    return (Path(folder) / SWEEP_FILE).is_file()


def open_sweep(folder: str | Path) -> Sweep:
    """The sweep in a folder, to follow or to go on with.

    Raises:
        RunError: there is none, or it was made by another furutalib.
    """
    if not is_sweep(folder):
        raise RunError(f"{folder} is not the folder of a sweep: it has no {SWEEP_FILE}")
    try:
        definition = json.loads((Path(folder) / SWEEP_FILE).read_text("utf-8"))
        return Sweep(folder, parse_sweep({"program": PROGRAM, "command": COMMAND, **definition}))
    except (ConfigurationError, ValueError, TypeError) as error:
        raise RunError(f"the sweep in {folder} cannot be read: {error}") from error


def do_run(
    number: int, folder: str, point: Mapping[str, Any], mode: str, notes: str | None = None
) -> tuple[int, Row]:
    """Do one run, or what is left of it, and give its number and its row of the table."""
    files = RunFiles(Path(folder))
    row: Row = {"run": files.folder.name, **_cells(point)}
    if not files.folder.parent.is_dir():
        error = f"this worker does not see {files.folder.parent}; share it under the same path"
        return number, {**row, "state": "failed", "error": error}
    try:
        _train(files, *describe_run(point), mode, notes)
    except (FurutaError, OSError) as error:
        return number, {**row, "state": "failed", "error": str(error)}
    return number, row | outcome(files)


def outcome(files: RunFiles) -> Row:
    """What has become of a run: how it ended, and the figures of its best policy."""
    status = read_status(files.status)
    row: Row = {"state": status.state, "error": status.message}
    row |= {name: getattr(status, name) for name in _OUTCOME}
    if files.best.is_dir():
        metrics = load_policy(files.best).info.metrics
        row |= _cells({name: metrics.get(name, {}) for name in ("validation", "test")})
    return row


def _train(
    files: RunFiles, config: RunConfig, source: str | None, mode: str, notes: str | None
) -> None:
    """Train to the end, unless that has been done; join a run that somebody else is training.

    Somebody else: the run's process outlives a sweep or a Dask worker that was killed.
    """
    if is_locked(files.lock):
        Run(files.folder).wait(show=False)
    if not files.config.is_file() or read_status(files.status).state != "finished":
        start(files.folder, config, source, mode, notes).wait(show=False)
    changed = changed_keys(Run(files.folder).config.to_dict(), config.to_dict())
    if changed:
        raise RunError(f"{files.folder} holds a run with other settings: {', '.join(changed)}")


def _cells(values: Mapping[str, Any]) -> Row:
    """Flat, and lists as JSON text."""
    cells = flat(values).items()
    return {k: json.dumps(v) if isinstance(v, list | tuple) else v for k, v in cells}


@contextmanager
def _backend(jobs: int, scheduler: str | None, certificates: Certificates | None) -> Iterator[None]:
    """Where joblib runs the tasks."""
    if scheduler is None:
        # Threads are enough here: they only wait, each for the process of its run.
        with joblib.parallel_config("threading", n_jobs=jobs):
            yield
        return
    with cluster(scheduler, certificates) as client, joblib.parallel_config("dask", client=client):
        yield
