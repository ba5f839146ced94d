"""What is known of each part: the bill of materials, the table of printed parts, the slicer's word.

A table that is not there is empty, and a cell that is empty stays empty: a blank is allowed.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from furutalib.facts.paths import assembly_folder, bom_folder

Row = Mapping[str, str]


@dataclass(frozen=True)
class PartTables:
    """Rows by the id of the part."""

    bom: Mapping[str, Row]
    printed: Mapping[str, Row]
    sliced: Mapping[str, Row]

    def name(self, part: str) -> str:
        """What a person calls it."""
        row = self.bom.get(part)
        return row["name"] if row and row.get("name") else part.replace("-", " ")

    def known(self, part: str) -> bool:
        """Whether some table has it."""
        return part in self.bom or part in self.printed


def read_part_tables(assembly: Path | None = None, bom: Path | None = None) -> PartTables:
    """The tables of the course, or those in other folders."""
    parts = (assembly or assembly_folder()) / "parts"
    return PartTables(
        bom=_rows((bom or bom_folder()) / "bom.csv"),
        printed=_rows(parts / "parts.csv"),
        sliced=_rows(parts / "slices.csv"),
    )


def number(row: Row | None, key: str) -> float | None:
    """A cell as a number; None where there is none."""
    text = (row or {}).get(key) or ""
    try:
        return float(text)
    except ValueError:
        return None


def _rows(file: Path) -> dict[str, Row]:
    if not file.is_file():
        return {}
    with file.open(newline="", encoding="utf-8") as handle:
        lines = (line for line in handle if not line.startswith("#"))
        return {row["id"]: row for row in csv.DictReader(lines)}
