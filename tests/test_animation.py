"""Frames become moving pictures of the right speed and size."""

import io

import numpy as np
import pytest
from PIL import Image

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.animation import save_animation
from furutalib.learning.render import furuta_image

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
