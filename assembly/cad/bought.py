"""Simplified shapes of what is bought, from bought.toml: for looking at, and for intersections."""

from math import pi

from build123d import Cone, Part, Pos

from assembly.cad.dimensions import Dimensions
from assembly.cad.solids import box, cut, joined, nut, rod


def motor(d: Dimensions) -> Part:
    """Face at z = 0, shaft up, flat of the shaft towards -x."""
    wide = d.mm("motor", "body_diameter")
    shaft = d.mm("motor", "shaft_diameter")
    flat = d.mm("motor", "shaft_flat") - shaft / 2.0
    length, boss = d.mm("motor", "shaft_length"), d.mm("motor", "boss_height")
    hole = d.mm("motor", "face_hole_spacing") / 2.0
    body = joined(
        rod((0, 0, 0), "-z", d.mm("motor", "body_length"), wide),
        rod((0, 0, 0), "+z", boss, d.mm("motor", "boss_diameter")),
        rod((0, 0, 0), "+z", length, shaft),
    )
    deep = d.mm("motor", "face_hole_depth")
    return cut(
        body,
        box((-5, -flat), (-5, 5), (boss, length + 1)),
        *[rod((0, y, 0), "-z", deep, d.mm("thread-m3", "diameter")) for y in (-hole, hole)],
    )


def pendulum_encoder(d: Dimensions) -> Part:
    """Base at x = 0, body towards -x, the shaft's axis is x, connector away from the base."""
    e = "pendulum-encoder"
    hole = d.mm(e, "hole_spacing") / 2.0
    length, wide = d.mm(e, "body_length"), d.mm(e, "body_width")
    plug = d.mm(e, "connector_width") / 2.0
    body = joined(
        rod((0, 0, 0), "-x", length, wide),
        box((-length - d.mm(e, "connector_length"), -length), (-plug, plug), (-13.5, -8.5)),
    )
    flange, head = d.mm(e, "base_thickness"), d.mm("thread-m2", "head_diameter") + 0.4
    return cut(
        body,
        rod((1, 0, 0), "-x", length + 2, d.mm("tube-8mm", "outer_diameter")),
        *[rod((-flange, y, 0), "-x", 30, head) for y in (-hole, hole)],
        *[rod((1, y, 0), "-x", 20, d.mm("thread-m2", "diameter")) for y in (-hole, hole)],
    )


def bearing_608(d: Dimensions) -> Part:
    """Axis x, middle at the origin."""
    width = d.mm("bearing-608", "width")
    ring = rod((-width / 2, 0, 0), "+x", width, d.mm("bearing-608", "outer_diameter"))
    groove_out = d.mm("bearing-608", "outer_ring_diameter")
    groove_in = d.mm("bearing-608", "inner_ring_diameter")
    grooves = [
        cut(rod((x, 0, 0), "+x", 0.4, groove_out), rod((x, 0, 0), "+x", 0.4, groove_in))
        for x in (-width / 2, width / 2 - 0.4)
    ]
    return cut(ring, rod((-10, 0, 0), "+x", 20, d.mm("bearing-608", "bore")), *grooves)


def slip_ring(d: Dimensions) -> Part:
    """Axis z, body on z = 0, rotor and its wires up."""
    length = d.mm("slip-ring", "body_length")
    return joined(
        rod((0, 0, 0), "+z", length, d.mm("slip-ring", "body_diameter")),
        rod(
            (0, 0, length),
            "+z",
            d.mm("slip-ring", "rotor_length"),
            d.mm("slip-ring", "rotor_diameter"),
        ),
    )


def tube_8mm(d: Dimensions, length: float) -> Part:
    """Along x from the origin."""
    wide, wall = d.mm("tube-8mm", "outer_diameter"), d.mm("tube-8mm", "wall")
    return cut(
        rod((0, 0, 0), "+x", length, wide), rod((-1, 0, 0), "+x", length + 2, wide - 2 * wall)
    )


def tube_mass_g(d: Dimensions, length: float) -> float:
    """Mass of a piece of tube, g."""
    wide, wall = d.mm("tube-8mm", "outer_diameter"), d.mm("tube-8mm", "wall")
    area = pi / 4.0 * (wide**2 - (wide - 2 * wall) ** 2)
    return area * length * d.density_g_cm3("tube-8mm") / 1000.0


def nut_m10(d: Dimensions) -> Part:
    """Axis z, middle at the origin, flats across x."""
    height = d.mm("nut-m10", "height")
    body = nut((0, 0, -height / 2), "+z", height, d.mm("nut-m10", "across_flats"), 30.0)
    return cut(body, rod((0, 0, -10), "+z", 20, d.mm("nut-m10", "bore")))


def wood_board(d: Dimensions) -> Part:
    """Upper face at z = 0."""
    x, y = d.mm("wood-board", "length") / 2.0, d.mm("wood-board", "width") / 2.0
    return box((-x, x), (-y, y), (-d.mm("wood-board", "height"), 0.0))


def block(d: Dimensions, part: str) -> Part:
    """A board of the electronics as a box: middle of its underside at the origin."""
    x, y = d.mm(part, "length") / 2.0, d.mm(part, "width") / 2.0
    return joined(
        box((-x, x), (-y, y), (0.0, 1.6)),
        box((3 - x, x - 3), (3 - y, y - 3), (1.6, d.mm(part, "height"))),
    )


def screw(d: Dimensions, thread: str, length: float, kind: str) -> Part:
    """Under the head at z = 0, tip down; a headless screw has its outer end at z = 0.

    Args:
        d: dimensions.
        thread: "m2", "m2-5", "m3" or "wood4".
        length: mm.
        kind: "iso4762" (cylinder head), "iso10642" and "wood" (countersunk), "iso4026" (headless).
    """
    t = f"thread-{thread}"
    wide = d.mm(t, "diameter")
    if kind == "iso4026":
        return rod((0, 0, 0), "-z", length, wide)
    if kind == "iso4762":
        head = rod((0, 0, 0), "+z", d.mm(t, "head_height"), d.mm(t, "head_diameter"))
        return joined(rod((0, 0, 0), "-z", length, wide), head)
    name = "head_diameter" if kind == "wood" else "head_diameter_countersunk"
    big = d.mm(t, name) / 2.0
    deep = big - wide / 2.0
    cone = Part((Pos(0, 0, -deep / 2.0) * Cone(wide / 2.0, big, deep)).wrapped)
    return joined(rod((0, 0, 0), "-z", length, wide), cone)


def hex_nut(d: Dimensions, thread: str) -> Part:
    """Axis z, one face at z = 0, body down."""
    t = f"thread-{thread}"
    body = nut((0, 0, 0), "-z", d.mm(t, "nut_height"), d.mm(t, "nut_across_flats"))
    return cut(body, rod((0, 0, 1), "-z", 20, d.mm(t, "diameter")))
