"""Lesson 06 in a real page: parts that come apart and tell their names, ticks that stay."""

import pytest
from small_assembly import make_assembly

pytestmark = pytest.mark.xdist_group("browser-views")

PARTS = "document.querySelector('.furuta-parts')?.dataset"
STEPS = "document.querySelector('.furuta-steps')?.dataset"


def parts_cell(folder, only=""):
    return f"""
from pathlib import Path
from furutalib.learning.placement import load_placement
from furutalib.view.parts_view import BuildStep, PartNote, PartsView

folder = Path({str(folder)!r})
instances = [each for each in load_placement(folder) if {only!r} in each.name]
notes = {{"arm": PartNote("The arm", [("printed", "PETG, 3 walls")])}}
steps = [BuildStep("1. First the arm", ["arm-1"], ["arm-1"])]
view = PartsView(instances, folder, notes, steps=steps)
view
"""


def test_the_robot_comes_apart_and_a_click_names_a_part(open_notebook, tmp_path):
    folder = make_assembly(tmp_path / "assembly")
    notebook = open_notebook(parts_cell(folder, "arm"))
    notebook.run()
    page = notebook.page
    notebook.until(f"{PARTS}?.frames > 0 && {PARTS}.shown === '1'")
    picture = page.locator(".furuta-parts .furuta-picture")
    picture.click()
    notebook.until(f"{PARTS}.selected === 'arm'")
    note = page.inner_text(".furuta-note")
    assert "The arm" in note
    assert "PETG, 3 walls" in note
    picture.click(position={"x": 4, "y": 4})
    notebook.until(f"{PARTS}.selected === ''")

    frames = int(notebook.data(".furuta-parts")["frames"])
    page.locator(".furuta-parts input[aria-label='take apart']").press("End")
    notebook.until(f"{PARTS}.explode === '1' && {PARTS}.frames > {frames}")


def test_groups_hide_and_steps_build_up(open_notebook, tmp_path):
    folder = make_assembly(tmp_path / "assembly")
    notebook = open_notebook(parts_cell(folder))
    notebook.run()
    page = notebook.page
    notebook.until(f"{PARTS}?.shown === '7'")
    page.locator(".furuta-parts label", has_text="base").locator("input").click()
    notebook.until(f"{PARTS}.shown === '4'")
    page.locator(".furuta-parts input[aria-label='step of the guide']").press("Home")
    notebook.until(f"{PARTS}.step === '0' && {PARTS}.shown === '1'")
    assert page.inner_text(".furuta-step") == "1. First the arm"
    page.locator(".furuta-parts select").select_option("bearing-608")
    notebook.until(f"{PARTS}.selected === 'bearing-608'")


def test_a_cell_can_mark_a_part(open_notebook, tmp_path):
    folder = make_assembly(tmp_path / "assembly")
    notebook = open_notebook(parts_cell(folder), "view.select('motor')")
    notebook.run()
    notebook.until(f"{PARTS}?.selected === 'motor'")


def test_a_tick_is_there_for_the_next_kernel(open_notebook, tmp_path):
    file = tmp_path / "ticks.json"
    cell = f"from furutalib.lessons.build_views import checklist\nchecklist({str(file)!r})"
    notebook = open_notebook(cell)
    notebook.run()
    page = notebook.page
    notebook.until(f"{STEPS}?.done === '0' && {STEPS}.at === '0'")
    page.locator(".furuta-steps input[data-name=tick]").click()
    notebook.until(f"{STEPS}.done === '1'")
    page.locator(".furuta-steps button[data-name=next]").click()
    notebook.until(f"{STEPS}.at === '1'")
    notebook.until("document.querySelector('.furuta-steps-said').textContent.includes('Kept in')")

    other = open_notebook(cell)  # another kernel
    other.run()
    other.until(f"{STEPS}?.done === '1' && {STEPS}.at === '1'")
