"""Size and weight of the finished robot, as far as the drawing knows them."""

from pathlib import Path

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import assembly_folder
from furutalib.learning.placement import load_placement, triangles
from furutalib.lessons.mass_table import Lump, lumps, total_kg
from furutalib.lessons.part_tables import number, read_part_tables

GROUPS = ("arm", "pendulum", "base", "boom", "guard", "electronics")


def finished_rows(folder: Path | None = None) -> list[tuple[str, str]]:
    """What there is to say, in pairs: what, and how much with its source in words."""
    assembly = folder or assembly_folder()
    size = " × ".join(f"{each:.0f}" for each in size_mm(assembly))
    printed = sum(
        (number(row, "printed_mass_g") or 0.0) * (number(row, "quantity") or 1.0)
        for row in read_part_tables(assembly).printed.values()
    )
    rows = [
        ("length × width × height", f"{size} mm, board and cage included"),
        ("all printed parts, with the fit gauge", f"{printed:.0f} g of plastic, says the slicer"),
    ]
    weighed = {group: known(group, assembly) for group in GROUPS}
    rows += [(each, f"{1e3 * total_kg(weighed[each][0]):.1f} g") for each in ("arm", "pendulum")]
    everything = [part for parts, _ in weighed.values() for part in parts]
    unknown = sorted({part for _, parts in weighed.values() for part in parts})
    without = f", without {', '.join(unknown)}" if unknown else ""
    rows.append(("all of it", f"{total_kg(everything):.1f} kg, without wires{without}"))
    return rows


def size_mm(folder: Path) -> list[float]:
    """Length, width and height of all that is placed, the arm at 0 and the pendulum hanging."""
    ends = [_ends(triangles(each, folder / each.mesh)) for each in load_placement(folder)]
    low = np.min([low for low, _ in ends], axis=0)
    high = np.max([high for _, high in ends], axis=0)
    return [float(each) for each in 1000.0 * (high - low)]


def known(group: str, folder: Path) -> tuple[list[Lump], list[str]]:
    """The parts of a group whose mass is known, and the ids of those whose mass is not."""
    try:
        return lumps(group, folder), []
    except ConfigurationError:
        return lumps(group, folder, skip_unknown=True), _unknown(group, folder)


def _unknown(group: str, folder: Path) -> list[str]:
    have = {part.name for part in lumps(group, folder, skip_unknown=True)}
    placed = load_placement(folder)
    return [each.part for each in placed if each.group == group and each.name not in have]


def _ends(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return corners.min(axis=(0, 1)), corners.max(axis=(0, 1))
