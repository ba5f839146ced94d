"""Writes one part in every format, and its line of the mass table."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from build123d import CenterOf, Location, Solid, export_step
from build123d.topology import Shape
from numpy.typing import NDArray
from OCP.BRepMesh import BRepMesh_IncrementalMesh

from assembly.cad.drawing import draw_part
from assembly.cad.kit import Printed
from assembly.cad.meshes import Mesh, merged, write_3mf, write_stl
from assembly.cad.printing import density_g_mm3, read_print, settings

# How far a chord may leave the curve (mm), and twice how far it may turn (rad): for the printer,
# for the pictures of bought parts, and for the browser.
FINE = (0.01, 0.25)
MEDIUM = (0.05, 0.4)
COARSE = (0.7, 1.2)
# So that a STEP file is the same on every run.
TIMESTAMP = "2026-01-01T00:00:00"


@dataclass(frozen=True)
class Row:
    """One line of parts.csv; lengths and inertia in the frame of the part's mesh file."""

    id: str
    quantity: int
    material: str
    infill_percent: float
    walls: int
    volume_mm3: float
    solid_mass_g: float
    printed_mass_g: float
    printed_mass_source: str
    com_x_mm: float
    com_y_mm: float
    com_z_mm: float
    ixx_g_mm2: float
    iyy_g_mm2: float
    izz_g_mm2: float
    ixy_g_mm2: float
    ixz_g_mm2: float
    iyz_g_mm2: float
    orientation: str
    supports: str
    size_x_mm: float
    size_y_mm: float
    size_z_mm: float


COLUMNS = [field.name for field in fields(Row)]


def on_bed(part: Printed) -> tuple[Solid, Location]:
    """The part as it lies on the printer, and what took it there from its own frame.

    Raises:
        ValueError: if the part is not one valid solid.
    """
    solid = part.make()
    if len(solid.solids()) != 1 or not solid.is_valid:
        raise ValueError(f"{part.id}: {len(solid.solids())} solids, valid: {solid.is_valid}")
    box = solid.moved(part.to_bed).bounding_box()
    center = box.center()
    bed = Location((-center.X, -center.Y, -box.min.Z)) * part.to_bed
    lying = solid.solids()[0].moved(bed)
    lying.label = part.id
    return lying, bed


def mesh_of(shape: Shape, precision: tuple[float, float]) -> Mesh:
    """Triangles of a shape."""
    BRepMesh_IncrementalMesh(shape.wrapped, precision[0], False, precision[1], True)
    corners, triangles = shape.tessellate(*precision)
    points = np.array([tuple(corner) for corner in corners])
    return merged(points[np.array(triangles)].reshape(-1, 3))


def matrix(location: Location) -> NDArray[np.float64]:
    """The 4 x 4 matrix of a location."""
    transformation = location.wrapped.Transformation()
    rows = [[transformation.Value(row, column) for column in (1, 2, 3, 4)] for row in (1, 2, 3)]
    return np.array([*rows, [0.0, 0.0, 0.0, 1.0]])


def estimated_mass_g(solid: Solid, part: str) -> float:
    """A guess before slicing: walls of full density around the infill."""
    chosen = settings(part)
    wall = chosen.walls * read_print()["printer"]["line_width_mm"]
    shell = min(solid.volume, solid.area * wall * 0.9)
    filled = shell + (solid.volume - shell) * chosen.infill_percent / 100.0
    return filled * density_g_mm3()


def row_of(part: Printed, solid: Solid) -> Row:
    """The line of the mass table; inertia is that of the solid part about its centre of mass."""
    density, chosen = density_g_mm3(), settings(part.id)
    center = solid.center(CenterOf.MASS)
    inertia = np.array(solid.matrix_of_inertia) * density
    size = solid.bounding_box().size
    return Row(
        id=part.id,
        quantity=part.quantity,
        material=read_print()["material"]["name"],
        infill_percent=chosen.infill_percent,
        walls=chosen.walls,
        volume_mm3=round(solid.volume, 1),
        solid_mass_g=round(solid.volume * density, 3),
        printed_mass_g=round(estimated_mass_g(solid, part.id), 2),
        printed_mass_source="estimated",
        com_x_mm=_short(center.X),
        com_y_mm=_short(center.Y),
        com_z_mm=_short(center.Z),
        ixx_g_mm2=_short(inertia[0, 0]),
        iyy_g_mm2=_short(inertia[1, 1]),
        izz_g_mm2=_short(inertia[2, 2]),
        ixy_g_mm2=_short(inertia[0, 1]),
        ixz_g_mm2=_short(inertia[0, 2]),
        iyz_g_mm2=_short(inertia[1, 2]),
        orientation=part.orientation,
        supports=part.supports,
        size_x_mm=round(size.X, 2),
        size_y_mm=round(size.Y, 2),
        size_z_mm=round(size.Z, 2),
    )


def _short(value: float) -> float:
    return round(float(value), 2) + 0.0


def write_part(part: Printed, folder: Path) -> tuple[Row, Location]:
    """Write STL, 3MF, STEP and SVG of a part, and its coarse mesh for the browser.

    Returns:
        its line of the mass table, and what takes its own frame to that of the files.
    """
    solid, bed = on_bed(part)
    # Meshing only ever refines, so the coarse mesh comes first.
    write_stl(folder / "scene" / f"{part.id}.stl", mesh_of(solid, COARSE))
    mesh = mesh_of(solid, FINE)
    write_stl(folder / "parts" / f"{part.id}.stl", mesh)
    write_3mf(folder / "parts" / f"{part.id}.3mf", mesh, part.id)
    drawing = draw_part(part.id, *mesh)
    (folder / "parts" / f"{part.id}.svg").write_text(drawing, encoding="utf-8")
    step = folder / "parts" / f"{part.id}.step"
    export_step(solid, step, write_pcurves=False, timestamp=TIMESTAMP)
    return row_of(part, solid), bed
