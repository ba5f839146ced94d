"""Line drawings: what one sees is drawn through, what is behind is dashed, balloons find parts."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
import trimesh

from assembly.cad.drawing import Shown, draw_part, draw_step
from assembly.cad.outlines import chained, farthest, feature_edges, outlines, simplified, split
from assembly.cad.raster import framed, look, paint


def cube(side: float, at: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    box = trimesh.creation.box((side, side, side))
    return box.vertices + np.array(at), box.faces


def lines(svg: str, name: str) -> int:
    """How many lines a class has."""
    found = re.search(rf'<path class="{name}" d="([^"]*)"', svg)
    return found[1].count("M") if found else 0


def test_a_cube_seen_from_a_corner_has_nine_edges_in_sight_and_three_behind() -> None:
    corners, triangles = cube(10.0, (0, 0, 0))
    camera = framed(look(-55, 30), corners, (20, 20, 280, 280))
    seen = camera.project(corners)
    nearness = paint([(seen, triangles)], 300, 300)[1]
    pairs, covered = feature_edges(corners, seen, triangles)
    edges = seen[pairs]
    assert len(edges) == 12
    assert not covered.any()
    front, back = split(edges, covered, farthest(nearness), 0.2)
    lengths = [sum(np.hypot(*(end - start)) for start, end in part) for part in (front, back)]
    edge = [np.hypot(*(end - start)[:2]) for start, end in edges]
    assert lengths[0] + lengths[1] == pytest.approx(sum(edge))
    # Three edges of a cube meet in the hidden corner, and each direction has four edges.
    assert lengths[1] == pytest.approx(sum(edge) / 4.0, rel=0.05)


def test_the_bore_of_a_thin_tube_does_not_shine_through_its_wall() -> None:
    tube = trimesh.creation.annulus(r_min=3.0, r_max=4.0, height=300.0, sections=32)
    camera = framed(look(0, 5), tube.vertices, (20, 20, 280, 280))
    seen = camera.project(np.asarray(tube.vertices))
    pairs, covered = feature_edges(tube.vertices, seen, tube.faces)
    radius = np.hypot(*tube.vertices[pairs].mean(axis=1)[:, :2].T)
    long = np.ptp(tube.vertices[pairs][:, :, 2], axis=1) > 100.0
    assert long.sum() == 4
    assert (covered[long] == (radius[long] < 3.5)).all()


def test_the_nearer_solid_covers_the_other() -> None:
    corners, triangles = cube(10.0, (0, 0, 0))
    camera = framed(look(0, 0), corners, (10, 10, 90, 90))
    far, near = (camera.project(corners + np.array([x, 0, 0])) for x in (0.0, 20.0))
    for meshes, first in (([far, near], 1), ([near, far], 0)):
        nearest = paint([(seen, triangles) for seen in meshes], 100, 100)[0]
        assert nearest[50, 50] == first
        assert nearest[2, 2] == -1


def test_azimuth_and_elevation_say_where_one_looks_from() -> None:
    assert look(0, 0)[2] == pytest.approx([1, 0, 0])
    assert look(90, 0)[2] == pytest.approx([0, 1, 0], abs=1e-12)
    assert look(0, 90)[2] == pytest.approx([0, 0, 1], abs=1e-12)
    assert np.linalg.det(look(-35, 20)) == pytest.approx(1.0)


def test_pieces_end_to_end_become_one_line() -> None:
    points = np.array([[0.0, 0.0], [5.0, 0.0], [10.0, 0.0], [10.0, 8.0]])
    pieces = [points[[1, 2]], points[[0, 1]], points[[3, 2]]]
    [line] = chained(pieces, 0.1)
    assert sorted([line[0], line[-1]]) == [(0.0, 0.0), (10.0, 8.0)]
    assert len(line) == 3


def test_a_straightened_line_stays_within_the_tolerance() -> None:
    turn = np.linspace(0.0, np.pi, 200)
    arc = [(float(x), float(y)) for x, y in zip(50 * np.cos(turn), 50 * np.sin(turn), strict=True)]
    short = simplified(arc, 0.5)
    assert 5 < len(short) < 20
    middles = [np.add(a, b) / 2.0 for a, b in pairwise(short)]
    assert min(np.hypot(*middle) for middle in middles) > 50 - 0.6


def test_an_outline_goes_round_what_is_filled_and_round_its_holes() -> None:
    mask = np.zeros((40, 40), bool)
    mask[5:35, 5:35] = True
    mask[15:25, 15:25] = False
    loops = outlines(mask, 0.5)
    assert sorted(len(loop) for loop in loops) == [5, 5]
    assert {point for loop in loops for point in loop} == {
        (x, y) for a, b in ((5.0, 35.0), (15.0, 25.0)) for x in (a, b) for y in (a, b)
    }


def test_what_is_new_has_a_colour_and_a_balloon_and_what_is_old_has_none() -> None:
    old = Shown("plate", *cube(30.0, (0, 0, 0)))
    new = [Shown("screw", *cube(4.0, (x, 0, 25.0)), new=True, pulled=(0, 0, 20)) for x in (-9, 9)]
    svg = draw_step([old, *new], (-55, 30), {"screw": "17", "plate": "3"}, "A <step>")
    ElementTree.fromstring(svg)
    assert lines(svg, "old") > 0
    assert lines(svg, "new") > 0
    assert lines(svg, "pull") == 2
    assert ">17</text>" in svg
    assert "2 × screw" in svg
    assert ">3</text>" not in svg
    assert "A &lt;step&gt;" in svg


def test_lines_behind_something_older_are_dashed_and_only_those_of_new_parts() -> None:
    wall = Shown("wall", *cube(30.0, (0, 0, 0)))
    inside = Shown("nut", *cube(5.0, (0, 0, 0)), new=True)
    assert lines(draw_step([wall, inside], (-55, 30), {}, "in"), "hid") > 0
    assert lines(draw_step([wall], (-55, 30), {}, "alone"), "hid") == 0


def test_small_new_parts_come_nearer() -> None:
    wide = Shown("board", *cube(400.0, (0, 0, -200.0)))
    nut = Shown("nut", *cube(4.0, (0, 0, 2.0)), new=True)
    svg = draw_step([wide, nut], (-55, 30), {}, "near")
    [path] = re.findall(r'class="fnew" d="M([\d.]+) ([\d.]+)', svg)
    steps = re.search(r'class="fnew" d="M[\d.]+ [\d.]+l([^z]*)z', svg)
    assert steps is not None
    size = sum(abs(float(value)) for value in re.findall(r"-?[\d.]+", steps[1]))
    assert size > 300
    assert all(0 < float(value) < 800 for value in path)


def test_balloons_do_not_overlap() -> None:
    new = [Shown(f"part-{k}", *cube(3.0, (0, 0, 4.0 * k)), new=True) for k in range(9)]
    svg = draw_step(new, (-55, 30), {f"part-{k}": str(k) for k in range(9)}, "many")
    places = re.findall(r'<circle cx="(\d+)" cy="(\d+)" r="15"/>', svg)
    assert len(places) == 9
    for side in {x for x, _ in places}:
        heights = sorted(int(y) for x, y in places if x == side)
        assert min(np.diff(heights)) >= 39


def test_the_drawing_of_a_part_is_the_same_every_time() -> None:
    corners, triangles = cube(20.0, (0, 0, 0))
    assert draw_part("cube", corners, triangles) == draw_part("cube", corners, triangles)
