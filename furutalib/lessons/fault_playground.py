"""One fault and one way to drive, on sliders, and the challenge "the quiet fault"."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.lessons.driving import Drive, drive, wave
from furutalib.machine.connect import emulated
from furutalib.machine.emulator.faults import FAULTS
from furutalib.view.plot import Curve, Mark, Plot

NONE = "none"
SECONDS, FAULT_AT_S = 8.0, 1.0
QUIET_DEG = 45.0
"""The challenge: the robot is so wrong about its arm, and nothing has tripped."""

Floats = NDArray[np.float64]


def try_fault(name: str, strength: float, period_s: float) -> tuple[Drive, Floats]:
    """Drive the robot as described; after a second the fault comes.

    Returns:
        What was measured, and the arm's true angle in degrees at the same times.
    """
    truth: list[float] = []
    with emulated(hidden=None) as robot:
        robot.reset()
        # the middle of the true arm is where the counting began
        begin = robot.bench.state()["arm_angle_rad"]
        offset = begin - robot.rest().arm_angle_rad

        def look() -> None:
            truth.append(float(np.degrees(robot.bench.state()["arm_angle_rad"] - offset)))
            if name != NONE and len(truth) == round(FAULT_AT_S / robot.dt):
                robot.bench.fault(name)

        driven = drive(robot, wave(strength, period_s), SECONDS, look)
    return driven, np.array(truth)


def wrong_by_deg(driven: Drive, truth: Floats) -> float:
    """The largest difference between the measured and the true angle of the arm."""
    return float(np.max(np.abs(driven.arm_deg - truth), initial=0.0))


def quiet(driven: Drive, truth: Floats) -> bool:
    """Whether the challenge is won."""
    return not driven.trip and wrong_by_deg(driven, truth) >= QUIET_DEG


def fault_playground() -> Any:
    """A fault to choose, strength and period of the command, what was measured and what is true."""
    import ipywidgets

    look = {"style": {"description_width": "7em"}, "layout": {"width": "24em"}}
    fault = ipywidgets.Dropdown(options=[NONE, *FAULTS], value=NONE, description="fault", **look)
    strength = ipywidgets.FloatSlider(
        0.3, min=0.0, max=1.0, step=0.05, description="strength", continuous_update=False, **look
    )
    period = ipywidgets.FloatSlider(
        1.0, min=0.2, max=4.0, step=0.1, description="period (s)", continuous_update=False, **look
    )
    said = ipywidgets.HTML()
    plot = Plot(
        "the arm's angle, measured and true",
        ("time (s)", [0.0, SECONDS]),
        {"true": [0.0, 0.0], "measured": [0.0, 0.0]},
        y="arm (°)",
        title="the arm, as the robot believes and as it is",
    )

    def show() -> None:
        driven, truth = try_fault(fault.value, strength.value, period.value)
        curves = {
            "true": Curve(truth, "#e8590c"),
            "measured": Curve(driven.arm_deg, "#4c6ef5", "dash"),
        }
        marks = [Mark("fault", x=FAULT_AT_S)] if fault.value != NONE else []
        plot.update(("time (s)", driven.time_s), curves, marks=marks)
        said.value = verdict_html(fault.value, driven, truth)

    for control in (fault, strength, period):
        control.observe(lambda _change: show(), names="value")
    show()
    return ipywidgets.VBox([fault, strength, period, said, plot])


def verdict_html(name: str, driven: Drive, truth: Floats) -> str:
    """What happened, and how the challenge stands."""
    words = FAULTS.get(name, "nothing is wrong with it")
    ended = driven.trip or f"nothing has tripped in {SECONDS:.0f} s"
    won = "done!" if quiet(driven, truth) else "not yet."
    return (
        f'<div style="line-height: 1.5">{words}<br>{ended}<br>the robot is wrong about its arm by '
        f"up to {wrong_by_deg(driven, truth):.0f}°<br><b>The quiet fault: {won}</b></div>"
    )
