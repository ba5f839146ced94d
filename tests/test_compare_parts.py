"""Parts made anew are compared with the committed ones by what they enclose, not byte by byte."""

import json
from pathlib import Path

import numpy as np
import pytest
import trimesh

from assembly.cad.compare import differences
from assembly.cad.meshes import read_stl, write_3mf, write_stl


def assembly(
    folder: Path,
    side: float = 10.0,
    shift: float = 0.0,
    mass: str = "1.0",
    volume: float = 1000.0,
) -> Path:
    """A small assembly of one cube."""
    for name in ("parts", "scene", "bought"):
        (folder / name).mkdir(parents=True)
    box = trimesh.creation.box((10.0, 10.0, side))
    mesh = (np.asarray(box.vertices), np.asarray(box.faces))
    write_stl(folder / "parts" / "cube.stl", mesh)
    write_3mf(folder / "parts" / "cube.3mf", mesh, "cube")
    (folder / "parts" / "parts.csv").write_text(
        f"id,volume_mm3,printed_mass_g\ncube,{volume},{mass}\n"
    )
    matrix = np.eye(4)
    matrix[0, 3] = shift
    place = {"instance": "cube-1", "part": "cube", "matrix": matrix.tolist()}
    (folder / "placement.json").write_text(json.dumps([place]))
    return folder


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    return assembly(tmp_path / "committed")


def test_the_same_again_has_no_differences(committed: Path, tmp_path: Path) -> None:
    assert differences(committed, assembly(tmp_path / "fresh")) == []


def test_what_the_slicer_weighed_is_not_compared(committed: Path, tmp_path: Path) -> None:
    assert differences(committed, assembly(tmp_path / "fresh", mass="0.7")) == []


def test_the_same_cube_from_other_triangles_is_the_same(committed: Path, tmp_path: Path) -> None:
    fresh = assembly(tmp_path / "fresh")
    finer = trimesh.creation.box((10.0, 10.0, 10.0)).subdivide()
    write_stl(fresh / "parts" / "cube.stl", (finer.vertices, finer.faces))
    assert differences(committed, fresh) == []


def test_a_part_that_grew_is_named_with_its_volumes(committed: Path, tmp_path: Path) -> None:
    found = "\n".join(differences(committed, assembly(tmp_path / "fresh", side=10.1)))
    assert "cube.stl: volume is 1010.0, committed 1000.0" in found


def test_a_hole_that_grew_by_a_tenth_shows_in_the_table(committed: Path, tmp_path: Path) -> None:
    [line] = differences(committed, assembly(tmp_path / "fresh", volume=999.8))
    assert line == "parts.csv, cube, volume_mm3: 999.8, committed 1000.0"


def test_a_part_that_moved_is_named(committed: Path, tmp_path: Path) -> None:
    [line] = differences(committed, assembly(tmp_path / "fresh", shift=0.1))
    assert line == "placement.json: cube-1 differs in its matrix"


def test_a_file_too_many_and_a_file_too_few_are_named(committed: Path, tmp_path: Path) -> None:
    fresh = assembly(tmp_path / "fresh")
    (committed / "parts" / "old.step").write_text("")
    (fresh / "parts" / "new.svg").write_text("")
    assert differences(committed, fresh) == [
        "parts/old.step: is not made any more",
        "parts/new.svg: is not committed",
    ]


def test_a_mesh_comes_back_from_disk(committed: Path) -> None:
    corners, triangles = read_stl(committed / "parts" / "cube.stl")
    assert corners.shape == (8, 3)
    mesh = trimesh.Trimesh(corners, triangles, process=False)
    assert mesh.is_watertight
    assert mesh.volume == pytest.approx(1000.0)


def test_a_3mf_is_the_same_on_every_run(tmp_path: Path) -> None:
    one, two = (
        (assembly(tmp_path / name) / "parts" / "cube.3mf").read_bytes() for name in ("a", "b")
    )
    assert one == two
