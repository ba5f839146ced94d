"""What turns with the motor: the arm, the cap over its bearings, the slip ring's mount."""

from build123d import Axis, Part, fillet

from assembly.cad.dimensions import Dimensions
from assembly.cad.fasteners import clearance, counterbore, thread, trap
from assembly.cad.solids import Point, box, cone, cut, joined, prism, rod, rounded

SCREW_Y = 14.2  # cap screws stand outside the bearings
FILLET = 4.0  # where the beam runs into the wall
TIE_Z, TIE = 6.0, 5.0  # groove for the cable tie, its lower side slanted
HUB_NUT = 4.0  # where nuts begin, from the axis
MOUNT_DEPTH = 5.1  # of the holes that the mount's screws cut their thread into
CAP_NUT_Z = -8.8


def mount_leg(d: Dimensions) -> tuple[float, float]:
    """Inner and outer face of the slip ring mount's legs (y, mm)."""
    inside = d.design("arm", "hub_width") / 2.0 + d.fit("face") / 2.0
    return inside, inside + d.design("slip-ring-mount", "leg")


def mount_screws(d: Dimensions, out: float) -> list[tuple[Point, str]]:
    """Seats, that far outside the hub, and directions of the mount's screws."""
    y, z = d.design("arm", "hub_width") / 2.0 + out, d.design("arm", "mount_screw_z")
    return [((0, y, z), "-y"), ((0, -y, z), "+y")]


def cap_screws(d: Dimensions) -> list[tuple[float, float]]:
    """Where the four screws of the cap stand (x, y)."""
    xs = (d.design("arm", "cap_start_x") + 4.6, d.design("arm", "bearing_outer_x"))
    return [(x, side * SCREW_Y) for x in xs for side in (-1, 1)]


def arm(d: Dimensions) -> Part:
    """The arm: hub, beam, wall for the encoder, lower halves of the bearing seats."""

    def a(name: str) -> float:
        return d.design("arm", name)

    bottom, half, wide = a("bottom_z"), a("beam_width") / 2.0, a("hub_width") / 2.0
    block, start, end = a("block_width") / 2.0, a("block_start_x"), a("block_end_x")
    wall = a("encoder_wall_x")
    hub = rounded(
        box((a("hub_start_x"), a("hub_end_x")), (-wide, wide), (bottom, a("hub_top_z"))), 3
    )
    body = joined(
        hub,
        box((0.0, wall + 1), (-half, half), (bottom, a("beam_top_z"))),
        box((wall, start + 1), (-13.0, 13.0), (bottom, -d.fit("face"))),
        box((wall, wall + a("encoder_wall")), (-13.0, 13.0), (bottom, a("encoder_wall_top_z"))),
        rounded(box((start, end), (-block, block), (bottom, -d.fit("face") / 2.0)), 3.0),
    )
    corners = [
        edge
        for edge in body.edges().filter_by(Axis.Z)
        if abs(edge.center().X - wall) < 0.01 and abs(abs(edge.center().Y) - half) < 0.01
    ]
    body = Part(fillet(corners, FILLET).wrapped)
    return cut(body, *_hub_holes(d), *_encoder_holes(d), *_seats(d), *_cap_holes(d))


def _hub_holes(d: Dimensions) -> list[Part]:
    bottom, top = d.design("arm", "bottom_z"), d.design("arm", "hub_top_z")
    bore = d.mm("motor", "shaft_diameter") + d.fit("d_hole")
    flat = d.mm("motor", "shaft_flat") - d.mm("motor", "shaft_diameter") / 2.0 + d.fit("d_hole") / 2
    shaft = cut(
        rod((0, 0, bottom), "+z", top - bottom, bore),
        box((-5, -flat), (-5, 5), (bottom, top)),
    )
    screw_z = d.design("arm", "set_screw_z")
    return [
        shaft,
        clearance(d, (0, 0, screw_z), "-x", 50),
        trap(d, (-HUB_NUT, 0, screw_z), "-x", "+z", top - screw_z + 1),
        *[thread(d, seat, tip, MOUNT_DEPTH) for seat, tip in mount_screws(d, 0.0)],
    ]


def _encoder_holes(d: Dimensions) -> list[Part]:
    """A way in for the shaft, slots that the base's screws cut a thread into, cable ties."""
    x, thick = d.design("arm", "encoder_wall_x"), d.design("arm", "encoder_wall")
    hole = d.mm("thread-m2", "diameter") + d.fit("screw_thread")
    inner = d.mm("pendulum-encoder", "hole_spacing") / 2.0
    outer = d.mm("pendulum-encoder", "hole_spacing_2") / 2.0
    slot = (d.mm("bearing-608", "inner_ring_diameter") + 0.8) / 2.0
    tools = [
        rod((x - 1, 0, 0), "+x", thick + 2, 2 * slot),
        box((x - 1, x + thick + 1), (-slot, slot), (0, 10)),
    ]
    for side in (-1, 1):
        ends = sorted((side * inner, side * outer))
        tools.append(box((x - 1, x + thick + 1), (ends[0], ends[1]), (-hole / 2, hole / 2)))
        tools += [rod((x - 1, y, 0), "+x", thick + 2, hole) for y in ends]
    for y in (-3.6, 3.6):
        tools += [box((tie, tie + 3.5), (y - 0.9, y + 0.9), (-40, 0)) for tie in (14.0, 30.0)]
    return tools


def _seats(d: Dimensions) -> list[Part]:
    """Both bearings with the room between them, and the way out, as solids to take away."""
    seat = d.mm("bearing-608", "outer_diameter") + d.fit("bearing_seat")
    width, end = d.mm("bearing-608", "width"), d.design("arm", "block_end_x")
    lip = d.mm("bearing-608", "outer_ring_diameter") + d.fit("slide")
    inner, outer = d.design("arm", "bearing_inner_x"), d.design("arm", "bearing_outer_x")
    start, stop = inner - width / 2.0 - d.fit("slide") / 2.0, outer + width / 2.0
    return [
        rod((start, 0, 0), "+x", stop - start, seat),
        rod((inner, 0, 0), "+x", end - inner + 1, lip),
    ]


def _cap_holes(d: Dimensions) -> list[Part]:
    block = d.design("arm", "block_width") / 2.0
    tools = []
    for x, y in cap_screws(d):
        side = "+y" if y > 0 else "-y"
        tools.append(clearance(d, (x, y, 1), "-z", 15.0))
        tools.append(trap(d, (x, y, CAP_NUT_Z), "-z", side, block - SCREW_Y + 1))
    return tools


def bearing_cap(d: Dimensions) -> Part:
    """The cap that holds both bearings down; a window shows the collar's screw."""
    start, end = d.design("arm", "cap_start_x"), d.design("arm", "block_end_x")
    block, top = d.design("arm", "block_width") / 2.0, d.design("arm", "cap_top_z")
    gap = d.fit("face") / 2.0
    slope = d.design("arm", "cap_slope")
    outline = [(-block, gap), (block, gap), (block, top - slope), (block - slope, top)]
    outline += [(slope - block, top), (-block, top - slope)]
    body = prism(outline, start, end)
    head = d.design("arm", "cap_screw_z")
    tools = _seats(d)
    for x, y in cap_screws(d):
        tools.append(clearance(d, (x, y, 0), "+z", top))
        tools.append(counterbore(d, (x, y, head), "+z", top))
    window = tuple(d.design("pendulum", "collar_screw_x") + side for side in (-3.5, 3.5))
    tools.append(box(window, (-4.0, 4.0), (0, top + 1)))
    return cut(body, *tools)


def slip_ring_mount(d: Dimensions) -> Part:
    """A bridge over the hub; a cable tie closes its slotted ring about the slip ring's body."""
    wall, low = d.design("slip-ring-mount", "wall"), d.design("slip-ring-mount", "ring_bottom_z")
    top = d.design("slip-ring-mount", "ring_top_z")
    bore = d.mm("slip-ring", "body_diameter") + d.fit("slide")
    half, legs = 4.5, mount_leg(d)
    foot = d.design("arm", "mount_screw_z") - 5.0
    ring = bore + 2 * wall
    body = joined(
        rod((0, 0, low), "+z", top - low, ring),
        box((-half, half), (-legs[1], legs[1]), (top - 3.5, top)),
        *[
            box(
                (-half, half),
                (min(s * legs[0], s * legs[1]), max(s * legs[0], s * legs[1])),
                (foot, top),
            )
            for s in (-1, 1)
        ],
    )
    body_z = d.design("slip-ring-mount", "body_bottom_z")
    tools = [
        rod((0, 0, body_z), "+z", top, bore),
        cone(body_z - 1.0, bore - 2.0, body_z, bore),
        rod((0, 0, low - 1), "+z", top, bore - 2.0),
        box((0, ring), (-0.8, 0.8), (low - 1, top + 1)),
        cut(
            rod((0, 0, TIE_Z), "+z", TIE, ring + 1.0),
            rod((0, 0, TIE_Z), "+z", TIE, ring - 2.0),
            cone(TIE_Z, ring + 1.0, TIE_Z + 1.5, ring - 2.0),
        ),
    ]
    tools += [clearance(d, seat, tip, 20) for seat, tip in mount_screws(d, 10.0)]
    return cut(body, *tools)
