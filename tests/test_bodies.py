"""The parts of a scene refuse what cannot be drawn."""

import math

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.bodies import Arrow, Body, Coordinate, Shape, rotation_matrix

TRIANGLE = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        ({"kind": "cone", "size": (1.0,)}, r"'cone'; use one of 'box', 'cylinder'"),
        ({"kind": "box", "size": (1.0, 2.0)}, r"size = \(1.0, 2.0\); it must be 3 finite"),
        ({"kind": "sphere", "size": (0.0,)}, "every length must be above 0"),
        ({"kind": "sphere", "size": (math.inf,)}, "1 finite numbers"),
        ({"kind": "sphere", "size": (1.0,), "position": (0.0, 0.0)}, "position .* 3 finite"),
        ({"kind": "sphere", "size": (1.0,), "rotation": (2.0, 0, 0, 0)}, "length 2; make it 1"),
        ({"kind": "sphere", "size": (1.0,), "colour": "red"}, "colour = 'red'; write it as"),
        ({"kind": "sphere", "size": (1.0,), "colour": "#12345g"}, "colour = '#12345g'"),
        ({"kind": "sphere", "size": (1.0,), "vertices": TRIANGLE}, "other shapes have none"),
        ({"kind": "mesh", "vertices": TRIANGLE[:-1]}, "8 numbers in vertices"),
        ({"kind": "mesh"}, "0 numbers in vertices"),
    ],
)
def test_refuses_bad_shapes(shape, problem):
    with pytest.raises(ConfigurationError, match=problem):
        Shape(**shape)


def test_takes_a_mesh():
    assert Shape("mesh", vertices=TRIANGLE).size == ()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"joint": "hinge"}, r"body 'a': joint = 'hinge'; use one of 'fixed', 'revolute'"),
        ({"axis": (1.0, 1.0, 0.0)}, "axis .* length 1.41421; make it 1"),
        ({"axis": (1.0,)}, "axis .* 3 finite"),
        ({"position": (1.0, 2.0)}, "position .* 3 finite"),
        ({"rotation": (1.0, 0.0, 0.0)}, "rotation .* 4 finite"),
    ],
)
def test_refuses_bad_bodies(body, problem):
    with pytest.raises(ConfigurationError, match=problem):
        Body("a", (), **body)


def test_refuses_unknown_units_and_arrows():
    with pytest.raises(ConfigurationError, match="coordinate 'arm': unit = 'deg'; use one of"):
        Coordinate("arm", "deg")
    with pytest.raises(ConfigurationError, match="kind of arrow = 'pull'; use one of 'turn', 'pu"):
        Arrow("arm", (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), "pull", 0.1)


def test_rotation_matrix_of_a_quarter_turn_about_z():
    half = math.pi / 4
    turn = rotation_matrix((3 * math.cos(half), 0.0, 0.0, 3 * math.sin(half)))
    assert turn @ (1.0, 0.0, 0.0) == pytest.approx((0.0, 1.0, 0.0))
    assert turn @ (0.0, 0.0, 1.0) == pytest.approx((0.0, 0.0, 1.0))
