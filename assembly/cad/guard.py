"""Cage and boom: feet, corners and clamps for 8 mm tubes, and the fork for the slip ring."""

from build123d import Part

from assembly.cad.base import wood_screw
from assembly.cad.dimensions import Dimensions
from assembly.cad.fasteners import thread
from assembly.cad.pendulum import tube
from assembly.cad.solids import Point, box, cut, joined, rod, rounded

DEPTH = 25.0  # how far a tube goes into its sleeve, mm
END = 5.0  # where a rail begins, from the post's axis, mm
POST_TOP = 6.0  # where a post ends, below the axis of the rails, mm
FOOT_PLATE = 5.0
FOOT_SCREW = 18.0
FORK_SCREW = 10.0
FOOT = 3.0  # floor under a post, mm


BACK = {"+x": "-x", "-x": "+x", "+y": "-y", "-y": "+y", "+z": "-z", "-z": "+z"}


def foot_screws() -> list[tuple[float, float]]:
    """Wood screws of a foot, in its own frame."""
    return [(x * 15.5, y * 15.5) for x in (-1, 1) for y in (-1, 1)]


def corner_screws(reach: float) -> list[tuple[Point, str]]:
    """Seats, that far from the tubes' axes, and directions of a corner's screws."""
    return [((20, 0, reach), "-z"), ((0, 20, reach), "-z"), ((-reach, 0, -20), "+x")]


def clamp_screws(d: Dimensions, reach: float) -> list[tuple[Point, str]]:
    """Seats and directions of a cross-clamp's two screws."""
    upper = d.design("guard", "cross_offset")
    return [((0, 0, -reach), "+z"), ((0, 0, upper + reach), "-z")]


def guard_foot(d: Dimensions) -> Part:
    """Stands on the board (z = 0) and takes a post along z."""
    half, sleeve = 21.0, d.design("guard", "sleeve") / 2.0
    body = joined(
        rounded(box((-half, half), (-half, half), (0, FOOT_PLATE)), 5.0),
        rounded(box((-sleeve, sleeve), (-sleeve, sleeve), (0, FOOT + DEPTH)), 3.0),
    )
    tools = [
        rod((0, 0, FOOT), "+z", 50, tube(d)),
        thread(d, (0, 0, FOOT_SCREW), "+x", 20),
    ]
    for x, y in foot_screws():
        tools += wood_screw(d, x, y, 0, FOOT_PLATE)
    return cut(body, *tools)


def guard_corner(d: Dimensions) -> Part:
    """Joins a post from below (-z) with two rails (+x, +y); z = 0 is the rails' axis."""
    s = d.design("guard", "sleeve") / 2.0
    far = END + DEPTH
    body = joined(
        rounded(box((-s, far), (-s, s), (-s, s)), 3.0),
        rounded(box((-s, s), (-s, far), (-s, s)), 3.0),
        rounded(box((-s, s), (-s, s), (-POST_TOP - DEPTH, s)), 3.0),
    )
    return cut(
        body,
        rod((END, 0, 0), "+x", 50, tube(d)),
        rod((0, END, 0), "+y", 50, tube(d)),
        rod((0, 0, -POST_TOP), "-z", 50, tube(d)),
        *[thread(d, seat, BACK[tip], 20) for seat, tip in corner_screws(0.0)],
    )


def cross_clamp(d: Dimensions) -> Part:
    """Two tubes that cross: one along x at z = 0, one along y above it."""
    s, offset = d.design("guard", "sleeve") / 2.0, d.design("guard", "cross_offset")
    body = rounded(box((-s, s), (-s, s), (-s, offset + s)), 3.0)
    return cut(
        body,
        rod((-50, 0, 0), "+x", 100, tube(d, "tube_slide")),
        rod((0, -50, offset), "+y", 100, tube(d, "tube_slide")),
        *[thread(d, seat, BACK[tip], 20) for seat, tip in clamp_screws(d, 0.0)],
    )


def slip_ring_fork(d: Dimensions) -> Part:
    """On the hanger's lower end (z = 0 there): two fingers beside the slip ring's upper wires."""
    s = d.design("guard", "sleeve") / 2.0
    reach = d.design("guard", "fork_reach")
    body = joined(
        rounded(box((-s, s), (-s, s), (-4.0, 20.0)), 3.0),
        box((-5, 5), (4.0, s - 1), (-reach, 0)),
        box((-5, 5), (1 - s, -4.0), (-reach, 0)),
    )
    return cut(
        body,
        rod((0, 0, 0), "+z", 50, tube(d)),
        rod((0, 0, -10), "+z", 20, 6.0),
        thread(d, (0, 0, FORK_SCREW), "+x", 20),
        box((-1.5, 1.5), (-20, 20), (4 - reach, 6 - reach)),
    )
