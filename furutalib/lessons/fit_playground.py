"""Fitting by hand: four parameters on sliders, the recording solid, the simulation a ghost."""

from typing import Any

import numpy as np

from furutalib.facts.errors import IdentificationError
from furutalib.facts.robot import RobotDescription
from furutalib.learning.identifiable import IDENTIFIABLE, changes, values_of
from furutalib.learning.scene import furuta_scene
from furutalib.lessons.replays import Replay, measured, replay
from furutalib.machine.telemetry import Telemetry

SECONDS = 5.0
CLOSE_DEG = 3.0
"""The challenge: pendulum and arm are so near to the recording, root mean square."""
SLIDERS = {
    "torque per volt": 0.4,
    "motor dry friction": 0.4,
    "arm length": 0.1,
    "latency": 0.6,
}  # how far each goes to either side


def fit_playground(recording: Telemetry, robot: RobotDescription) -> Any:
    """Four sliders, and how far the simulation is from the recording.

    Args:
        recording: begins at rest.
        robot: as it is believed to be; where the sliders begin.
    """
    import ipywidgets

    from furutalib.view.scene_view import Player

    seen = measured(recording, robot, SECONDS)
    sliders = {
        name: ipywidgets.FloatSlider(
            1.0,
            min=1.0 - width,
            max=1.0 + width,
            step=width / 20.0,
            description=f"{name} ×",
            continuous_update=False,
            readout_format=".2f",
            style={"description_width": "12em"},
            layout={"width": "30em", "max_width": "100%"},
        )
        for name, width in SLIDERS.items()
    }
    score = ipywidgets.HTML()

    def simulated() -> Replay:
        factors = {name: slider.value for name, slider in sliders.items()}
        made = replay(recording, with_factors(robot, factors), SECONDS)
        score.value = score_html(distance_deg(seen, made))
        return made

    scene = furuta_scene(robot)

    def tracks() -> list[Any]:
        return [seen.track("recorded"), simulated().track("simulated")]

    first = tracks()
    player = Player(scene, first, plots=tuple(first[0].signals), height=240)
    for slider in sliders.values():
        slider.observe(lambda _change: player.update(tracks()), names="value")
    return ipywidgets.VBox([*sliders.values(), score, player])


def with_factors(robot: RobotDescription, factors: dict[str, float]) -> RobotDescription:
    """The robot with some quantities multiplied, by name.

    A combination that no robot can have leaves it as it is.
    """
    values = values_of(robot)
    for number, one in enumerate(IDENTIFIABLE):
        values[number] *= factors.get(one.name, 1.0)
    try:
        return robot.with_values(changes(robot, values))
    except IdentificationError:
        return robot


def distance_deg(one: Replay, other: Replay) -> tuple[float, float]:
    """Root mean square differences of arm and pendulum, in degrees."""
    arm = np.sqrt(np.mean((one.arm_deg - other.arm_deg) ** 2))
    pendulum = np.sqrt(np.mean((one.pendulum_deg - other.pendulum_deg) ** 2))
    return float(arm), float(pendulum)


def score_html(distance: tuple[float, float]) -> str:
    """How far it is, and how the challenge stands."""
    arm, pendulum = distance
    done = max(distance) <= CLOSE_DEG
    verdict = "<b>By hand: done!</b>" if done else "By hand: not yet."
    return (
        f'<div style="line-height: 1.5">arm {arm:.1f}° off, pendulum {pendulum:.1f}° off (root '
        f"mean square over {SECONDS:g} s)<br>{verdict}</div>"
    )
