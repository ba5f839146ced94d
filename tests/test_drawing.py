"""Where points of the world appear."""

import numpy as np
import pytest

from furutalib.learning.drawing import View
from furutalib.learning.scene import Camera

FRONT = Camera(0.0, 0.0, (0.0, 0.0, 1.0), 10.0, (4.0, 2.0))


@pytest.mark.parametrize(("size", "pixels_per_m"), [((400, 300), 100.0), ((800, 300), 150.0)])
def test_the_frame_fits_into_any_picture(size, pixels_per_m):
    view = View(FRONT, *size)
    assert view.scale == pytest.approx(pixels_per_m)
    [middle, right, above] = view([(0.0, 0.0, 1.0), (0.0, 1.0, 1.0), (0.0, 0.0, 1.5)])
    assert middle == pytest.approx((size[0] / 2, size[1] / 2))
    assert right == pytest.approx((size[0] / 2 + pixels_per_m, size[1] / 2))
    assert above == pytest.approx((size[0] / 2, size[1] / 2 - pixels_per_m / 2))


def test_what_is_nearer_is_larger():
    [near] = View(FRONT, 400, 300)([(5.0, 1.0, 1.0)])
    assert near[0] == pytest.approx(200 + 200)


def test_a_camera_on_the_right_and_above():
    view = View(Camera(90.0, 30.0, (0.0, 0.0, 0.0), 10.0, (4.0, 3.0)), 400, 300)
    [x, z] = view.frame([(1.0, 0.0, 0.0), (0.0, 0.0, 1.0)])
    np.testing.assert_allclose(x, (-1.0, 0.0, 0.0), atol=1e-12)
    np.testing.assert_allclose(z, (0.0, np.cos(np.pi / 6), 0.5), atol=1e-12)
    position, rotation = view.pose((np.array((0.0, 0.0, 1.0)), np.eye(3)))
    np.testing.assert_allclose(position, z, atol=1e-12)
    np.testing.assert_allclose(rotation[:, 0], x, atol=1e-12)
