"""The plan of the strip board is the wiring, hole by hole."""

import copy
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from furutalib.lessons.strip_board import board_problems, drawing, places
from furutalib.lessons.wiring import Wiring, load_wiring

WIRING = load_wiring()


def changed(kind: str, name: str, hole: Any) -> Wiring:
    """The wiring with something of the strip board in another hole."""
    data = copy.deepcopy(WIRING.data)
    data["metadata"]["strip_board"][kind][name] = hole
    return Wiring(data)


def test_the_plan_joins_what_the_wiring_joins_and_nothing_else() -> None:
    assert board_problems(WIRING) == []


def test_every_leg_of_the_level_shifter_has_a_strip_of_its_own() -> None:
    legs = {each.pin[1]: each for each in places(WIRING) if each.name.startswith("level-shifter")}
    assert set(legs) == {str(number) for number in range(1, 17)}
    left = [legs[str(number)] for number in range(1, 9)]
    right = [legs[str(number)] for number in range(16, 8, -1)]
    assert [each.row for each in left] == [each.row for each in right]
    assert len({each.row for each in left}) == 8
    # A DIP: pin 9 opposite of pin 8, rows three holes apart, a cut between.
    assert {b.column - a.column for a, b in zip(left, right, strict=True)} == {3}
    cuts = WIRING.data["metadata"]["strip_board"]["cuts"]
    assert [each.hole[0] for each in left] == [cut[0] for cut in cuts]


@pytest.mark.parametrize(
    ("kind", "name", "hole", "found"),
    [
        ("pins", "W1.1", "B6", "B6: W4.2 and W1.1 in one hole"),
        ("pins", "W1.1", "B7", "strip B: joins HUB 3V3, HUB GND"),
        ("pins", "W9.1", "P1", "P1: W9.1 is beside the board"),
        ("soldered", "W12.3", "I5", "strip I: joins SHIFTER 2, SHIFTER 3"),
        ("bridges", "W3.1", ["A7", "H20"], "SHIFTER 1: lies on 2 pieces of strip"),
    ],
)
def test_a_mistake_of_the_plan_is_named(kind: str, name: str, hole: Any, found: str) -> None:
    assert any(text.startswith(found) for text in board_problems(changed(kind, name, hole)))


def test_a_forgotten_cut_and_a_forgotten_wire_are_found() -> None:
    data = copy.deepcopy(WIRING.data)
    data["metadata"]["strip_board"]["cuts"].remove("M11")
    assert "strip M: joins SHIFTER 11, SHIFTER 6" in board_problems(Wiring(data))
    data = copy.deepcopy(WIRING.data)
    del data["metadata"]["strip_board"]["soldered"]["W14.4"]
    assert any("W14.4" in text for text in board_problems(Wiring(data)))


def test_the_drawing_shows_every_wire_and_every_cut() -> None:
    text = drawing(WIRING)
    root = ElementTree.fromstring(text)
    words = [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]
    wires = {each.name for each in places(WIRING) if each.kind != "leg"}
    assert wires <= set(words)
    assert words.count("x") == 8
    assert {"3V3", "GND", "5V", "5V in", "74HC4050", "100 nF"} <= set(words)
