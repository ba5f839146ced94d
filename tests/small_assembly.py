"""A robot of boxes: a folder like assembly/, small enough to know every number in it."""

import itertools
import json
import struct
from pathlib import Path

FACES = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
CORNERS = list(itertools.product((-0.5, 0.5), repeat=3))


def write_box(file: Path, size: tuple[float, float, float]) -> None:
    """A box about the origin, 12 triangles, sizes in millimetres."""
    corners = [[c * length for c, length in zip(corner, size, strict=True)] for corner in CORNERS]
    triangles = [[corners[face[k]] for k in three] for face in FACES for three in THREES]
    body = b"".join(
        struct.pack("<12fH", 0, 0, 0, *itertools.chain(*triangle), 0) for triangle in triangles
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".ljust(80) + struct.pack("<I", len(triangles)) + body)


THREES = ((0, 1, 2), (0, 2, 3))


def entry(instance, part, group, at, **changes):
    """One entry of placement.json, not turned, at a place in millimetres."""
    x, y, z = at
    matrix = [[1, 0, 0, x], [0, 1, 0, y], [0, 0, 1, z], [0, 0, 0, 1]]
    printed = {"kind": "printed", "mesh": f"parts/{part}.stl", "colour": "#3b7dc8"}
    bought = {"kind": "bought", "mesh": f"bought/{part}.stl", "colour": "#aab4be"}
    own = bought if part in BOUGHT else printed
    return {
        "instance": instance,
        "part": part,
        "group": group,
        "matrix": matrix,
        "explode": [0.0, 0.0, 40.0],
        **own,
        **changes,
    }


BOUGHT = ("motor", "bearing-608", "wood-board")
SIZES = {
    "base": (60.0, 50.0, 150.0),
    "motor": (25.0, 25.0, 60.0),
    "arm": (100.0, 20.0, 10.0),
    "bearing-608": (7.0, 22.0, 22.0),
    "pendulum-joint": (10.0, 20.0, 20.0),
    "wood-board": (400.0, 400.0, 18.0),
}


def placement() -> list[dict[str, object]]:
    """The entries: base on the board, motor in it, an arm with two bearings, a joint."""
    return [
        entry("base-1", "base", "base", (0, 0, -85)),
        entry("motor-1", "motor", "base", (0, 0, -45)),
        entry("wood-board-1", "wood-board", "base", (0, 0, -169)),
        entry("arm-1", "arm", "arm", (35, 0, 0)),
        entry("bearing-608-1", "bearing-608", "arm", (55, 0, 0)),
        entry("bearing-608-2", "bearing-608", "arm", (70, 0, 0)),
        entry("pendulum-joint-1", "pendulum-joint", "pendulum", (85, 0, -5), colour="#e8703a"),
    ]


def make_assembly(folder: Path) -> Path:
    """Write placement and meshes into `folder`; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "placement.json").write_text(json.dumps(placement()))
    for part, size in SIZES.items():
        for place in ("bought" if part in BOUGHT else "parts", "scene", "low"):
            write_box(folder / place / f"{part}.stl", size)
    (folder / "low" / "wood-board.stl").unlink()  # would hide the rest
    return folder
