"""The imperfections of a plant with a slider for their size, for lesson 02."""

import io
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fidelity import EFFECTS
from furutalib.facts.robot import RobotDescription
from furutalib.learning.controllers import EnergyLQR
from furutalib.learning.evaluation import succeeded
from furutalib.learning.rollout import collect
from furutalib.learning.starts import draw_starts
from furutalib.lessons.simulation import Motion, simulate

PUSH = np.repeat([0.5, -0.5, 0.0, 0.12, 0.0], [10, 10, 20, 20, 20])
"""Commands of the push that the lesson compares plants by: strong, reversed, off, gentle, off."""

STARTS = draw_starts("validation", 40)
"""From where the swing-ups begin; many, since one alone is a matter of luck."""

LAST_STRAW = len(STARTS) // 2
"""The challenge: change one size as little as possible so that fewer swing-ups succeed."""

_SIZES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "viscous": ("arm.viscous_nm_s", "pendulum.viscous_nm_s"),
        "coulomb": ("motor.coulomb_nm", "pendulum.coulomb_nm"),
        "stiction": ("motor.stiction_nm",),
        "backlash": ("motor.backlash_rad",),
        "dead_zone": ("drive.dead_zone",),
        "current_rise": ("motor.inductance_h",),
        "supply_sag": ("supply.resistance_ohm",),
        "encoder_counts": ("sensors.arm_counts_per_turn", "sensors.pendulum_counts_per_turn"),
        "velocity_filter": ("sensors.filter_cutoff_rad_s",),
        "latency": ("control.latency_s",),
    }
)
# Fewer counts and a lower cut-off are the larger imperfection.
_INVERSE = ("encoder_counts", "velocity_filter")


def resized(robot: RobotDescription, effect: str, factor: float) -> RobotDescription:
    """The robot with one imperfection made `factor` times as large.

    Raises:
        ConfigurationError: there is no such effect, the factor is not positive, or the robot
            cannot have that much of it.
    """
    if effect not in EFFECTS or not factor > 0:
        raise ConfigurationError(
            f"effect {effect!r}, factor {factor}: use one of {', '.join(EFFECTS)} "
            "and a factor above 0"
        )
    values = robot.to_dict()
    changes: dict[str, float | str] = {}
    for key in _SIZES[effect]:
        table, name = key.split(".")
        scale = 1.0 / factor if effect in _INVERSE else factor
        changes[key] = values[table][name] * scale
    return robot.with_values(changes)


def swing_ups(robot: RobotDescription, plant: RobotDescription) -> int:
    """How many swing-ups from STARTS succeed on `plant`, with all its imperfections.

    The controller is the classical one of lesson 03; it was designed for `robot`.
    """
    return int(succeeded(collect(EnergyLQR(robot), STARTS, robot=plant)).sum())


def explore_imperfections(robot: RobotDescription) -> Any:
    """One imperfection and its size; what a push does, and how many swing-ups succeed."""
    import ipywidgets

    effect = ipywidgets.Dropdown(options=list(EFFECTS), value="coulomb", description="effect")
    factor = ipywidgets.FloatSlider(
        1.0, min=0.2, max=4.0, step=0.05, description="size ×", continuous_update=False
    )
    picture = ipywidgets.Image(format="png", layout={"width": "850px", "max_width": "100%"})
    verdict = ipywidgets.HTML()
    ideal = simulate(robot, PUSH, fidelity="ideal")

    def update(_change: object = None) -> None:
        plant = resized(robot, effect.value, factor.value)
        alone = simulate(plant, PUSH, fidelity=effect.value)
        picture.value = push_png(
            ideal, alone, f"{effect.value} alone, {factor.value:.2f} times as large"
        )
        verdict.value = straw_html(effect.value, factor.value, swing_ups(robot, plant))

    effect.observe(update, names="value")
    factor.observe(update, names="value")
    update()
    return ipywidgets.VBox([ipywidgets.HBox([effect, factor]), picture, verdict])


def push_png(ideal: Motion, alone: Motion, name: str) -> bytes:
    """Measured arm speed and pendulum angle after the push, against the ideal plant."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 3.0), layout="constrained")
    left, right = figure.subplots(1, 2)
    for motion, style, colour in ((ideal, "--", "#868e96"), (alone, "-", "#4c6ef5")):
        left.plot(motion.time_s, motion.measured_speeds_rad_s[:, 0], style, color=colour)
        right.plot(motion.time_s, np.degrees(motion.measured_rad[:, 1]), style, color=colour)
    left.set(xlabel="time (s)", ylabel="arm speed (rad/s)")
    right.set(xlabel="time (s)", ylabel="pendulum (°)")
    figure.suptitle(f"{name}; dashed: ideal")
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()


def straw_html(effect: str, factor: float, successes: int) -> str:
    """How many swing-ups succeed, and how the challenge stands."""
    change = max(factor, 1.0 / factor) - 1.0
    straw = successes < LAST_STRAW
    stands = (
        f"<b>A straw that breaks it: {change:.0%} of change.</b> Does a smaller one do it too?"
        if straw
        else "Not the last straw."
    )
    return (
        f"all imperfections on, {effect} {factor:.2f} times as large: "
        f"<b>{successes} of {len(STARTS)}</b> swing-ups succeed. {stands}"
    )
