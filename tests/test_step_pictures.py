"""Every step of the guide that shall have a picture has one, small, with its new parts named."""

import csv
import re
import tomllib
from xml.etree import ElementTree

import pytest

from furutalib.facts.paths import assembly_folder, bom_folder

PICTURES = assembly_folder() / "pictures"
GUIDE = tomllib.loads((assembly_folder() / "guide.toml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step["picture"] for step in GUIDE["step"] if "picture" in step}
each_step = pytest.mark.parametrize("step", STEPS)


def text_of(step: str) -> str:
    return (PICTURES / f"{step}.svg").read_text(encoding="utf-8")


def words(step: str) -> list[str]:
    """What stands in a picture, and its balloons' labels in one piece."""
    texts = [each.text or "" for each in ElementTree.fromstring(text_of(step)).iter()]
    return [text for text in texts if text.strip()]


def ids(name: str) -> list[str]:
    folder = bom_folder() if name == "bom.csv" else assembly_folder() / "parts"
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


@each_step
def test_a_picture_is_there_small_and_whole(step: str) -> None:
    text = text_of(step)
    assert len(text) < 60_000
    assert 'class="new"' in text
    assert "<title>" in text


@each_step
def test_what_is_new_is_named_with_its_number_in_the_bill_of_materials(step: str) -> None:
    shown = "".join(words(step))
    bom, printed = ids("bom.csv"), ids("parts.csv")
    for reference in STEPS[step]["new"]:
        if reference.startswith("group:"):
            continue
        part = re.sub(r"-\d+$", "", reference.partition("@")[0])
        part = part if part in bom + printed else reference.partition("@")[0]
        assert part in shown, "run `make pictures`"
        if part in bom:
            assert f"{bom.index(part) + 1}" in words(step), "run `make pictures`"
        elif part in printed:
            assert f"P{printed.index(part) + 1}" in words(step), "run `make pictures`"


def test_no_picture_is_left_over() -> None:
    assert {path.stem for path in PICTURES.glob("*.svg")} == set(STEPS)
