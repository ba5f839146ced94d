"""The picture that the environment renders."""

import functools

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.learning.painter import paint
from furutalib.learning.scene import furuta_scene

_furuta_scene = functools.lru_cache(maxsize=8)(furuta_scene)


def furuta_image(
    arm_angle_rad: float,
    pendulum_angle_rad: float,
    action: float | None = None,
    robot: RobotDescription | None = None,
    width: int = 480,
    height: int = 360,
) -> NDArray[np.uint8]:
    """Draw a Furuta pendulum.

    Args:
        arm_angle_rad: counter-clockwise from above; at 0 the arm points at the viewer.
        pendulum_angle_rad: 0 hangs down.
        action: the command, shown as a bar; None leaves the bar out.
        robot: gives the lengths and the arm's limit; without one, those of the course robot.
        width, height: of the picture, in pixels.

    Returns:
        Array of shape (height, width, 3).
    """
    return paint(
        _furuta_scene(robot),
        (arm_angle_rad, pendulum_angle_rad),
        width=width,
        height=height,
        command=action,
    )
