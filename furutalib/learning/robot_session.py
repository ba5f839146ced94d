"""A training on a robot: episodes, safety trips, the robot's own evaluation, and what survives."""

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from furutalib.facts.errors import FurutaError, RunError, TelemetryError
from furutalib.facts.files import recover_folder, write_atomically
from furutalib.learning.evaluation import DURATION_S, succeeded
from furutalib.learning.kept_checkpoint import has_checkpoint, load_newest_whole, save_keeping_one
from furutalib.learning.on_robot import OnRobot
from furutalib.learning.policy import NumpyPolicy
from furutalib.learning.policy_folder import load_policy, save_policy
from furutalib.learning.robot_env import RobotVecEnv
from furutalib.learning.robot_rollout import Infos, as_rollout, steps_of_an_episode
from furutalib.learning.robot_start import MODEL
from furutalib.learning.robot_trainer import RobotTrainer
from furutalib.learning.robot_trips import clear_trip
from furutalib.learning.rollout import Rollout
from furutalib.learning.run_config import RunConfig
from furutalib.learning.run_files import Episode, RunFiles, Status
from furutalib.learning.session import EVALUATION_COLUMNS, Session
from furutalib.learning.settings import SACSettings
from furutalib.learning.tasks import task
from furutalib.learning.tracking import Tracker
from furutalib.learning.trainer import COLUMNS
from furutalib.machine.robot import Robot, Start
from furutalib.machine.telemetry import about_path

_log = logging.getLogger(__name__)

# Episodes without exploration: one; as long as all succeed up to FEW, then up to MANY.
FEW, MANY = 3, 10
# Ready after so many evaluations in a row of MANY episodes that all succeeded, with learning in
# between: the first such policy often has little to spare (it brushes the arm's limit).
READY = 2
CUT = "cut"  # folder of recordings that are in no checkpoint, beside those that are
# So far: how long the robot was driven, how long its resets took, how often safety tripped.
ROBOT_COLUMNS = ("robot_seconds", "reset_seconds", "trips")
_FIRST_COUNTERS = {"reset_s": 0.0, "trips": 0, "recordings": 0, "all_succeeded": 0}


class RobotSession(Session):
    """One life of a training process that drives a robot."""

    progress_columns: tuple[str, ...] = (*COLUMNS, *ROBOT_COLUMNS)
    evaluation_columns: tuple[str, ...] = (*EVALUATION_COLUMNS, "episodes", *ROBOT_COLUMNS)
    _trainer: RobotTrainer
    _env: RobotVecEnv

    def __init__(
        self, files: RunFiles, config: RunConfig, tracker: Tracker, status: Status, started: float
    ) -> None:
        self._on_robot = cast(OnRobot, config.on_robot)
        self._robot: Robot = self._on_robot.place.connect()
        self._in_a_row = 0  # trips
        self._driven = 0  # episodes of the newest evaluation
        self._first_recording = 0  # of the newest evaluation
        try:
            super().__init__(files, config, tracker, status, started)
        except BaseException:
            self._robot.close()
            raise

    def run(self) -> None:
        """Train until done or asked to stop; the motor is off whenever no episode is driven.

        Raises:
            RunError: the disk is full, or safety has tripped too often; what was learned up to
                then is in the newest checkpoint.
            ResetError: the robot cannot be brought to rest.
        """
        try:
            super().run()
        except (OSError, TelemetryError) as error:
            if isinstance(error, FurutaError) and not isinstance(error, TelemetryError):
                raise  # a wire, a line: not the disk
            raise RunError(
                f"{self._files.folder} cannot be written ({error}); the motor is off, and what "
                "was learned before is stored: make room on the disk and resume the run"
            ) from error
        finally:
            self._env.close()

    def _make_trainer(self) -> RobotTrainer:
        config, place = self._config, self._on_robot.place
        self._env = RobotVecEnv(
            self._robot,
            self._files.episodes,
            {"kind": place.kind, "place": place.to_dict(), "run": self._files.folder.name},
            replace(
                task(config.task), time_limit_s=2.0 * max(self._on_robot.episode_s, DURATION_S)
            ),
            self._reward(),
            config.wrappers,
            place.in_real_time,
            self._files.stop.exists,
        )
        self._env.longest = round(self._on_robot.episode_s / self._env.step_s)
        settings = cast(SACSettings, config.settings)
        trainer = RobotTrainer(settings, self._env, config.seed)
        if self._on_robot.start_from is not None and not has_checkpoint(self._files.checkpoint):
            model = Path(self._on_robot.start_from) / MODEL
            trainer.begin_with(model, self._on_robot.noise_scale)
        return trainer

    def _begin(self) -> None:
        """The policy to begin with is the first that the best has to beat."""
        if self._is_first_candidate():
            self._validate()

    def _advance(self) -> None:
        with self._timed("seconds_training"):
            row = self._trainer.advance(self._left - self._one_evaluation)
        self._count_trip()
        self._progress.append(self._so_far() | row | {"seconds": self._status.seconds_training})
        self._checkpoint()
        self._go_on_after_trip()

    def _done(self) -> bool:
        """Whether there is robot time for an evaluation at the end, and no more."""
        succeeded = self._config.stop_at_success and self._status.steps_to_success is not None
        return succeeded or self._left <= self._one_evaluation

    @property
    def _left(self) -> int:
        """Steps of robot time that are left."""
        return self._config.settings.total_steps - self._trainer.steps

    @property
    def _one_evaluation(self) -> int:
        return steps_of_an_episode(self._config.robot, self._config.wrappers.action_repeat)

    def _so_far(self) -> dict[str, float]:
        values = (self._trainer.robot_s, self._env.reset_s, self._counters["trips"])
        return {"episodes": self._driven, **dict(zip(ROBOT_COLUMNS, values, strict=True))}

    # ------------------------------------------------------------------ evaluation
    def _validate(self) -> None:
        """Drive the policy of this moment without exploration, then learn from that, too."""
        before = self._trainer.steps
        if not self._files.stop.exists():
            super()._validate()
        if not self._files.best.is_dir():  # asked to stop before the first evaluation
            info = self._info({})
            save_policy(self._files.best, self._trainer.network(), info, self._trainer.save_model)
        if not self._done():
            with self._timed("seconds_training"):
                self._trainer.update(self._trainer.steps - before)
        self._checkpoint()

    def _rollout(self, policy: NumpyPolicy, starts: Sequence[Start]) -> Rollout:
        """Episodes on the robot, as long as they succeed and there is time."""
        self._first_recording = self._newest_recording() + 1
        least = FEW if self._is_first_candidate() else 1
        driven: list[Infos] = []
        while True:
            driven.append(self._trainer.drive(policy))
            self._count_trip()
            self._go_on_after_trip()
            wrappers = self._config.wrappers
            rollout = as_rollout(
                driven, self._robot.description, self._robot.fidelity, wrappers.action_repeat
            )
            self._driven = len(driven)
            if self._driven < least:
                continue
            enough = self._driven >= MANY or self._left < self._one_evaluation
            if enough or not succeeded(rollout).all():
                return rollout

    def _keep_episode(self, episode: Episode, better: bool) -> None:
        super()._keep_episode(episode, better)
        if better:
            name = f"episode-{self._first_recording:04d}.csv"
            recording, kept = self._files.episodes / name, self._files.best_recording
            write_atomically(about_path(kept), about_path(recording).read_bytes())
            write_atomically(kept, recording.read_bytes())

    def _is_first_candidate(self) -> bool:
        return self._on_robot.start_from is not None and self._counters["best_success"] < 0

    def _note_success(self, figures: dict[str, Any]) -> None:
        all_succeeded = self._driven >= MANY and figures["success_rate"] == 1.0
        self._counters["all_succeeded"] = (
            self._counters["all_succeeded"] + 1 if all_succeeded else 0
        )
        if self._counters["all_succeeded"] >= READY:
            super()._note_success(figures)

    def _test(self) -> None:
        """A robot has no time for the test starts; `evaluate_on_robot` drives them when asked."""

    # ------------------------------------------------------------------ trips
    def _count_trip(self) -> None:
        if not self._trainer.trip:
            self._in_a_row = 0
            return
        self._counters["trips"] += 1
        self._in_a_row += 1
        _log.warning("episode cut off: %s", self._trainer.trip)

    def _go_on_after_trip(self) -> None:
        """Clear the trip, so that the next reset brings the robot to rest; or give up.

        Raises:
            RunError: a person is needed.
        """
        if self._trainer.trip and self._in_a_row >= self._on_robot.trips_in_a_row:
            raise RunError(
                f"{self._in_a_row} safety trips in a row, the motor is off; the last one: "
                f"{self._trainer.trip}. Then resume the run"
            )
        clear_trip(self._robot)

    # ------------------------------------------------------------------ checkpoints
    def _checkpoint_interval(self) -> float:
        return math.inf  # never by time: after every episode and every evaluation

    def _store(self, counters: Mapping[str, Any]) -> None:
        now = {"reset_s": self._env.reset_s, "recordings": self._newest_recording()}
        save_keeping_one(self._files.checkpoint, {**counters, **now}, self._trainer.save)

    def _stored_counters(self) -> dict[str, Any] | None:
        self._counters |= _FIRST_COUNTERS
        # a policy that has learned nothing needs no evaluation; one to begin with has `_begin`
        self._counters["next_evaluation"] = self._config.settings.evaluate_every
        counters = load_newest_whole(self._files.checkpoint, self._trainer.load)
        known = counters or self._counters
        self._keep_what_is_best(known)
        self._env.reset_s = known["reset_s"]
        self._put_aside(known["recordings"])
        return counters

    def _keep_what_is_best(self, counters: dict[str, Any]) -> None:
        """A kill after the best was written and before the next checkpoint does not undo it."""
        recover_folder(self._files.best)
        if not self._files.best.is_dir():
            return
        figures = load_policy(self._files.best).info.metrics["validation"]
        if figures:
            seen = (counters["best_success"], counters["best_return"])
            best = max(seen, (figures["success_rate"], figures["task_return"]))
            counters["best_success"], counters["best_return"] = best

    def _newest_recording(self) -> int:
        return max((number for number, _ in self._recordings()), default=0)

    def _recordings(self) -> list[tuple[int, Path]]:
        files = self._files.episodes.glob("episode-[0-9]*.*")
        return [(int(file.stem[8:]), file) for file in files]

    def _put_aside(self, last: int) -> None:
        """Recordings that are in no checkpoint go elsewhere, so that the others tell it all."""
        newer = [file for number, file in self._recordings() if number > last]
        if not newer:
            return
        place = self._files.episodes / CUT
        place.mkdir(exist_ok=True)
        part = len(list(place.iterdir()))
        for file in newer:
            file.rename(place / f"{file.stem}-{part}{file.suffix}")
