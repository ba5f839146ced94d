"""The real parts in a scene: in the frame of their body, without what would hide them."""

import numpy as np
import pytest
from small_assembly import make_assembly

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import assembly_folder
from furutalib.learning.scene_parts import scene_parts


def ends(shapes):
    corners = np.concatenate([np.reshape(shape.vertices, (-1, 3)) for shape in shapes])
    return corners.min(axis=0), corners.max(axis=0)


@pytest.fixture
def parts(tmp_path):
    return scene_parts(make_assembly(tmp_path), 0.085)


def test_each_body_has_its_parts_in_its_own_frame(parts):
    assert parts.height_m == 0.16
    low, high = ends(parts.base)
    np.testing.assert_allclose(low, (-0.03, -0.025, 0.0), atol=1e-9)  # no board of 400 mm
    np.testing.assert_allclose(high, (0.03, 0.025, 0.15), atol=1e-9)
    low, high = ends(parts.arm)
    np.testing.assert_allclose(low, (-0.015, -0.011, -0.011), atol=1e-9)
    np.testing.assert_allclose(high, (0.085, 0.011, 0.011), atol=1e-9)
    low, high = ends(parts.pendulum)
    np.testing.assert_allclose((low + high) / 2, (0.0, 0.0, -0.005), atol=1e-9)


def test_parts_of_one_colour_are_one_shape(parts):
    assert [shape.colour for shape in parts.arm] == ["#3b7dc8", "#aab4be"]
    assert [len(shape.vertices) // 9 for shape in parts.arm] == [12, 24]
    assert [shape.colour for shape in parts.pendulum] == ["#e8703a"]


def test_without_meshes_there_are_none(tmp_path):
    assert scene_parts(tmp_path / "empty", 0.085) is None


def test_a_damaged_mesh_is_named(tmp_path):
    folder = make_assembly(tmp_path)
    (folder / "low" / "arm.stl").write_bytes(b"no mesh at all")
    with pytest.raises(ConfigurationError, match=r"arm\.stl"):
        scene_parts(folder, 0.085)


def test_the_committed_parts_are_few_triangles():
    """They go to the page with every scene: 24 bytes each there."""
    parts = scene_parts(assembly_folder(), 0.085)
    if parts is None:
        pytest.skip("no meshes for scenes yet")
    count = sum(len(shape.vertices) // 9 for shape in (*parts.base, *parts.arm, *parts.pendulum))
    assert 200 < count < 5000
