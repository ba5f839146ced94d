"""The playgrounds as a person uses them: sliders are dragged, buttons and keys are pressed."""

import json

import pytest

pytestmark = pytest.mark.xdist_group("browser-views")

PLANT = """
from furutalib import load_robot
from furutalib.lessons.plant_playground import plant_playground

ground = plant_playground(load_robot("course"))
ground
"""
REWARD = """
import numpy as np
from furutalib import load_robot
from furutalib.learning.controllers import EnergyLQR
from furutalib.learning.rollout import collect
from furutalib.lessons import reward_training
from furutalib.lessons.reward_playground import reward_playground
from furutalib.lessons.reward_view import CRASHES, HANGS, SPINS, STANDS
from furutalib.learning.starts import draw_starts

reward_training.TOTAL_STEPS = 10_000
robot = load_robot("course")
one = collect(EnergyLQR(robot), draw_starts("test", 1))
ground = reward_playground(dict.fromkeys((STANDS, SPINS, HANGS, CRASHES), one))
ground
"""
HAND = """
from furutalib import load_robot
from furutalib.lessons.hand_control import hold_it

hand = hold_it(load_robot("course"))
hand
"""
# Prints the last value of the first curve that the kernel gave to a plot.
TOLD = """
import base64, numpy
def told(plot):
    values = numpy.frombuffer(base64.b64decode(plot.payload["series"][0]["values"]), "<f4")
    print(values[-1])
"""


def drag(notebook, name):
    """Move the slider with this label by some pixels, as a person does: in many small events."""
    page = notebook.page
    slider = page.locator(f".widget-slider:has(label:has-text('{name}')) .noUi-handle")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=20)
    page.mouse.up()


def shown(ground):
    """JavaScript: the last value of the first curve of the playground's first plot."""
    return (
        "Object.values(JSON.parse("
        f"document.querySelector('{ground} .furuta-plot')?.dataset.last ?? '{{}}'))[0]"
    )


def test_a_slider_of_the_plant_changes_what_is_plotted(open_notebook):
    notebook = open_notebook(PLANT, TOLD)
    notebook.run()
    value = shown(".furuta-plant-playground")
    notebook.until(f"Number.isFinite({value})")
    before = notebook.page.evaluate(value)
    drag(notebook, "pendulum (µN")
    told = "furuta.tell('told(ground.pendulum)').then(Number)"
    notebook.until(
        f"{told}.then((told) => told !== {before} && Math.abs(told - {value}) < 1e-3)",
    )
    assert float(notebook.data(".furuta-plant-playground .furuta-plot")["updates"]) > 1


def test_a_slider_of_the_reward_changes_the_plot_and_train_adds_a_row(open_notebook):
    notebook = open_notebook(REWARD)
    notebook.run()
    ground = ".furuta-reward-playground"
    plotted = (
        f"JSON.stringify([...document.querySelectorAll('{ground} .furuta-plot')]"
        ".map((plot) => plot.dataset.last))"
    )
    table = f"document.querySelector('{ground} .furuta-table')?.dataset"
    notebook.until(f"{table}?.ready === 'true' && {table}.rows === '0'")
    before = notebook.page.evaluate(plotted)
    drag(notebook, "effort")
    notebook.until(f"{plotted} !== {json.dumps(before)}")
    notebook.page.click("button:has-text('Train')")
    notebook.until(f"{table}.rows === '1'")
    notebook.until(f"document.querySelector('{ground} .furuta-scene')?.dataset.frames > 0")
    kept = notebook.tell("print([each['effort'] for each in ground.training.tries.read()])")
    assert kept == notebook.tell("print([ground.weights.effort])")
    assert kept != "[0.0]\n"


def test_the_pendulum_is_pushed_by_keys_and_then_by_the_controller(open_notebook):
    notebook = open_notebook(HAND)
    notebook.run()
    scene = "document.querySelector('.furuta-hand-control .furuta-scene')?.dataset"
    notebook.until(f"{scene}?.received > 0")
    picture = notebook.page.locator(".furuta-hand-control .furuta-picture")
    picture.focus()
    notebook.page.keyboard.down("ArrowRight")
    notebook.until(f"{scene}.keys === '1' && {scene}.time > 0.1")
    assert float(notebook.tell("print(hand.command)")) > 0
    notebook.page.keyboard.up("ArrowRight")
    table = "document.querySelector('.furuta-hand-control .furuta-table')?.dataset"
    notebook.until(f"{table}?.rows === '1'")  # it has fallen
    assert notebook.tell("print(hand.tries[0]['who'])") == "you\n"
    assert notebook.data(".furuta-hand-control .furuta-scene")["lost"] == "0"
