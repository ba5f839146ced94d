"""From a stable-baselines3 model to layers that numpy alone can run."""

from typing import Any

import numpy as np

from furutalib.facts.errors import PolicyError
from furutalib.learning.policy import Floats, Network


def network_from_model(model: Any) -> Network:
    """The deterministic policy of a PPO or SAC model with a fully connected network.

    Raises:
        PolicyError: the model has an action, a network or a squashing that is not known here.
    """
    policy = model.policy
    parameters = {name: _array(value) for name, value in policy.state_dict().items()}
    if hasattr(policy, "actor"):
        return _build(
            layers=[*_sequence(parameters, "actor.latent_pi"), *_head(parameters, "actor.mu")],
            activation=policy.activation_fn.__name__,
            squash="tanh",
            mean_limit=policy.actor.clip_mean if policy.actor.use_sde else None,
        )
    hidden = _sequence(parameters, "mlp_extractor.policy_net")
    squash = "tanh" if policy.squash_output else "clip"
    return _build(
        layers=[*hidden, *_head(parameters, "action_net")],
        activation=policy.activation_fn.__name__,
        squash="argmax" if hasattr(policy.action_space, "n") else squash,  # Discrete has n
        mean_limit=None,
    )


def _build(
    layers: list[tuple[Floats, Floats]], activation: str, squash: str, mean_limit: float | None
) -> Network:
    return Network(
        weights=tuple(weight for weight, _ in layers),
        biases=tuple(bias for _, bias in layers),
        activation=activation.lower(),
        squash=squash,
        mean_limit=mean_limit or None,
    )


def _array(tensor: Any) -> Floats:
    return np.array(tensor.detach().cpu().numpy(), np.float32)


def _sequence(parameters: dict[str, Floats], prefix: str) -> list[tuple[Floats, Floats]]:
    """The linear layers of a torch `Sequential`, in order."""
    dotted = f"{prefix}."
    numbers = {
        int(name.removeprefix(dotted).split(".")[0])
        for name in parameters
        if name.startswith(dotted)
    }
    return [_layer(parameters, f"{prefix}.{number}") for number in sorted(numbers)]


def _head(parameters: dict[str, Floats], prefix: str) -> list[tuple[Floats, Floats]]:
    """The last layer: plain, or first of a `Sequential` when its output is bounded."""
    nested = f"{prefix}.0.weight" in parameters
    return [_layer(parameters, f"{prefix}.0" if nested else prefix)]


def _layer(parameters: dict[str, Floats], name: str) -> tuple[Floats, Floats]:
    try:
        return np.ascontiguousarray(parameters[f"{name}.weight"].T), parameters[f"{name}.bias"]
    except KeyError as error:
        raise PolicyError(
            f"the model has no layer {error}: only fully connected PPO and SAC policies "
            "can be turned into a policy folder"
        ) from error
