"""What a training run is told: small frozen dataclasses, checked, and stored as JSON."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from furutalib.facts.errors import ConfigurationError

_Settings = TypeVar("_Settings")


def _at_least(limit: float) -> dict[str, Any]:
    return {"least": limit}


def _between(least: float, most: float) -> dict[str, Any]:
    return {"least": least, "most": most}


@dataclass(frozen=True)
class PPOSettings:
    """Proximal policy optimisation on many pendulums at once."""

    total_steps: int = field(default=1_000_000, metadata=_at_least(1))  # over all pendulums
    pendulums: int = field(default=64, metadata=_at_least(1))
    n_steps: int = field(default=64, metadata=_at_least(2))  # per pendulum between updates
    batch_size: int = field(default=512, metadata=_at_least(2))
    n_epochs: int = field(default=10, metadata=_at_least(1))
    learning_rate: float = field(default=2e-3, metadata=_between(0, 1))
    gamma: float = field(default=0.98, metadata=_between(0, 1))
    gae_lambda: float = field(default=0.95, metadata=_between(0, 1))
    clip_range: float = field(default=0.2, metadata=_at_least(0))
    ent_coef: float = field(default=0.0, metadata=_at_least(0))
    vf_coef: float = field(default=0.5, metadata=_at_least(0))
    max_grad_norm: float = field(default=0.5, metadata=_at_least(0))
    log_std_init: float = field(default=0.0, metadata=_between(-20, 2))
    use_sde: bool = False
    sde_sample_freq: int = field(default=4, metadata=_at_least(-1))
    hidden: tuple[int, ...] = (64, 64)
    activation: str = field(default="tanh", metadata={"choices": ("tanh", "relu")})
    torch_threads: int = field(default=1, metadata=_at_least(1))
    evaluate_every: int = field(default=20_000, metadata=_at_least(1))  # steps

    def __post_init__(self) -> None:
        _check(self)


@dataclass(frozen=True)
class SACSettings:
    """Soft actor-critic on one pendulum, as on a real robot: explores with gSDE.

    gSDE holds its noise only while steps are collected. stable-baselines3 draws new noise each
    time collecting starts, so `train_freq_unit="step"` with `train_freq=1` makes it white noise,
    whatever `sde_sample_freq` says.
    """

    total_steps: int = field(default=100_000, metadata=_at_least(1))
    learning_rate: float = field(default=1e-3, metadata=_between(0, 1))
    gamma: float = field(default=0.98, metadata=_between(0, 1))
    tau: float = field(default=0.02, metadata=_between(0, 1))
    batch_size: int = field(default=256, metadata=_at_least(2))
    buffer_size: int = field(default=100_000, metadata=_at_least(1))
    learning_starts: int = field(default=2_000, metadata=_at_least(0))
    train_freq: int = field(default=1, metadata=_at_least(1))
    train_freq_unit: str = field(default="episode", metadata={"choices": ("episode", "step")})
    gradient_steps: int = field(default=-1, metadata=_at_least(-1))  # -1: one per step collected
    n_steps: int = field(default=1, metadata=_at_least(1))  # of reward before the critic takes over
    mirror: bool = False  # learn from the mirror image of every step too; see `replay`
    ent_coef: str | float = "auto"
    target_entropy: str | float = "auto"
    use_sde: bool = True
    use_sde_at_warmup: bool = True
    sde_sample_freq: int = field(default=64, metadata=_at_least(-1))
    log_std_init: float = field(default=-2.0, metadata=_between(-20, 2))
    hidden: tuple[int, ...] = (256, 256)
    activation: str = field(default="relu", metadata={"choices": ("tanh", "relu")})
    torch_threads: int = field(default=1, metadata=_at_least(1))
    evaluate_every: int = field(default=4_000, metadata=_at_least(1))  # steps

    def __post_init__(self) -> None:
        _check(self)
        for name in ("ent_coef", "target_entropy"):
            _check_automatic(getattr(self, name), f"SACSettings.{name}")


ALGORITHMS: Mapping[str, type[PPOSettings] | type[SACSettings]] = {
    "ppo": PPOSettings,
    "sac": SACSettings,
}


def sde_warnings(settings: PPOSettings | SACSettings) -> list[str]:
    """Why gSDE would silently turn into white noise with these settings; empty if it does not."""
    if not isinstance(settings, SACSettings) or not settings.use_sde:
        return []
    found = []
    held = settings.sde_sample_freq if settings.sde_sample_freq > 0 else math.inf
    if settings.train_freq_unit == "step" and settings.train_freq < held:
        found.append(
            f"train_freq={settings.train_freq} step(s) defeats gSDE: stable-baselines3 draws new "
            "noise each time it starts to collect, so the noise is held for "
            f"{settings.train_freq} step(s) only, whatever sde_sample_freq says; "
            "use train_freq_unit='episode'"
        )
    if not settings.use_sde_at_warmup and settings.learning_starts > 0:
        found.append(
            f"use_sde_at_warmup=False: the first learning_starts={settings.learning_starts} steps "
            "are white uniform noise, not gSDE"
        )
    return found


def from_mapping(kind: type[_Settings], values: Mapping[str, Any]) -> _Settings:
    """Build a settings dataclass from keys and values.

    Raises:
        ConfigurationError: a key is unknown (the message lists the valid ones) or a value is
            outside its range.
    """
    known = [entry.name for entry in dataclasses.fields(kind)]  # type: ignore[arg-type]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ConfigurationError(
            f"unknown {kind.__name__} key {', '.join(map(repr, unknown))}; "
            f"valid: {', '.join(sorted(known))}"
        )
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def _check(settings: PPOSettings | SACSettings) -> None:
    for entry in dataclasses.fields(settings):
        value, rule = getattr(settings, entry.name), entry.metadata
        where = f"{type(settings).__name__}.{entry.name} = {value!r}"
        if "choices" in rule and value not in rule["choices"]:
            raise ConfigurationError(f"{where}; use one of {', '.join(rule['choices'])}")
        if entry.type is bool and not isinstance(value, bool):
            raise ConfigurationError(f"{where}; use True or False")
        if "least" in rule:
            _check_number(value, entry.type, rule, where)
    hidden: Any = settings.hidden
    sizes = hidden if isinstance(hidden, tuple | list) else ()
    if not sizes or not all(isinstance(n, int) and n > 0 for n in sizes):
        raise ConfigurationError(
            f"{type(settings).__name__}.hidden = {hidden!r}; give the sizes of the hidden layers, "
            "for example (64, 64)"
        )


def _check_automatic(value: str | float, where: str) -> None:
    number = isinstance(value, int | float) and math.isfinite(value)
    if not (number or value == "auto"):
        raise ConfigurationError(f"{where} = {value!r}; use 'auto' or a finite number")


def _check_number(value: Any, kind: Any, rule: Mapping[str, float], where: str) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if kind is int and not whole:
        raise ConfigurationError(f"{where}; it must be a whole number")
    if not (whole or (isinstance(value, float) and math.isfinite(value))):
        raise ConfigurationError(f"{where}; it must be a finite number")
    least, most = rule["least"], rule.get("most", math.inf)
    if not least <= value <= most:
        allowed = f"from {least} to {most}" if math.isfinite(most) else f"{least} or above"
        raise ConfigurationError(f"{where}; it must be {allowed}")
