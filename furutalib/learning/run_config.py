"""Everything that decides what a training run does, as stored in its `config.json`."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from furutalib.facts.errors import ConfigurationError, RunError
from furutalib.facts.fidelity import EFFECTS
from furutalib.facts.robot import RobotDescription, load_robot, robot_names
from furutalib.learning.on_robot import FROM_ZERO, WRAPPERS, OnRobot
from furutalib.learning.rewards import RewardFunction, RewardWeights
from furutalib.learning.settings import ALGORITHMS, PPOSettings, SACSettings, from_mapping
from furutalib.learning.setup import Setup, build_setup
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.starts import LARGEST_SEED


@dataclass(frozen=True)
class RunConfig:
    """What a run does. Two runs with equal configurations do the same on the same machine."""

    algorithm: str = "ppo"
    settings: PPOSettings | SACSettings = field(default_factory=PPOSettings)
    task: str = "swing-up"
    robot: RobotDescription = field(default_factory=lambda: load_robot("course"))
    fidelity: tuple[str, ...] = tuple(sorted(EFFECTS))
    wrappers: WrapperSettings = field(default_factory=WrapperSettings)
    reward: RewardWeights = field(default_factory=RewardWeights)
    own_reward: str | None = None  # SHA-256 of reward.py, which then replaces `reward`
    seed: int = 0
    stop_at_success: bool = True
    on_robot: OnRobot | None = None  # None: in simulation

    def __post_init__(self) -> None:
        self.setup(self.reward)
        if self.algorithm == "sac" and self.wrappers.action_mode == "buckets":
            raise ConfigurationError(
                "algorithm = 'sac' cannot choose between buckets; use algorithm='ppo', or "
                "action_mode='continuous' or 'delta'"
            )
        if isinstance(self.settings, SACSettings) and self.settings.mirror:
            self._check_mirror()
        if self.on_robot is not None:
            self._check_on_robot()
        if not 0 <= self.seed <= LARGEST_SEED:
            raise ConfigurationError(
                f"seed = {self.seed}; it must be from 0 to {LARGEST_SEED}, "
                "the seeds above belong to the evaluation"
            )

    def _check_mirror(self) -> None:
        if self.wrappers.history < 1:
            raise ConfigurationError(
                "mirror = True needs whole frames in the observation; use history=1 or more"
            )

    def _check_on_robot(self) -> None:
        settings = self.settings
        if not isinstance(settings, SACSettings):
            raise ConfigurationError("a robot learns with SAC; use algorithm='sac'")
        if settings.train_freq_unit != "episode" or settings.train_freq != 1:
            raise ConfigurationError(
                f"train_freq = {settings.train_freq} {settings.train_freq_unit}(s); a robot learns "
                "after every episode, with its motor off: leave it at 1 episode"
            )

    def setup(self, reward: RewardFunction | RewardWeights) -> Setup:
        """The environment to train in.

        Raises:
            ConfigurationError: an unknown task, effect or parameter to randomise.
            RewardError: the reward function does not return a reward.
        """
        return build_setup(
            task=self.task,
            robot=self.robot,
            fidelity=self.fidelity,
            reward=reward,
            wrappers=self.wrappers,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain nested dictionaries, ready for JSON."""
        return {
            "algorithm": self.algorithm,
            "settings": asdict(self.settings),
            "task": self.task,
            "robot": self.robot.to_dict(),
            "fidelity": list(self.fidelity),
            "wrappers": self.wrappers.to_dict(),
            "reward": asdict(self.reward),
            "own_reward": self.own_reward,
            "seed": self.seed,
            "stop_at_success": self.stop_at_success,
            "on_robot": None if self.on_robot is None else self.on_robot.to_dict(),
        }

    def command(self) -> str:
        """The call that starts this run again: all that differs from the defaults.

        A robot that is not one of the course's is given by its name only.
        """
        plain = self._plain()
        given: dict[str, Any] = {"algorithm": self.algorithm} if self.on_robot is None else {}
        given["seed"] = self.seed
        for name in ("task", "stop_at_success"):
            if getattr(self, name) != getattr(plain, name):
                given[name] = getattr(self, name)
        given |= _robot_options(self.robot) if self.on_robot is None else self._on_robot_options()
        if self.fidelity != plain.fidelity:
            given["fidelity"] = "+".join(self.fidelity) or "ideal"
        weights = _different(self.reward, plain.reward)
        if weights and self.own_reward is None:
            given["reward"] = weights
        given |= _different(self.wrappers, plain.wrappers)
        given |= _different(self.settings, plain.settings)
        arguments = [f"{name}={value!r}" for name, value in given.items()]
        if self.own_reward is not None:
            arguments.append("reward=load_reward('reward.py')")
        name = "train" if self.on_robot is None else "train_on_robot"
        return f"furutalib.{name}({', '.join(arguments)})"

    def _plain(self) -> "RunConfig":
        """What it would be if nothing had been asked for."""
        if self.on_robot is None:
            return RunConfig(self.algorithm, build_settings(self.algorithm, {}))
        settings = dataclasses.replace(FROM_ZERO, total_steps=self.settings.total_steps)
        return RunConfig("sac", settings, wrappers=WRAPPERS, on_robot=OnRobot())

    def _on_robot_options(self) -> dict[str, Any]:
        given = _different(self.on_robot, OnRobot())
        step_s = self.wrappers.action_repeat / self.robot.control.rate_hz
        return given | {"minutes": round(self.settings.total_steps * step_s / 60.0, 6)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "RunConfig":
        """Rebuild a configuration from `to_dict`.

        Raises:
            ConfigurationError: a key is unknown or missing, or a value is not allowed.
        """
        values = {"on_robot": None, **values}  # runs made before there was a robot lack it
        known = {entry.name for entry in dataclasses.fields(cls)}
        if set(values) != known:
            raise ConfigurationError(
                f"a run's configuration has the keys {', '.join(sorted(known))}; "
                f"got {', '.join(sorted(values))}"
            )
        parts = {
            "settings": build_settings(values["algorithm"], values["settings"]),
            "robot": RobotDescription.from_dict(values["robot"]),
            "fidelity": tuple(values["fidelity"]),
            "wrappers": WrapperSettings.from_dict(values["wrappers"]),
            "reward": RewardWeights(**values["reward"]),
            "on_robot": values["on_robot"] and OnRobot.from_dict(values["on_robot"]),
        }
        return cls(**{**values, **parts})


def _robot_options(robot: RobotDescription) -> dict[str, Any]:
    """Which options of `train` give this robot, as far as they can."""
    options: dict[str, Any] = {} if robot.name == "course" else {"robot": robot.name}
    if robot.name in robot_names():
        usual, control = load_robot(robot.name).control, robot.control
        options |= {"rate_hz": control.rate_hz} if control.rate_hz != usual.rate_hz else {}
        options |= {"latency_s": control.latency_s} if control.latency_s != usual.latency_s else {}
    return options


def _different(given: Any, plain: Any) -> dict[str, Any]:
    """The fields of a dataclass in which it differs from another of its kind."""
    names = (entry.name for entry in dataclasses.fields(given))
    return {n: getattr(given, n) for n in names if getattr(given, n) != getattr(plain, n)}


def build_settings(algorithm: str, values: Mapping[str, Any]) -> PPOSettings | SACSettings:
    """The settings of an algorithm from keys and values.

    Raises:
        ConfigurationError: the algorithm or a key is unknown, or a value is out of range.
    """
    if algorithm not in ALGORITHMS:
        raise ConfigurationError(
            f"algorithm = {algorithm!r}; use one of {', '.join(sorted(ALGORITHMS))}"
        )
    return from_mapping(ALGORITHMS[algorithm], values)


def read_config(path: Path) -> RunConfig:
    """Read `config.json`.

    Raises:
        RunError: there is none, or it is not a configuration of this furutalib.
    """
    try:
        return RunConfig.from_dict(json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise RunError(f"{path.parent} is not a run folder: it has no {path.name}") from error
    except (ConfigurationError, ValueError, TypeError) as error:
        raise RunError(f"{path} cannot be used: {error}; start in a new folder") from error


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """The values of nested dictionaries by their dotted names."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        inner = flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else None
        found |= {prefix + key: value} if inner is None else inner
    return found


def changed_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Dotted names of the values in which two nested dictionaries differ."""
    was, now = flat(old), flat(new)
    changed = [k for k in sorted(was.keys() | now.keys()) if was.get(k) != now.get(k)]
    return [f"{key} ({was.get(key)!r} -> {now.get(key)!r})" for key in changed]
