"""Which parts the robot has, and where each of them sits at theta = alpha = 0.

Parts that occur once have the world's frame as their own; their place is the identity.
"""

from dataclasses import replace
from functools import partial

from build123d import Location

from assembly.cad import arm, base, electronics, fastened, guard, pendulum
from assembly.cad import bought as shapes
from assembly.cad.dimensions import Dimensions
from assembly.cad.kit import Bought, Instance, Printed
from assembly.cad.solids import Point, turned

COLOURS = {
    "base": "#4c6ef5",
    "base-foot": "#748ffc",
    "arm": "#e8590c",
    "bearing-cap": "#f76707",
    "slip-ring-mount": "#fd7e14",
    "pendulum-joint": "#2b8a3e",
    "collar": "#37b24d",
    "weight-holder": "#2f9e44",
    "slip-ring-fork": "#0c8599",
    "cross-clamp": "#1098ad",
    "guard-foot": "#868e96",
    "guard-corner": "#868e96",
    "motor": "#343a40",
    "pendulum-encoder": "#212529",
    "slip-ring": "#212529",
    "wood-board": "#d8b384",
}
STEEL, ALUMINIUM = "#8d99a6", "#c3cad1"
DOWN = turned("x", 180)

TUBES = (
    "pendulum-shaft",
    "pendulum-rod",
    "guard-post",
    "guard-rail",
    "boom-tube",
    "hanger-tube",
)
"""Pieces cut from tube-8mm; the bill of materials counts their length."""


def printed(d: Dimensions) -> list[Printed]:
    """Every printed part but the fit gauge and the electronics'."""
    table = [
        ("base", base.base, 1, "upside down: the motor's plate on the bed", DOWN),
        ("base-foot", base.base_foot, 1, "as it stands, flat", Location()),
        ("arm", arm.arm, 1, "as it stands: the flat underside on the bed", Location()),
        ("bearing-cap", arm.bearing_cap, 1, "upside down: the flat top on the bed", DOWN),
        ("slip-ring-mount", arm.slip_ring_mount, 1, "upside down: the bridge on the bed", DOWN),
        (
            "pendulum-joint",
            pendulum.pendulum_joint,
            1,
            "lying: the nuts' openings up",
            turned("x", 90),
        ),
        ("collar", pendulum.collar, 1, "lying: the wide face on the bed", turned("y", -90)),
        (
            "weight-holder",
            pendulum.weight_holder,
            1,
            "lying: the nut's opening up",
            turned("x", 90),
        ),
        ("guard-foot", guard.guard_foot, 4, "as it stands, flat", Location()),
        ("guard-corner", guard.guard_corner, 4, "upside down: the flat top on the bed", DOWN),
        ("cross-clamp", guard.cross_clamp, 3, "on its side", turned("x", 90)),
        ("slip-ring-fork", guard.slip_ring_fork, 1, "upside down: fingers up", DOWN),
    ]
    return [
        Printed(name, partial(make, d), count, words, bed)
        for name, make, count, words, bed in table
    ]


def bought(d: Dimensions) -> list[Bought]:
    """Shapes of what is bought, but for the electronics'."""
    plain = {
        "motor": shapes.motor,
        "pendulum-encoder": shapes.pendulum_encoder,
        "bearing-608": shapes.bearing_608,
        "slip-ring": shapes.slip_ring,
        "nut-m10": shapes.nut_m10,
        "wood-board": shapes.wood_board,
    }
    found = [Bought(name, partial(make, d)) for name, make in plain.items()]
    found += [Bought(p, partial(shapes.tube_8mm, d, tube_length(d, p))) for p in TUBES]
    return found + fastened.bought(d)


def tube_length(d: Dimensions, piece: str) -> float:
    """To what length a piece of tube is cut, mm."""

    def g(name: str) -> float:
        return d.design("guard", name)

    start, end = (d.design("pendulum", f"shaft_{name}_x") for name in ("start", "end"))
    return {
        "pendulum-shaft": end - start,
        "pendulum-rod": d.pendulum_length + d.design("pendulum", "rod_start_z"),
        "guard-post": g("rail_z") - guard.POST_TOP - d.design("base", "board_z") - guard.FOOT,
        "guard-rail": 2.0 * (g("half_width") - guard.END),
        "boom-tube": 2.0 * (g("half_width") + g("boom_overhang")),
        "hanger-tube": g("hanger_top_z") - g("hanger_bottom_z"),
    }[piece]


def instances(d: Dimensions) -> list[Instance]:
    """Everything at its place, with a name that counts its kind."""
    found = [*_base(d), *_arm(d), *_pendulum(d), *_boom(d), *_guard(d)]
    found += fastened.base(d) + fastened.arm(d) + fastened.pendulum(d) + fastened.cage(d)
    every = [Instance("", *each, colour=_colour(each[0])) for each in found]
    plate = (d.design("board", "electronics_x"), 0, d.design("base", "board_z") + 10.0)
    every += electronics.instances(d, Location(plate) * turned("z", 90))
    counted: dict[str, int] = {}
    named = []
    for each in every:
        counted[each.part] = counted.get(each.part, 0) + 1
        named.append(replace(each, name=f"{each.part}-{counted[each.part]}"))
    return named


def _colour(part: str) -> str:
    return COLOURS.get(part, ALUMINIUM if part in TUBES else STEEL)


Placed = tuple[str, Location, str, Point]


def _base(d: Dimensions) -> list[Placed]:
    board = (d.design("board", "centre_x"), 0, d.design("base", "board_z"))
    return [
        ("wood-board", Location(board), "base", (0, 0, -80)),
        ("base-foot", Location(), "base", (0, 0, -40)),
        ("base", Location(), "base", (0, 0, 0)),
        ("motor", Location((0, 0, base.motor_face(d))), "base", (0, 0, -150)),
    ]


def _arm(d: Dimensions) -> list[Placed]:
    ring = (0, 0, d.design("slip-ring-mount", "body_bottom_z"))
    sensor = (d.design("arm", "encoder_wall_x"), 0, 0)
    return [
        ("arm", Location(), "arm", (0, 0, 0)),
        ("bearing-608", Location((d.design("arm", "bearing_inner_x"), 0, 0)), "arm", (0, 0, 40)),
        ("bearing-608", Location((d.design("arm", "bearing_outer_x"), 0, 0)), "arm", (0, 0, 40)),
        ("bearing-cap", Location(), "arm", (0, 0, 70)),
        ("pendulum-encoder", Location(sensor), "arm", fastened.APART["pendulum-encoder"]),
        ("slip-ring-mount", Location(), "arm", fastened.APART["slip-ring-mount"]),
        ("slip-ring", Location(ring), "arm", (0, 0, 80)),
    ]


def _pendulum(d: Dimensions) -> list[Placed]:
    x = d.arm_length
    shaft = Location((d.design("pendulum", "shaft_start_x"), 0, 0))
    rod = Location((x, 0, d.design("pendulum", "rod_start_z"))) * turned("y", 90)
    nut = Location((x, 0, d.design("pendulum", "nut_z")))
    return [
        ("pendulum-shaft", shaft, "pendulum", (70, 0, 0)),
        ("collar", Location(), "pendulum", fastened.APART["collar"]),
        ("pendulum-joint", Location(), "pendulum", fastened.APART["pendulum-joint"]),
        ("pendulum-rod", rod, "pendulum", (110, 0, -40)),
        ("weight-holder", Location(), "pendulum", fastened.APART["weight-holder"]),
        ("nut-m10", nut, "pendulum", (110, 40, -70)),
    ]


def _boom(d: Dimensions) -> list[Placed]:
    half, rail = d.design("guard", "half_width"), d.design("guard", "rail_z")
    x, over = d.design("guard", "boom_x"), d.design("guard", "boom_overhang")
    high = rail + d.design("guard", "cross_offset")
    hanger = (0, 0, d.design("guard", "hanger_bottom_z"))
    return [
        ("boom-tube", Location((x, -half - over, high)) * turned("z", 90), "boom", (0, 0, 60)),
        ("cross-clamp", Location((x, -half, rail)), "boom", (0, 0, 30)),
        ("cross-clamp", Location((x, half, rail)), "boom", (0, 0, 30)),
        ("cross-clamp", Location((0, 0, high)) * turned("y", -90), "boom", (0, 0, 60)),
        ("hanger-tube", Location(hanger) * turned("y", -90), "boom", (0, 0, 110)),
        ("slip-ring-fork", Location(hanger), "boom", (0, 0, 20)),
    ]


def _guard(d: Dimensions) -> list[Placed]:
    half, rail = d.design("guard", "half_width"), d.design("guard", "rail_z")
    floor, out = d.design("base", "board_z"), 40.0
    found: list[Placed] = []
    for quarter, (x, y) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1))):
        turn = turned("z", 90.0 * quarter)
        corner = Location((x * half, y * half, rail)) * turn
        away = (x * out, y * out, 0.0)
        foot = Location((x * half, y * half, floor))
        post = Location((x * half, y * half, floor + guard.FOOT)) * turned("y", -90)
        found += [
            ("guard-foot", foot, "guard", away),
            ("guard-post", post, "guard", (x * out, y * out, 40.0)),
            ("guard-corner", corner, "guard", (x * out, y * out, 90.0)),
            ("guard-rail", corner * Location((guard.END, 0, 0)), "guard", (0, 0, 90.0)),
        ]
    return found
