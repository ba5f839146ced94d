"""A policy as a function of the observation, run with numpy alone.

A small computer on the robot can run a trained policy without torch: the network's layers are
multiplied here as they are in stable-baselines3's `predict(..., deterministic=True)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import PolicyError
from furutalib.learning.stages import WrapperSettings

Floats = NDArray[np.float32]
ACTIVATIONS = ("tanh", "relu")
SQUASHES = ("clip", "tanh", "argmax")  # argmax: the number of a bucket


class Policy(Protocol):
    """Anything that turns observations of n pendulums into n actions.

    `wrappers` says which observation it wants and how its action reaches the robot.
    """

    @property
    def wrappers(self) -> WrapperSettings: ...

    def reset(self, n: int = 1) -> None:
        """Forget everything; n pendulums are about to start."""

    def act(self, observation: Floats) -> NDArray[Any]:
        """Observations (n, k) to actions (n, 1) in [-1, 1], or numbers (n,) of buckets."""


@dataclass(frozen=True, eq=False)
class Network:
    """A fully connected network that ends in one action per row, or in one score per bucket.

    `weights[i]` has shape (inputs, outputs), `biases[i]` (outputs,). `mean_limit` bounds the
    output before the squashing (stable-baselines3 does so for SAC with gSDE).
    """

    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    activation: str = "tanh"
    squash: str = "clip"
    mean_limit: float | None = None

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS or self.squash not in SQUASHES:
            raise PolicyError(
                f"activation {self.activation!r} with squash {self.squash!r} is not known; "
                f"use one of {ACTIVATIONS} and one of {SQUASHES}"
            )
        if not self.weights or len(self.weights) != len(self.biases):
            raise PolicyError(
                f"{len(self.weights)} weight matrices do not fit {len(self.biases)} bias vectors"
            )
        _check_chain(self.weights, self.biases)

    @property
    def inputs(self) -> int:
        """How many numbers one observation has."""
        return int(self.weights[0].shape[0])

    def __call__(self, observation: Floats) -> NDArray[Any]:
        """Observations (n, inputs) to actions (n, outputs) in [-1, 1], or buckets (n,)."""
        hidden = observation
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            hidden = self._activate(hidden @ weight + bias)
        return self._squash(hidden @ self.weights[-1] + self.biases[-1])

    def arrays(self) -> dict[str, Floats]:
        """The parameters by name, as they are stored in `weights.npz`."""
        named = {f"weight_{i}": weight for i, weight in enumerate(self.weights)}
        return named | {f"bias_{i}": bias for i, bias in enumerate(self.biases)}

    def shape(self) -> dict[str, Any]:
        """What is needed beside `arrays` to rebuild the network; ready for JSON."""
        return {
            "layers": len(self.weights),
            "activation": self.activation,
            "squash": self.squash,
            "mean_limit": self.mean_limit,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Any], shape: Mapping[str, Any]) -> "Network":
        """Rebuild a network from `arrays` and `shape`.

        Raises:
            PolicyError: an array is missing or the shapes do not fit together.
        """
        try:
            layers = range(int(shape["layers"]))
            return cls(
                weights=tuple(np.asarray(arrays[f"weight_{i}"], np.float32) for i in layers),
                biases=tuple(np.asarray(arrays[f"bias_{i}"], np.float32) for i in layers),
                activation=str(shape["activation"]),
                squash=str(shape["squash"]),
                mean_limit=None if shape["mean_limit"] is None else float(shape["mean_limit"]),
            )
        except KeyError as error:
            raise PolicyError(f"the description of the network lacks {error}") from error

    def _activate(self, values: Floats) -> Floats:
        return np.tanh(values) if self.activation == "tanh" else np.maximum(values, 0)

    def _squash(self, mean: Floats) -> NDArray[Any]:
        if self.squash == "argmax":
            return np.asarray(np.argmax(mean, axis=-1))
        if self.mean_limit is not None:
            mean = np.clip(mean, -self.mean_limit, self.mean_limit)
        return np.tanh(mean) if self.squash == "tanh" else np.clip(mean, -1.0, 1.0)


def _check_chain(weights: tuple[Floats, ...], biases: tuple[Floats, ...]) -> None:
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        follows = i == 0 or weights[i - 1].shape[-1] == weight.shape[0]
        if weight.ndim != 2 or bias.shape != weight.shape[1:] or not follows:
            raise PolicyError(
                f"layer {i}: weights of shape {weight.shape} and biases of shape {bias.shape} "
                "do not fit each other or the layer before"
            )


class NumpyPolicy:
    """A trained network with the wrappers that it was trained with."""

    def __init__(self, network: Network, wrappers: WrapperSettings) -> None:
        self._network = network
        self._wrappers = wrappers

    @property
    def network(self) -> Network:
        """The layers."""
        return self._network

    @property
    def wrappers(self) -> WrapperSettings:
        """The wrappers between this policy and the robot."""
        return self._wrappers

    def reset(self, n: int = 1) -> None:
        """Nothing to forget: what the policy remembers is in the observation."""

    def act(self, observation: Floats) -> NDArray[Any]:
        """Observation (k,) or (n, k) to action (1,) or (n, 1) in [-1, 1], or buckets () or (n,).

        Raises:
            PolicyError: the observation has another length than the policy was trained with.
        """
        observation = np.asarray(observation, np.float32)
        if observation.shape[-1] != self._network.inputs:
            raise PolicyError(
                f"the observation has {observation.shape[-1]} numbers, the policy was trained "
                f"with {self._network.inputs}: use the wrappers it comes with (policy.wrappers)"
            )
        return self._network(observation)
