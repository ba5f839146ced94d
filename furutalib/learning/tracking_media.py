"""What a run shows on W&B beside its curves: films, and what the robot measured step by step.

Angles go there in radians, as the robot gives them. Degrees for people come in two ways: as
columns of the table `telemetry/table` and the chart made of it, and, for the plain series
`telemetry/arm_angle_rad`, by W&B's own expressions, which live in the browser and cannot be set
from here: edit the panel of the series, tab "Expressions", and enter as Y axis

    ${telemetry/arm_angle_rad} * 180 / 3.14159
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from furutalib.facts.robot import RobotDescription
from furutalib.learning.run_files import Episode

TIME = "telemetry/time_s"
_FILM_S = 4.0
_IN_DEGREES = ("arm_angle_deg", "pendulum_angle_deg")


def save_film(episode: Episode, robot: RobotDescription, path: Path) -> Path:
    """Draw the first seconds of an episode at real speed."""
    from furutalib.learning.video import save_motion

    rate_hz = 1.0 / float(np.median(np.diff(episode.times_s, prepend=0.0)))
    count = round(_FILM_S * rate_hz)
    angles = episode.arm_rad[:count], episode.pendulum_rad[:count]
    return save_motion(*angles, episode.command[:count], robot, rate_hz, path)


def telemetry_rows(episode: Episode) -> Iterator[dict[str, float]]:
    """A row for W&B per step of the robot: time (s), angles (rad), command."""
    arrays = (episode.times_s, episode.arm_rad, episode.pendulum_rad, episode.command)
    for time_s, arm_rad, pendulum_rad, command in zip(*arrays, strict=True):
        yield {
            TIME: float(time_s),
            "telemetry/arm_angle_rad": float(arm_rad),
            "telemetry/pendulum_angle_rad": float(pendulum_rad),
            "telemetry/command": float(command),
        }


def telemetry_in_degrees(
    episode: Episode, title: str = "best policy, first validation start"
) -> dict[str, Any]:
    """The same as a W&B table, in radians and degrees, and as a chart of the degrees."""
    import wandb

    names = [name.rsplit("/", 1)[1] for name in next(telemetry_rows(episode))]
    degrees = np.rad2deg([episode.arm_rad, episode.pendulum_rad])
    rows = [
        [*row.values(), *more]
        for row, more in zip(telemetry_rows(episode), degrees.T.tolist(), strict=True)
    ]
    chart = wandb.plot.line_series(
        xs=episode.times_s.tolist(),
        ys=degrees.tolist(),
        keys=list(_IN_DEGREES),
        title=f"{title}, in degrees",
        xname="time (s)",
    )
    table = wandb.Table(columns=[*names, *_IN_DEGREES], data=rows)
    return {"telemetry/table": table, "telemetry/in_degrees": chart}
