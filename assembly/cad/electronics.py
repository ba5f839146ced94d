"""The electronics plate with what stands on it: board, strip board, counters, motor driver.

The plate is the same for every board: holes for the Raspberry Pi 5, slots for the Jetson Orin Nano,
whose hole pattern nobody has verified. Counters and driver have no holes that we could rely on, so
each stands upright on a post, tied to it, its pins free on both sides. The strip board lies flat
on the plate, which insulates, and is tied down.

Frame: x along the plate, y across, z = 0 on its upper face.
"""

from build123d import Align, Axis, Box, Cone, Cylinder, Location, Part, SlotOverall, extrude, fillet

from assembly.cad.dimensions import Dimensions
from assembly.cad.kit import Instance, Printed

LENGTH, WIDTH, THICKNESS = 204.0, 100.0, 3.2
FOOT_HEIGHT, FOOT_DIAMETER = 6.8, 14.0
SPACER_HEIGHT, SPACER_WALL = 10.0, 2.0
POST_WIDTH, POST_WALL, POST_HEIGHT = 16.0, 4.0, 50.0
POST_BACK, POST_FRONT = 22.0, 6.0
POST_SCREWS = (-9.5, -18.0)
BOARD_X = -50.0
STRIP_X = 33.0
POST_X = 88.0
POSTS_Y = (-32.0, 0.0, 32.0)
TIE = (5.0, 2.4)
TIE_PAIR = 7.0
CIRCUIT_BOARD = 1.6

# What leans on each post, seen along POSTS_Y.
ON_POSTS = (
    (("counter-click", 1), "#c92a2a"),
    (("counter-click", 2), "#c92a2a"),
    (("motor-driver", 1), "#1864ab"),
)

_LOW = (Align.CENTER, Align.CENTER, Align.MIN)
_HIGH = (Align.CENTER, Align.CENTER, Align.MAX)


def foot_places() -> list[tuple[float, float]]:
    """Where a wood screw holds the plate."""
    x, y = LENGTH / 2.0 - FOOT_DIAMETER / 2.0, WIDTH / 2.0 - FOOT_DIAMETER / 2.0
    return [(i * x, j * y) for i in (-1, 1) for j in (-1, 1)]


def hole_places(d: Dimensions, board: str) -> list[tuple[float, float]]:
    """Where the screws of a single-board computer go."""
    x, y = d.mm(board, "hole_spacing_x") / 2.0, d.mm(board, "hole_spacing_y") / 2.0
    return [(BOARD_X + i * x, j * y) for i in (-1, 1) for j in (-1, 1)]


def electronics_plate(d: Dimensions) -> Part:
    """The plate, with feet that keep nuts and screw heads off the wooden board."""
    plate = Box(LENGTH, WIDTH, THICKNESS, align=_HIGH)
    plate = fillet(plate.edges().filter_by(Axis.Z), FOOT_DIAMETER / 2.0 - 0.01)
    foot = Cylinder(FOOT_DIAMETER / 2.0, FOOT_HEIGHT + 1.0, align=_HIGH)
    feet = [Location((x, y, 1.0 - THICKNESS)) * foot for x, y in foot_places()]
    return plate + feet - _cuts(d)


def _cuts(d: Dimensions) -> list[Part]:
    small = d.mm("thread-m2-5", "diameter") + d.fit("screw_clearance")
    medium = d.mm("thread-m3", "diameter") + d.fit("screw_clearance")
    wood = d.mm("thread-wood4", "diameter") + d.fit("screw_clearance")
    slot = extrude(SlotOverall(small + 4.0, small), -THICKNESS)
    head = d.mm("thread-wood4", "head_diameter") / 2.0
    sink = Location((0, 0, -(head - wood / 2.0) / 2.0)) * Cone(wood / 2.0, head, head - wood / 2.0)
    tools = [_through(x, y, wood) for x, y in foot_places()]
    tools += [Location((x, y, 0.0)) * sink for x, y in foot_places()]
    tools += [_through(x, y, small) for x, y in hole_places(d, "board-pi5")]
    tools += [Location((x, y, 0.0)) * slot for x, y in hole_places(d, "board-orin-nano")]
    tools += [_through(POST_X + x, y, medium) for x in POST_SCREWS for y in POSTS_Y]
    window = Box(d.mm("board-pi5", "hole_spacing_x") - 14.0, 34.0, THICKNESS, align=_HIGH)
    tools.append(Location((BOARD_X, 0.0, 0.0)) * fillet(window.edges().filter_by(Axis.Z), 4.0))
    return tools + _tie_slots(d)


def _through(x: float, y: float, diameter: float) -> Part:
    return Location((x, y, 0.0)) * Cylinder(diameter / 2.0, THICKNESS + FOOT_HEIGHT, align=_HIGH)


def _tie_slots(d: Dimensions) -> list[Part]:
    """Pairs of slots along both long edges for cables; four slots for the strip board."""
    slot = Box(*TIE, THICKNESS, align=_HIGH)
    across = Box(TIE[1], TIE[0], THICKNESS, align=_HIGH)
    beside = d.mm("stripboard", "width") / 2.0 + TIE[1]
    edge = [
        Location((x, side * (WIDTH / 2.0 - 4.0 - inward), 0.0)) * slot
        for x in (-75.0, -45.0, -15.0, 15.0, 45.0)
        for side in (-1.0, 1.0)
        for inward in (0.0, TIE_PAIR)
    ]
    return edge + [
        Location((STRIP_X + side * beside, y, 0.0)) * across
        for side in (-1.0, 1.0)
        for y in (-18.0, 18.0)
    ]


def board_spacer(d: Dimensions) -> Part:
    """Keeps the board off the plate, about one of its screws."""
    inner = d.mm("thread-m2-5", "diameter") + d.fit("screw_clearance")
    outer = Cylinder(inner / 2.0 + SPACER_WALL, SPACER_HEIGHT, align=_LOW)
    return outer - Cylinder(inner / 2.0, SPACER_HEIGHT, align=_LOW)


def board_post(d: Dimensions) -> Part:
    """Holds one small board upright; x = 0 is the face that the board leans on, z = 0 the plate."""
    low = (Align.MIN, Align.CENTER, Align.MIN)
    foot = Location((-POST_BACK, 0.0, 0.0)) * Box(
        POST_BACK + POST_FRONT, POST_WIDTH, POST_WALL, align=low
    )
    wall = Location((-POST_WALL, 0.0, 0.0)) * Box(POST_WALL, POST_WIDTH, POST_HEIGHT, align=low)
    post = foot + wall
    notch = Box(POST_WALL, 1.5, TIE[0], align=(Align.MAX, Align.CENTER, Align.CENTER))
    post -= [
        Location((0.0, side * (POST_WIDTH / 2.0 - 0.75), z)) * notch
        for side in (-1, 1)
        for z in (16.0, 40.0)
    ]
    hole = Cylinder(
        (d.mm("thread-m3", "diameter") + d.fit("screw_clearance")) / 2.0, POST_WALL, align=_LOW
    )
    return post - [Location((x, 0.0, 0.0)) * hole for x in POST_SCREWS]


def printed(d: Dimensions) -> list[Printed]:
    """What is printed for the electronics."""
    return [
        Printed(
            "electronics-plate",
            lambda: electronics_plate(d),
            1,
            "upper face on the bed, feet up",
            Location((0, 0, 0), (180, 0, 0)),
        ),
        Printed("board-spacer", lambda: board_spacer(d), 4, "standing, as a tower"),
        Printed(
            "board-post",
            lambda: board_post(d),
            3,
            "lying on its side, the L seen from above",
            Location((0, 0, 0), (90, 0, 0)),
        ),
    ]


def instances(d: Dimensions, place: Location) -> list[Instance]:
    """Plate, board (Raspberry Pi 5), counters, driver and their screws; place is the plate's."""
    found = [_at(place, "electronics-plate", 1, (0, 0, 0), 0.0, "#7b8794")]
    for number, (x, y) in enumerate(foot_places(), 101):
        found.append(_at(place, "screw-wood-4x20", number, (x, y, 0.0), 60.0, "#495057"))
    for number, (x, y) in enumerate(hole_places(d, "board-pi5"), 1):
        found += _board_screw(d, place, number, x, y)
    edge = d.mm("board-pi5", "hole_edge")
    x = BOARD_X - d.mm("board-pi5", "hole_spacing_x") / 2.0 - edge
    middle = x + d.mm("board-pi5", "length") / 2.0
    found.append(_at(place, "board-pi5", 1, (middle, 0, SPACER_HEIGHT), 60.0, "#2f9e44"))
    found.append(_at(place, "stripboard", 1, (STRIP_X, 0, 0), 60.0, "#d9a441"))
    for number, y in enumerate(POSTS_Y, 1):
        found += _post(d, place, number, y)
    return found


def _board_screw(d: Dimensions, place: Location, number: int, x: float, y: float) -> list[Instance]:
    top = SPACER_HEIGHT + CIRCUIT_BOARD + d.mm("thread-m2-5", "nut_height")
    under = (x, y, -THICKNESS)
    return [
        _at(place, "board-spacer", number, (x, y, 0.0), 30.0, "#adb5bd"),
        _at(place, "screw-m2-5x20-iso4762", number, under, -40.0, "#495057", flip=True),
        _at(place, "nut-m2-5-iso4032", number, (x, y, top), 90.0, "#495057"),
    ]


def _post(d: Dimensions, place: Location, number: int, y: float) -> list[Instance]:
    found = [_at(place, "board-post", number, (POST_X, y, 0.0), 25.0, "#adb5bd")]
    for index, x in enumerate(POST_SCREWS):
        each = 2 * number - 1 + index
        at = (POST_X + x, y)
        found.append(_at(place, "screw-m3x12-iso4762", each, (*at, POST_WALL), 70.0, "#495057"))
        found.append(_at(place, "nut-m3-iso4032", 100 + each, (*at, -THICKNESS), -30.0, "#495057"))
    part, colour = ON_POSTS[number - 1]
    return [*found, _at(place, *part, (POST_X, y, POST_WALL), 90.0, colour)]


def _at(
    place: Location,
    part: str,
    number: int,
    at: tuple[float, float, float],
    lift: float,
    colour: str,
    flip: bool = False,
) -> Instance:
    turn = Location((0, 0, 0), (180, 0, 0)) if flip else Location()
    where = place * Location(at) * turn
    up = place * Location((0, 0, lift))
    explode = up.position - place.position
    return Instance(
        f"{part}-{number}", part, where, "electronics", (explode.X, explode.Y, explode.Z), colour
    )
