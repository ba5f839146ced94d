"""Every screw and nut at its place. A screw's tip points where it is driven."""

from functools import partial

from build123d import Location, Plane, Vector

from assembly.cad import arm as arm_parts
from assembly.cad import base as base_parts
from assembly.cad import bought as shapes
from assembly.cad import guard as guard_parts
from assembly.cad import pendulum as pendulum_parts
from assembly.cad.dimensions import Dimensions
from assembly.cad.fasteners import nut_turn
from assembly.cad.kit import Bought
from assembly.cad.solids import DIRECTIONS, Point, turned

SCREWS = {
    "screw-m3x6-iso10642": ("m3", 6.0, "iso10642"),
    "screw-m3x6-iso4762": ("m3", 6.0, "iso4762"),
    "screw-m3x8-iso4762": ("m3", 8.0, "iso4762"),
    "screw-m3x12-iso4762": ("m3", 12.0, "iso4762"),
    "screw-m3x20-iso4762": ("m3", 20.0, "iso4762"),
    "screw-m2x6-iso4762": ("m2", 6.0, "iso4762"),
    "screw-m2-5x20-iso4762": ("m2-5", 20.0, "iso4762"),
    "setscrew-m3x6-iso4026": ("m3", 6.0, "iso4026"),
    "setscrew-m3x8-iso4026": ("m3", 8.0, "iso4026"),
    "screw-wood-4x16": ("wood4", 16.0, "wood"),
    "screw-wood-4x20": ("wood4", 20.0, "wood"),
}
"""Thread, length in mm and standard of each screw."""
NUTS = {"nut-m2-5-iso4032": "m2-5", "nut-m3-iso4032": "m3"}

APART: dict[str, Point] = {
    "pendulum-joint": (110, 0, 0),
    "collar": (0, 0, 42),
    "weight-holder": (110, 0, -70),
    "slip-ring-mount": (0, 0, 50),
    "pendulum-encoder": (-75, 0, 60),
}
"""How far some parts are drawn from their place when the robot is pulled apart, mm."""

Placed = tuple[str, Location, str, Point]


def bought(d: Dimensions) -> list[Bought]:
    """Shapes of screws and nuts."""
    screws = [Bought(name, partial(shapes.screw, d, *what)) for name, what in SCREWS.items()]
    return screws + [Bought(name, partial(shapes.hex_nut, d, m)) for name, m in NUTS.items()]


def screw(
    part: str, seat: Point, tip: str, group: str, out: float = 40.0, after: Point = (0, 0, 0)
) -> Placed:
    """A screw with the underside of its head at `seat` (a headless one: its outer end).

    Pulled apart, it is drawn `out` mm before what it holds, which itself is moved by `after`.
    """
    x, y, z = DIRECTIONS[tip]
    side = (0, 0, 1) if z == 0 else (1, 0, 0)
    plane = Plane(Vector(seat), x_dir=side, z_dir=(-x, -y, -z))
    return part, plane.location, group, _sum((-x * out, -y * out, -z * out), after)


def nut(
    part: str, start: Point, direction: str, opening: str, group: str, after: Point = (0, 0, 0)
) -> Placed:
    """A nut in its pocket: see `fasteners.trap`."""
    x, y, z = DIRECTIONS[direction]
    side = (0, 0, 1) if z == 0 else (1, 0, 0)
    plane = Plane(Vector(start), x_dir=side, z_dir=(-x, -y, -z))
    out = DIRECTIONS[opening]
    explode = _sum((out[0] * 30.0, out[1] * 30.0, out[2] * 30.0), after)
    return part, plane.location * turned("z", nut_turn(direction, opening)), group, explode


def _sum(a: Point, b: Point) -> Point:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]


def base(d: Dimensions) -> list[Placed]:
    """Motor to tower, tower to foot, foot to board."""
    top, floor = d.design("base", "plate_top_z"), d.design("base", "board_z")
    hole = d.mm("motor", "face_hole_spacing") / 2.0
    found = [screw("screw-m3x6-iso10642", (0, y, top), "-z", "base") for y in (-hole, hole)]
    seat = floor + base_parts.head_depth(d)
    pocket = base_parts.foot_top(d) + base_parts.POCKET
    for x, y in base_parts.foot_screws(d):
        found.append(screw("screw-m3x12-iso4762", (x, y, seat), "+z", "base", 70.0))
        found.append(nut("nut-m3-iso4032", (x, y, pocket), "+z", "+z", "base"))
    for x, y in base_parts.board_screws(d):
        found.append(screw("screw-wood-4x20", (x, y, base_parts.foot_top(d)), "-z", "base"))
    return found


def arm(d: Dimensions) -> list[Placed]:
    """Hub to shaft, mount to hub, cap to arm, encoder to its wall."""
    top_z, leg = d.design("arm", "set_screw_z"), d.design("slip-ring-mount", "leg")
    flat = d.mm("motor", "shaft_flat") - d.mm("motor", "shaft_diameter") / 2.0
    nut_m3, found = "nut-m3-iso4032", []
    found.append(screw("setscrew-m3x8-iso4026", (-flat - 8.0, 0, top_z), "+x", "arm"))
    found.append(nut(nut_m3, (-arm_parts.HUB_NUT, 0, top_z), "-x", "+z", "arm"))
    for seat, tip in arm_parts.mount_screws(d, d.fit("face") / 2.0 + leg):
        found.append(screw("screw-m3x8-iso4762", seat, tip, "arm", 30, APART["slip-ring-mount"]))
    for x, y in arm_parts.cap_screws(d):
        seat = (x, y, d.design("arm", "cap_screw_z"))
        found.append(screw("screw-m3x20-iso4762", seat, "-z", "arm", 100.0))
        side = "+y" if y > 0 else "-y"
        found.append(nut(nut_m3, (x, y, arm_parts.CAP_NUT_Z), "-z", side, "arm"))
    wall = d.design("arm", "encoder_wall_x")
    seat_x = wall - d.mm("pendulum-encoder", "base_thickness")
    hole = d.mm("pendulum-encoder", "hole_spacing") / 2.0
    seats = [(seat_x, y, 0.0) for y in (-hole, hole)]
    return found + [
        screw("screw-m2x6-iso4762", seat, "+x", "arm", 25, APART["pendulum-encoder"])
        for seat in seats
    ]


def pendulum(d: Dimensions) -> list[Placed]:
    """Headless screws of joint, collar and weight, each in a captive nut."""
    x, radius = d.arm_length, d.mm("tube-8mm", "outer_diameter") / 2.0
    end, near = radius + 6.0, radius + pendulum_parts.NUT_FROM_TUBE
    name, nut_m3, swing = "setscrew-m3x6-iso4026", "nut-m3-iso4032", "pendulum"
    low, weight = d.design("pendulum", "joint_screw_z"), d.design("pendulum", "weight_screw_z")
    middle = d.design("pendulum", "collar_screw_x")
    joint, ring, end_block = (APART[part] for part in ("pendulum-joint", "collar", "weight-holder"))
    return [
        screw(name, (x, 0, end), "-z", swing, 30, joint),
        nut(nut_m3, (x, 0, near), "+z", "+y", swing, joint),
        screw(name, (x + end, 0, low), "-x", swing, 30, joint),
        nut(nut_m3, (x + near, 0, low), "+x", "+y", swing, joint),
        screw(name, (middle, 0, end), "-z", swing, 25, ring),
        nut(nut_m3, (middle, 0, radius + pendulum_parts.COLLAR_NUT), "+z", "-x", swing, ring),
        screw(name, (x, end, weight), "-y", swing, 30, end_block),
        nut(nut_m3, (x, near, weight), "+y", "+z", swing, end_block),
    ]


def cage(d: Dimensions) -> list[Placed]:
    """Screws that cut their own thread and press on a tube; wood screws of the feet."""
    half, rail = d.design("guard", "half_width"), d.design("guard", "rail_z")
    floor, name = d.design("base", "board_z"), "screw-m3x6-iso4762"
    reach = d.mm("tube-8mm", "outer_diameter") / 2.0 + 6.0
    found = []
    for quarter, (x, y) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1))):
        foot = Location((x * half, y * half, floor))
        corner = Location((x * half, y * half, rail)) * turned("z", 90.0 * quarter)
        found.append(_moved(foot, screw(name, (reach, 0, guard_parts.FOOT_SCREW), "-x", "guard")))
        for hole in guard_parts.foot_screws():
            seat = (*hole, guard_parts.FOOT_PLATE)
            found.append(_moved(foot, screw("screw-wood-4x16", seat, "-z", "guard")))
        for seat, tip in guard_parts.corner_screws(reach):
            found.append(_moved(corner, screw(name, seat, tip, "guard")))
    x, high = d.design("guard", "boom_x"), rail + d.design("guard", "cross_offset")
    places = [Location((x, y, rail)) for y in (-half, half)]
    places.append(Location((0, 0, high)) * turned("y", -90))
    for place in places:
        for seat, tip in guard_parts.clamp_screws(d, reach):
            found.append(_moved(place, screw(name, seat, tip, "boom")))
    bottom = d.design("guard", "hanger_bottom_z")
    found.append(screw(name, (reach, 0, bottom + guard_parts.FORK_SCREW), "-x", "boom"))
    return found


def _moved(place: Location, placed: Placed) -> Placed:
    part, location, group, explode = placed
    turn = Location((0, 0, 0), tuple(place.orientation))
    out = (turn * Location(explode)).position
    return part, place * location, group, (out.X, out.Y, out.Z)
