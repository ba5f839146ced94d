"""The check of lesson 00: how far is the pendulum from upright?"""

import math
from typing import Any

from furutalib.lessons.exercises import Wrong, call, exercise


@exercise("00-a")
def from_upright_deg(answer: Any) -> None:
    """Ask for a few angles that tell the usual mistakes apart."""
    quarter = float(call(answer, math.pi / 2))
    if abs(quarter - math.pi / 2) < 1e-6:
        raise Wrong("That is in radians. math.degrees makes degrees of them.")
    hanging, upright = (float(call(answer, angle)) for angle in (0.0, math.pi))
    if abs(hanging) < 1e-6 and abs(upright - 180.0) < 1e-6:
        raise Wrong("That is the distance from hanging down. The angle pi (180°) is upright.")
    if abs(hanging + 180.0) < 1e-6:
        raise Wrong("The size is right, the sign is not: a distance is never negative.")
    if abs(hanging - 180.0) > 1e-6 or abs(upright) > 1e-6:
        raise Wrong(
            "Hanging down (angle 0) is 180 degrees from upright, the angle pi is 0 degrees from "
            f"it; yours gives {hanging:.6g} and {upright:.6g}."
        )
    other_side = float(call(answer, -math.pi / 2))
    if abs(other_side - 90.0) > 1e-6:
        raise Wrong(
            f"Right on one side. On the other, at the angle -pi/2, it is 90 degrees too; yours "
            f"gives {other_side:.6g}. abs() takes the sign away: use it on the angle."
        )
    if abs(quarter - 90.0) > 1e-6:
        raise Wrong(f"At the angle pi/2 it is 90 degrees from upright; yours gives {quarter:.6g}.")
