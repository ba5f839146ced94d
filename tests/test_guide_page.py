"""The page of the guide: all of its source is on it, and a stale one is found."""

import pytest
from test_guide import SMALL

from furutalib.facts.paths import assembly_folder
from furutalib.lessons.guide import load_guide
from furutalib.lessons.guide_page import (
    guide_page,
    hours_text,
    made,
    main,
    print_list,
    range_text,
    value_text,
)
from furutalib.lessons.part_tables import PartTables

TEXT = 'overview = "A motor."\nprinting = "Flat."\nweighing = "Weigh it."\n[[stage]]'
ARM = {
    "id": "arm",
    "quantity": "2",
    "material": "PETG",
    "infill_percent": "25",
    "walls": "3",
    "orientation": "flat side down",
    "supports": "",
    "printed_mass_g": "35.5",
}
SLICED = {"arm": {"id": "arm", "print_time_s": "5400", "filament_g": "36.12"}}
TABLES = PartTables(bom={}, printed={"arm": ARM}, sliced=SLICED)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "guide.toml").write_text(SMALL.replace("[[stage]]", TEXT))
    return tmp_path


def test_the_page_holds_every_part_of_the_source(folder):
    (folder / "pictures").mkdir()
    (folder / "pictures" / "gauge.svg").write_text("<svg/>")
    page = made(folder, folder)["guide.md"]
    for text in ("Never built.", "Print it.", "It can be read.", "It cannot.", "1 × fit gauge"):
        assert text in page
    assert "![Gauge](pictures/gauge.svg)" in page
    assert "| a and b | 3.13 V to 3.47 V | the board itself |" in page


def test_the_print_list_and_the_hours(folder):
    guide = load_guide(folder / "guide.toml")
    assert (
        "| [arm](parts/arm.stl) | 2 | PETG | 25 % | 3 | flat side down | none | 1:30 h | 36.1 g |"
        in (print_list(TABLES))
    )
    assert hours_text(guide, TABLES).endswith("and 3 hours of printing.")
    page = guide_page(guide, TABLES, frozenset(), finished=[("arm", "90 g")])
    assert "| arm | 90 g |" in page


def test_a_stale_page_is_found_and_written_anew(folder, capsys):
    arguments = ["--folder", str(folder)]
    assert main([*arguments, "--check"]) == 1
    assert "make guide" in capsys.readouterr().err
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 0
    (folder / "guide.toml").write_text((folder / "guide.toml").read_text() + "\n# nothing\n")
    assert main([*arguments, "--check"]) == 0
    text = (folder / "guide.toml").read_text().replace("Print it.", "Print it twice.")
    (folder / "guide.toml").write_text(text)
    assert main([*arguments, "--check"]) == 1
    (folder / "guide.toml").write_text("nonsense")
    assert main(arguments) == 1
    assert "cannot read" in capsys.readouterr().err


def test_readings_as_a_meter_shows_them(folder):
    [reading] = load_guide(folder / "guide.toml").readings
    assert range_text(reading) == "3.13 V to 3.47 V"
    assert value_text(9900.0, "Ω") == "9.9 kΩ"
    assert value_text(2e7, "Ω") == "OL (open)"
    assert value_text(0.3, "Ω") == "0.3 Ω"
    assert value_text(-12.1, "V") == "-12.1 V"


def test_the_committed_page_is_that_of_its_source():
    for name, text in made().items():
        assert (assembly_folder() / name).read_text("utf-8") == text, f"{name}: run `make guide`"
