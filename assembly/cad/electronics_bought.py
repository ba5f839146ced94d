"""Simplified shapes of the bought boards."""

from build123d import Align, Box, Cylinder, Location, Part

from assembly.cad.bought import hex_nut, screw
from assembly.cad.dimensions import Dimensions
from assembly.cad.electronics import CIRCUIT_BOARD
from assembly.cad.kit import Bought

_LOW = (Align.CENTER, Align.CENTER, Align.MIN)


def single_board_computer(d: Dimensions) -> Part:
    """A Raspberry Pi 5: its board with holes, the pin header, the tall sockets.

    x along the board, z = 0 on its lower side, the origin in the middle of the board.
    """
    part = "board-pi5"
    length, width = d.mm(part, "length"), d.mm(part, "width")
    board = Box(length, width, CIRCUIT_BOARD, align=_LOW)
    edge, high = d.mm(part, "hole_edge"), d.mm(part, "height") - CIRCUIT_BOARD
    first = edge - length / 2.0
    spacing = d.mm(part, "hole_spacing_x"), d.mm(part, "hole_spacing_y")
    hole = Cylinder(d.mm(part, "hole_diameter") / 2.0, CIRCUIT_BOARD, align=_LOW)
    holes = [
        Location((first + i * spacing[0], (j - 0.5) * spacing[1], 0.0)) * hole
        for i in (0, 1)
        for j in (0, 1)
    ]
    blocks = [
        ((first + 29.0, width / 2.0 - 3.5), (50.8, 5.0, 8.5)),
        ((length / 2.0 - 8.5, -15.0), (17.0, 14.0, high)),
        ((length / 2.0 - 8.5, 3.0), (17.0, 14.0, high)),
        ((length / 2.0 - 9.5, 19.0), (19.0, 15.0, high - 2.0)),
        ((first + 26.0, 0.0), (17.0, 17.0, 2.4)),
    ]
    return board - holes + [_block(*block) for block in blocks]


def counter_click(d: Dimensions) -> Part:
    """A counter standing on its short edge: x = 0 is its lower side, its pins go to -x."""
    part = "counter-click"
    height, width = d.mm(part, "length"), d.mm(part, "width")
    board = Box(CIRCUIT_BOARD, width, height, align=(Align.MIN, Align.CENTER, Align.MIN))
    pins = Box(8.5, 2.5, d.mm(part, "row_length"), align=(Align.MAX, Align.CENTER, Align.MIN))
    rows = [
        Location((0.0, side * d.mm(part, "row_spacing") / 2.0, 8.0)) * pins for side in (-1.0, 1.0)
    ]
    socket = Box(8.5, 9.0, 12.0, align=(Align.MIN, Align.CENTER, Align.MIN))
    return board + rows + Location((CIRCUIT_BOARD, 0.0, height - 14.0)) * socket


def motor_driver(d: Dimensions) -> Part:
    """The driver standing on its short edge: x = 0 is its lower side, terminals on the other."""
    part = "motor-driver"
    height, width = d.mm(part, "length"), d.mm(part, "width")
    board = Box(CIRCUIT_BOARD, width, height, align=(Align.MIN, Align.CENTER, Align.MIN))
    deep = d.mm(part, "height") - CIRCUIT_BOARD
    terminals = Box(deep, width - 4.0, 8.0, align=(Align.MIN, Align.CENTER, Align.MIN))
    chip = Box(2.0, 8.0, 8.0, align=(Align.MIN, Align.CENTER, Align.MIN))
    tools = [(height - 9.0, terminals), (6.0, chip)]
    return board + [Location((CIRCUIT_BOARD, 0.0, z)) * tool for z, tool in tools]


def strip_board(d: Dimensions) -> Part:
    """The strip board lying: z = 0 on its soldered side, the socket of the level shifter on it."""
    part = "stripboard"
    board = Box(d.mm(part, "width"), d.mm(part, "length"), CIRCUIT_BOARD, align=_LOW)
    tall = [_block((x, 0.0), (2.5, 50.0, 8.5)) for x in (-18.0, 18.0)]
    tall.append(_block((0.0, 12.0), (7.6, 20.3, 8.0)))
    return board + tall


def _block(at: tuple[float, float], size: tuple[float, float, float]) -> Part:
    return Location((*at, CIRCUIT_BOARD - 0.01)) * Box(*size, align=_LOW)


def bought(d: Dimensions) -> list[Bought]:
    """What this file has shapes of."""
    return [
        Bought("board-pi5", lambda: single_board_computer(d)),
        Bought("stripboard", lambda: strip_board(d)),
        Bought("counter-click", lambda: counter_click(d)),
        Bought("motor-driver", lambda: motor_driver(d)),
        Bought("screw-m2-5x20-iso4762", lambda: screw(d, "m2-5", 20.0, "iso4762")),
        Bought("nut-m2-5-iso4032", lambda: hex_nut(d, "m2-5")),
    ]
