"""Looking ahead: a right description is near, a wrong one is not, and only the past is used."""

import numpy as np
import pytest
from excitation_runs import run_part

from furutalib.facts.errors import IdentificationError
from furutalib.facts.robot import load_robot
from furutalib.learning.excitation import Part
from furutalib.learning.held_out import AHEAD_S, KNOWN_S, look_ahead
from furutalib.learning.windows import Piece, pieces
from furutalib.machine.robot import SimulatedRobot

COURSE = load_robot("course")


@pytest.fixture(scope="module")
def recorded() -> list[Piece]:
    rng = np.random.default_rng(8)
    commands = np.repeat(rng.uniform(-0.6, 0.6, 30), 10)
    with SimulatedRobot(COURSE) as plant:
        return pieces(run_part(plant, Part("x", commands), COURSE), "x")


def test_the_right_description_is_near_and_a_wrong_one_is_not(recorded: list[Piece]) -> None:
    weak = COURSE.with_values({"motor.torque_constant_nm_a": 0.03})
    right, wrong = look_ahead(COURSE, [recorded]), look_ahead(weak, [recorded])
    assert right.rms_deg < 1.0
    assert wrong.rms_deg > 3.0 * right.rms_deg


def test_time_0_is_where_correcting_ends(recorded: list[Piece]) -> None:
    ahead = look_ahead(COURSE, [recorded])
    assert ahead.time_s[0] == pytest.approx(-KNOWN_S)
    assert ahead.time_s[-1] == pytest.approx(AHEAD_S)
    assert ahead.simulated.shape == ahead.measured.shape == (8, 36, 2)


def test_what_comes_later_does_not_help(recorded: list[Piece]) -> None:
    (piece,) = recorded
    changed = piece.angles.copy()
    changed[11:36, 1] += 0.5  # after what is known of the first piece
    ahead = look_ahead(COURSE, [[piece._replace(angles=changed)]])
    assert ahead.simulated[0] == pytest.approx(look_ahead(COURSE, [recorded]).simulated[0])


def test_a_recording_too_short_is_refused(recorded: list[Piece]) -> None:
    (piece,) = recorded
    short = piece._replace(commands=piece.commands[:20], angles=piece.angles[:17])
    with pytest.raises(IdentificationError, match="no recording has 35 periods"):
        look_ahead(COURSE, [[short]])
