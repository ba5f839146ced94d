"""Faces of shapes: closed, outwards, of the right volume; and which shape hides which."""

import itertools
import math

import numpy as np
import pytest

from furutalib.learning.bodies import Body, Shape, rotation_matrix
from furutalib.learning.solids import far_to_near, rgb, solid_of

TURN = (0.6, 0.0, 0.8, 0.0)
CUBE = solid_of(Body("cube", (Shape("box", (1.0, 1.0, 1.0)),)))
CUBE_VERTICES = tuple(
    float(value)
    for face in CUBE.faces
    for i in (1, 2)
    for corner in (face[0], face[i], face[i + 1])
    for value in CUBE.points[corner]
)


def triangles(solid):
    """Corners (n, 3, 3) of the faces, cut into fans."""
    return np.array(
        [
            solid.points[[face[0], *pair]]
            for face in solid.faces
            for pair in itertools.pairwise(face[1:])
        ]
    )


@pytest.mark.parametrize(
    ("shape", "volume", "tolerance"),
    [
        (Shape("box", (1.0, 2.0, 3.0), (1.0, 0.0, 0.0), TURN), 6.0, 1e-12),
        (Shape("mesh", vertices=CUBE_VERTICES, rotation=TURN), 1.0, 1e-12),
        (Shape("cylinder", (0.5, 2.0), (0.0, 1.0, 0.0), TURN), math.pi / 2, 0.02),
        (Shape("sphere", (0.5,), (0.0, 0.0, 2.0)), math.pi / 6, 0.15),
        (Shape("capsule", (0.5, 2.0), (1.0, 1.0, 1.0), TURN), math.pi / 2 + math.pi / 6, 0.08),
    ],
    ids=lambda value: value.kind if isinstance(value, Shape) else "",
)
def test_surfaces_are_closed_and_face_outwards(shape, volume, tolerance):
    solid = solid_of(Body("a", (shape,)))
    corners = triangles(solid)
    areas = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]) / 2
    np.testing.assert_allclose(areas.sum(axis=0), 0, atol=1e-12)
    enclosed = np.einsum("ni,ni->", corners.mean(axis=1), areas) / 3
    assert enclosed == pytest.approx(volume, rel=tolerance)
    assert np.einsum("fi,fi->f", solid.normals, solid.centres - shape.position).min() > 0
    np.testing.assert_allclose(np.linalg.norm(solid.normals, axis=1), 1)


def test_the_box_about_a_shape_holds_it_tightly():
    turned = Shape("capsule", (0.5, 2.0), (1.0, 2.0, 3.0), TURN, "#102030")
    solid = solid_of(Body("a", (Shape("sphere", (1.0,)), turned)))
    np.testing.assert_allclose(solid.box_centres[1], (1, 2, 3), atol=1e-12)
    np.testing.assert_allclose(solid.box_axes[1], rotation_matrix(TURN), atol=1e-12)
    np.testing.assert_allclose(solid.box_halves, [(1, 1, 1), (0.5, 0.5, 1.5)], atol=0.03)
    assert (solid.colours[solid.shape_of == 1] == rgb("#102030")).all()


def test_a_mesh_loses_triangles_without_area():
    flat = (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 2.0, 0.0, 0.0)
    solid = solid_of(Body("a", (Shape("mesh", vertices=CUBE_VERTICES + flat),)))
    assert len(solid.faces) == 12


def test_a_body_without_shapes_has_no_faces():
    solid = solid_of(Body("a", ()))
    assert (solid.points.shape, solid.faces, solid.box_halves.shape) == ((0, 3), (), (0, 3))


def hit(origin, direction, low, high):
    """Distances at which a ray enters boxes (n, 3), inf where it misses; the slab method."""
    with np.errstate(divide="ignore", invalid="ignore"):
        walls = np.sort([(low - origin) / direction, (high - origin) / direction], axis=0)
    enters, leaves = walls[0].max(axis=1), walls[1].min(axis=1)
    return np.where(enters < leaves, enters, np.inf)


def test_what_hides_comes_after_what_it_hides():
    """Against rays from the eye: the first box that a ray meets has the highest rank of all."""
    generator = np.random.default_rng(3)
    cells = np.array(list(itertools.product((-1.0, 0.0, 1.0), repeat=3)))
    eye = np.array((0.0, 0.0, 6.0))
    doubtful = 0
    for _ in range(20):
        chosen = cells[generator.choice(27, 12, replace=False)]
        halves = generator.uniform(0.05, 0.48, (12, 3))  # a box in a cell, thin or thick
        rank = far_to_near(6.0, chosen, np.tile(np.eye(3), (12, 1, 1)), halves)
        assert sorted(rank) == list(range(12))
        for target in generator.uniform(-1.5, 1.5, (200, 3)):
            distances = hit(eye, target - eye, chosen - halves, chosen + halves)
            met = np.flatnonzero(np.isfinite(distances))
            if len(met):
                doubtful += rank[met].argmax() != distances[met].argmin()
    assert doubtful == 0


def test_a_plate_below_a_ball_is_behind_it_though_its_middle_is_nearer():
    centres = np.array([(0.0, 0.0, 0.0), (0.0, 0.3, -2.0)])
    halves = np.array([(0.2, 0.1, 3.0), (0.1, 0.1, 0.1)])
    turned = np.tile(np.eye(3), (2, 1, 1))
    tilt = rotation_matrix((math.cos(0.2), math.sin(0.2), 0.0, 0.0))  # seen from above
    assert far_to_near(9.0, centres @ tilt.T, tilt @ turned, halves).tolist() == [0, 1]
