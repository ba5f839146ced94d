"""The rulers of the printable parts find a thin wall and a wide ceiling where there is one."""

import numpy as np
import pytest
import trimesh
from part_meshes import thinnest_wall_mm, widest_overhang_mm


def block(x: float, y: float, z: float, low: float = 0.0) -> trimesh.Trimesh:
    return trimesh.creation.box(bounds=[[-x / 2, -y / 2, low], [x / 2, y / 2, low + z]])


@pytest.mark.parametrize("thickness", [0.5, 0.8, 3.0])
def test_the_thinnest_wall_of_a_plate_is_its_thickness(thickness: float) -> None:
    assert thinnest_wall_mm(block(20.0, 30.0, thickness)) == pytest.approx(thickness, abs=1e-3)


def test_the_wall_of_a_tube_is_measured_and_not_its_diameter() -> None:
    tube = trimesh.creation.annulus(r_min=4.0, r_max=5.2, height=20.0, sections=64)
    assert thinnest_wall_mm(tube) == pytest.approx(1.2, abs=0.02)


def test_an_edge_at_a_slant_is_no_thin_wall() -> None:
    roof = trimesh.convex.convex_hull(
        [[x, y, z] for x in (-20, 20) for y, z in ((-10, 0), (10, 0), (0, 10))]
    )
    # Rays from the floor leave through the roof at 45 degrees, those from the gables at 40 mm.
    assert thinnest_wall_mm(roof) == pytest.approx(40.0)


def table_with_legs(gap: float) -> trimesh.Trimesh:
    """Two legs, a plate over the gap between them, seen from the side; 10 deep."""
    half = gap / 2.0
    outline = [
        (-half - 5, 0),
        (-half, 0),
        (-half, 10),
        (half, 10),
        (half, 0),
        (half + 5, 0),
        (half + 5, 13),
        (-half - 5, 13),
    ]
    corners = np.array([[x, y, z] for y in (-20.0, 20.0) for x, z in outline])
    sides = [[i, (i + 1) % 8, 8 + i] for i in range(8)]
    sides += [[(i + 1) % 8, 8 + (i + 1) % 8, 8 + i] for i in range(8)]
    cap = [[0, 7, 1], [1, 7, 2], [2, 7, 6], [2, 6, 3], [3, 6, 5], [3, 5, 4]]
    faces = sides + [face[::-1] for face in cap] + [[k + 8 for k in face] for face in cap]
    mesh = trimesh.Trimesh(corners, faces)
    mesh.fix_normals()
    assert mesh.is_watertight
    return mesh


@pytest.mark.parametrize("gap", [6.0, 18.0])
def test_a_ceiling_is_as_wide_as_the_gap_that_it_spans(gap: float) -> None:
    assert widest_overhang_mm(table_with_legs(gap), 50.0) == pytest.approx(gap, abs=0.1)


def test_what_lies_on_the_bed_does_not_overhang() -> None:
    assert widest_overhang_mm(block(50.0, 50.0, 5.0), 50.0) == 0.0
    assert widest_overhang_mm(block(50.0, 50.0, 5.0, low=1.0), 50.0) == pytest.approx(50.0)


@pytest.mark.parametrize(("lean", "allowed"), [(45.0, True), (55.0, False)])
def test_a_wall_may_lean_up_to_the_limit(lean: float, allowed: bool) -> None:
    side = np.tan(np.radians(lean)) * 10.0
    corners = [[x, y, 0.0] for x in (-2, 2) for y in (-20, 20)]
    corners += [[x * (2 + side) / 2, y, 10.0] for x in (-2, 2) for y in (-20, 20)]
    span = widest_overhang_mm(trimesh.convex.convex_hull(corners), 50.0)
    assert (span == 0.0) == allowed
