"""What the training process does between its start and its end.

Rounds of learning, validation now and then, the best policy kept, a checkpoint every few seconds,
and the files that the outside follows.
"""

import logging
import math
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from furutalib.learning.checkpoint import load_checkpoint, save_checkpoint
from furutalib.learning.evaluation import DURATION_S, STARTS, assess
from furutalib.learning.policy import NumpyPolicy
from furutalib.learning.policy_folder import PolicyInfo, add_metrics, load_policy, save_policy
from furutalib.learning.provenance import code_hash, plant_hash
from furutalib.learning.reward_source import load_reward
from furutalib.learning.rewards import RewardFunction, RewardWeights
from furutalib.learning.rollout import Rollout, collect
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import (
    Episode,
    RunFiles,
    Status,
    Table,
    write_episode,
    write_status,
)
from furutalib.learning.sb3_env import FurutaSB3VecEnv
from furutalib.learning.settings import PPOSettings
from furutalib.learning.starts import draw_starts
from furutalib.learning.tracking import Tracker
from furutalib.learning.trainer import COLUMNS, Trainer
from furutalib.learning.validation import validate
from furutalib.learning.wear import wear
from furutalib.machine.robot import Start

_log = logging.getLogger(__name__)

EVALUATION_COLUMNS = (
    "steps",
    "seconds",
    "success_rate",
    "task_return",
    "swing_up_median_s",
    "swing_up_worst_s",
    "balance_rms_deg",
    "arm_rms_deg",
    "action_change",
    "continuity",
    "total_variation",
    "best",
)
_PUBLISH_S = 0.5
_CHECKPOINT_S = 15.0
_CHECKPOINT_SHARE = 0.02  # of the time, at most, for checkpoints
_FIRST_COUNTERS = {
    "next_evaluation": 0,
    "best_success": -1.0,
    "best_return": -math.inf,
}


class Session:
    """One life of a training process."""

    progress_columns: tuple[str, ...] = COLUMNS
    evaluation_columns: tuple[str, ...] = EVALUATION_COLUMNS

    def __init__(
        self, files: RunFiles, config: RunConfig, tracker: Tracker, status: Status, started: float
    ) -> None:
        self._files = files
        self._config = config
        self._tracker = tracker
        self._progress = Table(files.progress, self.progress_columns)
        self._evaluations = Table(files.evaluations, self.evaluation_columns)
        self._starts = draw_starts("validation", STARTS, config.task)
        self._trainer = self._make_trainer()
        self._counters: dict[str, Any] = dict(_FIRST_COUNTERS)
        self._checkpoint_took = 0.0
        self._status = Status(
            total_steps=status.total_steps, pid=status.pid, wandb_mode=status.wandb_mode
        )
        self._restore()
        self._status = replace(
            self._status,
            state="running",
            seconds_setup=self._status.seconds_setup + time.time() - started,
        )
        self._began = replace(self._status, steps=self._trainer.steps)
        self._published = self._stored = time.perf_counter()

    def run(self) -> None:
        """Train until done, asked to stop, or every validation start succeeds."""
        self._publish()
        self._tracker.start()
        self._begin()
        while not (self._done() or self._files.stop.exists()):
            self._advance()
            if self._trainer.steps >= self._counters["next_evaluation"] or self._done():
                self._validate()
            if time.perf_counter() - self._stored > self._checkpoint_interval():
                self._checkpoint()
            if time.perf_counter() - self._published > _PUBLISH_S:
                self._publish()
        self._finish("finished" if self._done() else "stopped")

    def _begin(self) -> None:
        """What comes before the first round."""

    def _done(self) -> bool:
        succeeded = self._config.stop_at_success and self._status.steps_to_success is not None
        return succeeded or self._trainer.steps >= self._config.settings.total_steps

    def _advance(self) -> None:
        with self._timed("seconds_training"):
            row = self._trainer.advance()
        self._progress.append(row | {"seconds": self._status.seconds_training})

    def _validate(self) -> None:
        """Evaluate the policy of this moment; keep it if it is the best so far."""
        every = self._config.settings.evaluate_every
        self._counters["next_evaluation"] = (self._trainer.steps // every + 1) * every
        with self._timed("seconds_evaluation"):
            network = self._trainer.network()
            policy = NumpyPolicy(network, self._config.wrappers)
            rollout = self._rollout(policy, self._starts)
            figures = assess(rollout)
            better = self._is_better(figures)
            if better:
                save_policy(
                    self._files.best, network, self._info(figures), self._trainer.save_model
                )
        self._keep_episode(_first_episode(rollout, self._trainer.steps), better)
        self._note_success(figures)
        row: dict[str, Any] = {"steps": self._trainer.steps}
        row |= {"seconds": self._status.seconds_training}
        row |= figures | {"best": float(better)} | self._so_far()
        self._evaluations.append(row)
        self._tracker.update()

    def _so_far(self) -> dict[str, float]:
        """What a row of both tables says beside."""
        return {}

    def _keep_episode(self, episode: Episode, better: bool) -> None:
        write_episode(self._files.episode, episode)
        if not self._files.first_episode.exists():
            write_episode(self._files.first_episode, episode)
        if better:
            write_episode(self._files.best_episode, episode)

    def _is_better(self, figures: dict[str, Any]) -> bool:
        best = (self._counters["best_success"], self._counters["best_return"])
        new = (figures["success_rate"], figures["task_return"])
        if new <= best:
            return False
        self._counters["best_success"], self._counters["best_return"] = new
        self._status = replace(self._status, success_rate=new[0])
        return True

    def _note_success(self, figures: dict[str, Any]) -> None:
        if figures["success_rate"] < 1.0 or self._status.steps_to_success is not None:
            return
        self._status = replace(
            self._status,
            steps_to_success=self._trainer.steps,
            seconds_to_success=self._status.seconds,
        )

    def _rollout(self, policy: NumpyPolicy, starts: Sequence[Start]) -> Rollout:
        return validate(policy, starts, self._config)

    def _info(self, figures: dict[str, Any]) -> PolicyInfo:
        config = self._config.to_dict()
        keys = ["algorithm", "settings", "fidelity", "reward", "own_reward", "seed"]
        keys += [] if self._config.on_robot is None else ["on_robot"]
        return PolicyInfo(
            name=self._files.folder.name,
            task=self._config.task,
            robot=self._config.robot,
            wrappers=self._config.wrappers,
            rate_hz=self._config.robot.control.rate_hz,
            training={
                "command": self._config.command(),
                "steps": self._trainer.steps,
                **{key: config[key] for key in keys},
            },
            metrics={
                "plant_hash": plant_hash(self._config.robot, self._config.fidelity),
                "code_hash": code_hash(),
                "validation": _plain(figures),
            },
        )

    def _finish(self, state: str) -> None:
        if self._counters["best_success"] < 0:  # stopped early: leave a policy all the same
            self._validate()
        self._checkpoint()
        self._status = replace(self._status, message="last figures, and films for W&B")
        self._publish()
        if state == "finished":
            with self._timed("seconds_evaluation"):
                self._test()
        with self._timed("seconds_tracking"):
            self._tracker.finish(asdict(self._status))
        self._status = replace(self._status, state=state, message="")
        self._publish()

    def _test(self) -> None:
        """Add the figures on the test starts to the best policy's folder."""
        starts = draw_starts("test", STARTS, self._config.task)
        rollout = collect(
            load_policy(self._files.best),
            starts,
            robot=self._config.robot,
            fidelity=self._config.fidelity,
            task=self._config.task,
            duration_s=DURATION_S,
        )
        figures = assess(rollout) | wear(rollout)
        add_metrics(self._files.best, {"test": _plain(figures)})

    def _checkpoint(self) -> None:
        self._stored = time.perf_counter()
        with self._timed("seconds_checkpoint"):
            self._store(self._counters | {"status": asdict(self._status)})
        self._checkpoint_took = time.perf_counter() - self._stored

    def _store(self, counters: Mapping[str, Any]) -> None:
        save_checkpoint(self._files.checkpoint, counters, self._trainer.save)

    def _stored_counters(self) -> dict[str, Any] | None:
        """Go back to the last checkpoint; what was counted up to it."""
        return load_checkpoint(self._files.checkpoint, self._trainer.load)

    def _checkpoint_interval(self) -> float:
        asked = float(os.environ.get("FURUTA_CHECKPOINT_S", _CHECKPOINT_S))
        return max(asked, self._checkpoint_took / _CHECKPOINT_SHARE)

    def _restore(self) -> None:
        """Go back to the last checkpoint, and the tables with it."""
        counters = self._stored_counters()
        if counters is not None:
            stored = Status(**counters.pop("status"))
            self._counters = counters
            now = self._status
            self._status = replace(stored, pid=now.pid, wandb_mode=now.wandb_mode, message="")
            _log.info("continuing after %d steps", self._trainer.steps)
        self._progress.keep_until(self._trainer.steps)
        self._evaluations.keep_until(self._trainer.steps)

    def _publish(self) -> None:
        self._published = time.perf_counter()
        steps = self._trainer.steps
        seconds = max(self._status.seconds - self._began.seconds, 1e-9)
        speed = (steps - self._began.steps) / seconds
        self._status = replace(
            self._status, steps=steps, steps_per_s=speed, wandb=self._tracker.state
        )
        write_status(self._files.status, self._status)

    @contextmanager
    def _timed(self, clock: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        spent = getattr(self._status, clock) + time.perf_counter() - began
        self._status = replace(self._status, **{clock: spent})

    def _make_trainer(self) -> Trainer:
        return Trainer(self._config.settings, self._environment(), self._config.seed)

    def _environment(self) -> FurutaSB3VecEnv:
        config = self._config
        return FurutaSB3VecEnv(
            config.settings.pendulums if isinstance(config.settings, PPOSettings) else 1,
            task=config.task,
            robot=config.robot,
            fidelity=config.fidelity,
            reward=self._reward(),
            wrappers=config.wrappers,
        )

    def _reward(self) -> RewardFunction | RewardWeights:
        if self._config.own_reward is None:
            return self._config.reward
        return load_reward(self._files.reward)


def _first_episode(rollout: Rollout, steps: int) -> Episode:
    shown = np.isfinite(rollout.arm_angle_rad[0])  # up to its end
    arrays = rollout.arm_angle_rad[0], rollout.pendulum_angle_rad[0], rollout.command[0]
    return Episode(steps, rollout.time_s[shown], *(array[shown] for array in arrays))


def _plain(figures: dict[str, Any]) -> dict[str, Any]:
    return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in figures.items()}
