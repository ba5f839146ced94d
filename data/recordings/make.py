"""Makes the recordings of this folder: `python data/recordings/make.py [NAME ...]`.

All are of emulated robots, in the plant's time: a recording made again has the same rows, only the
date beside it is another. A few seconds.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from furutalib.facts.files import write_atomically
from furutalib.facts.paths import data_folder
from furutalib.learning.excitation import Plan, record, usual_plan
from furutalib.learning.policy_folder import LoadedPolicy, load_policy
from furutalib.learning.run_policy import run_policy
from furutalib.machine.connect import EmulatedRobot, emulated
from furutalib.machine.telemetry import about_path

HERE = Path(__file__).resolve().parent
SHARE = 0.4  # of the usual excitation: enough to look at
Deed = Callable[[EmulatedRobot, Path, Mapping[str, Any]], None]


def swing_up(robot: EmulatedRobot, folder: Path, about: Mapping[str, Any]) -> None:
    """An episode of the policy ppo-full."""
    policy = load_policy(data_folder() / "policies" / "ppo-full")
    list(run_policy(policy, robot, record_to=folder, about=about))


def wire_breaks(robot: EmulatedRobot, folder: Path, about: Mapping[str, Any]) -> None:
    """The same, and after 2 s the arm's counter does not answer any more."""

    class Breaks(LoadedPolicy):
        periods = 0

        def act(self, observation: Any) -> Any:
            self.periods += 1
            if self.periods == 2.0 / robot.dt:
                robot.bench.fault("arm SPI stuck high")
            return super().act(observation)

    policy = load_policy(data_folder() / "policies" / "ppo-full")
    breaks = Breaks(policy.network, policy.info)
    list(run_policy(breaks, robot, record_to=folder, about=about))


def excited(part: str) -> Deed:
    """A part of the excitation that `furuta identify` plans."""

    def do(robot: EmulatedRobot, folder: Path, about: Mapping[str, Any]) -> None:
        plan = usual_plan(robot.description, SHARE)
        [chosen] = [one for one in plan.parts if one.name == part]
        record(robot, folder, Plan((chosen,), plan.rate_hz), about)

    return do


# What is done, which hidden robot does it (None: exactly the described one), and what to see.
RECORDINGS: dict[str, tuple[Deed, int | None, str]] = {
    "swing-up-described": (swing_up, None, "ppo-full on the robot that it was trained for"),
    "swing-up-hidden": (swing_up, 101, "ppo-full on a robot that nobody modelled exactly"),
    "swing-up-fails": (swing_up, 102, "ppo-full on another one, where it does not hold"),
    "wire-breaks": (wire_breaks, None, "ppo-full, until a counter is silent: a trip"),
    "decay": (excited("decay"), 101, "a push, then nothing: how the pendulum comes to rest"),
    "steps": (excited("steps"), 101, "the arm is pushed and braked, for identification"),
}


def make(name: str, folder: Path = HERE) -> Path:
    """Make one recording; an older one of that name is replaced. The CSV file."""
    deed, hidden, shows = RECORDINGS[name]
    about = {"kind": "emulated", "hidden": hidden, "shows": shows}
    about["made by"] = f"python data/recordings/make.py {name}"
    target = folder / f"{name}.csv"
    with tempfile.TemporaryDirectory() as place, emulated(hidden=hidden) as robot:
        deed(robot, Path(place), about)
        [made] = Path(place).glob("*.csv")
        kept = json.loads(about_path(made).read_text("utf-8"))
        del kept["versions"]["system"], kept["versions"]["machine"]
        write_atomically(about_path(target), json.dumps(kept, indent=1) + "\n")
        shutil.copyfile(made, target)
    return target


if __name__ == "__main__":
    for chosen in sys.argv[1:] or RECORDINGS:
        make(chosen)
