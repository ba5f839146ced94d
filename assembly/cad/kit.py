"""What the pipeline has to know of a part, and of where it stands in the robot."""

from collections.abc import Callable
from dataclasses import dataclass, field

from build123d import Compound, Location, Part

KINDS = ("printed", "bought")
GROUPS = ("base", "arm", "pendulum", "boom", "guard", "electronics")


@dataclass(frozen=True)
class Printed:
    """A part that is printed.

    Attributes:
        id: its name in the mass table, the bill of materials and the guide.
        make: gives the part in its own frame, in mm.
        quantity: how many one robot needs.
        orientation: how it lies on the bed, in words.
        to_bed: turns the part from its own frame so that z is up on the printer; that it then
            stands on z = 0, in the middle of its own box, is seen to by `export.on_bed`.
        supports: "none", or where the slicer must add them.
    """

    id: str
    make: Callable[[], Part]
    quantity: int
    orientation: str
    to_bed: Location = field(default_factory=Location)
    supports: str = "none"


@dataclass(frozen=True)
class Bought:
    """A simplified shape of a bought part, in mm, in its own frame."""

    id: str
    make: Callable[[], Part | Compound]


@dataclass(frozen=True)
class Instance:
    """One part at its place, at theta = alpha = 0.

    Attributes:
        name: unique, the part's id and a number ("bearing-608-1").
        part: id of a `Printed` or `Bought`.
        location: takes the part's own frame (not the bed's) to the world.
        group: one of GROUPS; "arm" and "pendulum" move.
        explode: by how much it is moved (mm) in a picture that pulls the robot apart.
        colour: "#rrggbb".
    """

    name: str
    part: str
    location: Location
    group: str
    explode: tuple[float, float, float] = (0.0, 0.0, 0.0)
    colour: str = "#9aa5b1"
