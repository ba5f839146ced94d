"""Pictures: checked where the parts must show, by their colours."""

import subprocess
import sys

import numpy as np
import pytest
from pictures import shows, where

from furutalib.facts.robot import load_robot
from furutalib.learning.render import furuta_image

BOB, ARM, COMMAND = (178, 66, 26), (59, 125, 200), (42, 157, 143)


def test_upright_is_up_and_hanging_is_down():
    _, hanging = where(furuta_image(0.0, 0.0), BOB)
    _, upright = where(furuta_image(0.0, np.pi), BOB)
    assert upright < 120 < 200 < hanging


def test_positive_angles_go_to_the_right_in_front():
    assert where(furuta_image(0.8, 0.0), ARM)[0] > where(furuta_image(-0.8, 0.0), ARM)[0] + 10
    assert where(furuta_image(0.0, 0.7), BOB)[0] > where(furuta_image(0.0, -0.7), BOB)[0] + 30


def test_angles_are_periodic():
    np.testing.assert_array_equal(furuta_image(0.3, 1.0), furuta_image(0.3, 1.0 + 2 * np.pi))


def test_command_bar():
    right, left = (furuta_image(0.0, 0.0, action) for action in (0.8, -0.8))
    assert where(right, COMMAND)[0] > 240 > where(left, COMMAND)[0]
    assert not shows(furuta_image(0.0, 0.0), COMMAND).any()


@pytest.mark.parametrize("robot", ["course", "course-original", "qube"])
@pytest.mark.parametrize("size", [(480, 360), (320, 320), (201, 151)])
def test_everything_stays_in_the_picture(robot, size):
    width, height = size
    for arm in np.linspace(-3, 3, 9):
        for pendulum in np.linspace(-3, 3, 9):
            image = furuta_image(arm, pendulum, 1.0, load_robot(robot), width, height)
            assert image.shape == (height, width, 3)
            edges = (image[0], image[-1], image[:, 0], image[:, -1])
            assert all((edge == image[0, 0]).all() for edge in edges)


def test_calls_do_not_draw_on_each_other():
    first = furuta_image(0.5, 2.0, 0.1)
    furuta_image(-0.5, 1.0, -1.0)
    np.testing.assert_array_equal(furuta_image(0.5, 2.0, 0.1), first)


def test_needs_no_window():
    code = (
        "import sys\n"
        "from furutalib.learning.render import furuta_image\n"
        "furuta_image(0.0, 0.0)\n"
        "print([name for name in ('pygame', 'OpenGL', 'tkinter', 'matplotlib', 'numba')"
        " if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
