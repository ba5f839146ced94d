"""Reads assembly/print.toml: printer, material, settings per part, tolerances."""

import csv
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ASSEMBLY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Settings:
    """What a part is printed with."""

    infill_percent: float
    infill_pattern: str
    walls: int
    top_layers: int
    bottom_layers: int
    brim_mm: float


def read_print() -> dict[str, Any]:
    """The whole file, as it is written."""
    return tomllib.loads((ASSEMBLY / "print.toml").read_text(encoding="utf-8"))


def settings(part: str) -> Settings:
    """The settings of one part: the defaults, and over them those of its own table."""
    file = read_print()
    return Settings(**{**file["default"], **file.get("part", {}).get(part, {})})


def density_g_mm3() -> float:
    """Density of the filament in g/mm3."""
    return float(read_print()["material"]["density_g_cm3"]["value"]) / 1000.0


def digest(path: Path) -> str:
    """A short name for what is in a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def sliced_masses_g(meshes: Path) -> dict[str, float]:
    """What the slicer said of those parts whose mesh is still the one that it sliced."""
    table = ASSEMBLY / "parts" / "slices.csv"
    if not table.is_file():
        return {}
    with table.open(encoding="utf-8", newline="") as file:
        return {
            row["id"]: float(row["part_g"])
            for row in csv.DictReader(file)
            if "part_g" in row
            and (mesh := meshes / f"{row['id']}.stl").is_file()
            and digest(mesh) == row["mesh"]
        }
