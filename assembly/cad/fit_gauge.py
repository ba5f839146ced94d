"""The fit gauge, printed first: the fits of the robot in steps, to find those of one's printer.

Every row is one fit. The number under a hole is what was added to the nominal size, in hundredths
of a millimetre; the one in the middle of a row is the tolerance that the parts are drawn with.
"""

from dataclasses import dataclass

from build123d import Align, Axis, Box, Cylinder, Location, Part, RegularPolygon, extrude, fillet

from assembly.cad.dimensions import Dimensions
from assembly.cad.lettering import lettering

HEIGHT = 3.0
MARGIN = 3.0
LETTER, STROKE, DEPTH = 4.0, 0.8, 0.6
LABEL = 16.0
GAP = 3.0
LINE = 7.0


@dataclass(frozen=True)
class Fit:
    """One row: its label, its shape, its nominal size and what is added to it (mm)."""

    label: str
    shape: str
    nominal: float
    additions: tuple[float, ...]
    flat: float = 0.0

    @property
    def width(self) -> float:
        """What a hole takes up along the row."""
        return max(self.nominal * (1.16 if self.shape == "nut" else 1.0) + 0.5, 3.0 * LETTER)

    @property
    def depth(self) -> float:
        """What the row takes up across, its numbers included."""
        return max(self.nominal * 1.16 if self.nominal < 20.0 else self.nominal, 4.0) + LINE + 2.0

    @property
    def length(self) -> float:
        """What the row takes up along, its label included."""
        return LABEL + len(self.additions) * (self.width + GAP)


def fits(d: Dimensions) -> list[Fit]:
    """The rows, from the top down; the tolerances of print.toml stand in the middle of each."""

    def around(name: str, step: float, steps: int = 2) -> tuple[float, ...]:
        return tuple(round(d.fit(name) + step * n, 3) for n in range(-steps, steps + 1))

    flat = d.mm("motor", "shaft_flat")
    return [
        Fit("608", "hole", d.mm("bearing-608", "outer_diameter"), around("bearing_seat", 0.05, 1)),
        Fit("T8", "hole", d.mm("tube-8mm", "outer_diameter"), around("tube_clamp", 0.05)),
        Fit("D4", "d", d.mm("motor", "shaft_diameter"), around("d_hole", 0.05), flat),
        Fit("M3N", "nut", d.mm("thread-m3", "nut_across_flats"), around("nut_trap", 0.1)),
        Fit("INS", "hole", d.mm("insert-m3", "hole_diameter"), around("insert_hole", 0.1)),
        Fit("M3", "hole", d.mm("thread-m3", "diameter"), around("screw_clearance", 0.1)),
    ]


def fit_gauge(d: Dimensions) -> Part:
    """The gauge; it lies on z = 0 with its writing up."""
    rows = fits(d)
    wide = max(row.length for row in rows) + 2 * MARGIN
    deep = sum(row.depth for row in rows) + 2 * MARGIN
    plate = Box(wide, deep, HEIGHT, align=(Align.MIN, Align.MAX, Align.MIN))
    plate = fillet(plate.edges().filter_by(Axis.Z), 3.0)
    tools: list[Part] = []
    y = -MARGIN
    for row in rows:
        tools += _row(row, y)
        y -= row.depth
    return plate - tools


def _row(row: Fit, top: float) -> list[Part]:
    deep = row.depth - LINE
    tools = [_text(row.label, MARGIN + LABEL / 2.0 - 1.0, top - deep / 2.0)]
    x = MARGIN + LABEL + (row.width + GAP) / 2.0
    for addition in row.additions:
        tools.append(Location((x, top - deep / 2.0, 0.0)) * _hole(row, addition))
        sign = "+" if addition > 0 else "-" if addition < 0 else ""
        tools.append(_text(f"{sign}{abs(round(addition * 100))}", x, top - deep - 3.2))
        x += row.width + GAP
    return tools


def _text(text: str, x: float, y: float) -> Part:
    return Location((x, y, HEIGHT)) * lettering(text, LETTER, STROKE, DEPTH)


def _hole(row: Fit, addition: float) -> Part:
    across = row.nominal + addition
    low = (Align.CENTER, Align.CENTER, Align.MIN)
    if row.shape == "nut":
        return extrude(RegularPolygon(across / 2.0, 6, major_radius=False), HEIGHT)
    hole = Cylinder(across / 2.0, HEIGHT, align=low)
    if row.shape == "d":
        cut = Box(across, across, HEIGHT, align=(Align.CENTER, Align.MIN, Align.MIN))
        return hole - Location((0.0, row.flat + addition - across / 2.0, 0.0)) * cut
    return hole
