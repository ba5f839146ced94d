"""Meshes of fewer triangles: still closed, still the part."""

import numpy as np
import pytest
import trimesh

from assembly.cad.meshes import read_stl
from assembly.cad.simplify import ASSEMBLY, TRIANGLES, simplified


def test_a_plane_box_with_too_many_triangles_becomes_twelve():
    box = trimesh.creation.box((30.0, 20.0, 10.0)).subdivide().subdivide()
    assert len(box.faces) == 192
    points, triangles = simplified((box.vertices, box.faces), 12)
    made = trimesh.Trimesh(points, triangles)
    assert len(triangles) == 12
    assert made.is_watertight
    assert made.volume == pytest.approx(6000.0)


def test_a_ring_keeps_its_hole():
    ring = trimesh.creation.annulus(5.0, 12.0, 6.0, sections=48)
    made = trimesh.Trimesh(*simplified((ring.vertices, ring.faces), 80))
    assert made.is_watertight
    assert made.euler_number == 0
    assert made.volume == pytest.approx(ring.volume, rel=0.1)


@pytest.mark.parametrize("part", sorted(TRIANGLES))
def test_the_committed_parts_of_the_scenes_are_still_the_parts(part):
    low = trimesh.Trimesh(*read_stl(ASSEMBLY / "low" / f"{part}.stl"))
    files = [ASSEMBLY / place / f"{part}.stl" for place in ("scene", "bought")]
    full = trimesh.Trimesh(*read_stl(next(file for file in files if file.is_file())))
    assert len(low.faces) <= TRIANGLES[part]
    np.testing.assert_allclose(low.bounds, full.bounds, atol=3.0)  # mm
    assert low.volume == pytest.approx(full.volume, rel=0.25)


def test_no_other_part_is_committed():
    assert {file.stem for file in (ASSEMBLY / "low").glob("*.stl")} == set(TRIANGLES)
