"""A stable-baselines3 callback that notes how long each episode of a training was."""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from stable_baselines3.common.callbacks import BaseCallback


class EpisodeLog(BaseCallback):
    """Notes (steps of practice, length) of every episode and shows a bar with the time left.

    The environments must be wrapped in stable-baselines3's `Monitor`, as `make_vec_env` does.
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.practice: list[int] = []
        self.lengths: list[int] = []

    def smoothed(self, window: int = 20) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Steps of practice, and the mean length of the last `window` episodes at that point."""
        lengths = np.asarray(self.lengths, dtype=float)
        width = max(1, min(window, len(lengths)))
        mean = np.convolve(lengths, np.full(width, 1 / width), mode="valid")
        return np.asarray(self.practice[width - 1 :], dtype=np.int64), mean

    def _on_training_start(self) -> None:
        import ipywidgets
        from IPython.display import display

        show_now: Any = display  # IPython does not type it
        self._start_s = time.monotonic()
        self._bar = ipywidgets.FloatProgress(0, min=0, max=1, description=self.title)
        self._text = ipywidgets.Label()
        show_now(ipywidgets.HBox([self._bar, self._text]))

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.practice.append(self.num_timesteps)
                self.lengths.append(int(info["episode"]["l"]))
        return True

    def _on_rollout_end(self) -> None:
        done = min(1.0, self.num_timesteps / self.locals["total_timesteps"])
        left_s = (time.monotonic() - self._start_s) * (1 / done - 1)
        recent = np.mean(self.lengths[-20:]) if self.lengths else float("nan")
        self._bar.value = done
        self._text.value = f"{left_s:.0f} s left; recent episodes last {recent:.0f} steps"

    def _on_training_end(self) -> None:
        took_s = time.monotonic() - self._start_s
        self._text.value = f"{self.num_timesteps} steps of practice in {took_s:.0f} s"
