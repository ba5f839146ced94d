"""Can a hand drive the screws: a key must reach every head along its axis.

What is mounted later is no obstacle; BEFORE says what that is for each kind of screw.
"""

from build123d import Part, Shape

from assembly.cad.fastened import SCREWS
from assembly.cad.kit import Instance
from assembly.cad.solids import rod

REACH_MM = 45.0
HEADLESS_MM = 1.6
DRIVER_MM = 6.0
"""A key of 1.5 mm for headless M3 screws; for others a shaft as wide as the head, but no wider."""

# Screws of a part and group are driven while these groups and parts are not there yet.
BEFORE = {
    ("screw-m3x6-iso10642", "base"): ("arm", "pendulum", "boom", "guard"),
    ("screw-m3x12-iso4762", "base"): ("arm", "pendulum", "boom", "guard", "wood-board", "motor"),
    ("screw-wood-4x20", "base"): ("arm", "pendulum", "boom", "guard"),
    ("screw-m2x6-iso4762", "arm"): (
        "base",
        "boom",
        "slip-ring-mount",
        "slip-ring",
        "pendulum-encoder",
        "screw-m3x8-iso4762",
    ),
    ("screw-m3x20-iso4762", "arm"): ("base", "boom", "guard"),
    ("screw-m2-5x20-iso4762", "electronics"): ("wood-board",),
    ("screw-wood-4x20", "electronics"): ("motor-driver", "counter-click", "stripboard"),
    ("setscrew-m3x6-iso4026", "pendulum"): ("base", "boom", "guard"),
}


def blocked(placed: list[tuple[Instance, Shape]]) -> list[str]:
    """Every screw whose key would pass through something, and what that is."""
    found = []
    for screw, shape in placed:
        if screw.part not in SCREWS:
            continue
        away = BEFORE.get((screw.part, screw.group), ())
        key = _key(screw, shape)
        box = key.bounding_box()
        for other, solid in placed:
            if other is screw or other.group in away or other.part in away:
                continue
            near = solid.bounding_box()
            if all(
                getattr(box.min, k) < getattr(near.max, k)
                and getattr(near.min, k) < getattr(box.max, k)
                for k in "XYZ"
            ):
                common = key.intersect(solid)
                shapes = common if isinstance(common, list) else [common] if common else []
                if sum(s.volume for each in shapes for s in each.solids()) > 0.5:
                    found.append(f"{screw.name} ({screw.group}): {other.name} is in the key's way")
    return found


def _key(screw: Instance, shape: Shape) -> Part:
    headless = SCREWS[screw.part][2] == "iso4026"
    own = shape.moved(screw.location.inverse()).bounding_box()
    wide = HEADLESS_MM if headless else min(DRIVER_MM, own.max.X - own.min.X)
    return rod((0, 0, own.max.Z + 0.05), "+z", REACH_MM, wide).moved(screw.location)
