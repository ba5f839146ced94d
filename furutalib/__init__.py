"""Simulate a Furuta pendulum, train policies for it, and run them on the simulated or the real one.

The names below load what they need on first use, so that `import furutalib` is quick and a board
that only runs policies needs numpy alone.
"""

import importlib
import sys
from typing import TYPE_CHECKING, Any

from furutalib.facts.imports import after_import

if TYPE_CHECKING:
    from furutalib.facts.robot import load_robot
    from furutalib.learning.environment import make_env
    from furutalib.learning.evaluation import evaluate
    from furutalib.learning.policy_folder import load_policy
    from furutalib.learning.robot_evaluation import evaluate_on_robot
    from furutalib.learning.robot_place import RobotPlace
    from furutalib.learning.run import Run
    from furutalib.machine.connect import connect
    from furutalib.view.dashboard import watch
    from furutalib.view.report import report
    from furutalib.view.robot_training import train_on_robot
    from furutalib.view.training import train

__all__ = [
    "RobotPlace",
    "Run",
    "__version__",
    "connect",
    "evaluate",
    "evaluate_on_robot",
    "load_policy",
    "load_robot",
    "make_env",
    "report",
    "train",
    "train_on_robot",
    "watch",
]

__version__ = "0.1.0"

_HOMES = {
    "RobotPlace": "furutalib.learning.robot_place",
    "Run": "furutalib.learning.run",
    "connect": "furutalib.machine.connect",
    "evaluate": "furutalib.learning.evaluation",
    "evaluate_on_robot": "furutalib.learning.robot_evaluation",
    "load_policy": "furutalib.learning.policy_folder",
    "load_robot": "furutalib.facts.robot",
    "make_env": "furutalib.learning.environment",
    "report": "furutalib.view.report",
    "train": "furutalib.view.training",
    "train_on_robot": "furutalib.view.robot_training",
    "watch": "furutalib.view.dashboard",
}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    setattr(sys.modules[__name__], name, value)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def _register_environments() -> None:
    importlib.import_module("furutalib.learning.registration").register()


# `gymnasium.make("furutalib:...")` imports this module and expects the ids to be there. It may have
# been imported before gymnasium was, so the ids are registered as soon as gymnasium is there.
after_import("gymnasium", _register_environments)
