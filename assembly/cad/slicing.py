"""Slices every part with PrusaSlicer and the committed profile: `make slice`.

Writes parts/slices.csv, and what the slicer weighs into the column printed_mass_g of parts.csv.
Needs no CAD kernel.
"""

import csv
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from assembly.cad.printing import ASSEMBLY, density_g_mm3, digest, read_print, settings

PROFILE = ASSEMBLY / "print.ini"
PARTS = ASSEMBLY / "parts"
COLUMNS = [
    "id",
    "print_time_s",
    "filament_g",
    "filament_m",
    "part_g",
    "layer_height_mm",
    "infill_percent",
    "walls",
    "supports",
    "slicer",
    "mesh",
]


# What the slicer prints when it does not like a mesh or a setting.
COMPLAINT = re.compile(r"(?im)^.*(error|warning|repaired|empty layer|outside).*$")


class SlicerError(RuntimeError):
    """The slicer is missing, or does not want a part."""


def slicer() -> str:
    """The version of the slicer.

    Raises:
        SlicerError: it is not installed.
    """
    if shutil.which("prusa-slicer") is None:
        raise SlicerError("prusa-slicer is missing (Debian: apt install prusa-slicer)")
    said = subprocess.run(["prusa-slicer", "--help"], capture_output=True, text=True, check=False)
    version = re.search(r"PrusaSlicer-([0-9.]+)", said.stdout + said.stderr)
    return f"PrusaSlicer {version[1]}" if version else "PrusaSlicer"


def slice_part(part: str, supports: bool, to: Path) -> dict[str, float]:
    """Slice one part.

    Returns:
        time (s), filament (mm3 and m) that the slicer reckons for one piece.

    Raises:
        SlicerError: the slicer refused, or warned of the mesh.
    """
    chosen, printer = settings(part), read_print()["printer"]
    command = [
        "prusa-slicer",
        "--load",
        str(PROFILE),
        f"--layer-height={printer['layer_height_mm']}",
        f"--nozzle-diameter={printer['nozzle_mm']}",
        f"--fill-density={chosen.infill_percent}%",
        f"--fill-pattern={chosen.infill_pattern}",
        f"--perimeters={chosen.walls}",
        f"--top-solid-layers={chosen.top_layers}",
        f"--bottom-solid-layers={chosen.bottom_layers}",
        f"--brim-width={chosen.brim_mm}",
        *(["--support-material"] if supports else []),
        "--export-gcode",
        "--output",
        str(to),
        str(PARTS / f"{part}.stl"),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    complaint = COMPLAINT.search(run.stdout + run.stderr)
    if run.returncode != 0 or not to.is_file() or complaint:
        raise SlicerError(f"{part}: {complaint[0] if complaint else run.stderr[-400:]}")
    return read_gcode(to.read_text(encoding="utf-8", errors="replace"))


def read_gcode(text: str) -> dict[str, float]:
    """Time and filament from the comments at the end of PrusaSlicer's G-code.

    Raises:
        SlicerError: a comment is missing.
    """
    found = {
        "time": re.search(r"; estimated printing time \(normal mode\) = (.+)", text),
        "mm3": re.search(r"; filament used \[cm3\] = ([0-9.]+)", text),
        "m": re.search(r"; filament used \[mm\] = ([0-9.]+)", text),
    }
    missing = [name for name, match in found.items() if match is None]
    if missing:
        raise SlicerError(f"the G-code says nothing of {', '.join(missing)}")
    return {
        "time": seconds(found["time"][1]),
        "mm3": float(found["mm3"][1]) * 1000.0,
        "m": float(found["m"][1]) / 1000.0,
    }


def seconds(text: str) -> int:
    """Seconds from the slicer's '1d 2h 3m 4s'."""
    units = {"d": 86400, "h": 3600, "m": 60, "s": 1}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+)([dhms])", text))


def main() -> int:
    """Slice all, write both tables."""
    try:
        version = slicer()
        table = _read(PARTS / "parts.csv")
        slices = [_line(row, version) for row in table]
    except SlicerError as error:
        print(error)
        return 1
    for row, line in zip(table, slices, strict=True):
        row["printed_mass_g"], row["printed_mass_source"] = str(line["part_g"]), "sliced"
    _write(PARTS / "slices.csv", COLUMNS, slices)
    _write(PARTS / "parts.csv", list(table[0]), table)
    return 0


def _line(row: dict[str, str], version: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        said = slice_part(row["id"], row["supports"] != "none", Path(folder) / "part.gcode")
        bare = slice_part(row["id"], False, Path(folder) / "bare.gcode")
    line = {
        "id": row["id"],
        "print_time_s": said["time"],
        "filament_g": round(said["mm3"] * density_g_mm3(), 2),
        "filament_m": round(said["m"], 3),
        # What stays when the supports are broken off.
        "part_g": round(bare["mm3"] * density_g_mm3(), 2),
        "layer_height_mm": read_print()["printer"]["layer_height_mm"],
        "infill_percent": settings(row["id"]).infill_percent,
        "walls": settings(row["id"]).walls,
        "supports": row["supports"],
        "slicer": version,
        "mesh": digest(PARTS / f"{row['id']}.stl"),
    }
    print(f"{row['id']}: {line['print_time_s'] / 60:.0f} min, {line['filament_g']} g")
    return line


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    sys.exit(main())
