"""A policy on a robot that is not quite its own, and the challenge "the weakest link"."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.learning.evaluation import Evaluation, evaluate
from furutalib.learning.policy_folder import load_policy
from furutalib.learning.pretrained import pretrained
from furutalib.view.table import Column, Table

PARTS: Mapping[str, str] = MappingProxyType(
    {
        "latency": "control.latency_s",
        "supply voltage": "supply.voltage_v",
        "motor's torque constant": "motor.torque_constant_nm_a",
        "motor's friction": "motor.coulomb_nm",
        "dead zone": "drive.dead_zone",
        "pendulum's mass": "pendulum.mass_kg",
        "pendulum's centre of mass": "pendulum.center_of_mass_m",
        "arm's mass": "arm.mass_kg",
    }
)
"""What the slider changes: its name for people, and in the robot's file."""
STARTS = 10
FAILS_BELOW = 8
"""The challenge: fewer than these of STARTS succeed, by the smallest change that does it."""
_COLUMNS = (
    Column("policy", "policy"),
    Column("part", "changed"),
    Column("percent", "by (%)"),
    Column("successes", "succeed"),
    Column("swing_up_s", "swing-up (s)", places=2),
    Column("balance_deg", "balance (° RMS)", places=2),
)


@dataclass(frozen=True)
class Trial:
    """A policy on the course's robot with one thing changed."""

    policy: str
    part: str
    percent: int
    result: Evaluation

    def row(self) -> dict[str, Any]:
        """For the table."""
        return {
            "policy": self.policy,
            "part": self.part,
            "percent": self.percent,
            "successes": self.result.successes,
            "swing_up_s": self.result.swing_up_median_s,
            "balance_deg": self.result.balance_rms_deg,
        }

    @property
    def breaks(self) -> bool:
        """Whether it fails there, by the challenge's measure."""
        return self.result.successes < FAILS_BELOW


def changed(robot: RobotDescription, part: str, percent: int) -> RobotDescription:
    """The robot with one of PARTS changed by so many percent."""
    table, _, key = PARTS[part].partition(".")
    value = robot.to_dict()[table][key]
    return robot.with_values({PARTS[part]: value * (1.0 + percent / 100.0)})


def try_fit(policy: str, part: str, percent: int, n: int = STARTS) -> Trial:
    """Evaluate a shipped policy, by its name, on the course's robot with one thing changed."""
    [folder] = [one for one in pretrained() if one.name == policy]
    robot = changed(load_robot("course"), part, percent)
    result = evaluate(load_policy(folder), robot=robot, n=n, allow_other_robot=True)
    return Trial(policy, part, percent, result)


def misfit_playground() -> Any:
    """A policy, a part, by how much; the table keeps what was tried."""
    import ipywidgets

    look = {"style": {"description_width": "7em"}, "layout": {"width": "26em"}}
    names = [folder.name for folder in pretrained()]
    policy = ipywidgets.Dropdown(options=names, value="ppo-full", description="policy", **look)
    part = ipywidgets.Dropdown(options=list(PARTS), description="change", **look)
    percent = ipywidgets.IntSlider(
        0, min=-60, max=100, step=5, description="by (%)", continuous_update=False, **look
    )
    said = ipywidgets.HTML()
    table = Table("what was tried", _COLUMNS, [])
    tried: list[Trial] = []

    def show() -> None:
        tried.insert(0, try_fit(policy.value, part.value, percent.value))
        table.update([trial.row() for trial in tried[:12]])
        said.value = verdict_html(tried)

    for control in (policy, part, percent):
        control.observe(lambda _change: show(), names="value")
    show()
    return ipywidgets.VBox([policy, part, percent, said, table])


def verdict_html(tried: list[Trial]) -> str:
    """What the newest trial says, and how the challenge stands."""
    newest = tried[0]
    now = f"{newest.result.successes} of {newest.result.n} simulated starts succeed"
    broken = [trial for trial in tried if trial.breaks and trial.policy == "ppo-full"]
    best = min(broken, key=lambda trial: abs(trial.percent), default=None)
    stands = (
        f"your smallest so far is {best.percent:+d} % of the {best.part}" if best else "not yet."
    )
    link = f"<b>The weakest link of ppo-full: {stands}</b>"
    return f'<div style="line-height: 1.5">{now}<br>{link}</div>'
