"""What is sawn off which tube: ids from `bom/cuts.csv`, numbers and lengths from the CAD."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import assembly_folder, bom_folder
from furutalib.learning.placement import load_placement
from furutalib.learning.stl import read_stl

PIECE_MM = 1000.0  # how long tubes are sold
SAW_MM = 2.0  # what a cut and its filing take away


@dataclass(frozen=True)
class Cut:
    """So many pieces of one length."""

    id: str
    cut_from: str
    name: str
    number: int
    length_mm: float


def cut_list(assembly: Path | None = None, bom: Path | None = None) -> tuple[Cut, ...]:
    """Every kind of piece, longest first.

    Raises:
        ConfigurationError: a piece of bom/cuts.csv is not in the CAD's placement.
    """
    assembly, bom = assembly or assembly_folder(), bom or bom_folder()
    instances = [each for each in load_placement(assembly) if each.kind == "bought"]
    numbers = Counter(each.part for each in instances)
    meshes = {each.part: each.mesh for each in instances}
    with (bom / "cuts.csv").open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    found = []
    for row in rows:
        if row["id"] not in numbers:
            raise ConfigurationError(
                f"cuts.csv: {row['id']!r} is not in placement.json; the CAD has "
                f"{', '.join(sorted(numbers))}"
            )
        length = _longest_mm(read_stl(assembly / meshes[row["id"]]))
        found.append(Cut(row["id"], row["cut_from"], row["name"], numbers[row["id"]], length))
    return tuple(sorted(found, key=lambda cut: -cut.length_mm))


def sawn_from(cuts: Iterable[Cut], piece_mm: float = PIECE_MM) -> list[list[float]]:
    """Lengths that are sawn from each piece as it is sold: the longest first, where it still fits.

    Raises:
        ConfigurationError: a length is longer than a piece.
    """
    pieces: list[list[float]] = []
    for length in sorted((cut.length_mm for cut in cuts for _ in range(cut.number)), reverse=True):
        if length > piece_mm:
            raise ConfigurationError(f"{length:g} mm do not come out of {piece_mm:g} mm")
        for piece in pieces:
            if sum(piece) + SAW_MM * len(piece) + length <= piece_mm:
                piece.append(length)
                break
        else:
            pieces.append([length])
    return pieces


def _longest_mm(corners: tuple[float, ...]) -> float:
    sides = (corners[axis::3] for axis in range(3))
    return round(max(max(side) - min(side) for side in sides) * 1000.0, 1)
