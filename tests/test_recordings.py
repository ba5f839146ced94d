"""The recordings that come with the course: small, readable, and said to be emulated."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from furutalib.facts.paths import data_folder
from furutalib.machine.telemetry import read_telemetry

FOLDER = data_folder() / "recordings"
FILES = sorted(FOLDER.glob("*.csv"))


@pytest.fixture(scope="module")
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_recordings", FOLDER / "make.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_recording_has_a_recipe_and_a_line_in_the_readme(make: ModuleType) -> None:
    assert {file.stem for file in FILES} == set(make.RECORDINGS)
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert all(f"| `{file.stem}` |" in readme for file in FILES)
    assert "**emulated**" in readme


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_recording_can_be_read_and_says_that_it_is_emulated(file: Path) -> None:
    telemetry = read_telemetry(file)
    assert telemetry.about["kind"] == "emulated"
    assert telemetry.about["made by"] == f"python data/recordings/make.py {file.stem}"
    assert "hidden" in telemetry.about
    assert len(telemetry) > 90
    assert not telemetry.cut
    assert np.ptp(telemetry.arm_angle_rad) > 0.05
    assert telemetry.about["end"]["lost"] == 0


def test_they_are_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir() if file.is_file()) < 1_000_000


@pytest.mark.parametrize("name", ["swing-up-hidden", "wire-breaks"])
def test_a_recording_made_again_begins_the_same(
    make: ModuleType, name: str, tmp_path: Path
) -> None:
    again, shipped = (
        read_telemetry(make.make(name, tmp_path)),
        read_telemetry(FOLDER / f"{name}.csv"),
    )
    assert len(again) == len(shipped)
    assert again.about["end"]["why"] == shipped.about["end"]["why"]
    for column in ("arm_angle_rad", "pendulum_angle_rad", "command_asked", "command_sent"):
        ours, theirs = (getattr(one, column)[1:26] for one in (again, shipped))
        assert np.abs(ours - theirs).max() < 0.02  # other computers round otherwise


def test_the_wire_that_breaks_ends_in_a_trip() -> None:
    telemetry = read_telemetry(FOLDER / "wire-breaks.csv")
    assert "the arm counter does not answer" in telemetry.trip[-1]
    assert not any(telemetry.trip[:-1])
