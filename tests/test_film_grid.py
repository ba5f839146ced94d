import io

import numpy as np
import pytest
from PIL import Image

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.rollout import collect
from furutalib.lessons.film_grid import FRAMES_PER_S, film_grid
from furutalib.lessons.scripted import Replay
from furutalib.machine.robot import Start


@pytest.fixture(scope="module")
def runs():
    still = collect(Replay(np.zeros((1, 1))), [Start(0, 1.0)], duration_s=1)
    crash = collect(Replay(np.ones((1, 50))), [Start()], duration_s=1)
    assert crash.limit_touched[0]
    return {"free": still, "crash <1>": crash, "again": still}


def pictures(film):
    with Image.open(io.BytesIO(film.webp)) as image:
        for k in range(image.n_frames):
            image.seek(k)
            yield np.asarray(image.convert("RGB"), int)


def test_a_film_has_all_tiles_and_its_length(runs):
    film = film_grid(runs, columns=2, seconds=0.8, width=100, height=80)
    frames = list(pictures(film))
    assert len(frames) == film.frames == 0.8 * FRAMES_PER_S
    assert frames[0].shape == (2 * (80 + 22), 200, 3)
    assert (frames[0][110:, 105:] > 250).all()  # no fourth run: the place stays empty
    top = frames[0][:102]
    assert np.abs(top[:, :100] - top[:, 100:]).max() > 100


def test_it_moves_and_a_run_that_ended_stands_still(runs):
    film = film_grid(runs, columns=3, seconds=0.96, width=100, height=80)
    frames = list(pictures(film))
    moved = [np.abs(frames[-1] - frames[-3])[22:, 100 * k : 100 * k + 100].max() for k in (0, 1)]
    assert moved[0] > 60
    assert moved[1] < 30  # no more than what the compression does


def test_slow_motion_takes_more_frames(runs):
    one = {"free": runs["free"]}
    quick, slow = (film_grid(one, seconds=0.4, speed=s, width=60, height=50) for s in (1.0, 0.25))
    assert (quick.frames, slow.frames) == (5, 20)


def test_it_says_what_it_shows_to_those_who_cannot_see_it(runs):
    page = film_grid(runs, seconds=0.1, width=60, height=50)._repr_html_()
    assert 'alt="3 runs side by side' in page
    assert "crash &lt;1&gt;" in page


@pytest.mark.parametrize("bad", [{"columns": 0}, {"seconds": 0.0}, {"speed": -1.0}])
def test_a_number_that_makes_no_film_is_refused(runs, bad):
    with pytest.raises(ConfigurationError, match=next(iter(bad))):
        film_grid(runs, **bad)


def test_no_run_is_refused():
    with pytest.raises(ConfigurationError, match="no run"):
        film_grid({})
