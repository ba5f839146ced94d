"""Weights & Biases beside the plain files of a run.

The CSV files are the truth; this sends them on. Offline unless the person is logged in **and**
asked for online; in CI nothing is written unless asked for. It never prompts, writes only inside
the run folder, and nothing that goes wrong here ends a training run.

Offline, everything is written in one go when the run ends (about 2 s), so that training pays
nothing for it; online, rows are sent as they come.
"""

import logging
import os
import shutil
from collections.abc import Callable, Mapping, MutableMapping
from pathlib import Path
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.run_files import RunFiles, read_table

_log = logging.getLogger(__name__)

MODES = ("auto", "online", "offline", "disabled")
PROJECT = "furuta"
_CONNECT_TIMEOUT_S = 15
_FINISH_TIMEOUT_S = 60


def choose_mode(asked: str, environ: Mapping[str, str] = os.environ) -> str:
    """Which of online, offline, disabled applies.

    Args:
        asked: "auto" leaves it to the environment: `FURUTA_WANDB`, else `WANDB_MODE`, else
            disabled where `CI` is true, else offline.

    Raises:
        ConfigurationError: `asked` or the variable has an unknown value.
    """
    if asked != "auto":
        return _known(asked, "wandb")
    for variable in ("FURUTA_WANDB", "WANDB_MODE"):
        if environ.get(variable):
            return choose_mode(_known(environ[variable].lower(), variable), {})
    return "disabled" if environ.get("CI", "").lower() in ("1", "true") else "offline"


def _known(mode: str, where: str) -> str:
    if mode not in MODES:
        raise ConfigurationError(f"{where} = {mode!r}; use one of {', '.join(MODES)}")
    return mode


def keep_inside(files: RunFiles, environ: MutableMapping[str, str] = os.environ) -> None:
    """Point every folder that wandb writes to into the run folder; switch error reports off."""
    inner = str(files.wandb)
    for name in ("DATA", "CACHE", "CONFIG", "ARTIFACT"):
        environ[f"WANDB_{name}_DIR"] = inner
    # wandb adds a folder `wandb` to this one by itself
    environ["WANDB_DIR"] = str(files.folder)
    environ["WANDB_ERROR_REPORTING"] = "false"
    environ["WANDB_SILENT"] = "true"
    environ.pop("WANDB_MODE", None)


class Tracker:
    """Sends the rows of a run folder to W&B; does nothing when disabled.

    `state` says for people what becomes of them.
    """

    def __init__(self, files: RunFiles, mode: str, config: Mapping[str, Any]) -> None:
        self._files = files
        self._mode = mode
        self._config = dict(config)
        self._run: Any = None
        self._sent: dict[Path, int] = {}
        self.state = {"offline": "offline, written when the run ends"}.get(mode, mode)

    def start(self) -> None:
        """Begin an online run now, so that it can be watched; offline waits for `finish`."""
        if self._mode == "online":
            self._guarded(self._open)

    def update(self) -> None:
        """Send the rows that are new since the last call."""
        if self._run is not None:
            self._guarded(self._send_rows)

    def finish(self, summary: Mapping[str, Any], make_video: Callable[[], Path]) -> None:
        """Send what is left, the best policy as an artifact and a video of it, and close."""
        if self._mode == "disabled":
            return
        self._guarded(lambda: self._send_everything(summary, make_video))

    def _send_everything(self, summary: Mapping[str, Any], make_video: Callable[[], Path]) -> None:
        if self._run is None:
            self._open()
        self._send_rows()
        self._run.summary.update(dict(summary))
        if self._files.best.is_dir():
            self._send_policy(make_video())
        self._run.finish()
        self._run = None

    def _guarded(self, action: Callable[[], None]) -> None:
        """Run `action`; if it fails, say so in one line and go on without W&B."""
        try:
            import wandb
        except ImportError:
            self._give_up("wandb is not installed")
            return
        try:
            action()
        except (wandb.Error, OSError, RuntimeError, ValueError, TypeError) as error:
            self._give_up(str(error).splitlines()[0] if str(error) else type(error).__name__)

    def _give_up(self, why: str) -> None:
        self._mode, self._run, self.state = "disabled", None, f"off: {why}"
        _log.warning("W&B: %s; the run goes on without it, its CSV files are complete", why)

    def _open(self) -> None:
        import wandb

        # every row is sent again below, so an earlier part of a resumed run is replaced
        shutil.rmtree(self._files.wandb, ignore_errors=True)
        keep_inside(self._files)
        mode = self._reachable_mode()
        try:
            self._run = self._init(mode)
        except wandb.Error as error:
            if mode == "offline":
                raise
            self._go_offline(f"not reachable ({str(error).splitlines()[0]})")
            mode = "offline"
            self._run = self._init(mode)
        self.state = f"online, {self._run.url}" if mode == "online" else f"offline; {self._later}"
        self._run.define_metric("steps")
        self._run.define_metric("*", step_metric="steps")

    def _reachable_mode(self) -> str:
        import wandb

        if self._mode == "online" and not wandb.login(prompt=False, verify=False):
            self._go_offline("not logged in")
            return "offline"
        return self._mode

    @property
    def _later(self) -> str:
        return f"once logged in, `wandb sync {self._files.wandb / 'offline-run-*'}` sends it"

    def _go_offline(self, why: str) -> None:
        _log.warning("W&B: %s; logging offline, %s", why, self._later)

    def _init(self, mode: str) -> Any:
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
            name=self._files.folder.name,
            dir=str(self._files.folder),
            mode="offline" if mode == "offline" else "online",
            config=self._config,
            settings=settings,
        )

    def _send_rows(self) -> None:
        for path, prefix in ((self._files.progress, "train"), (self._files.evaluations, "eval")):
            columns = read_table(path)
            count = len(columns.get("steps", ()))
            for i in range(self._sent.get(path, 0), count):
                row = {f"{prefix}/{name}": column[i] for name, column in columns.items()}
                self._run.log({"steps": columns["steps"][i], **row})
            self._sent[path] = count

    def _send_policy(self, video: Path) -> None:
        import wandb

        artifact = wandb.Artifact(f"policy-{self._files.folder.name}", type="model")
        artifact.add_dir(str(self._files.best))
        self._run.log_artifact(artifact)
        self._run.log({"video": wandb.Video(str(video))})
