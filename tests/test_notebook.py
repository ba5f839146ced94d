import matplotlib.pyplot as plt
import numpy as np
import pytest

from furutalib.lessons.notebook import setup, show


def frames(n, width=40):
    rng = np.random.default_rng(0)
    return [rng.integers(0, 255, (30, width, 3), dtype=np.uint8) for _ in range(n)]


@pytest.mark.parametrize(("fast", "word"), [(True, "FAST"), (False, "FULL")])
def test_setup_says_how_long_trainings_take(fast, word):
    message = setup(fast)
    assert word in repr(message)
    assert word in message._repr_html_()
    assert plt.rcParams["axes.grid"]


def test_show_puts_every_clip_into_the_page_with_its_caption():
    html = show({"random": frames(3), 'the "best" one': frames(2)})._repr_html_()
    assert html.count("data:image/webp;base64,") == 2
    assert 'alt="random"' in html
    assert "&quot;best&quot;" in html
    assert "http" not in html


def test_show_refuses_a_clip_without_frames_by_name():
    with pytest.raises(ValueError, match="'empty'"):
        show({"empty": []})
