"""What the slicer says is read right, and what it complains of is not overlooked."""

from pathlib import Path

import pytest

from assembly.cad import slicing
from assembly.cad.printing import read_print, settings

GCODE = """; generated
G1 X0
; filament used [mm] = 1625.83
; filament used [cm3] = 3.91
; total filament used [g] = 0.00
; estimated printing time (normal mode) = 1d 2h 3m 4s
"""


def test_time_and_filament_are_read_from_the_comments() -> None:
    assert slicing.read_gcode(GCODE) == {"time": 93784, "mm3": 3910.0, "m": pytest.approx(1.62583)}


@pytest.mark.parametrize(("text", "seconds"), [("26m 2s", 1562), ("58s", 58), ("3h 0m 1s", 10801)])
def test_a_duration_is_read(text: str, seconds: int) -> None:
    assert slicing.seconds(text) == seconds


def test_gcode_without_a_time_is_refused() -> None:
    with pytest.raises(slicing.SlicerError, match="time"):
        slicing.read_gcode(GCODE.replace("estimated", "guessed"))


@pytest.mark.parametrize(
    "line",
    [
        "error: The supplied file couldn't be read because it's empty",
        "[warning] Empty layer detected",
        "The object is outside of the print volume",
    ],
)
def test_a_complaint_is_noticed_among_the_progress(line: str) -> None:
    assert slicing.COMPLAINT.search(f"10 => Processing triangulated mesh\n{line}\n")
    assert not slicing.COMPLAINT.search(
        "[trace]   Initializing StaticPrintConfigs\n70 => Infilling"
    )


def test_a_missing_slicer_is_said_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(slicing.SlicerError, match="apt install prusa-slicer"):
        slicing.slicer()


def test_the_profile_agrees_with_the_settings() -> None:
    profile = dict(
        (part.strip() for part in line.split("=", 1))
        for line in slicing.PROFILE.read_text(encoding="utf-8").splitlines()
        if "=" in line and not line.startswith("#")
    )
    written = read_print()
    printer, default = written["printer"], written["default"]
    assert float(profile["nozzle_diameter"]) == printer["nozzle_mm"]
    assert float(profile["layer_height"]) == printer["layer_height_mm"]
    assert float(profile["first_layer_height"]) == printer["first_layer_height_mm"]
    assert float(profile["extrusion_width"]) == printer["line_width_mm"]
    assert float(profile["filament_diameter"]) == printer["filament_diameter_mm"]
    assert float(profile["temperature"]) == printer["temperature_c"]["nozzle"]
    assert float(profile["bed_temperature"]) == printer["temperature_c"]["bed"]
    assert profile["filament_type"] == written["material"]["name"]
    assert float(profile["max_print_height"]) == printer["bed_mm"][2]
    assert profile["fill_density"] == f"{default['infill_percent']}%"
    assert int(profile["perimeters"]) == default["walls"]
    # Supports start where our overhangs end.
    angle = 90.0 - written["limits"]["overhang_deg"]
    assert float(profile["support_material_threshold"]) == angle


def test_a_part_may_be_printed_differently() -> None:
    assert settings("fit-gauge").infill_percent != settings("some-other-part").infill_percent
    assert settings("fit-gauge").walls == settings("some-other-part").walls
