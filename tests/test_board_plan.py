"""The plan of the wooden board: numbers from its corner, all of them on the board."""

import json
from xml.etree import ElementTree

import pytest
from small_assembly import entry, make_assembly, placement, write_box

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.board_plan import board_plan, plan_rows, plan_svg


@pytest.fixture
def folder(tmp_path):
    folder = make_assembly(tmp_path)
    parts = [
        *placement(),
        entry("base-foot-1", "base-foot", "base", (10, -20, -156)),
        entry("screw-wood-4x20-1", "screw-wood-4x20", "base", (-60, 30, -150)),
    ]
    for part, size in (("base-foot", (130.0, 120.0, 8.0)), ("screw-wood-4x20", (4.0, 4.0, 20.0))):
        write_box(folder / "parts" / f"{part}.stl", size)
    (folder / "placement.json").write_text(json.dumps(parts))
    return folder


def test_lengths_are_those_from_the_corner(folder):
    plan = board_plan(folder)
    assert (plan.board.length, plan.board.width) == (400.0, 400.0)
    assert plan_rows(plan) == [("base-foot", "210 mm", "180 mm")]
    assert plan.holes == ((140.0, 230.0),)


def test_the_drawing_is_sound_and_names_what_stands_there(folder):
    svg = plan_svg(board_plan(folder))
    root = ElementTree.fromstring(svg)
    texts = [each.text for each in root.iter() if each.tag.endswith("text")]
    assert "base-foot: 210, 180" in texts
    assert "400 mm along" in texts


def test_without_a_board_there_is_no_plan(tmp_path):
    folder = make_assembly(tmp_path)
    (folder / "placement.json").write_text(json.dumps(placement()[:2]))
    with pytest.raises(ConfigurationError, match="no 'wood-board'"):
        board_plan(folder)


def test_everything_of_the_course_robot_is_on_the_board():
    plan = board_plan()
    assert len(plan.parts) == 6
    assert len(plan.holes) > 20
    for along, across in plan.holes:
        assert 8 < along < plan.board.length - 8
        assert 8 < across < plan.board.width - 8
    for part in plan.parts:
        assert part.length / 2 <= part.along <= plan.board.length - part.length / 2
        assert part.width / 2 <= part.across <= plan.board.width - part.width / 2
