"""Parts as the page gets them."""

import json

import pytest
from small_assembly import make_assembly

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.placement import load_placement
from furutalib.view.parts_view import BuildStep, PartNote, PartsView


@pytest.fixture
def view(tmp_path):
    folder = make_assembly(tmp_path)
    notes = {"arm": PartNote("The <arm>", [("print", "PETG")])}
    steps = [BuildStep("first", ["arm-1"], ["arm-1"])]
    return PartsView(load_placement(folder), folder, notes, steps=steps, hidden=["base"])


def test_the_payload_is_plain_in_metres_and_each_mesh_is_sent_once(view):
    payload = json.loads(json.dumps(view.payload))
    assert len(payload["instances"]) == 7
    assert len(payload["meshes"]) == 6
    first, second = (each for each in payload["instances"] if each["part"] == "bearing-608")
    assert first["mesh"] == second["mesh"]
    assert (first["matrix"][3], second["matrix"][3]) == (0.055, 0.07)
    assert first["explode"] == [0.0, 0.0, 0.04]
    assert payload["steps"] == [{"title": "first", "shown": ["arm-1"], "new": ["arm-1"]}]
    assert payload["hidden"] == ["base"]


def test_every_part_has_a_note(view):
    parts = view.payload["parts"]
    assert parts["arm"] == {"title": "The <arm>", "lines": [["print", "PETG"]]}
    assert parts["bearing-608"] == {"title": "bearing 608", "lines": []}
    assert "The &lt;arm&gt;" in view.still_html()


def test_what_is_clicked_is_told(view):
    heard = []
    view.on_part(heard.append)
    view._handle_custom_msg({"kind": "part", "part": "arm"}, [])
    assert (heard, view.selected) == (["arm"], "arm")


def test_a_part_can_be_marked_from_a_cell(view):
    view.select("arm")
    assert view.selected == "arm"
    view.select("")
    with pytest.raises(ConfigurationError, match="no part 'leg'; there are arm, base"):
        view.select("leg")
