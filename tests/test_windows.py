"""Recordings cut into windows: no window spans a gap, and commands stay with their periods."""

import numpy as np
import pytest
from excitation_runs import telemetry, without

from furutalib.facts.errors import IdentificationError
from furutalib.facts.robot import load_robot
from furutalib.learning.windows import cut, pieces
from furutalib.machine.robot import Flag, Reading
from furutalib.machine.telemetry import Telemetry
from furutalib.maths.plant_parameters import PAST_COMMANDS

COURSE = load_robot("course")


def recording(n: int = 101) -> Telemetry:
    """In period k the command k / 1000 was sent; angles tell the time as well."""
    readings = [Reading(k * 0.02, 0.1 * k, -0.1 * k, k / 1000.0) for k in range(n)]
    return telemetry(readings, COURSE)


def test_a_whole_recording_is_one_piece_with_nothing_sent_before() -> None:
    (piece,) = pieces(recording(), "a")
    assert piece.at_rest
    assert piece.commands[:PAST_COMMANDS].tolist() == [0.0] * PAST_COMMANDS
    assert piece.commands[PAST_COMMANDS] == pytest.approx(0.001)  # what led to the second reading
    assert len(piece.commands) - PAST_COMMANDS == len(piece.angles) - 1 == 100


def test_windows_follow_each_other_and_know_the_commands_before() -> None:
    windows = cut([pieces(recording(), "a")], 25, 0.02)
    assert len(windows) == 4
    assert windows.follows.tolist() == [False, True, True, True]
    assert windows.at_rest.tolist() == [True, False, False, False]
    assert windows.angles[1, 0].tolist() == pytest.approx([2.5, -2.5])
    assert windows.commands[1, PAST_COMMANDS - 1] == pytest.approx(0.025)
    assert windows.commands[1, PAST_COMMANDS] == pytest.approx(0.026)


def test_no_window_spans_a_gap() -> None:
    gappy = without(recording(), range(40, 43))
    first, second = pieces(gappy, "a")
    assert (len(first.angles), len(second.angles)) == (40, 58)
    assert not second.at_rest
    windows = cut([[first, second]], 20, 0.02)
    assert np.all(np.abs(np.diff(windows.angles[..., 0], axis=1) - 0.1) < 1e-9)
    # the first window after the gap begins when every command that still acts is known
    begin = [k for k in range(len(windows)) if not windows.follows[k]][1]
    assert windows.angles[begin, 0, 0] == pytest.approx(0.1 * (43 + PAST_COMMANDS))
    assert windows.commands[begin, 0] == pytest.approx(0.044)


def test_too_many_gaps_are_refused() -> None:
    with pytest.raises(IdentificationError, match=r"a lacks 2\d of its 100 periods"):
        pieces(without(recording(), range(40, 60)), "a")


def test_a_trip_is_no_reading_to_fit() -> None:
    tripped = recording()
    tripped.flags[-1] = int(Flag.TRIPPED)
    (piece,) = pieces(tripped, "a")
    assert len(piece.angles) == 100


def test_an_angle_that_is_not_known_is_a_gap() -> None:
    unknown = recording()
    unknown.arm_angle_rad[50] = np.nan
    assert [len(piece.angles) for piece in pieces(unknown, "a")] == [50, 50]


def test_a_recording_shorter_than_a_window_is_refused() -> None:
    with pytest.raises(IdentificationError, match="no recording has 50 periods"):
        cut([pieces(recording(20), "a")], 50, 0.02)


def test_an_empty_recording_is_refused() -> None:
    with pytest.raises(IdentificationError, match="lacks"):
        pieces(recording(1), "a")


def test_states_are_guessed_from_the_first_readings() -> None:
    windows = cut([pieces(recording(), "a")], 25, 0.02)
    states = windows.guess()
    assert states[1] == pytest.approx([2.5, 5.0, -2.5, -5.0])
    assert states[0] == pytest.approx([0.0, 0.0, 0.0, 0.0])  # at rest by what it is
