"""Does it go together: intersections, full turns of arm and pendulum, screws.

`python -m assembly.cad.check` with the CAD environment; `make parts-check` runs it too.
"""

import sys
from dataclasses import dataclass

from build123d import Shape

from assembly.cad import access, clearances, electronics, electronics_bought, robot, screws
from assembly.cad.dimensions import Dimensions, load
from assembly.cad.kit import Instance

VOLUME_MM3 = 0.5
"""What two solids may share before it counts: faces that touch share nothing, but not exactly."""

WOOD = ("screw-wood", "wood-board")


@dataclass(frozen=True)
class Solid:
    """An instance and its shape at its place."""

    instance: Instance
    shape: Shape


def solids(d: Dimensions) -> list[Solid]:
    """Every instance at its place."""
    makers = {part.id: part.make for part in robot.printed(d) + electronics.printed(d)}
    makers |= {part.id: part.make for part in robot.bought(d) + electronics_bought.bought(d)}
    made = {part: makers[part]() for part in {each.part for each in robot.instances(d)}}
    return [Solid(each, made[each.part].moved(each.location)) for each in robot.instances(d)]


def intersections(placed: list[Solid]) -> list[str]:
    """Every pair that shares more than VOLUME_MM3 and is not meant to."""
    boxes = [each.shape.bounding_box() for each in placed]
    found = []
    for i, first in enumerate(placed):
        for j in range(i + 1, len(placed)):
            second = placed[j]
            if _apart(boxes[i], boxes[j]) or _meant(first.instance.part, second.instance.part):
                continue
            volume = _shared(first.shape, second.shape)
            if volume > VOLUME_MM3:
                names = f"{first.instance.name} and {second.instance.name}"
                found.append(f"{names} share {volume:.1f} mm3")
    return found


def _apart(a: object, b: object) -> bool:
    return any(
        getattr(a.max, k) < getattr(b.min, k) + 1e-3 or getattr(b.max, k) < getattr(a.min, k) + 1e-3
        for k in "XYZ"
    )


def _meant(first: str, second: str) -> bool:
    """Screws cut their own thread into plastic and wood."""
    pair = {first, second}
    if any(part.startswith(WOOD[0]) for part in pair):
        return WOOD[1] in pair
    return bool(pair & set(screws.SELF_CUT)) and bool(pair & set(screws.SELF_CUT_PARTS))


def _shared(a: Shape, b: Shape) -> float:
    common = a.intersect(b)
    if common is None:
        return 0.0
    shapes = common if isinstance(common, list) else [common]
    return sum(solid.volume for shape in shapes for solid in shape.solids())


def main() -> int:
    """Print what is wrong and how near what turns comes to what stands still.

    Returns:
        0 if nothing is wrong.
    """
    d = load()
    placed = solids(d)
    wrong = intersections(placed)
    print(f"{len(placed)} instances, {len(wrong)} pairs intersect")
    gaps, lines = clearances.check(d, placed)
    print("\n".join(lines))
    wrong += gaps
    faults, lines = screws.check(d, [each.instance for each in placed])
    print("\n".join(lines))
    wrong += faults
    hidden = access.blocked([(each.instance, each.shape) for each in placed])
    print(f"{len(hidden)} screws out of reach")
    wrong += hidden
    for line in wrong:
        print(f"WRONG: {line}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
