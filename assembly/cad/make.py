"""Makes every generated file of assembly/: run `make parts`, or `make parts-check` to compare."""

import argparse
import csv
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from build123d import Location

from assembly.cad import compare, electronics, electronics_bought, robot
from assembly.cad.dimensions import Dimensions, load
from assembly.cad.export import COARSE, COLUMNS, Row, matrix, mesh_of, write_part
from assembly.cad.fit_gauge import fit_gauge
from assembly.cad.kit import GROUPS, Bought, Instance, Printed
from assembly.cad.meshes import write_stl
from assembly.cad.printing import ASSEMBLY, sliced_masses_g

FOLDERS = ("parts", "scene", "bought")


def all_printed(d: Dimensions) -> list[Printed]:
    """Every printed part, the fit gauge first."""
    gauge = Printed("fit-gauge", lambda: fit_gauge(d), 1, "flat, writing up")
    return [gauge, *robot.printed(d), *electronics.printed(d)]


def all_bought(d: Dimensions) -> list[Bought]:
    """Every bought part that has a shape."""
    return [*robot.bought(d), *electronics_bought.bought(d)]


def make(folder: Path, only: Sequence[str] = ()) -> None:
    """Write everything into a folder.

    Args:
        folder: gets parts/, scene/, bought/ and placement.json.
        only: ids of the parts to write; none for all, with the tables.
    """
    d = load()
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    rows, beds = {}, {}
    for part in all_printed(d):
        if not only or part.id in only:
            rows[part.id], beds[part.id] = write_part(part, folder)
    for part in all_bought(d):
        if not only or part.id in only:
            write_stl(folder / "bought" / f"{part.id}.stl", mesh_of(part.make(), COARSE))
    if not only:
        write_table(folder, list(rows.values()))
        write_placement(folder, robot.instances(d), beds)
        remove_old(folder, set(rows), {part.id for part in all_bought(d)})


def remove_old(folder: Path, printed: set[str], bought: set[str]) -> None:
    """Remove the files of parts that there are no more."""
    for name, ids in (("parts", printed), ("scene", printed), ("bought", bought)):
        for path in (folder / name).iterdir():
            if path.stem not in ids and path.suffix != ".csv":
                path.unlink()


def write_table(folder: Path, rows: list[Row]) -> None:
    """Write parts.csv; where the slicer has weighed exactly this mesh, its word counts."""
    sliced = sliced_masses_g(folder / "parts")
    for place, row in enumerate(rows):
        if row.id in sliced:
            rows[place] = replace(row, printed_mass_g=sliced[row.id], printed_mass_source="sliced")
    with (folder / "parts" / "parts.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(asdict(row) for row in rows)


def write_placement(folder: Path, instances: list[Instance], beds: dict[str, Location]) -> None:
    """Write placement.json; its matrices take a mesh file's frame to the world.

    Raises:
        ValueError: two instances have one name, or one is in no known group.
    """
    names = [each.name for each in instances]
    if len(set(names)) != len(names) or any(each.group not in GROUPS for each in instances):
        raise ValueError(f"instances need unique names and a group of {GROUPS}: {sorted(names)}")
    entries = [_entry(each, beds) for each in instances]
    text = ",\n".join(json.dumps(entry) for entry in entries)
    (folder / "placement.json").write_text(f"[\n{text}\n]\n", encoding="utf-8")


def _entry(each: Instance, beds: dict[str, Location]) -> dict[str, object]:
    printed = each.part in beds
    place = each.location * beds[each.part].inverse() if printed else each.location
    return {
        "instance": each.name,
        "part": each.part,
        "kind": "printed" if printed else "bought",
        "group": each.group,
        "mesh": f"{'scene' if printed else 'bought'}/{each.part}.stl",
        "matrix": [[round(value, 6) + 0.0 for value in row] for row in matrix(place).tolist()],
        "explode": [round(value, 3) + 0.0 for value in each.explode],
        "colour": each.colour,
    }


def check() -> int:
    """Make everything anew beside the committed files, compare, and check the geometry.

    Returns:
        0 if all is well.
    """
    from assembly.cad import check as geometry

    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        differences = compare.differences(ASSEMBLY, Path(folder))
    for line in differences:
        print(line)
    print(f"{len(differences)} differences between the committed files and those made anew")
    return max(int(bool(differences)), geometry.main())


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("part", nargs="*", help="only these parts, no tables")
    chosen = parser.parse_args()
    if chosen.check:
        return check()
    make(ASSEMBLY, chosen.part)
    return 0


if __name__ == "__main__":
    sys.exit(main())
