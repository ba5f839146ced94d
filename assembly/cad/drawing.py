"""Line drawings for the build guide, as SVG: what is there is pale, what is new has a colour.

Works on triangles and needs no CAD kernel, so any assembly that has meshes can be drawn.
"""

from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from assembly.cad.outlines import Polyline, chained, farthest, feature_edges, outlines, split
from assembly.cad.raster import Camera, Floats, Ints, framed, look, paint

WIDTH, HEIGHT = 800, 600
FINER = 2
MARGIN = (150.0, 26.0)
PLAIN_MARGIN = 24.0
SLACK_MM = 0.25
LABEL_LENGTH = 14
# So many balloons may stand on one side.
FEW = 5
# What is new fills at least this part of the picture; what is far from it is cut off.
LEAST = 0.45
TOLERANCE = 0.35

STYLE = (
    "text{font:14px sans-serif;fill:#212529;stroke:#fff;stroke-width:3;paint-order:stroke}"
    "path{fill:none;stroke-linejoin:round;stroke-linecap:round}"
    ".old{stroke:#868e96;stroke-width:.9}.new{stroke:#a63a00;stroke-width:1.5}"
    ".plain{stroke:#343a40;stroke-width:1.2}"
    ".hid{stroke:#adb5bd;stroke-width:.7;stroke-dasharray:4 3}"
    ".fold{fill:#f1f3f5;fill-rule:evenodd}.fnew{fill:#ffd8a8;fill-rule:evenodd}"
    ".fplain{fill:#f8f9fa;fill-rule:evenodd}"
    ".lead{stroke:#212529;stroke-width:.8}.pull{stroke:#a63a00;stroke-width:.9;"
    "stroke-dasharray:9 3 2 3}"
    "circle{fill:#fff;stroke:#212529;stroke-width:1.2}.num{text-anchor:middle;font-size:12px;font-weight:bold;stroke:none}"
)


@dataclass(frozen=True)
class Shown:
    """One solid of a drawing.

    Attributes:
        part: its id; solids of one part share a balloon.
        piece: False if it is one of many that make up something; then they are not counted.
        corners: (n, 3) in the world, mm.
        triangles: (m, 3).
        new: drawn in colour, with a balloon.
        pulled: by how much (mm) it is drawn away from its place.
    """

    part: str
    corners: Floats
    triangles: Ints
    new: bool = False
    pulled: tuple[float, float, float] = (0.0, 0.0, 0.0)
    piece: bool = True


def draw_part(part: str, corners: Floats, triangles: Ints) -> str:
    """One part alone, with its hidden lines."""
    camera = framed(look(-55.0, 30.0), corners, _box(PLAIN_MARGIN, PLAIN_MARGIN))
    solid = Shown(part, corners, triangles)
    return _Sheet([solid], camera).svg(f"Drawing of {part}", plain=True)


def draw_step(
    shown: list[Shown],
    view: tuple[float, float],
    numbers: dict[str, str],
    title: str,
    close: bool = False,
) -> str:
    """What is there and what is new.

    Args:
        shown: all solids; new ones at the place where they shall be drawn.
        view: azimuth and elevation in degrees, see `raster.look`.
        numbers: what stands in the balloon of a part.
        title: for readers who do not see the picture.
        close: frame what is new alone.
    """
    axes = look(*view)
    everything = np.vstack([points for each in shown for points in _way(each)])
    new = [points for each in shown if each.new for points in _way(each)]
    camera = framed(axes, everything, _box(*MARGIN))
    if new:
        nearer = framed(axes, np.vstack(new), _box(*MARGIN))
        if close:
            camera = nearer
        elif camera.scale < LEAST * nearer.scale:
            camera = framed(axes, _around(np.vstack(new), axes, nearer.scale), _box(*MARGIN))
    sheet = _Sheet(shown, camera)
    return sheet.svg(title, extra=_pulls(shown, camera) + _balloons(sheet, numbers))


def _way(each: Shown) -> list[Floats]:
    """Where a solid is drawn, and where it goes."""
    return [each.corners, each.corners - np.array(each.pulled)] if each.new else [each.corners]


def _around(points: Floats, axes: Floats, scale: float) -> Floats:
    """Points that ask for so much room that the given ones fill only a part of it."""
    half = np.array([WIDTH - 2 * MARGIN[0], HEIGHT - 2 * MARGIN[1]]) * FINER / scale / LEAST / 2.0
    seen = points @ axes.T
    middle = (seen.min(axis=0) + seen.max(axis=0)) / 2.0
    reach = np.append(half, 0.0)
    return np.array([middle + reach, middle - reach]) @ axes


def _box(x: float, y: float) -> tuple[float, float, float, float]:
    return x * FINER, y * FINER, (WIDTH - x) * FINER, (HEIGHT - y) * FINER


class _Sheet:
    """The pixels of a drawing, and its lines."""

    def __init__(self, shown: list[Shown], camera: Camera) -> None:
        self.shown, self.camera = shown, camera
        self.seen = [camera.project(each.corners) for each in shown]
        meshes = [(seen, each.triangles) for seen, each in zip(self.seen, shown, strict=True)]
        self.nearest, nearness = paint(meshes, WIDTH * FINER, HEIGHT * FINER)
        self.least = farthest(nearness)

    def svg(self, title: str, extra: str = "", plain: bool = False) -> str:
        """The whole file."""
        kinds = [("plain", False)] if plain else [("old", False), ("new", True)]
        fills = "".join(self._fill(kind, new) for kind, new in kinds)
        lines = "".join(self._lines(kind, new, plain) for kind, new in kinds)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
            f"<title>{escape(title)}</title><style>{STYLE}</style>"
            f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#fff"/>'
            f"{fills}{lines}{extra}</svg>\n"
        )

    def _fill(self, kind: str, new: bool) -> str:
        chosen = [index for index, each in enumerate(self.shown) if each.new == new]
        mask = np.isin(self.nearest, chosen)
        return _path(f"f{kind}", outlines(mask, 1.2), closed=True)

    def _lines(self, kind: str, new: bool, plain: bool) -> str:
        visible: list[Polyline] = []
        behind: list[Polyline] = []
        for seen, each in zip(self.seen, self.shown, strict=True):
            if each.new != new:
                continue
            pairs, covered = feature_edges(each.corners, seen, each.triangles)
            edges = seen[pairs]
            near = _inside(edges)
            front, back = split(edges[near], covered[near], self.least, SLACK_MM)
            visible += chained(front, TOLERANCE * FINER)
            back = back if plain else [piece for piece in back if self._under_old(piece)]
            behind += chained(back, TOLERANCE * FINER)
        return (_path("hid", behind) if plain or new else "") + _path(kind, visible)

    def _under_old(self, piece: Floats) -> bool:
        """Whether what hides a line is something that was there before."""
        x, y = piece.mean(axis=0).astype(int)
        solid = self.nearest[min(max(y, 0), HEIGHT * FINER - 1), min(max(x, 0), WIDTH * FINER - 1)]
        return bool(solid >= 0 and not self.shown[solid].new)


def _inside(edges: Floats) -> NDArray[np.bool_]:
    """Which edges are not wholly on the far side of a border of the picture."""
    low, high = edges[:, :, :2].min(axis=1), edges[:, :, :2].max(axis=1)
    return (high >= 0).all(axis=1) & (low <= (WIDTH * FINER, HEIGHT * FINER)).all(axis=1)


def _path(name: str, lines: list[Polyline], closed: bool = False) -> str:
    pieces = []
    for line in lines:
        points = np.round(np.array(line) / FINER * 10.0).astype(int)
        steps = np.diff(points, axis=0)
        if closed:
            steps = steps[:-1]
        text = "".join(f"{_tenth(x)} {_tenth(y)} " for x, y in steps if x or y)
        if text:
            start = f"M{_tenth(points[0, 0])} {_tenth(points[0, 1])}l"
            pieces.append(start + text.replace(" -", "-").strip() + ("z" if closed else ""))
    return f'<path class="{name}" d="{"".join(pieces)}"/>' if pieces else ""


def _tenth(value: int) -> str:
    return f"{value / 10:g}".replace("0.", ".") if abs(value) < 10 else f"{value / 10:g}"


def _pulls(shown: list[Shown], camera: Camera) -> str:
    """A dash-dotted line from where a part is drawn to where it goes."""
    lines = []
    for each in shown:
        if each.new and any(each.pulled):
            middle = (each.corners.min(axis=0) + each.corners.max(axis=0)) / 2.0
            ends = camera.project(np.array([middle, middle - np.array(each.pulled)]))[:, :2]
            lines.append([(float(x), float(y)) for x, y in ends])
    return _path("pull", lines)


def _balloons(sheet: _Sheet, numbers: dict[str, str]) -> str:
    """One balloon per new part: number, name, how many; half of many stand on each side."""
    targets = _targets(sheet)
    counts = {
        part: sum(e.part == part and e.new and e.piece for e in sheet.shown) for part in targets
    }
    across = sorted(targets, key=lambda part: targets[part])
    split_at = sum(x <= WIDTH / 2 for x, _ in targets.values())
    if len(across) > FEW:
        split_at = len(across) // 2
    found = []
    for right, parts in ((False, across[:split_at]), (True, across[split_at:])):
        side = sorted(parts, key=lambda part: targets[part][1])
        heights = _spread([targets[part][1] for part in side])
        for part, height in zip(side, heights, strict=True):
            label = (numbers.get(part, ""), _label(part, counts[part]))
            found.append(_balloon(label, targets[part], height, right))
    return "".join(found)


def _targets(sheet: _Sheet) -> dict[str, tuple[float, float]]:
    """A point well inside what one sees of each new part."""
    found: dict[str, tuple[float, float]] = {}
    for part in dict.fromkeys(each.part for each in sheet.shown if each.new):
        chosen = [i for i, each in enumerate(sheet.shown) if each.new and each.part == part]
        mask = np.isin(sheet.nearest, chosen)
        while mask.any():
            last = mask
            mask = mask & _shifted(mask)
        if np.isin(sheet.nearest, chosen).any():
            y, x = np.argwhere(last)[0]
        else:
            x, y = sheet.seen[chosen[0]][:, :2].mean(axis=0)
        found[part] = (float(x) / FINER, float(y) / FINER)
    return found


def _shifted(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pixels whose four neighbours are true as well."""
    padded = np.pad(mask, 1)
    return padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]


def _spread(wanted: list[float], gap: float = 40.0) -> list[float]:
    """Heights near the wanted ones, at least a gap apart and inside the picture."""
    low, high = 24.0, HEIGHT - 24.0
    places = list(wanted)
    for index in range(len(places)):
        least = low if index == 0 else places[index - 1] + gap
        places[index] = max(places[index], least)
    for index in reversed(range(len(places))):
        most = high if index == len(places) - 1 else places[index + 1] - gap
        places[index] = min(places[index], most)
    return places


def _balloon(label: tuple[str, list[str]], at: tuple[float, float], y: float, right: bool) -> str:
    number, words = label
    x = WIDTH - 132.0 if right else 132.0
    text_x, anchor = (x + 20.0, "start") if right else (x - 20.0, "end")
    offset = y + 5.0 - 8.0 * (len(words) - 1)
    lines = "".join(
        f'<text x="{text_x:.0f}" y="{offset + 16.0 * k:.0f}" text-anchor="{anchor}">'
        f"{escape(word)}</text>"
        for k, word in enumerate(words)
    )
    lead = (
        f'<path class="lead" d="M{x:.0f} {y:.0f}L{at[0]:.0f} {at[1]:.0f}"/>'
        f'<circle cx="{at[0]:.0f}" cy="{at[1]:.0f}" r="2"/>'
    )
    if not number:
        return lead + lines.replace(f'x="{text_x:.0f}"', f'x="{x:.0f}"')
    return (
        f'{lead}<circle cx="{x:.0f}" cy="{y:.0f}" r="15"/>'
        f'<text class="num" x="{x:.0f}" y="{y + 4:.0f}">{escape(number)}</text>{lines}'
    )


def _label(part: str, count: int) -> list[str]:
    """Number of pieces and id, in lines that break after a hyphen."""
    lines = [f"{count} × " if count > 1 else ""]
    for piece in part.replace("-", "-\n").split("\n"):
        if lines[-1].strip() and len(lines[-1] + piece) > LABEL_LENGTH:
            lines.append("")
        lines[-1] += piece
    return lines
