"""What swings: the joint of shaft and rod, the collar between the bearings, the weight's holder."""

from build123d import Part

from assembly.cad.dimensions import Dimensions
from assembly.cad.fasteners import clearance, trap
from assembly.cad.solids import box, cut, joined, nut, rod, rounded

COLLAR_NUT = 0.9  # the same in the collar, which is smaller
NUT_FROM_TUBE = 1.4  # from the tube's surface to the nut that its headless screw turns in


def tube(d: Dimensions, fit: str = "tube_clamp") -> float:
    """Diameter of a hole for the 8 mm tube, mm."""
    return d.mm("tube-8mm", "outer_diameter") + d.fit(fit)


def inner_ring(d: Dimensions) -> float:
    """Diameter of what may touch a bearing's inner ring and nothing else, mm."""
    return d.mm("bearing-608", "inner_ring_diameter") - 0.5


def pendulum_joint(d: Dimensions) -> Part:
    """Holds the rod square to the shaft; a headless screw on each."""

    def p(name: str) -> float:
        return d.design("pendulum", name)

    start, end, half = p("joint_start_x"), p("joint_end_x"), p("joint_width") / 2.0
    x, radius = d.arm_length, d.mm("tube-8mm", "outer_diameter") / 2.0
    bearing = d.design("arm", "bearing_outer_x") + d.mm("bearing-608", "width") / 2.0
    rod_z, near = p("joint_screw_z"), radius + NUT_FROM_TUBE
    shoulder = rod_z + 5.0
    body = joined(
        rounded(box((start, end), (-half, half), (shoulder - 1, p("joint_top_z"))), 2.0),
        rounded(
            box((start, p("joint_nose_x")), (-half, half), (p("joint_bottom_z"), shoulder)), 2.0
        ),
        rod((bearing, 0, 0), "+x", start - bearing + 1, inner_ring(d)),
    )
    return cut(
        body,
        rod((bearing - 1, 0, 0), "+x", p("shaft_end_x") - bearing + 1, tube(d)),
        rod((x, 0, p("rod_start_z")), "-z", 100, tube(d)),
        clearance(d, (x, 0, 0), "+z", 20),
        trap(d, (x, 0, near), "+z", "+y", half + 1),
        clearance(d, (x, 0, rod_z), "+x", 20),
        trap(d, (x + near, 0, rod_z), "+x", "+y", half + 1),
    )


def collar(d: Dimensions) -> Part:
    """Holds the shaft in the outer bearing; its screw is reached through the cap's window."""
    start, end = d.design("pendulum", "collar_start_x"), d.design("pendulum", "collar_end_x")
    bearing = d.design("arm", "bearing_outer_x") - d.mm("bearing-608", "width") / 2.0
    wide = d.design("pendulum", "collar_diameter")
    radius = d.mm("tube-8mm", "outer_diameter") / 2.0
    middle = d.design("pendulum", "collar_screw_x")
    half = d.design("pendulum", "collar_width") / 2.0
    disc = rod((start, 0, 0), "+x", end - start, wide)
    body = joined(
        disc & box((start, end), (-half, half), (-half, wide)),
        rod((end - 1, 0, 0), "+x", bearing - end + 1, inner_ring(d)),
    )
    return cut(
        body,
        rod((start - 1, 0, 0), "+x", 20, tube(d)),
        clearance(d, (middle, 0, 0), "+z", wide),
        trap(d, (middle, 0, radius + COLLAR_NUT), "+z", "-x", 10),
    )


def weight_holder(d: Dimensions) -> Part:
    """A block on the rod's end; the tube runs through the nut, so the nut cannot leave it."""

    def p(name: str) -> float:
        return d.design("pendulum", name)

    x, half = d.arm_length, p("weight_width") / 2.0
    flats = d.mm("nut-m10", "across_flats") + d.fit("nut_trap")
    height = d.mm("nut-m10", "height") + d.fit("nut_height")
    nut_bottom = p("nut_z") - height / 2.0
    end = -d.pendulum_length
    radius = d.mm("tube-8mm", "outer_diameter") / 2.0
    screw_z = p("weight_screw_z")
    y = (p("weight_depth_low"), p("weight_depth_high"))
    neck, shoulder = p("weight_neck") / 2.0, nut_bottom + height + 1.2
    body = joined(
        rounded(box((x - half, x + half), y, (p("weight_bottom_z"), shoulder)), 2.5),
        rounded(box((x - neck, x + neck), y, (shoulder - 1, p("weight_top_z"))), 2.5),
    )
    return cut(
        body,
        rod((x, 0, end - 0.2), "+z", 100, tube(d)),
        nut((x, 0, nut_bottom), "+z", height, flats, 30.0),
        box((x - flats / 2, x + flats / 2), (0, 20), (nut_bottom, nut_bottom + height)),
        clearance(d, (x, 0, screw_z), "+y", 20),
        trap(d, (x, radius + NUT_FROM_TUBE, screw_z), "+y", "+z", 20),
    )
