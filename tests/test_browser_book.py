"""A page of the book, opened as a plain file: its episodes play without a kernel and a server."""

import nbformat
import numpy as np
import pytest

from furutalib.learning.scene import furuta_scene
from furutalib.lessons.book import page
from furutalib.lessons.browser import Watch
from furutalib.view.build import BUNDLE
from furutalib.view.page import page_script
from furutalib.view.scene_view import Player
from furutalib.view.tracks import furuta_track

pytestmark = pytest.mark.xdist_group("browser-views")

DURATION_S = 2.0


def turning(name, rate_rad_s):
    times = np.linspace(0, DURATION_S, 101)
    return furuta_track(name, times, rate_rad_s * times, np.pi + 0 * times)


def test_an_episode_plays_in_a_page_without_a_kernel(browser, tmp_path):
    player = Player(furuta_scene(), [turning("one", 1.0), turning("other", 0.5)])
    shown = {"text/html": player._repr_mimebundle_()["text/html"]}
    output = nbformat.v4.new_output("display_data", shown)
    cell = nbformat.v4.new_code_cell("player", outputs=[output])
    (tmp_path / "page.html").write_text(page("page", nbformat.v4.new_notebook(cells=[cell])))
    (tmp_path / "view.js").write_text(page_script(BUNDLE.read_text("utf-8")))
    watch = Watch(browser, tmp_path.as_uri(), viewport={"width": 800, "height": 600})
    watch.page.goto((tmp_path / "page.html").as_uri())
    watch.page.wait_for_function(
        "() => { const shown = document.querySelector('.furuta-scene')?.dataset;"
        " return shown?.frames > 3 && shown.time > 0 && shown.ghosts === '1'; }"
    )
    assert not watch.page.is_visible("[data-furuta-payload]")
    watch.close()
    assert (watch.foreign, watch.errors) == ([], [])
