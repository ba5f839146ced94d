"""Size and weight of the finished robot."""

import pytest
from small_assembly import make_assembly

from furutalib.lessons.finished import finished_rows, known, size_mm


@pytest.fixture
def folder(tmp_path):
    folder = make_assembly(tmp_path)
    (folder / "parts" / "parts.csv").write_text("id,quantity,printed_mass_g\narm,2,30\nbase,1,50\n")
    (folder / "bought.toml").write_text(
        "[bearing-608]\nmass_g = { value = 12.0 }\n[motor]\nmass_g = { value = 100.0 }\n"
    )
    return folder


def test_the_size_is_that_of_all_that_is_placed(folder):
    assert size_mm(folder) == pytest.approx([400.0, 400.0, 178.0 + 11.0])


def test_what_is_not_known_is_named_and_not_counted(folder):
    assert known("pendulum", folder) == ([], ["pendulum-joint"])
    rows = dict(finished_rows(folder))
    assert rows["length × width × height"].startswith("400 × 400 × 189 mm")
    assert rows["arm"] == "54.0 g"
    assert rows["all printed parts, with the fit gauge"].startswith("110 g")
    assert rows["all of it"] == "0.2 kg, without wires, without pendulum-joint, wood-board"


def test_the_course_robot_is_no_feather():
    rows = dict(finished_rows())
    assert rows["all of it"].split()[0] > "1"
