"""Exploration noise from its formulas: white, Ornstein-Uhlenbeck, held, and gSDE.

All sources give one number per pendulum and step, before it is squashed to a command. gSDE
(generalised state-dependent exploration: Raffin, Kober and Stulp, "Smooth exploration for robotic
reinforcement learning", 2021) draws no noise at all in most steps: it draws weights, keeps them for
some steps, and computes the noise from what the policy's network sees.
"""

import math
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.stages import WrapperSettings

Floats = NDArray[np.float64]
Features = Callable[[NDArray[Any]], Floats]
"""Observations (n, k) to features (n, m)."""


class Noise(Protocol):
    """A source of noise for n pendulums."""

    def reset(self, n: int) -> None:
        """Begin with n pendulums."""

    def restart(self, rows: NDArray[np.intp]) -> None:
        """The episodes of these pendulums begin anew."""

    def draw(self, observation: NDArray[Any]) -> Floats:
        """Observations (n, k) to noise (n,)."""


class WhiteNoise:
    """Gaussian noise that is drawn anew in every step; what SAC and PPO explore with.

    Args:
        rng: where the numbers come from.
        std: standard deviation.
    """

    def __init__(self, rng: np.random.Generator, std: float) -> None:
        self._rng, self._std = rng, _not_negative("std", std)

    def reset(self, n: int) -> None:
        """White noise remembers nothing."""

    def restart(self, rows: NDArray[np.intp]) -> None:
        """White noise remembers nothing."""

    def draw(self, observation: NDArray[Any]) -> Floats:
        """Noise (n,) for n observations."""
        return self._rng.normal(0.0, self._std, len(observation))


class UniformNoise(WhiteNoise):
    """Uniform between -1 and 1, drawn anew in every step; SAC's warm-up without gSDE."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__(rng, 1.0 / math.sqrt(3.0))

    def draw(self, observation: NDArray[Any]) -> Floats:
        """Noise (n,) for n observations."""
        return self._rng.uniform(-1.0, 1.0, len(observation))


class OrnsteinUhlenbeck:
    """Gaussian noise that forgets where it was little by little.

    Args:
        rng: where the numbers come from.
        std: standard deviation in the long run; it begins with it, too.
        steps: after so many steps the correlation has fallen to 1/e.
    """

    def __init__(self, rng: np.random.Generator, std: float, steps: float) -> None:
        self._rng, self._std = rng, _not_negative("std", std)
        self._keep = math.exp(-1.0 / _at_least_one(steps))
        self._now: Floats = np.zeros(0)

    def reset(self, n: int) -> None:
        """Begin with n pendulums."""
        self._now = self._rng.normal(0.0, self._std, n)

    def restart(self, rows: NDArray[np.intp]) -> None:
        """Forget where these were."""
        self._now[rows] = self._rng.normal(0.0, self._std, len(rows))

    def draw(self, observation: NDArray[Any]) -> Floats:
        """Noise (n,) for n observations."""
        fresh = self._rng.normal(0.0, self._std, len(observation))
        self._now = self._keep * self._now + math.sqrt(1.0 - self._keep**2) * fresh
        return self._now.copy()


class _Held:
    """Draws something every `steps` steps of an episode, and keeps it in between."""

    def __init__(self, rng: np.random.Generator, std: float, steps: int) -> None:
        self._rng, self._std = rng, _not_negative("std", std)
        self._steps = int(_at_least_one(steps))
        self._age = np.zeros(0, np.int64)
        self._kept: Floats = np.zeros((0, 0))

    def reset(self, n: int) -> None:
        """Begin with n pendulums."""
        self._age, self._kept = np.zeros(n, np.int64), np.zeros((n, 0))

    def restart(self, rows: NDArray[np.intp]) -> None:
        """Draw for these in the next step."""
        self._age[rows] = 0

    def _draw_if_due(self, size: int) -> Floats:
        """What is kept, shape (n, size), renewed where its time is over."""
        if self._kept.shape[1] != size:
            self._kept = np.zeros((len(self._age), size))
        due = self._age % self._steps == 0
        self._kept[due] = self._rng.normal(0.0, self._std, (int(due.sum()), size))
        self._age += 1
        return self._kept


class HeldNoise(_Held):
    """White noise that is drawn every `steps` steps and held in between: action repeat."""

    def draw(self, observation: NDArray[Any]) -> Floats:
        """Noise (n,) for n observations."""
        return self._draw_if_due(1)[:, 0].copy()


class StateDependentNoise(_Held):
    """gSDE: weights are drawn every `steps` steps; the noise follows the features in every step.

    Args:
        rng: where the weights come from.
        features: what the noise is computed from; in gSDE the last hidden layer of the policy.
        weight_std: standard deviation of every weight.
        steps: for how many steps the weights are held (`sde_sample_freq`).
    """

    def __init__(
        self, rng: np.random.Generator, features: Features, weight_std: float, steps: int
    ) -> None:
        super().__init__(rng, weight_std, steps)
        self._features = features

    def draw(self, observation: NDArray[Any]) -> Floats:
        """Noise (n,) for n observations."""
        seen = self._features(observation)
        return gsde_noise(seen, self._draw_if_due(seen.shape[1]))


def gsde_noise(features: ArrayLike, weights: ArrayLike) -> Floats:
    """The formula of gSDE: features times weights, summed.

    Args:
        features: shape (..., m).
        weights: shape (m,), or (..., m) with weights of its own for each row.

    Returns:
        Shape (...).
    """
    return np.asarray(np.sum(np.asarray(features) * np.asarray(weights), axis=-1), np.float64)


def gsde_std(features: ArrayLike, log_std: ArrayLike) -> Floats:
    """Standard deviation of gSDE's noise over all weights that could have been drawn.

    Args:
        features: shape (..., m).
        log_std: natural logarithm of the weights' standard deviation, one number or shape (m,).

    Returns:
        Shape (...), before the squashing.
    """
    scaled = np.asarray(features, np.float64) * np.exp(log_std)
    return np.asarray(np.sqrt(np.sum(np.square(scaled), axis=-1)))


class FreshNetwork:
    """The hidden layers of a policy that has learned nothing yet, as torch draws them.

    Args:
        rng: where the weights come from.
        inputs: numbers in an observation.
        hidden: sizes of the layers; between them is a ReLU, as in the course's SAC.
    """

    def __init__(
        self, rng: np.random.Generator, inputs: int, hidden: tuple[int, ...] = (64, 64)
    ) -> None:
        self._layers = []
        for size, fan_in in zip(hidden, (inputs, *hidden), strict=False):
            reach = 1.0 / math.sqrt(fan_in)
            weights = rng.uniform(-reach, reach, (fan_in, size))
            self._layers.append((weights, rng.uniform(-reach, reach, size)))

    def __call__(self, observation: NDArray[Any]) -> Floats:
        """Observations (..., inputs) to features (..., m), none of them negative."""
        values = np.asarray(observation, np.float64)
        for weights, biases in self._layers:
            values = np.maximum(values @ weights + biases, 0.0)
        return values


class Explorer:
    """A policy that knows nothing: its mean command is 0, and all it does is its noise.

    Args:
        noise: where the commands come from.
        wrappers: the same as those of the policies that it is compared with.
        squash: through tanh, as SAC does; otherwise what lies beyond -1 and 1 is cut off.
    """

    def __init__(
        self, noise: Noise, wrappers: WrapperSettings | None = None, squash: bool = True
    ) -> None:
        self.noise = noise
        self._wrappers = wrappers or WrapperSettings(history=2)
        self._squash = squash

    @property
    def wrappers(self) -> WrapperSettings:
        """The wrappers between the noise and the robot."""
        return self._wrappers

    def reset(self, n: int = 1) -> None:
        """n pendulums are about to start."""
        self.noise.reset(n)

    def act(self, observation: NDArray[np.float32]) -> NDArray[np.float32]:
        """Observations (n, k) to actions (n, 1) in [-1, 1]."""
        noise = self.noise.draw(observation)
        actions = np.tanh(noise) if self._squash else np.clip(noise, -1.0, 1.0)
        return np.asarray(actions[:, np.newaxis], np.float32)


def _not_negative(name: str, value: float) -> float:
    if not 0.0 <= value < math.inf:
        raise ConfigurationError(f"{name} = {value}; noise needs a finite number, 0 or above")
    return value


def _at_least_one(steps: float) -> float:
    if not 1 <= steps < math.inf:
        raise ConfigurationError(f"steps = {steps}; noise is held for a finite time, 1 or above")
    return steps
