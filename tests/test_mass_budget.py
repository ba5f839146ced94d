"""The robot that was drawn weighs, within a stated tolerance, what the simulated one does."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import trimesh

from assembly.cad import masses
from assembly.cad.dimensions import load
from assembly.cad.masses import Body, bodies, compare, described, solid, together
from furutalib.facts.paths import assembly_folder, data_folder
from furutalib.facts.robot_file import load_robot

ASSEMBLY = assembly_folder()


def test_the_drawn_robot_is_the_simulated_one_within_the_tolerance() -> None:
    assert [line.what for line in compare() if abs(line.off) > line.tolerance] == []


def test_the_budget_is_that_of_the_description() -> None:
    robot, budget = load_robot("course"), described(load())
    arm, pendulum = robot.arm, robot.pendulum
    assert budget["arm"]["mass"] == pytest.approx(1e3 * arm.mass_kg)
    assert budget["arm"]["inertia"] == pytest.approx(
        1e9 * (arm.inertia_kg_m2 + arm.mass_kg * arm.center_of_mass_m**2)
    )
    assert budget["pendulum"]["centre"] == pytest.approx(1e3 * pendulum.center_of_mass_m)


def test_everything_that_turns_is_weighed() -> None:
    places = json.loads((ASSEMBLY / "placement.json").read_text("utf-8"))
    for group in ("arm", "pendulum"):
        drawn = {each["instance"] for each in places if each["group"] == group}
        carried = {part for part, where, _ in masses.CARRIED if where == group}
        assert set(bodies(group)) == drawn | carried


def copied(folder: Path, change: tuple[str, str]) -> Path:
    """The generated files and bought.toml with one text changed."""
    here = folder / "assembly"
    shutil.copytree(ASSEMBLY / "bought", here / "bought")
    shutil.copytree(data_folder() / "robots", folder / "data" / "robots")
    (here / "parts").mkdir()
    for name in ("bought.toml", "design.toml", "print.toml", "placement.json", "parts/parts.csv"):
        shutil.copy(ASSEMBLY / name, here / name)
    text = (here / "bought.toml").read_text("utf-8")
    assert text.count(change[0]) == 1
    (here / "bought.toml").write_text(text.replace(*change), "utf-8")
    return here


def test_a_nut_twice_as_heavy_leaves_the_tolerance(tmp_path: Path) -> None:
    nut = load().mass_g("nut-m10")
    heavy = copied(
        tmp_path, (f"mass_g = {{ value = {nut}, status", "mass_g = { value = 21.0, status")
    )
    before = {line.what: line.drawn for line in compare()}
    after = {line.what: line for line in compare(heavy)}
    grown = after["pendulum: mass"].drawn - before["pendulum: mass"]
    assert grown == pytest.approx(21.0 - nut)
    assert abs(after["pendulum: inertia"].off) > after["pendulum: inertia"].tolerance
    assert after["arm: mass"].drawn == before["arm: mass"]


def test_volume_centre_and_moments_of_a_mesh_are_those_of_the_box() -> None:
    mesh = trimesh.creation.box(bounds=[[1.0, 2.0, 3.0], [5.0, 8.0, 4.0]])
    volume, center, moments = solid(mesh.vertices.astype(float), mesh.faces.astype(np.int64))
    assert volume == pytest.approx(24.0)
    assert center == pytest.approx([3.0, 5.0, 3.5])
    assert moments == pytest.approx(np.diag([36 + 1, 16 + 1, 16 + 36]) * 24.0 / 12.0)


def test_two_bodies_are_one_about_their_common_centre() -> None:
    point = np.zeros((3, 3))
    one, two = Body(1.0, np.array([3.0, 0, 0]), point), Body(2.0, np.array([0, 0, 0.0]), point)
    both = together([one, two])
    assert both.center_mm == pytest.approx([1.0, 0.0, 0.0])
    assert both.inertia_g_mm2 == pytest.approx(np.diag([0.0, 6.0, 6.0]))
    assert both.about(np.array([3.0, 0, 0])) == pytest.approx(np.diag([0.0, 18.0, 18.0]))


def test_out_of_tolerance_is_said_and_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert masses.main() == 0
    monkeypatch.setattr(masses, "OTHERWISE", 1e-9)
    assert masses.main() == 1
    assert "OUT OF TOLERANCE" in capsys.readouterr().out
