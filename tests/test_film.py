"""Tracks become a film at real speed; checked frame by frame, by colours."""

import numpy as np
import pytest
from pictures import shows, where
from PIL import Image

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.bodies import Body, Coordinate, Shape, Trail
from furutalib.learning.scene import Camera, Scene
from furutalib.view.film import save
from furutalib.view.tracks import Track

RED, GREEN, COMMAND = (200, 40, 40), (40, 160, 40), (42, 157, 143)
SCENE = Scene(
    "slider",
    (
        Body(
            "ball",
            (Shape("sphere", (0.2,), colour="#c82828"),),
            joint="prismatic",
            axis=(0.0, 1.0, 0.0),
        ),
    ),
    (Coordinate("ball", "m"),),
    Camera(0.0, 0.0, (0.0, 0.0, 0.0), 10.0, (4.0, 3.0)),
    trail=Trail("ball", (0.0, 0.0, 0.5)),
)
TIMES = np.arange(1, 51) / 50
RIGHT = Track("right", TIMES, TIMES[:, None], np.sin(TIMES))


def frames(path):
    with Image.open(path) as film:
        pictures = []
        for i in range(film.n_frames):
            film.seek(i)
            film.load()
            pictures.append((film.info["duration"], np.asarray(film.convert("RGB"))))
    return pictures


def trail(picture):
    """Pixels (n, 2) half a metre above the ball that are not background."""
    strip = picture.astype(int)[40:58]
    return np.add(np.argwhere(np.abs(strip - (250, 250, 247)).sum(axis=2) > 30), (40, 0))


def film(path, *tracks, **options):
    saved = save(SCENE, tracks, path, width=200, height=150, **options)
    assert saved == path
    return frames(path)


def test_real_speed_from_the_first_state_to_the_last(tmp_path):
    pictures = film(tmp_path / "a.webp", RIGHT)
    assert [duration for duration, _ in pictures] == [40] * 25
    for i in (0, 10, 24):
        x, _ = where(pictures[i][1], RED)
        assert x == pytest.approx(100 + 50 * (0.02 + 0.04 * i), abs=2)
    assert where(pictures[24][1], COMMAND)[0] > 105


@pytest.mark.parametrize(("trail_s", "length_px"), [(0.2, 10), (0.6, 30), (9.0, 49)])
def test_the_trail_is_as_long_as_asked(tmp_path, trail_s, length_px):
    found = trail(film(tmp_path / "a.webp", RIGHT, trail_s=trail_s)[-1][1])
    assert np.ptp(found[:, 1]) == pytest.approx(length_px, abs=4)
    assert found[:, 0].mean() == pytest.approx(50, abs=1)


def test_no_trail(tmp_path):
    assert len(trail(film(tmp_path / "a.webp", RIGHT, trail_s=0.0)[-1][1])) == 0


def test_a_ghost_that_ended_waits_in_grey(tmp_path):
    position = -TIMES.copy()
    position[25:] = np.nan
    left = Track("left", TIMES, position[:, None], colour="#28a028")
    pictures = film(tmp_path / "a.gif", RIGHT, left)
    early, late = pictures[10][1], pictures[20][1]
    assert shows(early[:40, 120:], GREEN).any()  # its dot in the legend
    assert not shows(late, GREEN).any()
    assert (late[75, 70:82].astype(int).sum(axis=1) < 735).all()  # still there, at -0.5 m
    assert where(late, RED)[0] > 110


def test_tracks_of_other_lengths_and_rates(tmp_path):
    times = np.array([0.5, 1.5])
    slow = Track("slow", times, np.array([[0.3], [0.6]]))
    pictures = film(tmp_path / "a.gif", slow, RIGHT)
    assert sum(duration for duration, _ in pictures) == 1520  # from 0.02 s to 1.5 s
    assert where(pictures[0][1][40:], RED)[0] == pytest.approx(115, abs=2)
    assert not shows(pictures[0][1], COMMAND).any()


def test_refuses_bad_use(tmp_path):
    with pytest.raises(ConfigurationError, match="no tracks to draw"):
        save(SCENE, [], tmp_path / "a.gif")
    with pytest.raises(ConfigurationError, match="give 1 finite numbers: ball"):
        save(SCENE, [Track("two", TIMES, np.zeros((50, 2)))], tmp_path / "a.gif")
    with pytest.raises(ConfigurationError, match=r"use \.gif, \.webp or \.mp4"):
        save(SCENE, [RIGHT], tmp_path / "a.avi")
    assert list(tmp_path.iterdir()) == []
