"""What makes a simulated robot look like one with a motor, so that safety treats both alike."""

from collections.abc import Callable
from typing import Any, cast

from furutalib.machine.robot import DrivenRobot, Reading, Robot


class Undriven:
    """What a simulated robot lacks to be driven: nothing to switch on, and nothing that fails."""

    late_s = 0.0

    def __init__(self, robot: Robot) -> None:
        self.step = robot.step
        self.rest: Callable[[], Reading] = lambda: robot.step(0.0)

    def nothing(self, *_: Any) -> None:
        """There is no motor to switch and no chip to clear."""

    arm = disarm = stop = clear = zero = nothing

    def health(self) -> str:
        """A simulation is well."""
        return ""


def as_driven(robot: Robot) -> DrivenRobot:
    """The robot itself if its motor can be switched, or else with that made up."""
    return cast(DrivenRobot, robot if hasattr(robot, "disarm") else Undriven(robot))
