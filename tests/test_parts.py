"""The committed printable parts hold together, can be printed, and weigh what their table says."""

import csv
import json
import re
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import trimesh
from part_meshes import thinnest_wall_mm, widest_overhang_mm

from assembly.cad.printing import density_g_mm3, digest, read_print, settings
from furutalib.facts.paths import assembly_folder

ASSEMBLY = assembly_folder()
PARTS = ASSEMBLY / "parts"
PRINT = read_print()


def table(name: str) -> dict[str, dict[str, str]]:
    with (PARTS / name).open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


ROWS = table("parts.csv")
PLACES = json.loads((ASSEMBLY / "placement.json").read_text(encoding="utf-8"))
each_part = pytest.mark.parametrize("part", ROWS)


@cache
def mesh_of(part: str) -> trimesh.Trimesh:
    return trimesh.load_mesh(PARTS / f"{part}.stl")


def numbers(row: dict[str, str], *columns: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    return np.array([float(row[column]) for column in columns])


@each_part
def test_a_mesh_is_one_closed_body_the_right_way_out(part: str) -> None:
    mesh = mesh_of(part)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.body_count == 1
    assert mesh.volume > 0


@each_part
def test_a_part_stands_on_the_bed_and_fits_it(part: str) -> None:
    low, high = mesh_of(part).bounds
    assert low[2] == pytest.approx(0.0, abs=0.01)
    assert (low[:2] + high[:2]) == pytest.approx([0.0, 0.0], abs=0.1)
    assert (high - low <= PRINT["printer"]["bed_mm"]).all()


@each_part
def test_no_wall_is_thinner_than_two_lines_of_the_nozzle(part: str) -> None:
    least = PRINT["limits"]["wall_nozzles"] * PRINT["printer"]["nozzle_mm"]
    assert thinnest_wall_mm(mesh_of(part)) >= least - 0.02


@each_part
def test_what_overhangs_can_be_bridged_or_supports_are_stated(part: str) -> None:
    span = widest_overhang_mm(mesh_of(part), PRINT["limits"]["overhang_deg"])
    assert span <= PRINT["limits"]["bridge_mm"] or ROWS[part]["supports"] != "none"


@each_part
def test_the_table_has_what_the_mesh_encloses(part: str) -> None:
    mesh, row = mesh_of(part), ROWS[part]
    density = density_g_mm3()
    assert mesh.volume == pytest.approx(float(row["volume_mm3"]), rel=3e-3)
    assert float(row["solid_mass_g"]) == pytest.approx(mesh.volume * density, rel=3e-3, abs=1e-3)
    assert mesh.extents == pytest.approx(
        numbers(row, "size_x_mm", "size_y_mm", "size_z_mm"), abs=0.05
    )
    assert mesh.center_mass == pytest.approx(
        numbers(row, "com_x_mm", "com_y_mm", "com_z_mm"), abs=0.05
    )
    inertia = mesh.moment_inertia * density
    largest = float(np.trace(inertia))
    diagonal = numbers(row, "ixx_g_mm2", "iyy_g_mm2", "izz_g_mm2")
    assert np.diag(inertia) == pytest.approx(diagonal, abs=5e-3 * largest)
    products = numbers(row, "ixy_g_mm2", "ixz_g_mm2", "iyz_g_mm2")
    assert inertia[[0, 0, 1], [1, 2, 2]] == pytest.approx(products, abs=5e-3 * largest)


@each_part
def test_the_table_says_what_the_part_is_printed_with(part: str) -> None:
    row, chosen = ROWS[part], settings(part)
    assert row["material"] == PRINT["material"]["name"]
    assert (float(row["infill_percent"]), int(row["walls"])) == (
        chosen.infill_percent,
        chosen.walls,
    )
    assert row["orientation"]
    assert int(row["quantity"]) >= 1


@each_part
def test_the_printed_mass_is_what_the_slicer_said_of_this_very_mesh(part: str) -> None:
    row, sliced = ROWS[part], table("slices.csv")[part]
    remedy = "run `make slice`"
    assert row["printed_mass_source"] == "sliced", remedy
    assert sliced["mesh"] == digest(PARTS / f"{part}.stl"), remedy
    assert float(row["printed_mass_g"]) == float(sliced["part_g"]), remedy
    assert sliced["supports"] == row["supports"], remedy
    assert (sliced["filament_g"] == sliced["part_g"]) == (row["supports"] == "none")
    assert float(sliced["infill_percent"]) == settings(part).infill_percent, remedy
    assert 0.3 * float(row["solid_mass_g"]) < float(row["printed_mass_g"])
    # A slicer rounds thin parts up to whole lines and layers.
    assert float(row["printed_mass_g"]) < 1.06 * float(row["solid_mass_g"])
    assert float(sliced["print_time_s"]) > 60


def read_3mf(path: Path) -> "tuple[np.ndarray[tuple[int, int]], np.ndarray[tuple[int, int]]]":
    space = "{http://schemas.microsoft.com/3dmanufacturing/core/2015/02}"
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("3D/3dmodel.model"))
    assert root.get("unit") == "millimeter"
    vertices = [[float(v.get(k)) for k in "xyz"] for v in root.iter(f"{space}vertex")]
    triangles = [[int(t.get(k)) for k in ("v1", "v2", "v3")] for t in root.iter(f"{space}triangle")]
    return np.array(vertices), np.array(triangles)


@each_part
def test_3mf_and_stl_hold_the_same_triangles(part: str) -> None:
    vertices, triangles = read_3mf(PARTS / f"{part}.3mf")
    assert np.allclose(vertices[triangles], mesh_of(part).triangles, atol=2e-3)


@each_part
def test_a_step_file_holds_one_solid_in_millimetres(part: str) -> None:
    text = (PARTS / f"{part}.step").read_text(encoding="utf-8")
    assert text.startswith("ISO-10303-21;")
    assert text.rstrip().endswith("END-ISO-10303-21;")
    assert len(re.findall(r"=\s*MANIFOLD_SOLID_BREP\(", text)) == 1
    assert re.search(r"SI_UNIT\(\.MILLI\.,\.METRE\.\)", text)
    assert "2026-01-01T00:00:00" in text


@each_part
def test_a_drawing_is_there_and_small(part: str) -> None:
    text = (PARTS / f"{part}.svg").read_text(encoding="utf-8")
    ElementTree.fromstring(text)
    assert len(text) < 70_000


def test_the_mesh_of_the_browser_is_the_part_with_fewer_triangles() -> None:
    for part in ROWS:
        fine, coarse = mesh_of(part), trimesh.load_mesh(ASSEMBLY / "scene" / f"{part}.stl")
        assert len(coarse.faces) < len(fine.faces), part
        assert coarse.bounds == pytest.approx(fine.bounds, abs=0.8), part
        assert coarse.volume == pytest.approx(fine.volume, rel=0.06), part


def test_every_printed_piece_has_its_place() -> None:
    placed = [each["part"] for each in PLACES if each["kind"] == "printed"]
    wanted = {part: int(row["quantity"]) for part, row in ROWS.items() if part != "fit-gauge"}
    assert {part: placed.count(part) for part in placed} == wanted


def test_every_place_is_a_rigid_motion_of_a_mesh_that_exists() -> None:
    names = [each["instance"] for each in PLACES]
    assert len(set(names)) == len(names)
    for each in PLACES:
        assert (ASSEMBLY / each["mesh"]).is_file(), each["instance"]
        place = np.array(each["matrix"])
        assert place.shape == (4, 4)
        assert place[3].tolist() == [0.0, 0.0, 0.0, 1.0]
        assert place[:3, :3] @ place[:3, :3].T == pytest.approx(np.eye(3), abs=1e-4)
        assert np.linalg.det(place[:3, :3]) == pytest.approx(1.0, abs=1e-4)
        assert each["group"] in {"base", "arm", "pendulum", "boom", "guard", "electronics"}
        assert re.fullmatch("#[0-9a-f]{6}", each["colour"])
        assert len(each["explode"]) == 3


def test_the_meshes_that_go_to_the_browser_are_small() -> None:
    sent = {each["mesh"] for each in PLACES}
    assert sum((ASSEMBLY / name).stat().st_size for name in sent) < 650_000


def test_shapes_of_bought_parts_are_closed() -> None:
    for path in (ASSEMBLY / "bought").glob("*.stl"):
        mesh = trimesh.load_mesh(path)
        assert mesh.is_watertight, path.name
        assert mesh.volume > 0, path.name


def test_no_file_of_a_part_is_left_over() -> None:
    names = {f"{part}.{kind}" for part in ROWS for kind in ("stl", "3mf", "step", "svg")}
    assert {path.name for path in PARTS.iterdir()} == names | {"parts.csv", "slices.csv"}
    assert {path.stem for path in (ASSEMBLY / "scene").iterdir()} == set(ROWS)
    assert list(table("slices.csv")) == list(ROWS)
