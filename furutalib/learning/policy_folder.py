"""A policy as a folder that cannot be loaded where it does not fit.

`policy.json` says what the policy is: robot, task, observation, wrappers, how it was trained, how
good it is, and the hashes of the other files: `weights.npz` for numpy, `model.zip` for
stable-baselines3, `CARD.md` for people.
"""

import hashlib
import json
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError, PolicyError
from furutalib.facts.files import write_folder_atomically
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.learning.observation import LAYOUT
from furutalib.learning.policy import Network, NumpyPolicy
from furutalib.learning.policy_card import card
from furutalib.learning.policy_fit import differences, robot_differences
from furutalib.learning.stages import WrapperSettings

FORMAT = 1
_WEIGHTS = "weights.npz"
_CARD = "CARD.md"
_SHOWN = 5  # differences named in a message


@dataclass(frozen=True)
class PolicyInfo:
    """What a policy folder says about its policy.

    `training` and `metrics` are plain nested dictionaries, ready for JSON.
    """

    name: str
    task: str
    robot: RobotDescription
    wrappers: WrapperSettings
    rate_hz: float
    training: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    observation: tuple[str, ...] = LAYOUT
    versions: Mapping[str, str] = field(default_factory=lambda: versions())


class LoadedPolicy(NumpyPolicy):
    """A policy from a folder, with what the folder says about it in `info`."""

    def __init__(self, network: Network, info: PolicyInfo) -> None:
        super().__init__(network, info.wrappers)
        self.info = info

    def __repr__(self) -> str:
        return (
            f"LoadedPolicy({self.info.name!r}: {self.info.task}, robot {self.info.robot.name!r}, "
            f"{self.info.rate_hz:g} Hz)"
        )


def save_policy(
    folder: str | Path,
    network: Network,
    info: PolicyInfo,
    save_model: Callable[[Path], None] | None = None,
) -> Path:
    """Write a policy folder, whole or not at all; an older one at the same place is replaced.

    Args:
        save_model: writes the stable-baselines3 file to the path it is given.

    Raises:
        OSError: the disk is full or cannot be written; an older policy there is unchanged.
    """
    target = Path(folder)
    with write_folder_atomically(target) as fresh:
        arrays: dict[str, Any] = network.arrays()
        np.savez(fresh / _WEIGHTS, **arrays)
        if save_model is not None:
            save_model(fresh / "model.zip")
        (fresh / _CARD).write_text(card(info), "utf-8")
        content = _to_dict(info) | {
            "network": network.shape(),
            "files": {file.name: file_hash(file) for file in sorted(fresh.iterdir())},
        }
        content["hash"] = _content_hash(content)
        (fresh / "policy.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    return target


def add_metrics(folder: str | Path, metrics: Mapping[str, Any]) -> None:
    """Add figures to a policy folder, replacing the whole folder at once.

    Raises:
        PolicyError: it is not a whole policy folder.
        OSError: the disk is full or cannot be written; the folder is unchanged.
    """
    place = Path(folder)
    policy = load_policy(place)
    model = place / "model.zip"
    info = replace(policy.info, metrics={**policy.info.metrics, **metrics})
    keep = (lambda path: path.write_bytes(model.read_bytes())) if model.is_file() else None
    save_policy(place, policy.network, info, keep)


def load_policy(
    folder: str | Path,
    robot: str | RobotDescription | None = None,
    wrappers: WrapperSettings | None = None,
    allow_other_robot: bool = False,
) -> LoadedPolicy:
    """Load a policy for numpy alone.

    Args:
        robot: the robot it is to run on; None takes the one it was trained for.
        wrappers: the wrappers it is to run with, if the caller has its own; they must be the ones
            it was trained with, apart from their randomisation. None takes those.
        allow_other_robot: run it although it was trained for another robot.

    Raises:
        PolicyError: a file is missing or was changed, or the policy was trained for another
            observation, robot or set of wrappers.
    """
    place = Path(folder)
    content = _read(place)
    _check_files(place, content["files"])
    info = _from_dict(content, place)
    if content.get("hash", _content_hash(content)) != _content_hash(content):  # older ones lack it
        raise PolicyError(
            f"{place}/policy.json was changed after it was written (wrong hash): what it says need "
            "not fit the weights any more; copy the policy folder again"
        )
    if robot is not None and not allow_other_robot:
        check_same_robot(
            info, load_robot(robot) if not isinstance(robot, RobotDescription) else robot
        )
    if wrappers is not None:
        _check_same_wrappers(info, wrappers)
    with np.load(place / _WEIGHTS, allow_pickle=False) as arrays:
        network = Network.from_arrays(arrays, content["network"])
    return LoadedPolicy(network, info)


def check_same_robot(info: PolicyInfo, robot: RobotDescription) -> None:
    """Refuse a robot that differs from the one the policy was trained for.

    One that lies within the ranges of a randomised training is what the policy was trained for.

    Raises:
        PolicyError: names what differs and says how to go on.
    """
    found = robot_differences(info.robot, robot, info.wrappers.randomisation)
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise PolicyError(
            f"policy {info.name!r} was trained for robot {info.robot.name!r}, this is "
            f"{robot.name!r}: {', '.join(found[:_SHOWN])}{more}; "
            "to run it all the same, pass allow_other_robot=True (furuta: --allow-other-robot)"
        )


def check_same_rate(info: PolicyInfo, robot: RobotDescription) -> None:
    """Refuse a robot that is driven at another rate than the policy was trained for.

    Raises:
        PolicyError: names both rates.
    """
    if robot.control.rate_hz != info.rate_hz:
        raise PolicyError(
            f"policy {info.name!r} was trained at {info.rate_hz:g} Hz, robot {robot.name!r} is "
            f"driven at {robot.control.rate_hz:g} Hz: its speeds and its timing would be others; "
            "set control.rate_hz in the robot's file to the policy's, or train for this rate"
        )


def _check_same_wrappers(info: PolicyInfo, wrappers: WrapperSettings) -> None:
    trained, given = info.wrappers.without_randomisation(), wrappers.without_randomisation()
    if trained != given:
        raise PolicyError(
            f"policy {info.name!r} was trained with other wrappers: "
            f"{', '.join(differences(trained.to_dict(), given.to_dict()))}; "
            "build the environment from policy.wrappers"
        )


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 over all that policy.json says, however it is laid out."""
    rest = {key: value for key, value in content.items() if key != "hash"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that matter to a policy, as installed here."""
    found = {"python": platform.python_version()}
    for package in ("furutalib", "numpy", "gymnasium", "stable_baselines3", "torch"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _to_dict(info: PolicyInfo) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": info.name,
        "task": info.task,
        "robot": info.robot.to_dict(),
        "observation": list(info.observation),
        "wrappers": info.wrappers.to_dict(),
        "rate_hz": info.rate_hz,
        "training": dict(info.training),
        "metrics": dict(info.metrics),
        "versions": dict(info.versions),
    }


def _from_dict(content: Mapping[str, Any], place: Path) -> PolicyInfo:
    if tuple(content["observation"]) != LAYOUT:
        raise PolicyError(
            f"{place}: the policy wants the observation {content['observation']}, this library "
            f"gives {list(LAYOUT)}; train it again or use the furutalib it was made with "
            f"({content['versions'].get('furutalib', 'unknown')})"
        )
    try:
        return PolicyInfo(
            name=content["name"],
            task=content["task"],
            robot=RobotDescription.from_dict(content["robot"]),
            wrappers=WrapperSettings.from_dict(content["wrappers"]),
            rate_hz=float(content["rate_hz"]),
            training=content["training"],
            metrics=content["metrics"],
            versions=content["versions"],
        )
    except ConfigurationError as error:
        raise PolicyError(f"{place}/policy.json: {error}") from error


_KEYS = frozenset({f.name for f in PolicyInfo.__dataclass_fields__.values()} | {"network", "files"})


def _read(place: Path) -> dict[str, Any]:
    file = place / "policy.json"
    if not file.is_file():
        raise PolicyError(_no_policy(place))
    try:
        content = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise PolicyError(f"{file} is damaged: {error}; copy the policy folder again") from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise PolicyError(
            f"{file}: this is not format {FORMAT}, the only one this furutalib reads; "
            "update furutalib or train the policy again"
        )
    missing = sorted(_KEYS - set(content))
    if missing:
        raise PolicyError(f"{file} lacks {', '.join(missing)}; copy the policy folder again")
    return content


def _no_policy(place: Path) -> str:
    if place.is_file():
        return f"{place} is a file; give the policy's folder"
    if not place.is_dir():
        return f"there is no folder {place}; a training makes one, for example runs/first/best"
    best = place / "best"
    if (best / "policy.json").is_file():
        return f"{place} is a run, not a policy folder; its policy is in {best}"
    return (
        f"{place} is not a policy folder: policy.json is missing; train a policy or copy it again"
    )


def _check_files(place: Path, hashes: Mapping[str, str]) -> None:
    for name in {_WEIGHTS, *hashes}:
        file = place / name
        if not file.is_file():
            raise PolicyError(f"{place}: {name} is missing; copy the policy folder again")
        if file_hash(file) != hashes.get(name):
            raise PolicyError(
                f"{place}: {name} is not the file that policy.json describes (wrong hash); "
                "copy the policy folder again"
            )
