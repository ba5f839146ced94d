"""Digits and a few letters as strokes, so that no font of the computer shapes a part."""

from build123d import Location, Part, Rectangle, Sketch, Vector, extrude

# Strokes between the points of a grid, two units wide and four high.
_STROKES = {
    "0": ["00-20", "20-24", "24-04", "04-00"],
    "1": ["10-14"],
    "2": ["04-24", "24-22", "22-02", "02-00", "00-20"],
    "3": ["04-24", "24-20", "20-00", "02-22"],
    "4": ["04-02", "02-22", "24-20"],
    "5": ["24-04", "04-02", "02-22", "22-20", "20-00"],
    "6": ["24-04", "04-00", "00-20", "20-22", "22-02"],
    "7": ["04-24", "24-20"],
    "8": ["00-20", "20-24", "24-04", "04-00", "02-22"],
    "9": ["22-02", "02-04", "04-24", "24-20", "20-00"],
    "+": ["02-22", "11-13"],
    "-": ["02-22"],
    "D": ["00-04", "04-14", "14-23", "23-21", "21-10", "10-00"],
    "F": ["00-04", "04-24", "02-22"],
    "G": ["24-04", "04-00", "00-20", "20-22", "22-12"],
    "I": ["10-14"],
    "L": ["04-00", "00-20"],
    "M": ["00-04", "04-12", "12-24", "24-20"],
    "N": ["00-04", "04-20", "20-24"],
    "S": ["24-04", "04-02", "02-22", "22-20", "20-00"],
    "T": ["04-24", "14-10"],
    "U": ["04-00", "00-20", "20-24"],
    " ": [],
}


def lettering(text: str, height: float, stroke: float, depth: float) -> Part:
    """The strokes of a text as a solid from z = 0 down to -depth, centred on x = y = 0.

    Args:
        text: signs of the table above.
        height: of a sign, between the middles of its outer strokes, in mm.
        stroke: width of a stroke in mm.
        depth: in mm.

    Raises:
        KeyError: if a sign is not in the table.
    """
    unit = height / 4.0
    advance = 2.0 * unit + 2.2 * stroke
    left = -(advance * (len(text) - 1) + 2.0 * unit) / 2.0
    pieces = [
        _stroke(stroke_of, left + place * advance, unit, stroke)
        for place, sign in enumerate(text)
        for stroke_of in _STROKES[sign]
    ]
    return extrude(Sketch() + pieces, -depth)


def _stroke(points: str, left: float, unit: float, width: float) -> Sketch:
    start, end = (
        Vector(left + int(x) * unit, (int(y) - 2) * unit) for x, y in (points[:2], points[3:])
    )
    along = end - start
    turn = Vector(1, 0, 0).get_signed_angle(along, Vector(0, 0, 1))
    bar = Rectangle(along.length + width, width)
    return Location((start + end) / 2.0) * Location((0, 0, 0), (0, 0, turn)) * bar
