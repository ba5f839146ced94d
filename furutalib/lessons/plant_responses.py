"""What a plant does when it is pushed, gets a step, or is swung up; for the plant playground."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.fidelity import EFFECTS
from furutalib.facts.robot import RobotDescription
from furutalib.learning.controllers import EnergyLQR
from furutalib.learning.rollout import collect
from furutalib.lessons.imperfections import PUSH
from furutalib.lessons.simulation import simulate
from furutalib.machine.robot import Start

Floats = NDArray[np.float64]
Respond = Callable[[RobotDescription, RobotDescription, frozenset[str]], "Response"]


STEP = np.full(50, 0.25)
"""Commands of the step: a quarter of the voltage at once, for a second."""

SWING_UP_S = 4.0
IDEAL, DESCRIBED = "ideal plant", "as described"


class Response(NamedTuple):
    """What was measured of a plant over T control periods; each of shape (T,), NaN once ended."""

    time_s: Floats
    arm_rad: Floats
    pendulum_rad: Floats
    arm_speed_rad_s: Floats
    command: Floats


def _open_loop(commands: Floats) -> Respond:
    def respond(
        _robot: RobotDescription, plant: RobotDescription, fidelity: frozenset[str]
    ) -> Response:
        motion = simulate(plant, commands, fidelity=fidelity)
        arm, pendulum = motion.measured_rad.T
        speed = motion.measured_speeds_rad_s[:, 0]
        return Response(motion.time_s, arm, pendulum, speed, np.append(0.0, commands))

    return respond


def _swing_up(
    robot: RobotDescription, plant: RobotDescription, fidelity: frozenset[str]
) -> Response:
    run = collect(
        EnergyLQR(robot), [Start()], robot=plant, fidelity=fidelity, duration_s=SWING_UP_S
    )
    return Response(
        run.time_s,
        run.arm_angle_rad[0],
        run.pendulum_angle_rad[0],
        run.arm_speed_rad_s[0],
        run.command[0],
    )


RESPONSES: Mapping[str, Respond] = MappingProxyType(
    {"push": _open_loop(PUSH), "step": _open_loop(STEP), "swing-up": _swing_up}
)
"""What can be asked of a plant: (robot that a controller is made for, plant, effects) -> answer."""


REFERENCES: Mapping[str, tuple[str, frozenset[str]]] = MappingProxyType(
    {
        "push": (IDEAL, frozenset()),
        "step": (IDEAL, frozenset()),
        # made for a late motor with a dead zone, the controller fails on the ideal plant
        "swing-up": (DESCRIBED, frozenset(EFFECTS)),
    }
)
"""With which plant each response is compared: its name and the effects that are on."""


def respond(
    robot: RobotDescription, plant: RobotDescription, fidelity: frozenset[str], what: str
) -> Response:
    """What `plant` does in a "push", a "step" or a "swing-up".

    The swing-up is that of the classical controller of lesson 03, designed for `robot`.

    Raises:
        ConfigurationError: there is no such response.
    """
    if what not in RESPONSES:
        raise ConfigurationError(f"unknown response {what!r}; use one of {', '.join(RESPONSES)}")
    return RESPONSES[what](robot, plant, fidelity)
