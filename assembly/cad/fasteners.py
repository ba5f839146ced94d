"""Holes for screws and nuts: their sizes come from bought.toml and the named tolerances."""

from build123d import Part

from assembly.cad.dimensions import Dimensions
from assembly.cad.solids import DIRECTIONS, Point, box, nut, rod


def clearance(d: Dimensions, start: Point, direction: str, length: float, m: str = "m3") -> Part:
    """A hole that a screw passes through."""
    return rod(start, direction, length, d.mm(f"thread-{m}", "diameter") + d.fit("screw_clearance"))


def thread(d: Dimensions, start: Point, direction: str, length: float, m: str = "m3") -> Part:
    """A hole into which a screw cuts its own thread."""
    return rod(start, direction, length, d.mm(f"thread-{m}", "diameter") + d.fit("screw_thread"))


def counterbore(d: Dimensions, start: Point, direction: str, length: float, m: str = "m3") -> Part:
    """Room for a cylindrical head."""
    return rod(start, direction, length, d.mm(f"thread-{m}", "head_diameter") + d.fit("screw_head"))


def trap(
    d: Dimensions, start: Point, direction: str, opening: str, depth: float, m: str = "m3"
) -> Part:
    """A pocket for a captive nut that is pushed in from the side.

    Args:
        d: dimensions.
        start: point on the screw's axis where the pocket begins.
        direction: of the screw's axis, along which the pocket is one nut high.
        opening: direction from which the nut comes.
        depth: from the axis to beyond the face through which it comes, mm.
        m: thread.
    """
    thread_id = f"thread-{m}"
    flats = d.mm(thread_id, "nut_across_flats") + d.fit("nut_trap")
    height = d.mm(thread_id, "nut_height") + d.fit("nut_height")
    along, out = DIRECTIONS[direction], DIRECTIONS[opening]
    ranges = []
    for k in range(3):
        if along[k]:
            ends = (start[k], start[k] + along[k] * height)
        elif out[k]:
            ends = (start[k], start[k] + out[k] * depth)
        else:
            ends = (start[k] - flats / 2.0, start[k] + flats / 2.0)
        ranges.append((min(ends), max(ends)))
    return nut(start, direction, height, flats, nut_turn(direction, opening)) + box(*ranges)


def nut_turn(direction: str, opening: str) -> float:
    """Turn (degrees) so that a corner of the hexagon, not a flat, lies away from the opening."""
    side = "z" if direction[1] != "z" else "x"
    return 0.0 if opening[1] == side else 30.0
