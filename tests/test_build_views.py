"""What lesson 06 shows: notes of parts, steps in the scene, the guide as a list."""

from furutalib.learning.placement import load_placement
from furutalib.lessons.build_views import (
    build_steps,
    checklist,
    drawing,
    part_notes,
    robot_parts,
)
from furutalib.lessons.guide import load_guide
from furutalib.lessons.part_tables import read_part_tables


def test_every_part_of_the_robot_has_a_note():
    placed, tables = load_placement(), read_part_tables()
    notes = part_notes(placed, tables)
    assert set(notes) == {each.part for each in placed}
    arm = dict(notes["arm"].lines)
    assert arm["in the robot"] == "1"
    assert "PETG" in arm["printed"]
    assert "h," in arm["slicer says"]
    motor = dict(notes["motor"].lines)
    assert motor["supplier"] == "Pololu"
    assert "EUR" in motor["price"]
    assert dict(notes["bearing-608"].lines)["in the robot"] == "2"


def test_the_whole_robot_goes_to_the_page_in_half_a_megabyte():
    view = robot_parts()
    sent = sum(len(mesh["values"]) for mesh in view.payload["meshes"].values())
    assert 100_000 < sent < 600_000
    assert len(view.payload["instances"]) == len(load_placement())


def test_steps_build_up():
    steps = build_steps(load_guide(), load_placement())
    assert len(steps) > 20
    for step in steps:
        assert set(step.new) <= set(step.shown), step.title
        assert step.new, step.title


def test_the_list_holds_every_step_and_remembers(tmp_path):
    file = tmp_path / "ticks.json"
    view = checklist(file)
    steps = view.payload["steps"]
    assert [each["id"] for each in steps] == [step.id for step in load_guide().steps]
    assert any(each["readings"] for each in steps)
    view.tick(steps[0]["id"])
    again = checklist(file)
    assert set(again.payload["done"]) == {steps[0]["id"]}
    assert again.at == steps[1]["id"]


def test_a_drawing_is_there_or_it_is_not():
    assert drawing("pictures/no-such-step.svg") is None
    assert drawing("wiring/supply.svg").startswith(b"<")
