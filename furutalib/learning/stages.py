"""What stands between a policy and the robot, as arithmetic with numpy alone.

The order is fixed here and nowhere else, for training, evaluation and the robot:

    policy -> mode -> history -> continuity cost -> repeat
           -> low-pass -> delay -> dead-zone compensation -> robot

The mode turns what the policy says into the action asked of the robot; history (what the policy
sees) and continuity cost (in the reward) are about that action, once per policy step. The rest
acts in every control period.

What each part does is in `stage_parts`.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import RobotDescription
from furutalib.learning.stage_parts import (
    BucketMode,
    ContinuousMode,
    DeadZoneCompensation,
    Delay,
    DeltaMode,
    LowPass,
    Memory,
    Mode,
    PastActionsCost,
    Stage,
)

ACTION_MODES = ("continuous", "delta", "buckets")
# What the pendulum is made of; its limits and the controller's own numbers are not for drawing.
_RANDOMISABLE = ("arm.", "pendulum.", "motor.", "drive.", "supply.", "control.latency_s")


@dataclass(frozen=True)
class WrapperSettings:
    """All wrappers of an environment; a policy works only with those it was trained with.

    Attributes:
        history: frames of the observation; 0 is one frame without the previous action.
        action_mode: "continuous", "delta" (the policy changes the action by up to `delta_limit`)
            or "buckets" (the policy picks one of `buckets` evenly spaced actions).
        action_repeat: control periods for which an action is held; their rewards are added.
        low_pass_hz: cut-off of a first-order low-pass on the command, or None.
        action_delay: further control periods before a command acts, beside the robot's latency.
        dead_zone_compensation: dead zone that is skipped, as a fraction of full command.
        past_actions_cost: taken off the reward times (a - mean of the last 4 actions)^2, once per
            policy step. The continuity term of the reward looks one step back only.
        randomisation: per episode each named parameter ("motor.resistance_ohm") is multiplied by
            a factor drawn from 1 - half-width to 1 + half-width. It is for training: a robot
            that is not simulated is what it is and ignores this.
    """

    history: int = 1
    action_mode: str = "continuous"
    delta_limit: float = 0.25
    buckets: int = 11
    action_repeat: int = 1
    low_pass_hz: float | None = None
    action_delay: int = 0
    dead_zone_compensation: float = 0.0
    past_actions_cost: float = 0.0
    randomisation: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.action_mode not in ACTION_MODES:
            raise ConfigurationError(
                f"action_mode = {self.action_mode!r}; use one of {', '.join(ACTION_MODES)}"
            )
        _check_integer("history", self.history, 0)
        _check_integer("buckets", self.buckets, 2)
        _check_integer("action_repeat", self.action_repeat, 1)
        _check_integer("action_delay", self.action_delay, 0)
        _check("delta_limit", self.delta_limit, "above 0 and at most 2", lambda v: 0 < v <= 2)
        if self.low_pass_hz is not None:
            _check("low_pass_hz", self.low_pass_hz, "above 0, or None", lambda v: v > 0)
        compensation = self.dead_zone_compensation
        _check("dead_zone_compensation", compensation, "from 0 to below 1", lambda v: 0 <= v < 1)
        _check("past_actions_cost", self.past_actions_cost, "of 0 or above", lambda v: v >= 0)
        given: Any = self.randomisation
        if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
            raise ConfigurationError(
                f"randomisation = {given!r}; give a half-width for each parameter by "
                'name, for example {"motor.resistance_ohm": 0.1}'
            )
        for name, width in self.randomisation.items():
            _check(f"randomisation[{name!r}]", width, "from 0 to below 1", lambda v: 0 <= v < 1)
            if not name.startswith(_RANDOMISABLE) or name == "drive.mode":
                raise ConfigurationError(
                    f"randomisation[{name!r}]: it cannot be randomised; use numbers of "
                    f"{', '.join(_RANDOMISABLE)}"
                )
        object.__setattr__(self, "randomisation", dict(sorted(self.randomisation.items())))

    def to_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON or TOML; what is None is left out."""
        values = dataclasses.asdict(self)
        return {name: value for name, value in values.items() if value is not None}

    def without_randomisation(self) -> "WrapperSettings":
        """What of these a policy is driven with."""
        return dataclasses.replace(self, randomisation={})

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "WrapperSettings":
        """Rebuild settings from `to_dict`, or from options by name.

        Raises:
            ConfigurationError: a name is unknown or a value is out of range.
        """
        known = [entry.name for entry in dataclasses.fields(cls)]
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ConfigurationError(
                f"unknown wrapper setting {', '.join(unknown)}; valid: {', '.join(known)}"
            )
        return cls(**values)


class Stages:
    """All that is done to an action on its way to the robot."""

    def __init__(
        self, mode: Mode, stages: list[Stage], repeat: int, past: PastActionsCost | None = None
    ) -> None:
        self._stages = stages
        self.costs = [] if past is None else [past]
        self.action = mode  # what the policy says -> action, once per policy step
        self.repeat = repeat  # control periods per policy step
        self._parts: list[Memory] = [mode, *stages, *self.costs]

    def reset(self, zero: Any) -> None:
        """Begin an episode; `zero` is 0.0 for one pendulum, or zeros of shape (n,)."""
        for part in self._parts:
            part.reset(zero)

    def reset_rows(self, rows: NDArray[Any]) -> None:
        """Begin an episode in some rows only."""
        for part in self._parts:
            part.reset_rows(rows)

    def cost(self, action: Any) -> Any:
        """What the action takes off the reward beside the reward's own terms; once a step."""
        return sum(cost(action) for cost in self.costs)

    def command(self, action: Any) -> Any:
        """What the robot is sent in the next control period; call it once in each."""
        for stage in self._stages:
            action = stage(action)
        return action


def build_stages(settings: WrapperSettings, rate_hz: float) -> Stages:
    """The wrappers of `settings` in their one order, at the robot's control rate."""
    stages: list[Stage] = []
    if settings.low_pass_hz is not None:
        stages.append(LowPass(settings.low_pass_hz, rate_hz))
    if settings.action_delay:
        stages.append(Delay(settings.action_delay))
    if settings.dead_zone_compensation:
        stages.append(DeadZoneCompensation(settings.dead_zone_compensation))
    weight = settings.past_actions_cost
    past = PastActionsCost(weight) if weight else None
    return Stages(_build_mode(settings), stages, settings.action_repeat, past)


def randomise(
    robot: RobotDescription, half_widths: Mapping[str, float], rng: np.random.Generator
) -> RobotDescription:
    """The robot with each named parameter multiplied by a factor around 1.

    Raises:
        ConfigurationError: the robot has no such parameter, or a value became impossible.
    """
    values = robot.to_dict()
    factors = 1.0 + rng.uniform(-1.0, 1.0, len(half_widths)) * list(half_widths.values())
    changed = {}
    for name, factor in zip(half_widths, factors.tolist(), strict=True):
        table, _, key = name.partition(".")
        # an unknown name is refused by with_values, which lists the known ones
        changed[name] = values[table].get(key, 0.0) * factor
    return robot.with_values(changed)


def _build_mode(settings: WrapperSettings) -> Mode:
    if settings.action_mode == "delta":
        return DeltaMode(settings.delta_limit)
    if settings.action_mode == "buckets":
        return BucketMode(settings.buckets)
    return ContinuousMode()


def _check_integer(name: str, value: Any, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ConfigurationError(f"{name} = {value!r}; it must be an integer of {least} or above")


def _check(name: str, value: Any, words: str, holds: Any) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not holds(value):
        raise ConfigurationError(f"{name} = {value!r}; it must be a number {words}")
