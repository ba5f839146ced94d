"""Weights & Biases beside the plain files of a run.

The files are the truth; this sends them on, as `wandb_mode` allows. It never prompts, writes only
inside the run folder, and nothing that goes wrong here ends a training run.

Offline, everything is written in one go when the run ends (about 2 s and the films), so that
training pays nothing for it; online, rows are sent as they come.
"""

import json
import logging
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from furutalib.facts.robot import RobotDescription
from furutalib.learning.provenance import code_version
from furutalib.learning.run_files import SWEEP_FILE, RunFiles, read_episode, read_table
from furutalib.learning.tracking_media import (
    TIME,
    save_film,
    telemetry_in_degrees,
    telemetry_rows,
)
from furutalib.learning.wandb_mode import (
    PROJECT,
    is_logged_in,
    keep_inside,
    sync_command,
    videos_wanted,
)
from furutalib.machine.telemetry import read_telemetry

_logger = logging.getLogger(__name__)

_CONNECT_TIMEOUT_S = 15
_FINISH_TIMEOUT_S = 60


class Tracker:
    """Sends what is in a run folder to W&B; does nothing when disabled.

    Runs of a sweep are a group with the sweep's name. `state` says for people what becomes of
    what is sent.
    """

    def __init__(self, files: RunFiles, mode: str, config: Mapping[str, Any]) -> None:
        self._files = files
        self._mode = mode
        self._config = dict(config)
        self._run: Any = None
        self._sent: dict[Path, int] = {}
        self._troubled = False  # the server did not take something
        self.state = {"offline": "offline, written when the run ends"}.get(mode, mode)

    def start(self) -> None:
        """Begin an online run now, so that it can be watched; offline waits for `finish`."""
        if self._mode == "online":
            self._guarded(self._open)

    def update(self) -> None:
        """Send the rows that are new since the last call."""
        if self._run is not None:
            self._guarded(self._send_rows)
            self._note_trouble()

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Send what is left, films, telemetry and the best policy as an artifact, and close."""
        if self._mode == "disabled":
            return
        self._guarded(lambda: self._send_everything(summary))
        self._note_trouble()

    def _send_everything(self, summary: Mapping[str, Any]) -> None:
        if self._run is None:
            self._open()
        try:
            self._send_rows()
            self._run.summary.update(dict(summary))
            self._send_episodes()
            if self._files.best.is_dir():
                self._send_policy()
        finally:
            self._run.finish()

    def _guarded(self, action: Callable[[], None]) -> None:
        """Run `action`; if it fails, say so in one line and go on without W&B."""
        try:
            action()
        except ImportError:
            self._give_up("wandb is not installed")
        except Exception as error:  # wandb raises errors of many kinds, and some by accident
            _logger.debug("W&B failed", exc_info=True)
            self._give_up(_first_line(error))

    def _give_up(self, why: str) -> None:
        if self._run is not None and self._mode == "online":
            self._report_trouble(why)  # and try again at the next call: it may have been a moment
            return
        self._mode, self._run, self.state = "disabled", None, f"off: {why}"
        _logger.warning("W&B: %s; the run goes on without it, its own files are complete", why)

    def _open(self) -> None:
        # every row is sent again below, so an earlier part of a resumed run is replaced
        shutil.rmtree(self._files.wandb, ignore_errors=True)
        keep_inside(self._files)
        self._run = self._init_online() if self._mode == "online" else None
        if self._run is None:
            self._run = self._init("offline")
        later = f"offline; once logged in, `{sync_command(self._files.folder)}` sends it"
        self.state = f"online, {self._run.url}" if self._mode == "online" else later
        define_metrics(self._run)

    def _init_online(self) -> Any:
        """A run on the server; None, and the mode becomes offline, if that cannot be."""
        if not is_logged_in():
            self._go_offline("not logged in (`wandb login`)")
            return None
        try:
            return self._init("online")
        except Exception as error:  # of many kinds, see `_guarded`
            _logger.debug("W&B cannot be reached", exc_info=True)
            self._go_offline(f"the server cannot be used ({_first_line(error)})")
        for begun in self._files.wandb.glob("run-*"):
            shutil.rmtree(begun, ignore_errors=True)
        return None

    def _go_offline(self, why: str) -> None:
        self._mode = "offline"
        _logger.warning(
            "W&B: %s; logging offline, once logged in, `%s` sends it",
            why,
            sync_command(self._files.folder),
        )

    def _init(self, mode: str) -> Any:
        group = _sweep_name(self._files.folder)
        return init_run(
            self._files.folder,
            mode,
            self._config,
            name="-".join(filter(None, [group, self._files.folder.name])),
            group=group,
            notes=_text(self._files.notes),
        )

    def _note_trouble(self) -> None:
        """Say that the server did not take something: wandb itself only notes it in its log."""
        if self._mode != "online":
            return
        logs = self._files.wandb.glob("run-*/logs/debug-internal.log")
        lines = [line for log in logs for line in log.read_text("utf-8").splitlines()]
        errors = [line for line in lines if '"level":"ERROR' in line]
        if errors:
            self._report_trouble(_reason(errors[0]))

    def _report_trouble(self, why: str) -> None:
        """Say it once; what was logged is on the disk in any case."""
        if self._troubled:
            return
        self._troubled = True
        command = f"wandb sync --include-online {self._files.wandb / 'run-*'}"
        self.state = f"online, but the server did not take everything; `{command}` sends it again"
        _logger.warning(
            "W&B: the server did not take everything (%s); the run goes on, all is in its folder, "
            "and `%s` sends it again",
            why,
            command,
        )

    def _send_rows(self) -> None:
        for path, prefix in ((self._files.progress, "train"), (self._files.evaluations, "eval")):
            columns = read_table(path)
            count = len(columns.get("steps", ()))
            for i in range(self._sent.get(path, 0), count):
                row = {f"{prefix}/{name}": column[i] for name, column in columns.items()}
                self._run.log({"steps": columns["steps"][i], **row})
            self._sent[path] = count

    def _send_episodes(self) -> None:
        """The first validation start under the first and the best policy, and its telemetry."""
        import wandb

        best = read_episode(self._files.best_episode)
        if best is None:
            return
        if self._files.best_recording.is_file():
            self._send_recording()
        else:
            for row in telemetry_rows(best):
                self._run.log(row)
            self._run.log(telemetry_in_degrees(best))
        robot = self._config.get("robot")
        if robot is None or not videos_wanted():
            return
        description = RobotDescription.from_dict(robot)
        for name, path in (
            ("first", self._files.first_episode),
            ("best", self._files.best_episode),
        ):
            episode = read_episode(path)
            if episode is not None:
                film = save_film(episode, description, self._files.folder / f"{name}.gif")
                self._run.log({f"video/{name}": wandb.Video(str(film)), "steps": episode.steps})

    def _send_recording(self) -> None:
        from furutalib.learning.tracking_robot import log_telemetry  # which needs this module

        log_telemetry(self._run, read_telemetry(self._files.best_recording))

    def _send_policy(self) -> None:
        import wandb

        artifact = wandb.Artifact(f"policy-{self._files.folder.name}", type="model")
        artifact.add_dir(str(self._files.best))
        self._run.log_artifact(artifact)


def init_run(
    folder: Path,
    mode: str,
    config: Mapping[str, Any],
    *,
    name: str,
    group: str | None = None,
    notes: str | None = None,
) -> Any:
    """Begin a run of W&B that writes into `folder` alone and looks at nothing else.

    Call `keep_inside` before. `mode` is "offline" or "online".
    """
    import wandb

    settings = wandb.Settings(
        console="off",
        silent=True,
        disable_git=True,
        disable_code=True,
        x_disable_meta=True,
        x_disable_stats=True,
        x_disable_machine_info=True,
        x_save_requirements=False,
        init_timeout=_CONNECT_TIMEOUT_S,
        finish_timeout=_FINISH_TIMEOUT_S,
    )
    return wandb.init(
        project=PROJECT,
        group=group,
        name=name,
        notes=notes,
        dir=str(folder),
        mode="offline" if mode == "offline" else "online",
        config={**config, "code": code_version()},
        settings=settings,
    )


def define_metrics(run: Any) -> None:
    """Say what W&B draws over what: curves over steps, telemetry over its time."""
    run.define_metric("steps")
    run.define_metric("*", step_metric="steps")
    run.define_metric(TIME)
    run.define_metric("telemetry/*", step_metric=TIME)


def _sweep_name(run: Path) -> str | None:
    """The name of the sweep that the run folder belongs to."""
    return run.parent.name if (run.parent / SWEEP_FILE).is_file() else None


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def _reason(line: str) -> str:
    """What an entry of wandb's log complains about."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line[:200]
    told = entry.get("error") or f"{entry.get('msg', 'no reason given')} {entry.get('status', '')}"
    return str(told).splitlines()[0].strip()[:200]
