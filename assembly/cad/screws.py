"""Do the screws fit: through their nuts, onto what they press, deep enough and no deeper."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from assembly.cad import electronics, guard
from assembly.cad.dimensions import Dimensions
from assembly.cad.fastened import NUTS, SCREWS
from assembly.cad.kit import Instance

SELF_CUT = ("screw-m3x6-iso4762", "screw-m3x8-iso4762", "screw-m2x6-iso4762")
SELF_CUT_PARTS = ("guard-foot", "guard-corner", "cross-clamp", "slip-ring-fork", "arm")
BEYOND_MM = 8.0
"""How far a screw may stand out of its nut: more is a screw that is longer than it need be."""
LEAST_MM = {"motor": 2.0, "wood": 10.0, "plastic": 4.0}

Vector = NDArray[np.float64]


def check(d: Dimensions, every: list[Instance]) -> tuple[list[str], list[str]]:
    """What does not fit, and a line for each kind of joint."""
    wrong: list[str] = []
    lines: dict[str, str] = {}
    nuts = [each for each in every if each.part in NUTS]
    for each in every:
        if each.part in SCREWS:
            words, fault = _one(d, each, nuts)
            lines[f"{each.part} ({each.group})"] = words
            if fault:
                wrong.append(f"{each.name} ({each.group}): {fault}")
    return wrong, [f"{name}: {words}" for name, words in sorted(lines.items())]


def _one(d: Dimensions, each: Instance, nuts: list[Instance]) -> tuple[str, str]:
    thread, length, kind = SCREWS[each.part]
    for reach in _in_nuts(d, each, nuts):
        words = f"nut from {reach[0]:.1f} to {reach[1]:.1f} mm of {length:.0f} mm"
        if reach[0] < 0 or reach[1] > length:
            return words, f"the nut is not wholly on the thread: {words}"
        if kind != "iso4026" and length - reach[1] > BEYOND_MM:
            return words, f"too long: {words}"
        return words, ""
    if kind == "wood":
        under = {
            "base": d.design("base", "foot_thickness"),
            "electronics": electronics.THICKNESS + electronics.FOOT_HEIGHT,
            "guard": guard.FOOT_PLATE,
        }
        return _deep(length - under[each.group], "wood", d.mm("wood-board", "height"))
    if kind == "iso10642":
        return _deep(length - d.design("base", "plate"), "motor", d.mm("motor", "face_hole_depth"))
    if each.group == "arm":
        first = "pendulum-encoder" if thread == "m2" else "slip-ring-mount"
        under = d.mm(first, "base_thickness") if thread == "m2" else d.design(first, "leg")
        return _deep(length - under, "plastic", length)
    wall = d.design("guard", "sleeve") / 2.0 - d.mm("tube-8mm", "outer_diameter") / 2.0
    return _deep(wall, "plastic", length)


def _deep(depth: float, where: str, most: float) -> tuple[str, str]:
    words = f"{depth:.1f} mm deep in {where} (from {LEAST_MM[where]:.0f} to {most:.0f} mm)"
    return words, "" if LEAST_MM[where] <= depth <= most else words


def _in_nuts(d: Dimensions, screw: Instance, nuts: list[Instance]) -> Iterator[tuple[float, float]]:
    """Where nuts sit on a screw, as distances from under its head."""
    seat, tip = _axis(screw)
    thread, length, _ = SCREWS[screw.part]
    for nut in nuts:
        if NUTS[nut.part] != thread:
            continue
        start, into = _axis(nut)
        ends = (start, start + into * d.mm(f"thread-{thread}", "nut_height"))
        along = sorted(float((end - seat) @ tip) for end in ends)
        aside = np.linalg.norm(np.cross(start - seat, tip))
        if aside < 0.01 and abs(abs(into @ tip) - 1.0) < 1e-6 and -5 < along[0] < length + 5:
            yield along[0], along[1]


def _axis(each: Instance) -> tuple[Vector, Vector]:
    """Origin, and the direction of -z: where a screw's tip points."""
    matrix = each.location.wrapped.Transformation()
    column = [[matrix.Value(row, k) for row in (1, 2, 3)] for k in (3, 4)]
    return np.array(column[1]), -np.array(column[0])
