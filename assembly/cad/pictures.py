"""Draws the pictures of the build guide, one per step that has one: `make pictures`."""

import csv
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from build123d import Location

from assembly.cad import robot
from assembly.cad.dimensions import Dimensions, load
from assembly.cad.drawing import Shown, draw_step
from assembly.cad.export import MEDIUM, matrix, mesh_of
from assembly.cad.fastened import APART
from assembly.cad.kit import Instance
from assembly.cad.make import all_bought, all_printed
from assembly.cad.meshes import Mesh
from assembly.cad.printing import ASSEMBLY
from assembly.cad.raster import Floats

# A group that is put in place as a whole is pulled away as a whole (mm), under one name.
GROUP_PULLS = {
    "arm": (0.0, 0.0, 70.0),
    "pendulum": (80.0, 0.0, 0.0),
    "boom": (0.0, 0.0, 60.0),
    "guard": (0.0, 0.0, 60.0),
}
VIEW = (-55.0, 30.0)
# A screw or nut sits in a part if it begins no farther than this from its box.
NEAR_MM = 3.5


class PictureError(ValueError):
    """A picture names something that is not in the robot."""


@dataclass
class Robot:
    """Every instance by its name, and the shapes, made when they are needed.

    What has a shape but no place in the robot (the fit gauge) stands at the origin.
    """

    d: Dimensions
    instances: dict[str, Instance]
    shapes: dict[str, Any]
    meshes: dict[str, Mesh] = field(default_factory=dict)

    def named(self, reference: str) -> list[Instance]:
        """Instances of a reference.

        Args:
            reference: the name of an instance ("bearing-608-1"); the id of a part, for all of it;
                "group:arm"; or "nut-m3-iso4032@arm", those of a part that sit in another one.

        Raises:
            PictureError: it means nothing.
        """
        wanted, _, host = reference.partition("@")
        found = self._matching(wanted)
        if host:
            boxes = [self._box(each) for each in self._matching(host)]
            found = [each for each in found if any(_within(each, box) for box in boxes)]
        if not found:
            raise PictureError(f"{reference!r} is no instance, part or group of the robot")
        return found

    def _matching(self, reference: str) -> list[Instance]:
        kind, _, group = reference.partition(":")
        found = [
            each
            for each in self.instances.values()
            if (each.group == group if kind == "group" else reference in (each.name, each.part))
        ]
        if not found and reference in self.shapes:
            return [Instance(f"{reference}-1", reference, Location(), "base")]
        return found

    def _box(self, each: Instance) -> Floats:
        """Lowest and highest corner in the world, with a margin."""
        corners = self.shown(each, False, (0.0, 0.0, 0.0)).corners
        return np.array([corners.min(axis=0) - NEAR_MM, corners.max(axis=0) + NEAR_MM])

    def shown(self, each: Instance, new: bool, pull: Sequence[float]) -> Shown:
        """An instance as the drawing wants it."""
        if each.part not in self.meshes:
            self.meshes[each.part] = mesh_of(self.shapes[each.part].make(), MEDIUM)
        corners, triangles = self.meshes[each.part]
        place = matrix(each.location)
        moved = corners @ place[:3, :3].T + place[:3, 3] + np.array(pull)
        return Shown(each.part, moved, triangles, new, (pull[0], pull[1], pull[2]))


def _within(each: Instance, box: Floats) -> bool:
    place = matrix(each.location)[:3, 3]
    return bool((place >= box[0]).all() and (place <= box[1]).all())


def the_robot() -> Robot:
    """The course's robot."""
    d = load()
    shapes = {each.id: each for each in [*all_printed(d), *all_bought(d)]}
    return Robot(d, {each.name: each for each in robot.instances(d)}, shapes)


def draw(whole: Robot, picture: dict[str, Any], numbers: dict[str, str], title: str) -> str:
    """The SVG of one picture.

    Args:
        whole: the robot.
        picture: `new` and `with` (references), `view` (degrees), `explode` (true or a factor),
            `close` (true: frame only what is new).
        numbers: what stands in the balloons.
        title: of the step.

    Raises:
        PictureError: an unknown key or reference.
    """
    unknown = set(picture) - {"new", "with", "view", "explode", "close"}
    if unknown:
        raise PictureError(f"{title}: a picture has no {', '.join(sorted(unknown))}")
    factor = float(picture.get("explode", 0.0))
    here = _place_of(picture.get("with", []))
    new: dict[str, Shown] = {}
    for reference in picture["new"]:
        kind, _, group = reference.partition(":")
        together = kind == "group" and group in GROUP_PULLS
        for each in whole.named(reference):
            away = [value - own for value, own in zip(each.explode, here, strict=True)]
            pull = GROUP_PULLS[group] if together else away
            one = whole.shown(each, True, [factor * value for value in pull])
            new[each.name] = (
                replace(one, part=f"{group} as built", piece=False) if together else one
            )
    old = {
        each.name: whole.shown(each, False, (0.0, 0.0, 0.0))
        for reference in picture.get("with", [])
        for each in whole.named(reference)
        if each.name not in new
    }
    view = picture.get("view", VIEW)
    shown = [*old.values(), *new.values()]
    return draw_step(shown, (view[0], view[1]), numbers, title, bool(picture.get("close")))


def _place_of(present: Sequence[str]) -> Sequence[float]:
    """Where the part stands, pulled apart, that a picture shows alone with what goes into it."""
    alone = present[0] if len(present) == 1 else ""
    return APART.get(alone, (0.0, 0.0, 0.0))


def balloon_numbers() -> dict[str, str]:
    """A part's row in bom.csv, or P and its row in parts.csv; pieces of tube have the tube's."""
    bom = _ids(ASSEMBLY.parent / "bom" / "bom.csv")
    numbers = {
        part: f"P{place}" for place, part in enumerate(_ids(ASSEMBLY / "parts/parts.csv"), 1)
    }
    numbers |= {part: str(place) for place, part in enumerate(bom, 1)}
    return numbers | {piece: numbers.get("tube-8mm", "") for piece in robot.TUBES}


def _ids(table: Path) -> list[str]:
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file)]


def make(folder: Path, only: Sequence[str] = ()) -> list[str]:
    """Draw the pictures of all steps, or of some; old ones go.

    Returns:
        what went wrong, a line each; that picture is left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    guide = tomllib.loads((ASSEMBLY / "guide.toml").read_text(encoding="utf-8"))
    steps = {step["id"]: step for step in guide["step"] if "picture" in step}
    whole, numbers, trouble = the_robot(), balloon_numbers(), []
    for name, step in steps.items():
        if only and name not in only:
            continue
        try:
            text = draw(whole, step["picture"], numbers, step["title"])
        except PictureError as error:
            trouble.append(f"{name}: {error}")
            continue
        (folder / f"{name}.svg").write_text(text, encoding="utf-8")
    for path in folder.glob("*.svg"):
        if path.stem not in steps:
            path.unlink()
    return trouble


def main() -> int:
    """The command line: no argument for all, or the ids of steps."""
    trouble = make(ASSEMBLY / "pictures", sys.argv[1:])
    for line in trouble:
        print(line)
    return int(bool(trouble))


if __name__ == "__main__":
    sys.exit(main())
