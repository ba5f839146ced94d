"""The wooden board seen from above: what stands where, and where its screws go.

Lengths in millimetres from the corner beside the electronics: along the board's long side, then
across. The arm at 0 points along the board, away from the electronics.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import assembly_folder
from furutalib.learning.placement import Instance, load_placement, triangles

BOARD = "wood-board"
STANDING = ("base-foot", "guard-foot", "electronics-plate")
_SCREW = "screw-wood-"
_MARGIN, _TEXT = 45, 11


@dataclass(frozen=True)
class Outline:
    """What a part covers: its middle and its size along and across, in mm from the corner."""

    part: str
    along: float
    across: float
    length: float
    width: float


@dataclass(frozen=True)
class Plan:
    """The board, what stands on it, and its screw holes (along, across)."""

    board: Outline
    parts: tuple[Outline, ...]
    holes: tuple[tuple[float, float], ...]


def board_plan(folder: Path | None = None) -> Plan:
    """The plan, from where the parts are in the drawing.

    Raises:
        ConfigurationError: there is no board in the placement, or a file is damaged.
    """
    assembly = folder or assembly_folder()
    placed = load_placement(assembly)
    boards = [each for each in placed if each.part == BOARD]
    if not boards:
        raise ConfigurationError(f"no {BOARD!r} in placement.json; `make parts` makes it")
    low, high = _ends(boards[0], assembly)
    return Plan(
        board=_outline(BOARD, low, high, low),
        parts=tuple(
            _outline(each.part, *_ends(each, assembly), low)
            for each in placed
            if each.part in STANDING
        ),
        holes=tuple(
            sorted(
                (round(each.matrix[3] - low[0], 1), round(each.matrix[7] - low[1], 1))
                for each in placed
                if each.part.startswith(_SCREW)
            )
        ),
    )


def plan_svg(plan: Plan) -> str:
    """The plan as a drawing, millimetre by millimetre."""
    length, width = plan.board.length, plan.board.width
    size = (length + 2 * _MARGIN, width + 2 * _MARGIN)
    fonts = f'font-family="sans-serif" font-size="{_TEXT}"'
    frame = f'viewBox="0 0 {size[0]:g} {size[1]:g}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {frame} {fonts}>',
        f'<rect width="{size[0]:g}" height="{size[1]:g}" fill="white"/>',
        _rectangle(plan.board, width, "#f3e6d3"),
        *(_rectangle(part, width, "#dfe7f1") for part in plan.parts),
        *(_cross(along, width - across) for along, across in plan.holes),
        *(_label(part, width) for part in plan.parts),
        _words(length / 2, width + 30, f"{length:g} mm along"),
        _words(-24, width / 2, f"{width:g} mm across", turn=True),
        _words(0, width + 16, "0"),
        _words(length - 60, width / 2, "arm at 0° →"),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def plan_rows(plan: Plan) -> list[tuple[str, str, str]]:
    """What stands where: part, along, across, of its middle."""
    return [
        (each.part, f"{each.along:g} mm", f"{each.across:g} mm")
        for each in sorted(plan.parts, key=lambda part: (part.part, part.along, part.across))
    ]


def _ends(instance: Instance, assembly: Path) -> tuple[list[float], list[float]]:
    corners = 1000.0 * triangles(instance, assembly / instance.mesh).reshape(-1, 3)
    return corners.min(axis=0).tolist(), corners.max(axis=0).tolist()


def _outline(
    part: str, low: Sequence[float], high: Sequence[float], corner: Sequence[float]
) -> Outline:
    middle = (np.add(low, high) / 2 - corner)[:2]
    size = np.subtract(high, low)[:2]
    numbers = np.round([*middle, *size], 1).tolist()
    return Outline(part, *numbers)


def _rectangle(part: Outline, width: float, fill: str) -> str:
    x = _MARGIN + part.along - part.length / 2
    y = _MARGIN + width - part.across - part.width / 2
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{part.length:g}" height="{part.width:g}" '
        f'fill="{fill}" stroke="#4a5560"/>'
    )


def _cross(along: float, down: float) -> str:
    x, y = _MARGIN + along, _MARGIN + down
    return f'<path d="M{x - 4:g} {y:g}h8M{x:g} {y - 4:g}v8" stroke="#c92a2a" stroke-width="1.5"/>'


def _label(part: Outline, width: float) -> str:
    down = width - part.across - (part.width / 2 + 5 if part.width < 60 else 0)
    return _words(part.along, down, f"{part.part}: {part.along:g}, {part.across:g}")


def _words(x: float, y: float, text: str, turn: bool = False) -> str:
    at = (_MARGIN + x, _MARGIN + y)
    turned = f' transform="rotate(-90 {at[0]:g} {at[1]:g})"' if turn else ""
    return (
        f'<text x="{at[0]:g}" y="{at[1]:g}" text-anchor="middle" fill="#20262c"{turned}>'
        f"{escape(text)}</text>"
    )
