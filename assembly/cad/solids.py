"""Short names for the few solids that the parts are made of, placed by world coordinates in mm."""

from build123d import (
    Axis,
    Box,
    Cone,
    Cylinder,
    Location,
    Part,
    Plane,
    Polyline,
    Pos,
    RegularPolygon,
    Vector,
    extrude,
    fillet,
    make_face,
)

Point = tuple[float, float, float]
DIRECTIONS: dict[str, Point] = {
    "+x": (1, 0, 0),
    "-x": (-1, 0, 0),
    "+y": (0, 1, 0),
    "-y": (0, -1, 0),
    "+z": (0, 0, 1),
    "-z": (0, 0, -1),
}


def box(x: tuple[float, float], y: tuple[float, float], z: tuple[float, float]) -> Part:
    """A box between two values on each axis."""
    center = [(low + high) / 2.0 for low, high in (x, y, z)]
    return Pos(*center) * Box(x[1] - x[0], y[1] - y[0], z[1] - z[0])


def rod(start: Point, direction: str, length: float, diameter: float) -> Part:
    """A cylinder that begins at a point and goes along an axis."""
    return _plane(start, direction) * Pos(0, 0, length / 2) * Cylinder(diameter / 2, length)


def cone(low: float, low_diameter: float, high: float, high_diameter: float) -> Part:
    """A cone about the z axis between two heights."""
    body = Cone(low_diameter / 2.0, high_diameter / 2.0, high - low)
    return Part((Pos(0, 0, (low + high) / 2.0) * body).wrapped)


def nut(start: Point, direction: str, height: float, flats: float, turn: float = 0.0) -> Part:
    """A hexagonal prism; `turn` (degrees) turns it about its axis."""
    outline = RegularPolygon(flats / 2.0, 6, major_radius=False, rotation=turn)
    return extrude(_plane(start, direction) * outline, height)


def prism(outline: list[tuple[float, float]], start: float, end: float) -> Part:
    """An outline in y and z, drawn out along x from start to end."""
    face = Plane.YZ * make_face(Polyline(*outline, close=True))
    return _part(Pos(start, 0, 0) * extrude(face, end - start))


def cut(part: Part, *tools: Part) -> Part:
    """A part less all the tools."""
    for tool in tools:
        part = part - tool
    return _part(part)


def joined(*parts: Part) -> Part:
    """One part of several that touch."""
    whole = parts[0]
    for other in parts[1:]:
        whole = whole + other
    return _part(whole)


def rounded(part: Part, radius: float, axis: Axis = Axis.Z) -> Part:
    """A part whose edges along an axis are rounded."""
    return _part(fillet(part.edges().filter_by(axis), radius))


def _plane(start: Point, direction: str) -> Plane:
    normal = DIRECTIONS[direction]
    side = (0, 0, 1) if normal[2] == 0 else (1, 0, 0)
    return Plane(Vector(start), x_dir=side, z_dir=normal)


def _part(shape: Part) -> Part:
    return shape if isinstance(shape, Part) else Part(shape.wrapped)


def turned(axis: str, degrees: float) -> Location:
    """A turn about an axis through the origin."""
    angles = {"x": (degrees, 0, 0), "y": (0, degrees, 0), "z": (0, 0, degrees)}[axis]
    return Location((0, 0, 0), angles)
