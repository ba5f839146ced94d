"""The rehearsal of the power-up: readings, stages, and what going on too soon does."""

import pytest

from furutalib.facts.errors import ConfigurationError, SequenceError
from furutalib.lessons.guide import load_guide
from furutalib.lessons.power_up import (
    HEALTHY,
    LETTERS,
    Rehearsal,
    chart,
    fault_of,
    measured,
    names,
    readings_at,
    rehearsal,
    stages,
    wrong_at,
)

GUIDE = load_guide()


def test_a_healthy_robot_passes_every_stage():
    now = Rehearsal(HEALTHY)
    assert wrong_at(GUIDE, HEALTHY) is None
    for stage in stages(GUIDE):
        assert now.stage == stage
        message = now.go_on()
    assert message.title == "All stages passed."
    with pytest.raises(SequenceError, match="over"):
        now.go_on()


@pytest.mark.parametrize("fault", names(GUIDE)[1:])
def test_whoever_reads_the_meter_finds_every_fault(fault):
    now = Rehearsal(fault)
    while now.stage != wrong_at(GUIDE, fault):
        assert now.stop  # nothing has shown yet: go on
        now.go_on()
        assert not now.over
    assert now.stop(fault).title == "Right."


def test_going_on_with_a_wrong_reading_hurts():
    now = Rehearsal("VDD and VIN exchanged")
    message = now.go_on()
    assert "VDD and VIN exchanged" in message.title
    assert "both die" in message.text
    with pytest.raises(SequenceError):
        now.stop("VDD and VIN exchanged")


def test_stopping_is_never_punished():
    late = "a counter's jumper on 5 V"
    assert Rehearsal(HEALTHY).stop("no common ground").title == "Everything was right here."
    assert Rehearsal(late).stop(late).title == "A lucky guess."
    now = Rehearsal("no common ground")
    assert now.stop("motor wire broken").title.startswith("Stopped in time")


def test_the_meter_shows_what_the_guide_says():
    values = measured(GUIDE, "pull-down missing")
    assert values["pull-down"] == 2e7
    assert values["winding"] == measured(GUIDE, HEALTHY)["winding"]
    shown = {row["between"]: row["shown"] for row in Rehearsal("pull-down missing").readings()}
    assert shown["DRIVER EN and DRIVER GND logic"] == "OL (open)"
    with pytest.raises(ConfigurationError, match="no fault 'rust'"):
        measured(GUIDE, "rust")


def test_the_robots_of_the_exercise_differ_and_one_is_healthy():
    found = [fault_of(letter) for letter in LETTERS]
    assert len(set(found)) == len(LETTERS)
    assert HEALTHY in found
    with pytest.raises(ConfigurationError, match="no robot 'Z'"):
        fault_of("Z")
    assert len(chart().payload["rows"]) == len(GUIDE.rehearsed())


def test_the_widget_goes_from_robot_to_robot():
    view = rehearsal(seed=4)
    heading, table, row, said = view.children
    go_on, stop, cause, another = row.children
    assert heading.value.startswith("<b>Robot 1. Stage 0")
    assert len(table.payload["rows"]) == len(readings_at(GUIDE, "power-0"))
    cause.value = HEALTHY
    stop.click()
    assert said.value
    assert go_on.disabled
    another.click()
    assert heading.value.startswith("<b>Robot 2. Stage 0")
    assert not go_on.disabled
    go_on.click()
    assert said.value
