"""The emulated encoder: counts like the simulation's, signs, and faults that lose counts."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from furutalib.facts.errors import ConfigurationError
from furutalib.machine.emulator.encoder import EmulatedEncoder
from furutalib.maths.estimator import quantise

COUNTS_PER_TURN = st.sampled_from([211.2, 2048.0, 8192.0])
ANGLES = st.floats(-100.0, 100.0)


def test_one_turn_gives_the_counts_per_turn():
    assert EmulatedEncoder(8192).position(2 * math.pi) == 8192
    assert EmulatedEncoder(8192).position(-math.pi / 2) == -2048
    assert EmulatedEncoder(211.2).position(10 * math.pi) == 1056


@given(COUNTS_PER_TURN, st.sampled_from([1, -1]), st.lists(ANGLES, min_size=1, max_size=5))
def test_a_count_is_the_angle_that_the_simulation_measures(counts_per_turn, sign, angles):
    encoder = EmulatedEncoder(counts_per_turn, sign)
    for angle in angles:
        position = encoder.position(angle)
        measured = quantise(angle, counts_per_turn)
        assert sign * position * 2 * math.pi / counts_per_turn == pytest.approx(measured)


def test_swapped_channels_turn_the_direction_round_from_then_on():
    encoder = EmulatedEncoder(360)
    encoder.position(math.radians(50))
    encoder.swapped = True
    assert encoder.position(math.radians(60)) == 40
    encoder.swapped = False
    assert encoder.position(math.radians(65)) == 45


def test_a_frozen_encoder_loses_what_it_did_not_see():
    encoder = EmulatedEncoder(360)
    encoder.position(math.radians(50))
    encoder.frozen = True
    assert encoder.position(math.radians(80)) == 50
    encoder.frozen = False
    assert encoder.position(math.radians(81)) == 51


@pytest.mark.parametrize("way", [1, -1])
def test_slip_loses_its_share_of_the_counts_and_none_while_at_rest(way):
    encoder = EmulatedEncoder(1000)
    encoder.slip = 0.25
    for step in range(1, 1001):
        position = encoder.position(way * step * math.pi / 50)
    seen = way * position / 10_000
    assert 0.73 < seen < 0.77
    assert encoder.position(way * 1000 * math.pi / 50) == position


def test_everything_slips_at_one():
    encoder = EmulatedEncoder(1000)
    encoder.slip = 1.0
    assert encoder.position(5.0) == 0


def test_slip_repeats_with_its_seed():
    def positions(seed):
        encoder = EmulatedEncoder(1000, seed=seed)
        encoder.slip = 0.5
        return [encoder.position(0.1 * step) for step in range(50)]

    assert positions(1) == positions(1) != positions(2)


@pytest.mark.parametrize("counts", [0.0, -1.0, math.nan, math.inf])
def test_an_encoder_has_counts(counts):
    with pytest.raises(ConfigurationError, match=r"counts_per_turn = .*above 0"):
        EmulatedEncoder(counts)


@pytest.mark.parametrize("sign", [0, 2])
def test_a_sign_is_a_sign(sign):
    with pytest.raises(ConfigurationError, match=r"sign = \d; it must be 1 or -1"):
        EmulatedEncoder(8192, sign)
