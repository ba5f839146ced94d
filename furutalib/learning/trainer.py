"""One learning algorithm on its environment, advanced round by round.

A round is one stretch of collecting followed by its updates: `n_steps` of every pendulum for PPO,
an episode for SAC (or as many steps, where SAC learns in between). Between two rounds nothing is
half done, so that is where a run is evaluated, stored and stopped.
"""

import pickle
import random
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from stable_baselines3 import PPO, SAC
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import Logger

from furutalib.learning.policy import Network
from furutalib.learning.policy_export import network_from_model
from furutalib.learning.replay import MirrorReplayBuffer
from furutalib.learning.settings import PPOSettings, SACSettings
from furutalib.maths.smoothness import continuity_measure

_ACTIVATIONS = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU}
_REPLAY_ARRAYS = (
    "observations",
    "next_observations",
    "actions",
    "rewards",
    "dones",
    "timeouts",
)
# Settings that stable-baselines3 does not know, or not by this name and place.
_OURS = (
    "activation",
    "evaluate_every",
    "hidden",
    "log_std_init",
    "mirror",
    "pendulums",
    "torch_threads",
    "total_steps",
    "train_freq_unit",
)
NEVER = sys.maxsize
_ROUND_STEPS = 400  # of SAC that learns after every few steps: as long as an episode
# sb3 draws from numpy's global generator; its state has no typed name
_global_random: Any = np.random
# Shown in progress.csv where the algorithm has them; the names are stable-baselines3's.
LEARNING_COLUMNS = (
    "approx_kl",
    "clip_fraction",
    "entropy_loss",
    "explained_variance",
    "policy_gradient_loss",
    "value_loss",
    "std",
    "actor_loss",
    "critic_loss",
    "ent_coef",
)
# C of the actions as they were explored in the round, and the round's time without collecting.
COLUMNS = (
    *("steps", "seconds", "episodes", "return_mean", "length_mean"),
    *("exploration_continuity", "update_seconds"),
    *LEARNING_COLUMNS,
)


class StoredVecEnv(Protocol):
    """A `VecEnv` of stable-baselines3 that can be put back to where it was."""

    def get_state(self) -> dict[str, Any]:
        """All that changes from step to step."""
        ...

    def set_state(self, state: dict[str, Any]) -> None:
        """Go back to where `get_state` was called."""
        ...


class Trainer:
    """PPO or SAC of stable-baselines3 on one vectorised environment.

    Sets torch's number of threads, and that it does not check distributions, for the whole process.
    """

    def __init__(self, settings: PPOSettings | SACSettings, env: StoredVecEnv, seed: int) -> None:
        torch.set_num_threads(settings.torch_threads)
        # saves time in every update; an action that is not finite is refused by the environment
        torch.distributions.Distribution.set_default_validate_args(False)
        self._env = env
        self._model: Any = self._quiet(_build(settings, env, seed))
        by_step = isinstance(settings, SACSettings) and settings.train_freq_unit == "step"
        self._round_steps = _ROUND_STEPS if by_step else 1

    @property
    def model(self) -> PPO | SAC:
        """The model of stable-baselines3, for those who want to look inside."""
        model: PPO | SAC = self._model
        return model

    @property
    def steps(self) -> int:
        """Environment steps so far, over all pendulums."""
        return int(self._model.num_timesteps)

    def advance(self) -> dict[str, float]:
        """Collect and learn once; what is worth a row in `progress.csv`."""
        steps, began, collecting = self.steps, time.perf_counter(), _Collecting()
        self._model.learn(
            self._round_steps, collecting, log_interval=NEVER, reset_num_timesteps=False
        )
        took = time.perf_counter() - began
        learned = self._model.logger.name_to_value
        row = {name: float(learned.get(f"train/{name}", np.nan)) for name in LEARNING_COLUMNS}
        self._model.logger.dump()
        episodes = self._model.ep_info_buffer or ()
        return row | {
            "steps": self.steps,
            "episodes": len(episodes),
            "return_mean": mean([episode["r"] for episode in episodes]),
            "length_mean": mean([episode["l"] for episode in episodes]),
            "exploration_continuity": explored(self._model, self.steps - steps),
            "update_seconds": took - collecting.seconds,
        }

    def network(self) -> Network:
        """The deterministic policy of this moment."""
        return network_from_model(self._model)

    def save_model(self, path: Path) -> None:
        """Write the stable-baselines3 file."""
        self._model.save(path)

    def save(self, folder: Path) -> None:
        """Write model, optimiser, replay buffer, environment and random state into `folder`."""
        self._model.save(folder / "model.zip")
        if isinstance(self._model, SAC):
            _save_replay(self._model.replay_buffer, folder / "replay.npz")
        state = {
            "python": random.getstate(),
            "numpy": _global_random.get_bit_generator().state,
            "torch": torch.get_rng_state().numpy(),
            "environment": self._env.get_state(),
        }
        (folder / "state.pickle").write_bytes(pickle.dumps(state))

    def load(self, folder: Path) -> None:
        """Go back to exactly where `save` was called."""
        kind = type(self._model)
        loaded = kind.load(folder / "model.zip", env=self._env, device="cpu", force_reset=False)
        self._model = self._quiet(loaded)
        if isinstance(self._model, SAC):
            _load_replay(self._model.replay_buffer, folder / "replay.npz")
        state = pickle.loads((folder / "state.pickle").read_bytes())
        self._env.set_state(state["environment"])
        random.setstate(state["python"])
        _global_random.get_bit_generator().state = state["numpy"]
        torch.set_rng_state(torch.from_numpy(state["torch"]))

    def _quiet(self, model: PPO | SAC) -> PPO | SAC:
        model.set_logger(Logger(folder=None, output_formats=[]))
        return model


class _Collecting(BaseCallback):
    """Adds up the time that goes into collecting steps."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0
        self._began = 0.0

    def _on_step(self) -> bool:
        return True

    def _on_rollout_start(self) -> None:
        self._began = time.perf_counter()

    def _on_rollout_end(self) -> None:
        self.seconds += time.perf_counter() - self._began


def explored(model: PPO | SAC, steps: int) -> float:
    """C of the actions of the last round, ends of episodes counted as changes too."""
    actions: NDArray[np.float32]
    if isinstance(model, SAC):
        buffer: Any = model.replay_buffer
        newest = np.arange(buffer.pos - min(steps, buffer.buffer_size), buffer.pos)
        actions = buffer.actions[newest, 0, 0]  # a negative place counts from the buffer's end
    else:  # PPO keeps them one pendulum after the other, and not yet clipped
        actions = np.clip(model.rollout_buffer.actions.reshape(model.n_envs, -1), -1.0, 1.0)
    if actions.shape[-1] < 2:
        return float("nan")
    return float(continuity_measure(actions).mean())


def _build(settings: PPOSettings | SACSettings, env: Any, seed: int) -> PPO | SAC:
    options = {name: value for name, value in asdict(settings).items() if name not in _OURS}
    network = {
        "net_arch": list(settings.hidden),
        "activation_fn": _ACTIVATIONS[settings.activation],
        "log_std_init": settings.log_std_init,
        "optimizer_kwargs": {"fused": True},  # small networks: a fifth less time per update
    }
    if isinstance(settings, SACSettings):
        options["train_freq"] = (settings.train_freq, settings.train_freq_unit)
        if settings.mirror:
            reach = {"n_steps": options.pop("n_steps"), "gamma": settings.gamma}
            options |= {"replay_buffer_class": MirrorReplayBuffer, "replay_buffer_kwargs": reach}
    kind = PPO if isinstance(settings, PPOSettings) else SAC
    return kind("MlpPolicy", env, policy_kwargs=network, seed=seed, device="cpu", **options)


def mean(values: list[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _save_replay(buffer: Any, path: Path) -> None:
    filled = buffer.buffer_size if buffer.full else buffer.pos
    arrays = {name: getattr(buffer, name)[:filled] for name in _REPLAY_ARRAYS}
    np.savez(path, pos=buffer.pos, full=buffer.full, **arrays)


def _load_replay(buffer: Any, path: Path) -> None:
    with np.load(path) as stored:
        for name in _REPLAY_ARRAYS:
            getattr(buffer, name)[: len(stored[name])] = stored[name]
        buffer.pos, buffer.full = int(stored["pos"]), bool(stored["full"])
