"""Pictures of scenes, checked where things must show, by their colours."""

import numpy as np
import pytest
from pictures import shows, where

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.bodies import Body, Coordinate, Shape
from furutalib.learning.painter import paint
from furutalib.learning.scene import (
    GHOST_COLOURS,
    Camera,
    Floor,
    Scene,
    cartpole_scene,
    furuta_scene,
)
from furutalib.learning.solids import rgb, solid_of

RED, GREEN, COMMAND, PATH = (200, 40, 40), (40, 160, 40), (42, 157, 143), (214, 140, 60)
ROD = (232, 112, 58)
FRONT = Camera(0.0, 0.0, (0.0, 0.0, 0.0), 10.0, (4.0, 3.0))
BACK = Camera(180.0, 0.0, (0.0, 0.0, 0.0), 10.0, (4.0, 3.0))
SIZE = {"width": 400, "height": 300}

BALL = Shape("sphere", (0.3,), colour="#c82828")
WALL = Body("wall", (Shape("box", (0.1, 1.0, 1.0), (0.0, 0.5, 0.0), colour="#28a028"),))
SLIDER = Body("slider", (BALL,), joint="prismatic", axis=(0.0, 1.0, 0.0), position=(-1.0, 0.0, 0.0))


SLIDES = (Coordinate("slider", "m"),)


def scene_of(*bodies, coordinates=SLIDES, **changes):
    return Scene("test", bodies, coordinates, **{"camera": FRONT, **changes})


def test_a_ball_where_its_joint_brings_it():
    scene = scene_of(SLIDER, camera=Camera(0.0, 0.0, (-1.0, 0.0, 0.0), 10.0, (4.0, 3.0)))
    image = paint(scene, (1.2,), **SIZE)
    assert image.shape == (300, 400, 3)
    assert where(image, RED) == pytest.approx((320, 150), abs=2)
    assert shows(image, RED).sum() == pytest.approx(np.pi * 30**2, rel=0.15)
    assert where(paint(scene, (-1.2,), **SIZE), RED) == pytest.approx((80, 150), abs=2)


def test_a_wall_hides_what_is_behind_it_and_not_what_is_before_it():
    seen = [
        shows(paint(scene_of(*bodies, camera=camera), (0.5,), **SIZE), RED).sum()
        for bodies in ((SLIDER, WALL), (WALL, SLIDER))
        for camera in (FRONT, BACK)
    ]
    assert seen[0] == seen[2] == 0
    assert seen[1] == seen[3] > 1000


def test_a_free_body_turns():
    bar = Body("bar", (Shape("box", (0.1, 2.0, 0.2), colour="#c82828"),), joint="free")
    scene = scene_of(bar, coordinates=tuple(Coordinate(name, "") for name in "xyzabcd"))
    lying, standing = (
        np.argwhere(shows(paint(scene, (0.0, 0.5, 0.0, *turn), **SIZE), RED))
        for turn in ((1.0, 0.0, 0.0, 0.0), (1.0, 1.0, 0.0, 0.0))
    )
    assert np.ptp(lying, axis=0) == pytest.approx((20, 200), abs=4)
    assert np.ptp(standing, axis=0) == pytest.approx((200, 20), abs=4)
    assert lying.mean(axis=0)[1] == pytest.approx(250, abs=2)


@pytest.mark.parametrize("camera", [FRONT, Camera(30.0, 40.0, (0.0, 0.0, 0.0), 10.0, (4.0, 3.0))])
def test_a_mesh_looks_like_the_shape_it_copies(camera):
    box = Shape("box", (0.5, 1.5, 0.8), colour="#c82828")
    solid = solid_of(Body("box", (box,)))
    corners = [solid.points[face[k]] for face in solid.faces for k in (0, 1, 2, 0, 2, 3)]
    mesh = Shape("mesh", vertices=tuple(np.ravel(corners).tolist()), colour="#c82828")
    first, second = (
        paint(scene_of(Body("a", (shape,)), camera=camera, coordinates=()), (), **SIZE)
        for shape in (box, mesh)
    )
    assert shows(first, RED).sum() > 5000
    np.testing.assert_array_equal(first, second)


def test_ghosts_are_translucent_and_in_their_own_colours():
    scene = scene_of(SLIDER)
    image = paint(scene, [(0.0,), (1.0,), (-1.0,)], colours=(None, "#28a028"), **SIZE)
    solid = paint(scene, (0.0,), **SIZE)
    np.testing.assert_array_equal(image[:, 160:240], solid[:, 160:240])
    assert where(image, RED) == pytest.approx((200, 150), abs=2)
    for x, colour in ((291, GREEN), (109, rgb(GHOST_COLOURS[0]))):
        ghost = image[150, x].astype(float)
        expected = 0.45 * np.array(colour) + 0.55 * solid[150, x]
        np.testing.assert_allclose(ghost, expected, atol=25)


def test_a_ghost_in_the_place_of_the_first_state_is_not_seen():
    scene = furuta_scene()
    state = (0.5, 2.0)
    np.testing.assert_array_equal(paint(scene, [state, state]), paint(scene, state))


def test_the_first_state_can_have_a_colour_too_but_not_what_stands_still():
    scene = scene_of(SLIDER, WALL)
    image = paint(scene, (-1.0,), colours=("#8040c0",), **SIZE)
    assert where(image, (128, 64, 192))[0] == pytest.approx(109, abs=1)
    assert where(image, GREEN)[0] > 200


def test_the_path_runs_before_and_behind():
    behind, before = [(-0.5, 0.2, 0.0), (-0.5, 0.8, 0.0)], [(0.5, 0.2, 0.3), (0.5, 0.8, 0.3)]
    scene = scene_of(WALL, coordinates=())
    assert not shows(paint(scene, (), trail=behind, **SIZE), PATH).any()
    x, y = where(paint(scene, (), trail=before, **SIZE), PATH)
    assert (x, y) == pytest.approx((250, 118), abs=5)
    assert not shows(paint(scene, (), trail=before[:1], **SIZE), PATH).any()


def test_the_legend_has_a_dot_for_each_name():
    scene = scene_of(SLIDER)
    image = paint(scene, [(0.0,), (0.5,)], colours=(None, "#28a028"), names=("one", "two"), **SIZE)
    corner = image[:50, 300:]
    assert where(corner, RED)[1] + 10 < where(corner, GREEN)[1]
    assert not shows(paint(scene, [(0.0,), (0.5,)], **SIZE)[:50], RED).any()


def test_the_coordinates_are_written_in_the_corner():
    scene = furuta_scene()
    corner = (slice(0, 55), slice(0, 180))
    hanging, turned, degree = (
        paint(scene, state)[corner] for state in ((0.0, 0.0), (0.0, 2 * np.pi), (0.0, 0.02))
    )
    assert (hanging.min(axis=2) < 120).any()
    np.testing.assert_array_equal(hanging, turned)
    assert (hanging[30:] != degree[30:]).any()
    np.testing.assert_array_equal(hanging[:30], degree[:30])


def test_the_command_bar():
    scene = scene_of(SLIDER)
    right, left, beyond, full = (
        paint(scene, (0.0,), command=command, **SIZE) for command in (0.8, -0.8, 7.0, 1.0)
    )
    assert where(right, COMMAND)[0] > 220 > 180 > where(left, COMMAND)[0]
    assert where(beyond, COMMAND)[0] == where(full, COMMAND)[0]
    assert not shows(paint(scene, (0.0,), **SIZE), COMMAND).any()


def test_the_floor_shows_where_the_arm_must_not_go():
    forbidden = (247, 222, 214)
    above = Camera(0.0, 89.0, (0.0, 0.0, 0.0), 10.0, (4.0, 3.0))
    with_limit, without = (
        paint(scene_of(SLIDER, camera=above, floor=Floor(1.0, limit)), (3.0,), **SIZE)
        for limit in (np.pi / 2, None)
    )
    found = np.argwhere((with_limit == forbidden).all(axis=2))
    assert len(found) == pytest.approx(np.pi * 100**2 / 2, rel=0.1)
    assert found[:, 0].max() < 152  # the far half: the viewer stands at 0 degrees
    assert not (without == forbidden).all(axis=2).any()


def test_pictures_do_not_draw_on_each_other():
    scene = furuta_scene()
    first = paint(scene, (0.5, 2.0), command=0.1)
    paint(scene, [(-0.5, 1.0), (0.3, 0.2)], command=-1.0, names=("a", "b"))
    np.testing.assert_array_equal(paint(scene, (0.5, 2.0), command=0.1), first)


def test_refuses_states_that_do_not_fit():
    with pytest.raises(ConfigurationError, match="give 2 finite numbers: arm, pendulum"):
        paint(furuta_scene(), [(0.0, 0.0, 0.0)])
    with pytest.raises(ConfigurationError, match="give 2 finite numbers"):
        paint(furuta_scene(), [(0.0, 0.0), (np.nan, 0.0)])


def test_the_pole_leans_to_the_right_and_the_cart_goes_there():
    def pole(cart_m, pole_rad):
        return where(paint(cartpole_scene(), (cart_m, pole_rad), width=480, height=240), ROD)

    assert pole(0.0, 0.5)[0] > 240
    assert pole(1.0, 0.0)[0] == pytest.approx(240 + 480 / 5.6, abs=3)
    assert pole(0.0, 0.0)[1] < pole(0.0, 0.5)[1] + 20
