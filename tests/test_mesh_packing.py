"""Packed corners: two bytes each, and as exact as a print."""

import base64

import numpy as np
import pytest

from furutalib.learning.mesh_packing import packed


def unpacked(plain):
    return np.frombuffer(base64.b64decode(plain["values"]), "<i2") * plain["unit"]


@pytest.mark.parametrize("size_m", [1e-3, 0.25, 5.0])
def test_corners_come_back(size_m):
    corners = np.random.default_rng(3).uniform(-size_m, size_m, (40, 3, 3))
    plain = packed(corners)
    np.testing.assert_allclose(unpacked(plain), corners.ravel(), atol=size_m / 32767)
    assert len(plain["values"]) == 40 * 24


def test_nothing_and_a_point_at_the_origin():
    assert packed(()) is None
    assert unpacked(packed(np.zeros(9))).tolist() == [0.0] * 9
