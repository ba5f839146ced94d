"""The scene and the plots in a real page: what they say that they show is asserted, not pixels."""

import json

import pytest

pytestmark = pytest.mark.xdist_group("browser-views")

SCENE = ".furuta-scene"

TRACKS = """
import numpy as np
from furutalib.learning.scene import furuta_scene
from furutalib.view.scene_view import Live, Player
from furutalib.view.tracks import furuta_track

times = np.linspace(0, 2, 101)

def turning(name, rate_rad_s):
    return furuta_track(name, times, rate_rad_s * times, 3 + 0.1 * times, np.sin(times))
"""
THREE = TRACKS + "Player(furuta_scene(), [turning('slow', 1), turning('b', 2), turning('c', 3)])"


def shown(notebook):
    data = notebook.data(SCENE)
    return float(data["time"]), json.loads(data["state"])


def test_a_recorded_motion_plays_and_goes_where_it_is_sent(open_notebook):
    notebook = open_notebook(THREE)
    page = notebook.page
    notebook.run()
    scene = f"document.querySelector('{SCENE}')?.dataset"
    notebook.until(f"{scene}?.frames > 5 && {scene}.time > 0 && {scene}.playing === 'true'")
    assert notebook.data(SCENE)["ghosts"] == "2"
    assert page.inner_text(".furuta-legend").split() == ["slow", "b", "c"]

    slider = page.locator(f"{SCENE} input[type=range]")
    slider.press("End")
    notebook.until(f"{scene}.time === '2.000'")
    assert shown(notebook) == (2.0, pytest.approx([2.0, 3.2], abs=1e-4))
    slider.press("Home")
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    notebook.until(f"{scene}.time === '0.040'")
    assert shown(notebook) == (0.04, pytest.approx([0.04, 3.004], abs=1e-4))
    assert notebook.data(SCENE)["playing"] == "false"

    page.locator(f"{SCENE} .u-over").first.click()
    notebook.until(f"{scene}.time > 0.9 && {scene}.time < 1.1")
    page.locator(f"{SCENE} .furuta-picture").press("Space")
    notebook.until(f"{scene}.playing === 'true' && {scene}.time > 1.1")


def test_a_view_follows_the_theme_and_comes_back_with_the_page(open_notebook):
    notebook = open_notebook(THREE)
    notebook.run()
    for dark in (True, False):
        notebook.show_theme(dark)
        found = f"document.querySelector('{SCENE}')?.classList.contains('furuta-dark')"
        notebook.until(f"{found} === {json.dumps(dark)}")
    notebook.reload()
    notebook.until(f"document.querySelector('{SCENE}')?.dataset.frames > 3")
    assert notebook.data(SCENE)["ghosts"] == "2"


def test_a_view_that_stands_still_is_drawn_anew_in_another_theme(open_notebook):
    still = "Player(furuta_scene(), [turning('a', 1)], autoplay=False, plots=())"
    notebook = open_notebook(TRACKS + still)
    notebook.run()
    notebook.until(f"document.querySelector('{SCENE}')?.dataset.frames > 0")
    notebook.page.wait_for_timeout(500)  # until nothing is to be drawn any more
    before = int(notebook.data(SCENE)["frames"])
    notebook.show_theme(True)
    notebook.until(f"document.querySelector('{SCENE}').classList.contains('furuta-dark')")
    notebook.until(f"document.querySelector('{SCENE}').dataset.frames > {before}")
    notebook.show_theme(False)


def test_a_busy_cell_shows_all_its_states_in_their_order(open_notebook):
    notebook = open_notebook(
        TRACKS,
        "import time\n"
        "live = Live(furuta_scene(), plots=('arm',))\n"
        "display(live)\n"
        "for n in range(200):\n"
        "    live.show(n / 50, [n / 100, 3.0], command=0.5, values=[n])\n"
        "    time.sleep(0.01)\n",
    )
    notebook.run()
    scene = f"document.querySelector('{SCENE}')?.dataset"
    notebook.until(f"{scene}?.received === '200' && {scene}.time === '3.980'")
    assert notebook.data(SCENE)["lost"] == "0"
    assert shown(notebook) == (3.98, pytest.approx([1.99, 3.0]))


def test_keys_go_to_the_kernel_and_not_to_jupyterlab(open_notebook):
    notebook = open_notebook(
        TRACKS,
        "heard = []\n"
        "live = Live(furuta_scene(), keys=('ArrowLeft', 'a'))\n"
        "live.on_key(lambda key, down: heard.append((key, down)))\n"
        "live\n",
    )
    notebook.run()
    picture = notebook.page.locator(f"{SCENE} .furuta-picture")
    picture.press("ArrowLeft")
    picture.press("a")  # in JupyterLab: a new cell above this one
    picture.press("x")  # neither ours nor to be JupyterLab's, which would cut the cell out
    notebook.until(f"document.querySelector('{SCENE}').dataset.keys === '4'")
    keys = "[('ArrowLeft', True), ('ArrowLeft', False), ('a', True), ('a', False)]"
    assert notebook.tell("print(heard)") == f"{keys}\n"
    assert len(notebook.page.query_selector_all(".jp-CodeCell")) == 2


def test_more_views_than_a_page_may_have_contexts_of_opengl(open_notebook):
    notebook = open_notebook(
        TRACKS,
        "for n in range(20):\n"
        "    display(Player(furuta_scene(), [turning('one', n)], plots=(), height=100))\n",
    )
    notebook.run()
    scenes = notebook.page.locator(SCENE)
    notebook.until(f"document.querySelectorAll('{SCENE}[data-ready=true]').length === 20")
    for index in (0, 10, 19):
        scenes.nth(index).scroll_into_view_if_needed()
        notebook.until(f"document.querySelectorAll('{SCENE}')[{index}].dataset.frames > 2")


def test_a_plot_shows_what_it_is_told(open_notebook):
    notebook = open_notebook(
        "from furutalib.view.plot import Plot\n"
        "plot = Plot('a line', ('time (s)', [0, 1, 2]), {'up': [1, 2, 3], 'down': [3, 2, 1]})\n"
        "plot\n"
    )
    notebook.run()
    notebook.until("document.querySelector('.furuta-plot')?.dataset.points === '3'")
    assert json.loads(notebook.data(".furuta-plot")["last"]) == {"up": 3, "down": 1}
    notebook.tell("plot.update(('time (s)', [0, 1, 2, 3]), {'up': [1, 2, 3, 7]})")
    notebook.until("document.querySelector('.furuta-plot').dataset.points === '4'")
    assert json.loads(notebook.data(".furuta-plot")["last"]) == {"up": 7}
