"""How far may a robot be from its description? Two policies on a robot of sliders, a challenge."""

from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from furutalib.facts.paths import data_folder
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.learning.evaluation import succeeded
from furutalib.learning.policy import Policy
from furutalib.learning.policy_folder import load_policy
from furutalib.learning.rollout import Rollout, collect
from furutalib.learning.scene import furuta_scene
from furutalib.learning.starts import draw_starts
from furutalib.view.scene_view import Player
from furutalib.view.tracks import Track, of_rollout

POLICIES = ("sac-full", "ppo-random")
STARTS = 40
KNOBS: Mapping[str, tuple[str, ...]] = {
    "magnet": ("motor.torque_constant_nm_a", "motor.back_emf_constant_v_s"),
    "resistance": ("motor.resistance_ohm",),
    "motor friction": ("motor.coulomb_nm", "motor.stiction_nm"),
    "arm, viscous": ("arm.viscous_nm_s",),
    "bearing": ("pendulum.viscous_nm_s", "pendulum.coulomb_nm"),
    "latency": ("control.latency_s",),
    "backlash": ("motor.backlash_rad",),
}
"""What a slider turns: parameters that are multiplied by one factor."""
WIDEST_PERCENT = 40
NEAR_PERCENT, BROKEN, HOLDS = 10, 0.5, 0.95
"""The challenge: no knob beyond the first; the narrow policy below the second share, the other
one above the third."""


def turned(robot: RobotDescription, percent: Mapping[str, float]) -> RobotDescription:
    """The robot with its knobs turned, each by so many percent."""
    values = robot.to_dict()
    changes = {}
    for knob, by in percent.items():
        for key in KNOBS[knob]:
            table, _, name = key.partition(".")
            changes[key] = values[table][name] * (1.0 + by / 100.0)
    return robot.with_values(changes)


def broken(percent: Mapping[str, float], shares: Mapping[str, float]) -> bool:
    """Whether the challenge is won."""
    narrow, wide = (shares[name] for name in POLICIES)
    near = all(abs(by) <= NEAR_PERCENT for by in percent.values())
    return near and narrow < BROKEN and wide >= HOLDS


def gap_playground() -> Any:
    """Sliders for a robot that differs from its description, and two policies on it."""
    import ipywidgets

    robot = load_robot("course")
    policies = {name: load_policy(data_folder() / "policies" / name) for name in POLICIES}
    look = {"style": {"description_width": "9em"}, "layout": {"width": "25em"}}
    sliders = {
        name: ipywidgets.IntSlider(
            0,
            min=-WIDEST_PERCENT,
            max=WIDEST_PERCENT,
            step=5,
            description=f"{name} (%)",
            continuous_update=False,
            **look,
        )
        for name in KNOBS
    }
    words = ipywidgets.HTML()

    def drive() -> list[Track]:
        percent = {name: float(slider.value) for name, slider in sliders.items()}
        runs = drive_both(policies, turned(robot, percent))
        shares = {name: float(succeeded(run).mean()) for name, run in runs.items()}
        words.value = gap_html(percent, shares)
        return tracks(runs)

    player = Player(furuta_scene(robot), drive(), plots=(), height=300)
    for slider in sliders.values():
        slider.observe(lambda _change: player.update(drive()), names="value")
    row = ipywidgets.Layout(flex_flow="row wrap", grid_gap="0 24px")
    controls = ipywidgets.Box([ipywidgets.VBox([*sliders.values()]), words], layout=row)
    return ipywidgets.VBox([controls, player])


def drive_both(policies: Mapping[str, Policy], robot: RobotDescription) -> dict[str, Rollout]:
    """Each policy from the same starts on this robot, in simulation."""
    starts = draw_starts("validation", STARTS)
    return {name: collect(policy, starts, robot=robot) for name, policy in policies.items()}


def tracks(runs: Mapping[str, Rollout]) -> list[Track]:
    """The first start from which the narrow policy fails, else the first."""
    failed = np.flatnonzero(~succeeded(runs[POLICIES[0]]))
    row = int(failed[0]) if failed.size else 0
    return [of_rollout(run, row, name) for name, run in runs.items()]


def gap_html(percent: Mapping[str, float], shares: Mapping[str, float]) -> str:
    """How often each policy succeeds, as bars, and how the challenge stands."""
    bars = "".join(
        f"<tr><td>{escape(name)}</td><td><div style='background: #4c6ef5; height: 10px; width: "
        f"{160 * share:.0f}px; display: inline-block'></div> {share * STARTS:.0f} of {STARTS}"
        "</td></tr>"
        for name, share in shares.items()
    )
    farthest = max(map(abs, percent.values()))
    won = "done!" if broken(percent, shares) else "not yet."
    return (
        f'<div style="line-height: 1.5"><table>{bars}</table>farthest knob: {farthest:.0f} %<br>'
        f"<b>The small gap: {won}</b></div>"
    )
