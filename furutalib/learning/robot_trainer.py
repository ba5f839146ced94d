"""SAC on one driven robot: episode by episode, and learning in between with the motor off."""

import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from stable_baselines3 import SAC

from furutalib.facts.errors import SafetyTrip
from furutalib.learning.policy import NumpyPolicy
from furutalib.learning.robot_env import RobotVecEnv
from furutalib.learning.robot_rollout import Infos, steps_of_an_episode
from furutalib.learning.settings import SACSettings
from furutalib.learning.trainer import LEARNING_COLUMNS, NEVER, Trainer, explored, mean


class RobotTrainer(Trainer):
    """A trainer whose round is an episode on a robot, then its updates.

    A safety trip ends an episode. An arm that got to its stop has touched the task's own limit on
    the way: that step is stored as terminated, with what the limit costs. With all other trips the
    step in which it happened does not count: its command was not carried out to the end, and its
    reading may be wrong. The step before it is stored as truncated, not as terminated: a loop that
    is late, a chip, a jammed arm say nothing about what the place was worth, so its value goes on
    as after the end of the time.

    Args:
        settings: SAC's; it learns after every episode.
        env: the robot.
        seed: of network, exploration and batches.
    """

    def __init__(self, settings: SACSettings, env: RobotVecEnv, seed: int) -> None:
        super().__init__(settings, env, seed)
        self._robot_env = env
        self._settings = settings
        self._longest = env.longest
        self.trip = ""  # why the newest episode was cut off by safety; empty if it was not
        self.update_s = 0.0  # spent on the updates of the last round
        self._model.gradient_steps = 0  # they are made in `update`, when the motor is off
        self._wake()

    @property
    def robot_s(self) -> float:
        """How long the robot was driven: steps times their length; resets are apart."""
        return self.steps * self._robot_env.step_s

    def advance(self, most: int | None = None) -> dict[str, float]:
        """An episode with exploration, then its updates; a row for `progress.csv`.

        Args:
            most: steps that the episode may last, if that is less than usual.
        """
        before = self.steps
        self._robot_env.longest = self._longest if most is None else min(self._longest, most)
        self._explore()
        new = self.steps - before
        learned = self.update(new)
        episodes = self._model.ep_info_buffer or ()
        return learned | {
            "steps": self.steps,
            "episodes": len(episodes),
            "return_mean": mean([episode["r"] for episode in episodes]),
            "length_mean": mean([episode["l"] for episode in episodes]),
            "exploration_continuity": explored(self._model, new) if new else np.nan,
            "update_seconds": self.update_s,
        }

    def begin_with(self, model: Path, noise_scale: float) -> None:
        """Take actor, critics and entropy coefficient from a stable-baselines3 file.

        Args:
            model: of SAC, with the same networks.
            noise_scale: the standard deviation of its exploration is multiplied by this.
        """
        trained = SAC.load(model, device="cpu")
        self._model.policy.load_state_dict(trained.policy.state_dict())
        with torch.no_grad():
            if self._model.ent_coef_optimizer is not None and trained.ent_coef_optimizer:
                self._model.log_ent_coef.copy_(trained.log_ent_coef)
            log_std = self._model.actor.log_std  # numbers with gSDE, else the bias of a layer
            (log_std if self._model.use_sde else log_std.bias).add_(math.log(noise_scale))
        self._model.learning_starts = 0  # explores around its own actions from the beginning

    def update(self, steps: int) -> dict[str, float]:
        """Learn after so many new steps, the motor off; what the algorithm reports."""
        began = time.perf_counter()
        asked = self._settings.gradient_steps
        updates = steps if asked < 0 else asked
        if steps and updates and self.steps > self._settings.learning_starts:
            self._model.train(batch_size=self._settings.batch_size, gradient_steps=updates)
        learned = self._model.logger.name_to_value
        row = {name: float(learned.get(f"train/{name}", np.nan)) for name in LEARNING_COLUMNS}
        self._model.logger.dump()
        self.update_s = time.perf_counter() - began
        return row

    def drive(self, policy: NumpyPolicy) -> Infos:
        """One episode without exploration; its steps are learned from like all others."""
        env, infos = self._robot_env, []
        env.longest = steps_of_an_episode(env.robot.description, env.env.wrappers.action_repeat)
        policy.reset()
        self.trip = ""
        before = self.steps
        try:
            observation: Any = env.reset()
            done = False
            while not done:
                action = np.asarray(policy.act(observation), np.float32)
                seen, reward, ended, info = env.step(action)
                buffer: Any = self._model.replay_buffer
                buffer.add(observation, seen, action, reward, ended, info)
                self._model.num_timesteps += 1
                infos.append(info[0])
                observation, done = seen, bool(ended[0])
        except SafetyTrip as trip:
            self._cut_off(self.steps - before, str(trip))
        finally:
            env.end_episode()
        self.trip = self.trip or env.trip
        return infos

    def _explore(self) -> None:
        before = self.steps
        self.trip = ""
        self._model._last_obs = None  # so that it resets the robot
        try:
            self._model.learn(1, log_interval=NEVER, reset_num_timesteps=False)
        except SafetyTrip as trip:
            self._cut_off(self.steps - before, str(trip))
            if self._model.ep_info_buffer is not None and self.steps > before:
                self._model.ep_info_buffer.append(self._robot_env.episode_so_far())
        finally:
            self._robot_env.end_episode()
        self.trip = self.trip or self._robot_env.trip

    def _cut_off(self, steps: int, why: str) -> None:
        """Safety has ended an episode after so many whole steps."""
        self.trip = why
        if steps:
            buffer: Any = self._model.replay_buffer
            buffer.dones[buffer.pos - 1] = 1.0
            buffer.timeouts[buffer.pos - 1] = 1.0

    def _wake(self) -> None:
        """What is slow the first time happens now and not when the motor is on."""
        shape = self._robot_env.observation_space.shape or ()
        self._model.predict(np.zeros((1, *shape), np.float32), deterministic=True)
