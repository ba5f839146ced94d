"""The build guide: its one source is read strictly, and what it points at is there."""

import re
import tomllib
from pathlib import Path

import pytest

from furutalib.facts.bom import read_bom
from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import assembly_folder
from furutalib.learning.placement import chosen, load_placement
from furutalib.lessons.build_views import UNPLACED
from furutalib.lessons.guide import load_guide
from furutalib.lessons.part_tables import number, read_part_tables
from furutalib.machine.bring_up import STEPS

GUIDE = load_guide()

SMALL = """
title = "Build it"
hardware = "0.1"
[text]
status = "Never built."
[[stage]]
id = "print"
title = "Print"
text = "First."
[[step]]
id = "gauge"
stage = "print"
title = "Gauge"
action = "Print it."
check = "It can be read."
trouble = "It cannot."
minutes = 5
parts = { fit-gauge = 1 }
picture = { new = ["fit-gauge"], with = ["arm"], view = [-60, 45] }
[[reading]]
id = "rail"
at = "gauge"
between = "a and b"
unit = "V"
low = 3.13
high = 3.47
value = 3.3
wrong = "the board itself"
[[fault]]
name = "bridge"
shows = { rail = 5.0 }
does = "Kills."
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "guide.toml"


def test_a_small_guide(file):
    file.write_text(SMALL)
    guide = load_guide(file)
    [step] = guide.of_stage("print")
    assert step.parts == {"fit-gauge": 1}
    assert list(step.picture.present) == ["arm"]
    assert guide.parts_used() == {"fit-gauge": 1}
    [reading] = guide.readings_at("gauge")
    assert [reading.holds(value) for value in (3.12, 3.13, 3.47, 5.0)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("minutes = 5", "minuets = 5", r"\[\[step\]\] 0: unknown key 'minuets'"),
        ("minutes = 5\n", "", r"\[\[step\]\] 0 has no 'minutes'"),
        ('stage = "print"', 'stage = "prnt"', "stage = 'prnt'; there are print"),
        ('at = "gauge"', 'at = "gage"', "reading rail: at = 'gage'"),
        ("shows = { rail", "shows = { rial", "fault 'bridge': shows = 'rial'; there are rail"),
        ("with =", "width =", "picture: unknown key 'width'"),
        ('at = "gauge"\n', "", "reading 'rail' is not in wiring-checks.csv"),
        ('title = "Build it"', "title = ", "cannot read"),
        ("[[stage]]", "[[stages]]", "unknown key 'stages'"),
    ],
)
def test_mistakes_are_named(file, old, new, problem):
    file.write_text(SMALL.replace(old, new, 1))
    with pytest.raises(ConfigurationError, match=problem):
        load_guide(file)


def test_two_steps_of_one_name_are_refused(file):
    step = SMALL[SMALL.index("[[step]]") : SMALL.index("[[reading]]")]
    file.write_text(SMALL + step)
    with pytest.raises(ConfigurationError, match="two steps are called 'gauge'"):
        load_guide(file)


def test_the_wiring_says_what_is_measured_and_the_guide_what_is_rehearsed(file):
    own = SMALL[SMALL.index("[[reading]]") : SMALL.index("[[fault]]")]
    file.write_text(
        SMALL.replace(own, '[[reading]]\nid = "rail"\nvalue = 0.2\n').replace("gauge", "power-0")
    )
    rows = "rail,0,on,JACK plus,DRIVER VIN,ohm,,1,the fuse\nother,0,,A 1,B 2,V,3,,no\n"
    head = "id,stage,state,from,to,unit,low,high,wrong\n"
    file.with_name("wiring-checks.csv").write_text(head + rows)
    guide = load_guide(file)
    rail, other = guide.readings_at("power-0")
    assert (rail.between, rail.unit) == ("JACK plus and DRIVER VIN, switch on", "Ω")
    assert (rail.holds(0.2), rail.holds(1.2), other.holds(2.0), other.holds(1e9)) == (
        True,
        False,
        False,
        True,
    )
    assert guide.rehearsed() == [rail]


def test_a_missing_guide_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"cannot read .*none\.toml"):
        load_guide(tmp_path / "none.toml")


def test_every_step_has_one_action_a_check_and_a_trouble():
    for step in GUIDE.steps:
        assert step.action.count(". ") <= 1, f"{step.id} holds more than one action"
        assert len(step.check) > 15
        assert len(step.trouble) > 15
        assert step.minutes > 0


def test_steps_come_in_the_order_of_their_stages():
    stages = [stage.id for stage in GUIDE.stages]
    order = [stages.index(step.stage) for step in GUIDE.steps]
    assert order == sorted(order)
    assert set(order) == set(range(len(stages)))


def test_the_power_up_comes_last_and_ends_in_the_bring_up():
    ids = [step.id for step in GUIDE.steps]
    assert ids.index("power-0") > ids.index("wire-motor")
    last_power = max(i for i, step in enumerate(GUIDE.steps) if step.stage == "power")
    assert GUIDE.steps[last_power + 1].action.count("furuta bring-up --robot real") == 1
    assert STEPS[0].name == "chips"  # what bring-up asks first is what stage 2 has measured


def test_a_healthy_robot_is_within_every_range():
    assert len(GUIDE.rehearsed()) > 15
    for reading in GUIDE.rehearsed():
        assert reading.holds(reading.value), reading.id


def test_every_fault_shows_before_it_can_hurt():
    """One of its readings is out of range, at a stage that comes before the motor is connected."""
    readings = {reading.id: reading for reading in GUIDE.readings}
    for fault in GUIDE.faults:
        wrong = [name for name, value in fault.shows.items() if not readings[name].holds(value)]
        assert wrong, fault.name
        assert {readings[name].at for name in wrong} & {"power-0", "power-1", "power-2"}


def test_no_two_faults_look_alike():
    readings = {reading.id: reading for reading in GUIDE.readings}
    looks = [
        frozenset(
            (name, value > readings[name].high)
            for name, value in fault.shows.items()
            if not readings[name].holds(value)
        )
        for fault in GUIDE.faults
    ]
    assert len(set(looks)) == len(looks)


def test_every_number_of_a_measured_kind_says_where_it_comes_from():
    """Turns, millimetres and volts in a check are expectations: nobody has measured them."""
    measured = re.compile(r"\d(\.\d+)? (mm|V|kΩ)|than \w+ (turns|swings)")
    for step in GUIDE.steps:
        if measured.search(step.check):
            assert step.source, step.id


def test_the_steps_use_every_part_of_the_bill_of_materials_in_its_number():
    bom = {line.id: line for line in read_bom()}
    used = GUIDE.parts_used()
    other = {name for step in GUIDE.steps for name in step.instead.values()}
    wrong = {
        line.id: (used.get(line.id, 0), line.quantity)
        for line in bom.values()
        if not line.is_tool and line.id not in other
        if used.get(line.id, 0) != pytest.approx(line.quantity)
    }
    assert wrong == {}
    assert other <= set(bom)


def test_the_steps_use_every_printed_part_in_its_number():
    tables = read_part_tables()
    used = GUIDE.parts_used()
    wrong = {
        part: (used.get(part, 0), row["quantity"])
        for part, row in tables.printed.items()
        if used.get(part, 0) != number(row, "quantity")
    }
    assert wrong == {}
    assert [part for part in used if not tables.known(part)] == []


def test_every_tool_is_in_the_bill_of_materials_and_used():
    tools = {line.id for line in read_bom() if line.is_tool}
    assert {tool for step in GUIDE.steps for tool in step.tools} == tools


def test_every_picture_shows_parts_that_are_placed():
    placed = load_placement()
    for step in GUIDE.steps:
        if step.picture and not {*step.picture.new} & {*UNPLACED}:
            assert chosen(placed, step.picture.new), step.id
            chosen(placed, step.picture.present)


def test_every_placed_part_is_in_some_picture():
    placed = load_placement()
    shown = {
        name
        for step in GUIDE.steps
        if step.picture and not {*step.picture.new} & {*UNPLACED}
        for name in chosen(placed, [*step.picture.new, *step.picture.present])
    }
    missing = {each.part for each in placed} - {e.part for e in placed if e.name in shown}
    assert missing == set()


def test_lengths_in_the_text_are_those_of_the_design():
    text = (assembly_folder() / "design.toml").read_text("utf-8")
    design = tomllib.loads(text)
    actions = {step.id: step for step in GUIDE.steps}
    width = tomllib.loads((assembly_folder() / "bought.toml").read_text("utf-8"))["bearing-608"]
    face = design["arm"]["bearing_outer_x"] + width["width_mm"]["value"] / 2
    out = design["pendulum"]["shaft_end_x"] - face
    assert f"by {out:g} mm" in actions["collar-fixed"].action
    assert f"{2 * design['guard']['half_width']:g} mm" in actions["guard-feet"].check
    guard = design["guard"]
    clamp_top = guard["rail_z"] + guard["cross_offset"] + guard["sleeve"] / 2
    assert f"by {guard['hanger_top_z'] - clamp_top:g} mm above" in actions["hanger"].action
    assert f"{-guard['boom_x']:g} mm beside the middle" in actions["boom"].action
    gap = design["arm"]["bottom_z"] - design["base"]["plate_top_z"]
    assert f"the {gap:g} mm key" in actions["arm-on-motor"].action


# Where what is new in a picture must lie (mm in the world): names of instances are counted
# by the CAD, and a screw more there would shift them all.
PLACES = {
    "foot-nuts": lambda x, y, z: z < -130,
    "hub-nut": lambda x, y, z: abs(x) < 8 and abs(y) < 8 and -24 < z < -12,
    "cap-nuts": lambda x, y, z: x > 50 and abs(y) > 10,
    "collar-nut": lambda x, y, z: 60 < x < 72 and y == 0,
    "collar-fixed": lambda x, y, z: 60 < x < 72 and y == 0,
    "joint-nuts": lambda x, y, z: x > 80 and z > -20,
    "weight-nuts": lambda x, y, z: z < -95,
    "guard-posts": lambda x, y, z: abs(x) > 150 and z < 0,
}


@pytest.mark.parametrize("name", PLACES)
def test_what_is_new_lies_where_the_step_works(name):
    placed = {each.name: each.matrix for each in load_placement()}
    [step] = [each for each in GUIDE.steps if each.id == name]
    for new in chosen(load_placement(), step.picture.new):
        x, y, z = (placed[new][i] for i in (3, 7, 11))
        if not new.startswith("guard-post"):
            assert PLACES[name](x, y, z), f"{new} at {x:.0f}, {y:.0f}, {z:.0f}"
