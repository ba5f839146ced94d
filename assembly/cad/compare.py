"""Whether what was made anew equals what is committed, within tolerances.

Bytes may differ between versions of the CAD kernel, so meshes are compared by what they enclose.
"""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import trimesh

# Triangles may be laid differently by another version of the kernel; what the table says comes
# from the exact solids.
MESHED = 2e-3
EXACT, ROUNDED = 2e-5, 0.06
LENGTH_MM = 0.02
# Columns of parts.csv that `make slice` writes.
SLICED = {"printed_mass_g", "printed_mass_source"}
PATTERNS = (
    *(f"parts/*.{kind}" for kind in ("stl", "3mf", "step", "svg")),
    "scene/*.stl",
    "bought/*.stl",
)


def differences(committed: Path, fresh: Path) -> list[str]:
    """One line for each file that is missing, left over or different."""
    found = []
    for pattern in PATTERNS:
        names = {path.name for path in committed.glob(pattern)}
        made = {path.name for path in fresh.glob(pattern)}
        folder = pattern.split("/")[0]
        found += [f"{folder}/{name}: is not made any more" for name in sorted(names - made)]
        found += [f"{folder}/{name}: is not committed" for name in sorted(made - names)]
        if pattern.endswith(".stl"):
            for name in sorted(names & made):
                found += compare_meshes(committed / folder / name, fresh / folder / name)
    found += compare_tables(committed / "parts/parts.csv", fresh / "parts/parts.csv")
    found += compare_placement(committed / "placement.json", fresh / "placement.json")
    return found


def compare_meshes(old: Path, new: Path) -> Iterator[str]:
    """What differs between two meshes: box, volume, area."""
    one, two = trimesh.load_mesh(old), trimesh.load_mesh(new)
    if not np.allclose(one.bounds, two.bounds, atol=LENGTH_MM):
        yield f"{new.name}: reaches from {two.bounds.tolist()}, committed {one.bounds.tolist()}"
    for what in ("volume", "area"):
        was, now = getattr(one, what), getattr(two, what)
        if abs(now - was) > MESHED * abs(was):
            yield f"{new.name}: {what} is {now:.1f}, committed {was:.1f}"


def compare_tables(old: Path, new: Path) -> Iterator[str]:
    """What differs between two mass tables, but for what the slicer says."""
    one, two = _rows(old), _rows(new)
    for part in sorted(one.keys() | two.keys()):
        was, now = one.get(part, {}), two.get(part, {})
        for column in sorted((was.keys() | now.keys()) - SLICED):
            if not _same(was.get(column, ""), now.get(column, "")):
                yield f"parts.csv, {part}, {column}: {now.get(column)}, committed {was.get(column)}"


def compare_placement(old: Path, new: Path) -> Iterator[str]:
    """What differs between two files of places."""
    one, two = _places(old), _places(new)
    for name in sorted(one.keys() ^ two.keys()):
        yield f"placement.json: {name} is in one file only"
    for name in sorted(one.keys() & two.keys()):
        was, now = one[name], two[name]
        plain = [key for key in now if key != "matrix" and now[key] != was.get(key)]
        if plain or not np.allclose(was["matrix"], now["matrix"], atol=LENGTH_MM):
            yield f"placement.json: {name} differs in {', '.join(plain) or 'its matrix'}"


def _places(path: Path) -> dict[str, dict[str, object]]:
    return {each["instance"]: each for each in json.loads(path.read_text(encoding="utf-8"))}


def _rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def _same(was: str, now: str) -> bool:
    try:
        return bool(np.isclose(float(was), float(now), rtol=EXACT, atol=ROUNDED))
    except ValueError:
        return was == now
