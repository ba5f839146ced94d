"""The bill of materials: what it says, what it refuses, and that it agrees with everything else."""

import csv
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from furutalib.facts.boards import load_board
from furutalib.facts.bom import (
    GROUPS,
    VARIANTS,
    Line,
    lines_for,
    orders,
    read_bom,
    total,
)
from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import assembly_folder, bom_folder
from furutalib.facts.robot import load_robot
from furutalib.learning.placement import load_placement
from furutalib.lessons.bom_page import filament_g, read_printed
from furutalib.lessons.cut_list import cut_list, sawn_from
from furutalib.lessons.guide import load_guide

BOM = {line.id: line for line in read_bom()}
PRINTED = {row["id"]: int(row["quantity"]) for row in read_printed()}
CUT = {cut.id: cut.cut_from for cut in cut_list()}

HEAD = ",".join(Line.__dataclass_fields__)
GOOD = {
    "id": "nut",
    "name": "Nut",
    "quantity": "3",
    "unit": "piece",
    "pack": "10",
    "variants": "all",
    "group": "fasteners",
    "purpose": "holds",
    "price_eur": "2.5",
    "price_date": "2021",
    "price_source": "a page",
    "price_status": "page read",
}


def written(folder: Path, *rows: dict[str, str], head: str = HEAD) -> Path:
    file = folder / "bom.csv"
    with file.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, head.split(","), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return file


# --------------------------------------------------------------------------------- reading, sums
def test_a_line_is_read_with_its_blanks(tmp_path: Path) -> None:
    [line] = read_bom(written(tmp_path, GOOD))
    assert (line.quantity, line.pack, line.price_eur, line.mass_g) == (3.0, 10.0, 2.5, None)
    assert line.variants == tuple(VARIANTS)
    assert (line.supplier_2, line.is_tool) == ("", False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quantity": "two"}, r"line 2 \(nut\): quantity = 'two'; it must be a number above 0"),
        ({"quantity": "-1"}, "quantity = '-1'"),
        ({"quantity": ""}, "quantity is empty; give it a value"),
        ({"pack": "0"}, "pack = '0'"),
        ({"price_eur": "nan"}, "price_eur = 'nan'"),
        ({"id": ""}, "without id.*id is empty"),
        ({"variants": "pi4"}, "variants = 'pi4'; use one of all, pi5, orin, own-board"),
        ({"group": "stuff"}, "group = 'stuff'; use one of electronics"),
        ({"price_status": "sure"}, "price_status = 'sure'; use one of datasheet, page read"),
        ({"price_date": ""}, "the price needs its price_date"),
        ({"price_source": ""}, "the price needs its price_source"),
        ({"price_eur": "", "price_status": "page read"}, "price_status must be 'blank'"),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong(
    tmp_path: Path, change: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_bom(written(tmp_path, GOOD | change))


def test_a_bad_file_is_named_with_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="unknown column 'colour'; valid: id, name"):
        read_bom(written(tmp_path, GOOD, head=HEAD + ",colour"))
    with pytest.raises(ConfigurationError, match="column 'datasheet' is missing"):
        read_bom(written(tmp_path, GOOD, head=HEAD.removesuffix(",datasheet")))
    with pytest.raises(ConfigurationError, match="id 'nut' stands there twice"):
        read_bom(written(tmp_path, GOOD, GOOD))
    file = written(tmp_path, GOOD)
    file.write_text(file.read_text().strip() + ",one,more\n")
    with pytest.raises(ConfigurationError, match="is a comma unquoted"):
        read_bom(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="cannot be read as CSV"):
        read_bom(file)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_bom(tmp_path / "none.csv")


def test_packs_are_whole_and_tools_are_shared(tmp_path: Path) -> None:
    tool = GOOD | {"id": "pliers", "quantity": "1", "pack": "1", "group": "tools"}
    wire = GOOD | {"id": "wire", "quantity": "1.2", "unit": "m", "pack": "0.4", "price_eur": ""}
    wire |= {"price_status": "blank"}
    bom = read_bom(written(tmp_path, GOOD, tool, wire))
    assert [order.packs for order in orders(bom, "pi5")] == [1, 1, 3]  # 1.2 / 0.4 is 3, not 4
    seven = orders(bom, "pi5", robots=7)
    assert [(order.needed, order.packs) for order in seven] == [(21, 3), (1, 1), (8.4, 21)]
    assert [order.cost_eur for order in seven] == [7.5, 2.5, None]
    sum_ = total(seven)
    assert (sum_.euros, sum_.unverified_euros, sum_.unpriced) == (7.5, 0.0, ("wire",))
    assert sum_.dates == ("2021", "2021")


@pytest.mark.parametrize("robots", [0, -1, 1.5])
def test_a_number_of_robots_is_a_whole_number(robots: int) -> None:
    with pytest.raises(ConfigurationError, match="whole number of 1 or more"):
        orders(BOM.values(), "pi5", robots)


def test_an_unknown_variant_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="variant 'pi3'; use one of pi5, orin, own-board"):
        lines_for(BOM.values(), "pi3")


def test_an_estimate_is_counted_apart(tmp_path: Path) -> None:
    guess = GOOD | {"id": "guess", "price_status": "unverified", "price_date": "2024-05"}
    sum_ = total(orders(read_bom(written(tmp_path, GOOD, guess)), "orin"))
    assert (sum_.euros, sum_.unverified_euros, sum_.dates) == (5.0, 2.5, ("2021", "2024-05"))


# ------------------------------------------------------------------------------------ the course's
def test_each_variant_has_one_board_or_none() -> None:
    boards = {
        variant: [line.id for line in lines_for(BOM.values(), variant) if "board-" in line.id]
        for variant in VARIANTS
    }
    assert boards["pi5"] == ["board-pi5", "board-psu"]
    assert boards["orin"] == ["board-orin-nano"]
    assert boards["own-board"] == []
    assert BOM["board-pi5"].name.startswith(load_board("raspberry-pi-5").title)
    assert BOM["board-orin-nano"].name.startswith(load_board("jetson-orin-nano").title)


def test_a_board_of_ones_own_saves_exactly_the_board_with_what_belongs_to_it() -> None:
    euros = {variant: total(orders(BOM.values(), variant)).euros for variant in VARIANTS}
    extra = sum(BOM[each].price_eur or 0.0 for each in ("board-pi5", "board-psu", "sd-card"))
    assert euros["pi5"] - euros["own-board"] == pytest.approx(extra)
    assert euros["own-board"] > 150.0


def test_every_group_is_there_and_tools_cost_nothing() -> None:
    assert {line.group for line in BOM.values()} == set(GROUPS)
    counted = total(orders(BOM.values(), "pi5"))
    assert not any(BOM[each].is_tool for each in counted.unpriced)


def test_the_bill_names_what_the_robot_description_rests_on() -> None:
    robot = load_robot("course")
    motor, encoder, driver = BOM["motor"], BOM["pendulum-encoder"], BOM["motor-driver"]
    assert f"{robot.motor.gear_ratio:g}:1" in motor.name
    counts = 48 * robot.motor.gear_ratio
    assert "48 CPR" in motor.name
    assert counts == pytest.approx(robot.sensors.arm_counts_per_turn)
    assert "AMT103" in encoder.part_number
    assert "2048" in encoder.purpose
    assert robot.sensors.pendulum_counts_per_turn == 4 * 2048
    assert "MC33926" in driver.name
    assert "LS7366R" in BOM["counter-click"].name
    assert f"{robot.supply.voltage_v:g} V" in BOM["supply-12v"].name
    assert f"{robot.supply.voltage_v:g} V" in motor.name


def test_a_part_number_says_whether_it_was_read() -> None:
    for line in BOM.values():
        assert bool(line.part_status) <= bool(line.part_number), line.id
        if line.part_number and line.group in ("electronics", "mechanics"):
            assert line.part_status in ("datasheet", "page read", "unverified"), line.id


def test_a_mass_says_where_it_comes_from() -> None:
    for line in BOM.values():
        assert (line.mass_g is None) == (line.mass_status == ""), line.id


# ------------------------------------------------------------------ ids of the CAD and of the guide
def test_every_bought_part_of_the_cad_is_in_the_bill_as_often() -> None:
    placed = Counter(each.part for each in load_placement() if each.kind == "bought")
    for part, number in placed.items():
        if part in CUT:
            assert CUT[part] in BOM
        else:
            assert part in BOM, f"{part} x {number} is in the CAD and not in bom.csv"
            assert BOM[part].quantity == number, part


def test_every_printed_part_of_the_cad_is_in_its_table() -> None:
    placed = Counter(each.part for each in load_placement() if each.kind == "printed")
    assert {**placed, "fit-gauge": 1} == PRINTED
    assert not set(PRINTED) & set(BOM)


def test_the_fasteners_of_the_bill_are_those_of_the_cad() -> None:
    placed = {each.part for each in load_placement()}
    assert {line.id for line in BOM.values() if line.group == "fasteners"} <= placed


def test_masses_are_those_that_the_cad_reckons_with() -> None:
    bought = tomllib.loads((assembly_folder() / "bought.toml").read_text(encoding="utf-8"))
    compared = 0
    for part, line in BOM.items():
        if line.mass_g is not None and "mass_g" in bought.get(part, {}):
            assert line.mass_g == bought[part]["mass_g"]["value"], part
            compared += 1
    assert compared > 5


def test_the_tubes_suffice_and_none_is_left_over() -> None:
    assert len(sawn_from(cut_list())) == BOM["tube-8mm"].quantity


def test_the_filament_suffices_with_some_to_spare() -> None:
    needed = filament_g(read_printed())
    assert 1.2 * needed <= BOM["filament-petg"].quantity <= 2.0 * needed


def used_in_steps() -> Counter[str]:
    used: Counter[str] = Counter()
    for step in load_guide().steps:
        used.update(step.parts)
    return used


def test_every_part_that_a_step_uses_is_there_in_the_right_number() -> None:
    for part, number in used_in_steps().items():
        if part in PRINTED:
            assert number == PRINTED[part], part
        else:
            assert part in BOM, f"a step uses {part!r}, which is in no table"
            assert number == pytest.approx(BOM[part].quantity), part


def test_every_line_and_every_printed_part_is_used_by_a_step() -> None:
    used = set(used_in_steps())
    others = {"board-orin-nano"}  # instead of the board that the guide names
    lines = {line.id for line in BOM.values() if not line.is_tool}
    assert lines - used - others == set()
    assert set(PRINTED) - used == set()


def test_the_tools_of_the_bill_are_those_of_the_steps() -> None:
    used = {tool for step in load_guide().steps for tool in step.tools} - {"hand"}
    tools = {line.id for line in BOM.values() if line.is_tool}
    assert used == tools


def test_the_file_is_plain_csv_that_a_spreadsheet_writes_back_unchanged() -> None:
    text = (bom_folder() / "bom.csv").read_text(encoding="utf-8")
    assert "\r" not in text
    assert text.endswith("\n")
    rows = list(csv.reader(text.splitlines()))
    assert {len(row) for row in rows} == {len(rows[0])}
