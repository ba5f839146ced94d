"""A button that trains with the weights of the moment, and the learner's table of what came out."""

import asyncio
import html
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from furutalib.facts.errors import FurutaError
from furutalib.learning.evaluation import STARTS, assess
from furutalib.learning.progress import describe, keep_showing, notebook_shell, share_done
from furutalib.learning.rewards import RewardWeights
from furutalib.learning.rollout import Rollout, collect
from furutalib.learning.run import Run
from furutalib.learning.run_files import Status
from furutalib.learning.starts import draw_starts
from furutalib.lessons.tries import Tries, Try
from furutalib.view.scene_view import Player, play
from furutalib.view.table import Column, Table
from furutalib.view.tracks import Track, of_rollout
from furutalib.view.training import train

TOTAL_STEPS = 120_000
SILK_CHANGE = 0.0035
"""The challenge "silk": every start succeeds, and the commands change less than this."""

_FIDELITY = "ideal"
_WEIGHTS = tuple(field.name for field in fields(RewardWeights))
_COLUMNS = (
    Column("try", "try"),
    *(Column(name, name.replace("_", " "), places=2) for name in _WEIGHTS),
    Column("successes", "success", f"of {STARTS}", better="high"),
    Column("swing_up_median_s", "swing-up", "s", 2, better="low"),
    Column("action_change", "action change", places=4, better="low"),
    Column("name", "folder in runs"),
)


class RewardTraining:
    """Trains with `weights()`, one training at a time, and keeps a table of all tries.

    A try is written down when its training starts. One that the kernel's end left unfinished is
    followed again by the next object made for the same file.

    Attributes:
        tries: the table on disk.
        table, player: the table, and the newest episode over that of the try before (None until
            a training has ended).
        message: what happened last, in words.
        view: all of it as one widget.
    """

    def __init__(self, weights: Callable[[], RewardWeights], path: str | Path) -> None:
        import ipywidgets as w

        self.tries = Tries(path)
        self._weights = weights
        self._runs: list[Run] = []
        self._following: asyncio.Task[None] | None = None  # kept, or it would be thrown away
        self._button = _button("Train", self._train, "primary")
        self._stop = _button("Stop", self._end, "")
        self._bar = w.FloatProgress(0.0, min=0.0, max=1.0, layout={"width": "12em"})
        self.message = w.HTML()
        self._errors = w.Output()  # shows what goes wrong where no cell is there to show it
        self._stage = w.VBox()
        self.player: Player | None = None
        self.table = Table("My tries", _COLUMNS, [])
        row = [self._button, self._stop, self._bar, self.message]
        controls = w.HBox(row, layout={"flex_flow": "row wrap", "align_items": "center"})
        self.view = w.VBox([controls, self._errors, self._stage, self.table])
        self._take_up()

    def start(self) -> None:
        """Start a training with the weights of the moment, unless one is under way."""
        if self._runs:
            return
        run = train(
            fidelity=_FIDELITY,
            history=2,
            wandb="disabled",
            show=False,
            stop_at_success=True,
            total_steps=TOTAL_STEPS,
            reward=self._weights(),
        )
        self.follow(run)

    def stop(self) -> None:
        """Ask the training to end after its current round; what it has counts as a try."""
        for run in self._runs:
            run.stop()

    def follow(self, run: Run | str | Path) -> None:
        """Put a run on the table: its weights at once, its figures when it is over."""
        run = run if isinstance(run, Run) else Run(run)
        self.tries.put(run.folder.name, asdict(run.config.reward) | {"folder": str(run.folder)})
        self._runs.append(run)
        if self.refresh() and notebook_shell() is not None:
            looking = keep_showing(self._look)
            self._following = asyncio.get_running_loop().create_task(looking)

    def refresh(self) -> bool:
        """Look at the training once; returns whether one is under way."""
        try:
            for run in tuple(self._runs):
                self._look_at(run, run.status)
        finally:  # whatever goes wrong with one training, the next can be started
            self._button.disabled = bool(self._runs)
            self._stop.disabled = not self._runs
            self._show_table()
        return bool(self._runs)

    def _look_at(self, run: Run, status: Status) -> None:
        self._bar.value = share_done(status)
        self._say(describe(status))
        if status.over:
            self._runs.remove(run)
            self._finish(run, status)

    def _finish(self, run: Run, status: Status) -> None:
        """Complete the try of a run that is over, and show its episode."""
        name = run.folder.name
        if status.steps == 0 or not run.files.best.is_dir():
            self.tries.remove(name)
            end = "" if status.state == "stopped" else run.files.last_log_lines()
            self._say(f"{name} {status.state} before it had learned anything: no try. {end}")
            return
        policy = run.policy()
        starts = draw_starts("test", STARTS)
        rollout = collect(policy, starts, robot=run.config.robot, fidelity=_FIDELITY)
        self.tries.put(name, figures(rollout))
        names = [each["name"] for each in self.tries.read()]
        self._play(of_rollout(rollout, name=f"try {names.index(name) + 1}"))

    def _play(self, track: Track) -> None:
        if self.player is None:
            self.player = play(track)
            self._stage.children = (self.player,)
        else:
            self.player.update([track, self.player.tracks[0]])

    def _take_up(self) -> None:
        """Follow what was left running, or came to its end while nobody looked."""
        for each in self.tries.read():
            if each.get("successes") is None:
                with self._careful():
                    self._take_up_one(each)
        with self._careful():
            self.refresh()

    def _take_up_one(self, unfinished: Try) -> None:
        folder = Path(str(unfinished.get("folder")))
        if not folder.is_dir():
            self.tries.remove(str(unfinished["name"]))
            self._say(f"{folder} is gone, and with it an unfinished try.")
            return
        self.follow(folder)

    def _show_table(self) -> None:
        tries = self.tries.read()
        note = " ".join(filter(None, (silk(tries), self.tries.damage)))
        self.table.update([{"try": i, **each} for i, each in enumerate(tries, 1)], note=note)

    def _look(self) -> bool:
        with self._careful():
            self.refresh()
        return bool(self._runs)

    def _train(self) -> None:
        with self._careful():
            self.start()

    def _end(self) -> None:
        with self._careful():
            self.stop()

    @contextmanager
    def _careful(self) -> Iterator[None]:
        """For all that the page calls: an error has to show, though no cell runs."""
        with self._errors:
            try:
                yield
            except (FurutaError, OSError) as error:
                self._say(str(error))

    def _say(self, words: str) -> None:
        self.message.value = html.escape(words).replace("\n", "<br>")


def figures(rollout: Rollout) -> Try:
    """What the table says of a policy, from its rollout.

    How gently it commands counts only if it ever succeeds: doing nothing is gentle too.
    """
    judged = assess(rollout)
    if judged["successes"] == 0:
        return {"successes": 0, "swing_up_median_s": None, "action_change": None}
    return {name: judged[name] for name in ("successes", "swing_up_median_s", "action_change")}


def silk(tries: Sequence[Try]) -> str:
    """How the challenge "silk" stands with these tries."""
    changes = [
        float(each["action_change"] or 0.0) for each in tries if each.get("successes") == STARTS
    ]
    goal = f"all {STARTS} succeed with an action change below {SILK_CHANGE}"
    if not changes:
        return f"Silk: not yet. The goal: {goal}. No try succeeds from every start yet."
    best = min(changes)
    stands = "done!" if best < SILK_CHANGE else "not yet."
    return f"Silk: {stands} The goal: {goal}. Your best: {best:.4f}."


def _button(name: str, act: Callable[[], None], style: str) -> Any:
    import ipywidgets

    button = ipywidgets.Button(description=name, button_style=style, layout={"width": "auto"})
    button.on_click(lambda _button: act())
    return button
