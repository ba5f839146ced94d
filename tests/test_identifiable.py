"""What can be told from voltages and angles, and how it goes into a description."""

import dataclasses

import numpy as np
import pytest

from furutalib.facts.errors import IdentificationError
from furutalib.facts.robot import load_robot
from furutalib.learning.identifiable import (
    IDENTIFIABLE,
    LEFT_OUT,
    WIDEST,
    changes,
    ranges,
    rows_with,
    seen_values,
    values_of,
)
from furutalib.learning.stages import WrapperSettings
from furutalib.machine.emulator.hidden import hidden_robot
from furutalib.maths.plant_parameters import P, pack

COURSE = load_robot("course")


def test_every_number_of_the_plant_is_identified_or_left_out_with_a_reason() -> None:
    values = COURSE.to_dict()
    known = {one.key for one in IDENTIFIABLE} | set(LEFT_OUT)
    tables = ("arm", "pendulum", "motor")
    assert {f"{table}.{key}" for table in tables for key in values[table]} <= known
    assert not {one.key for one in IDENTIFIABLE} & set(LEFT_OUT)
    assert all(reason for reason in LEFT_OUT.values())


def test_scaling_inertias_frictions_and_torques_alike_changes_nothing_that_is_seen() -> None:
    scaled = COURSE.with_values(
        {
            key: 1.3 * COURSE.to_dict()[key.split(".")[0]][key.split(".")[1]]
            for key in (
                "arm.mass_kg",
                "arm.inertia_kg_m2",
                "arm.viscous_nm_s",
                "pendulum.mass_kg",
                "pendulum.inertia_axial_kg_m2",
                "pendulum.inertia_transverse_kg_m2",
                "pendulum.viscous_nm_s",
                "pendulum.coulomb_nm",
                "motor.torque_constant_nm_a",
                "motor.rotor_inertia_kg_m2",
                "motor.coulomb_nm",
                "motor.stiction_nm",
            )
        }
    )
    assert seen_values(scaled, COURSE) == pytest.approx(values_of(COURSE))


def test_torque_constant_and_resistance_are_seen_only_together() -> None:
    motor = COURSE.motor
    both = COURSE.with_values(
        {
            "motor.torque_constant_nm_a": 1.2 * motor.torque_constant_nm_a,
            "motor.resistance_ohm": 1.2 * motor.resistance_ohm,
        }
    )
    assert seen_values(both, COURSE) == pytest.approx(values_of(COURSE))


@pytest.mark.parametrize("seed", [100, 101])
def test_what_is_seen_goes_into_a_description_and_comes_back(seed: int) -> None:
    seen = seen_values(hidden_robot(COURSE, seed), COURSE)
    described = COURSE.with_values(changes(COURSE, seen))
    assert values_of(described) == pytest.approx(seen)
    p, latency_s = rows_with(COURSE, seen[None])
    row = pack(described.with_values({"control.latency_s": 0.0}))
    encoders = [P.ARM_COUNTS, P.PENDULUM_COUNTS]
    assert np.delete(p[0], encoders) == pytest.approx(np.delete(row, encoders))
    assert latency_s == pytest.approx([described.control.latency_s])


@pytest.mark.parametrize(("which", "whose"), [("arm inertia", "arm"), ("pendulum inertia", "pend")])
def test_an_inertia_that_the_weighed_mass_does_not_allow_is_refused(which: str, whose: str) -> None:
    values = values_of(COURSE)
    values[[one.name for one in IDENTIFIABLE].index(which)] /= 2.5
    with pytest.raises(IdentificationError, match=f"the {whose}.*weigh the pendulum"):
        changes(COURSE, values)


def test_ranges_fit_the_wrappers_and_hold_the_interval() -> None:
    widths = ranges(COURSE, np.full(len(IDENTIFIABLE), 0.05))
    assert WrapperSettings(randomisation=widths).randomisation == widths
    assert widths["motor.torque_constant_nm_a"] == 0.05
    arm = dataclasses.asdict(COURSE.arm)
    own = arm["inertia_kg_m2"] + arm["mass_kg"] * arm["center_of_mass_m"] ** 2
    total = values_of(COURSE)[1]
    assert widths["arm.mass_kg"] * own == pytest.approx(0.05 * total, rel=1e-3)
    assert "motor.resistance_ohm" not in widths
    assert max(ranges(COURSE, np.full(len(IDENTIFIABLE), 3.0)).values()) == WIDEST
