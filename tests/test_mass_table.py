"""Masses of the drawing: volume integrals agree with trimesh, sums with what is known by hand."""

import numpy as np
import pytest
import trimesh
from small_assembly import make_assembly

from assembly.cad.masses import bodies
from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.mass_table import centre_m, inertia_about, lumps, solid, total_kg

PRINTED = "id,quantity,printed_mass_g\narm,1,30\n"
BOUGHT = "[bearing-608]\nmass_g = { value = 12.0 }\n"


@pytest.fixture
def folder(tmp_path):
    folder = make_assembly(tmp_path)
    (folder / "parts" / "parts.csv").write_text(PRINTED)
    (folder / "bought.toml").write_text(BOUGHT)
    return folder


def test_integrals_agree_with_trimesh():
    ring = trimesh.creation.annulus(0.01, 0.03, 0.02, sections=40)
    ring.apply_transform(trimesh.transformations.rotation_matrix(0.7, [1, 2, 3], [0.1, 0, 0.2]))
    volume, centre, moments = solid(np.asarray(ring.triangles))
    assert volume == pytest.approx(ring.volume)
    np.testing.assert_allclose(centre, ring.center_mass, atol=1e-9)
    np.testing.assert_allclose(moments, ring.moment_inertia, rtol=1e-6, atol=1e-15)


def test_an_arm_of_boxes(folder):
    parts = lumps("arm", folder)
    assert [part.name for part in parts] == ["arm-1", "bearing-608-1", "bearing-608-2"]
    assert total_kg(parts) == pytest.approx(0.054)
    x = (0.030 * 0.035 + 0.012 * 0.055 + 0.012 * 0.070) / 0.054
    np.testing.assert_allclose(centre_m(parts), (x, 0, 0), atol=1e-9)
    own = 0.030 * (0.1**2 + 0.02**2) / 12 + 2 * 0.012 * (0.007**2 + 0.022**2) / 12
    moved = 0.030 * 0.035**2 + 0.012 * (0.055**2 + 0.070**2)
    assert inertia_about(parts, np.zeros(3))[2, 2] == pytest.approx(own + moved, rel=1e-6)
    assert parts[0].own_kg_m2 == pytest.approx(0.030 * (0.1**2 + 0.02**2) / 12, rel=1e-6)
    assert parts[1].from_motor_axis_m == pytest.approx(0.055)


def test_a_part_without_a_mass_is_named(folder):
    with pytest.raises(ConfigurationError, match="'pendulum-joint' weighs"):
        lumps("pendulum", folder)


def test_the_course_robot_is_known_part_by_part():
    for group in ("arm", "pendulum"):
        parts = lumps(group)
        assert len(parts) > 10
        assert all(part.mass_kg > 0 for part in parts)


@pytest.mark.parametrize("group", ["arm", "pendulum"])
def test_the_lesson_and_the_mass_budget_weigh_the_same(group):
    """Two ways to one table; the budget also carries the encoder's plug, which nobody drew."""
    budget = bodies(group)
    budget.pop("encoder-plug", None)
    parts = {part.name: part for part in lumps(group)}
    assert parts.keys() == budget.keys()
    for name, body in budget.items():
        assert 1e3 * parts[name].mass_kg == pytest.approx(body.mass_g, rel=0.01), name
        np.testing.assert_allclose(1e3 * parts[name].centre_m, body.center_mm, atol=0.3)
