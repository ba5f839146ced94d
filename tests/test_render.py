"""Pictures: checked where the parts must show, by their colours."""

import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.learning.drawing import hull
from furutalib.learning.render import cartpole_image, furuta_image, save_animation

BOB, ARM, COMMAND, ROD = (178, 66, 26), (59, 125, 200), (42, 157, 143), (232, 112, 58)


def where(image, colour):
    """Mean (x, y) of the pixels of a colour."""
    found = np.argwhere((np.abs(image.astype(int) - colour) < 12).all(axis=2))
    assert len(found) > 10, "nothing of this colour"
    return found[:, 1].mean(), found[:, 0].mean()


def test_upright_is_up_and_hanging_is_down():
    _, hanging = where(furuta_image(0.0, 0.0), BOB)
    _, upright = where(furuta_image(0.0, np.pi), BOB)
    assert upright < 120 < 200 < hanging


def test_positive_angles_go_to_the_right_in_front():
    assert where(furuta_image(0.8, 0.0), ARM)[0] > where(furuta_image(-0.8, 0.0), ARM)[0] + 30
    assert where(furuta_image(0.0, 0.7), BOB)[0] > where(furuta_image(0.0, -0.7), BOB)[0] + 30


def test_angles_are_periodic():
    np.testing.assert_array_equal(
        furuta_image(0.3, 1.0)[60:], furuta_image(0.3, 1.0 + 2 * np.pi)[60:]
    )


def test_command_bar():
    right, left = (furuta_image(0.0, 0.0, action) for action in (0.8, -0.8))
    assert where(right, COMMAND)[0] > 240 > where(left, COMMAND)[0]
    assert not (np.abs(furuta_image(0.0, 0.0).astype(int) - COMMAND) < 12).all(axis=2).any()


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


def test_cartpole():
    x, y = where(cartpole_image(0.0, 0.5), ROD)
    assert cartpole_image(0.0, 0.0).shape == (240, 480, 3)
    assert x > 240
    assert where(cartpole_image(1.0, 0.0), ROD)[0] == pytest.approx(240 + 480 / 5.6, abs=3)
    assert where(cartpole_image(0.0, 0.0), ROD)[1] < y + 20


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


FRAMES = [furuta_image(0.1 * i, 0.2 * i) for i in range(12)]


@pytest.mark.parametrize(("ending", "tick_ms"), [(".gif", 10), (".webp", 1)])
@pytest.mark.parametrize("rate_hz", [25.0, 30.0, 50.0])
def test_animations_run_at_the_right_speed(tmp_path, ending, tick_ms, rate_hz):
    path = save_animation(FRAMES, tmp_path / f"film{ending}", rate_hz)
    film = Image.open(io.BytesIO(path.read_bytes()))
    assert film.n_frames == 12
    assert film.size == (480, 360)
    total = 0
    for i in range(12):
        film.seek(i)
        film.load()
        total += film.info["duration"]
        assert abs(total - (i + 1) * 1000 / rate_hz) <= tick_ms / 2
    film.seek(11)
    assert np.abs(np.asarray(film.convert("RGB")).astype(int) - FRAMES[11]).mean() < 5


def test_mp4(tmp_path):
    import imageio_ffmpeg

    odd = [frame[:-1, :-1] for frame in FRAMES]
    path = save_animation(odd, tmp_path / "film.mp4", 25.0)
    reader = imageio_ffmpeg.read_frames(str(path))
    facts = next(reader)
    assert facts["fps"] == 25.0
    assert facts["size"] == (478, 358)
    assert len(list(reader)) == 12


def test_refuses_bad_use(tmp_path):
    with pytest.raises(ConfigurationError, match=r"use \.gif, \.webp or \.mp4"):
        save_animation(FRAMES, tmp_path / "film.avi", 25.0)
    with pytest.raises(ConfigurationError, match="no frames"):
        save_animation([], tmp_path / "film.gif", 25.0)
    with pytest.raises(ConfigurationError, match=r"make the folder .*nowhere first"):
        save_animation(FRAMES, tmp_path / "nowhere" / "film.gif", 25.0)
    assert list(tmp_path.iterdir()) == []


def test_hull_of_a_square_with_points_inside():
    points = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (1.0, 1.0), (1.0, 0.0)]
    assert set(hull(points)) == {(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)}
