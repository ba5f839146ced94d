"""What stands still under the arm: the tower that holds the motor, and its foot."""

from math import cos, radians, sin

from build123d import Cone, Part, Plane, Polyline, Pos, extrude, make_face

from assembly.cad.dimensions import Dimensions
from assembly.cad.fasteners import clearance, counterbore, nut_turn
from assembly.cad.solids import box, cut, joined, nut, rod, rounded

POCKET = 4.0  # floor under the nuts of the flange, mm


def motor_face(d: Dimensions) -> float:
    """Height of the motor's face, mm."""
    return d.design("base", "plate_top_z") - d.design("base", "plate")


def foot_top(d: Dimensions) -> float:
    """Height of the foot's upper face, mm."""
    return d.design("base", "board_z") + d.design("base", "foot_thickness")


def head_depth(d: Dimensions) -> float:
    """How deep the heads of the foot's screws sit in its underside, mm."""
    return d.mm("thread-m3", "head_height") + 0.6


def foot_screws(d: Dimensions) -> list[tuple[float, float]]:
    """Where the four screws between tower and foot stand (x, y)."""
    radius = d.design("base", "flange_screw_radius")
    return [
        (radius * cos(radians(angle)), radius * sin(radians(angle)))
        for angle in (45, 135, 225, 315)
    ]


def board_screws(d: Dimensions) -> list[tuple[float, float]]:
    """Where the four wood screws of the foot stand (x, y)."""
    far = d.design("base", "foot_size") / 2.0 - 11.0
    return [(x * far, y * far) for x in (-1, 1) for y in (-1, 1)]


def base(d: Dimensions) -> Part:
    """The tower: a tube with the motor's plate on top and a flange below; printed plate down."""

    def b(name: str) -> float:
        return d.design("base", name)

    bottom, top, face = foot_top(d), b("plate_top_z"), motor_face(d)
    inside = d.mm("motor", "body_diameter") + 2 * d.fit("slide")
    outside = inside + 2 * b("wall")
    wide, thick = b("flange_diameter"), b("flange_height")
    flare = (wide - outside) / 2.0
    body = joined(
        rod((0, 0, bottom), "+z", top - bottom, outside),
        rod((0, 0, bottom), "+z", thick, wide),
        Part((Pos(0, 0, bottom + thick + flare / 2) * Cone(wide / 2, outside / 2, flare)).wrapped),
    )
    hole = d.mm("motor", "boss_diameter") + 2 * d.fit("slide")
    tools = [
        rod((0, 0, bottom - 1), "+z", face - bottom + 1, inside),
        rod((0, 0, face - 1), "+z", 10, hole),
        box((-100, 0), (-6, 6), (bottom - 1, bottom + 20)),  # the motor's cable
    ]
    spacing = d.mm("motor", "face_hole_spacing") / 2.0
    for y in (-spacing, spacing):
        tools.append(clearance(d, (0, y, face - 1), "+z", 10))
        tools.append(_countersink(d, y))
    flats = d.mm("thread-m3", "nut_across_flats") + d.fit("nut_trap")
    for x, y in foot_screws(d):
        tools.append(clearance(d, (x, y, bottom - 1), "+z", 40))
        tools.append(nut((x, y, bottom + POCKET), "+z", 40, flats, nut_turn("+z", "+z")))
    # Windows: air, and a look at the encoder.
    tools += [_window(side, outside, face) for side in (-1, 1)]
    return cut(body, *tools)


def _countersink(d: Dimensions, y: float) -> Part:
    top = d.design("base", "plate_top_z")
    wide = (d.mm("thread-m3", "head_diameter_countersunk") + d.fit("screw_head")) / 2.0
    narrow = (d.mm("thread-m3", "diameter") + d.fit("screw_clearance")) / 2.0
    depth = wide - narrow
    return Part((Pos(0, y, top - depth / 2.0 + 0.01) * Cone(narrow, wide, depth)).wrapped)


def _window(side: int, outside: float, face: float) -> Part:
    """An upright opening with pointed ends, so that it needs no support."""
    half, low, high = 6.0, face - 66.0, face - 26.0
    line = Polyline(
        (-half, low),
        (0, low - half),
        (half, low),
        (half, high),
        (0, high + half),
        (-half, high),
        close=True,
    )
    shape = extrude(Plane.XZ * make_face(line), -side * outside)
    return Part(shape.wrapped)


def base_foot(d: Dimensions) -> Part:
    """A plate under the tower: four wood screws to a board, or two clamps on its flat lands."""
    half, low, high = d.design("base", "foot_size") / 2.0, d.design("base", "board_z"), foot_top(d)
    body = rounded(box((-half, half), (-half, half), (low, high)), 12.0)
    tools = [rod((0, 0, low - 1), "+z", 20, 20.0), box((-100, 0), (-4, 4), (high - 5.0, high + 1))]
    for x, y in foot_screws(d):
        tools.append(clearance(d, (x, y, low), "+z", 20))
        tools.append(counterbore(d, (x, y, low), "+z", head_depth(d)))
    for x, y in board_screws(d):
        tools += wood_screw(d, x, y, low, high)
    return cut(body, *tools)


def wood_screw(d: Dimensions, x: float, y: float, low: float, high: float) -> list[Part]:
    """A hole with a countersink from above."""
    narrow = (d.mm("thread-wood4", "diameter") + d.fit("screw_clearance")) / 2.0
    wide = (d.mm("thread-wood4", "head_diameter") + d.fit("screw_head")) / 2.0
    cone = Part(
        (Pos(x, y, high - (wide - narrow) / 2 + 0.01) * Cone(narrow, wide, wide - narrow)).wrapped
    )
    return [rod((x, y, low - 1), "+z", high - low + 2, 2 * narrow), cone]
