"""Drawing the wiring, with a stand-in for WireViz: what is handed to it, and what is kept."""

from pathlib import Path

import pytest
import yaml
from PIL import Image

from furutalib.lessons import wiring_diagram
from furutalib.lessons.wiring import load_wiring

WIRING = load_wiring()

# Keeps what it was given, and gives a picture that is too wide.
PROGRAM = """#!/bin/sh
[ "$1" = -f ] && [ "$2" = ps ] || exit 3
cp "$3" "$KEPT"
cp "$KEPT/wide.png" "${3%.yml}.png"
echo '<svg/>' > "${3%.yml}.svg"
"""


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "kept"
    folder.mkdir()
    Image.linear_gradient("L").resize((5000, 50)).save(folder / "wide.png")
    monkeypatch.setenv("KEPT", str(folder))
    return folder


def program(folder: Path, text: str = PROGRAM) -> str:
    file = folder / "wireviz"
    file.write_text(text)
    file.chmod(0o755)
    return str(file)


def test_the_whole_and_each_sheet_are_drawn_and_stamped(tmp_path: Path, kept: Path) -> None:
    target = tmp_path / "wiring"
    target.mkdir()
    made = wiring_diagram.draw(WIRING, program(tmp_path), target)
    names = {"wiring", *WIRING.data["metadata"]["sheets"]}
    assert {path.name for path in made} == {f"{n}.{kind}" for n in names for kind in ("svg", "png")}
    assert all(path.is_file() for path in made)
    assert (target / wiring_diagram.STAMP).read_text().strip() == WIRING.drawing_hash()
    with Image.open(target / "wiring.png") as picture:
        assert picture.size == (wiring_diagram.WIDEST, 32)


def test_a_sheet_is_a_wiring_of_its_own(tmp_path: Path, kept: Path) -> None:
    target = tmp_path / "wiring"
    target.mkdir()
    wiring_diagram.draw(WIRING, program(tmp_path), target)
    sheet = yaml.safe_load((kept / "supply.yml").read_text())
    assert "W20" in sheet["cables"]
    assert "W1" not in sheet["cables"]
    ends = {box for entry in sheet["connections"] for part in entry[::2] for box in part}
    assert set(sheet["connectors"]) == ends
    assert all(entry["hide_disconnected_pins"] for entry in sheet["connectors"].values())
    assert yaml.safe_load((kept / "wiring.yml").read_text()) == WIRING.data


def test_without_wireviz_it_says_where_to_get_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert wiring_diagram.main(["--wireviz", "no-such-program"]) == 1
    assert "WireViz and Graphviz are needed" in capsys.readouterr().err
