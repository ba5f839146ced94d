"""The strip board of the wiring: where each pin, leg and wire goes, checked and drawn.

Seen from the side of the parts. A hole is named by its strip's letter and its number from the left;
a cut takes a strip's hole away and parts the strip there.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from furutalib.lessons.wiring import Pin, Wiring, pin_name

BOXES = ("HUB", "SHIFTER")
LABELS = {"capacitor-100nf": "100 nF", "polyfuse-500ma": "0.5 A"}
PITCH, LEFT, TOP, SIZE = 30, 150, 60, 11
COLOURS = {0.0: "#333333", 3.3: "#e67700", 5.0: "#d60000"}  # ground and supplies
_SIGNAL = "#0066cc"


@dataclass(frozen=True)
class Place:
    """Something in a hole, and the pin of the wiring that it belongs to."""

    hole: str
    name: str  # of the wire, or of the part's leg
    pin: Pin
    kind: str  # "pin", "soldered", "bridge" or "leg"

    @property
    def row(self) -> int:
        """0 for strip A."""
        return ord(self.hole[0]) - ord("A")

    @property
    def column(self) -> int:
        """1 for the hole at the left."""
        return int(self.hole[1:])


def places(wiring: Wiring) -> list[Place]:
    """Everything that is in a hole."""
    return [*_ends(wiring), *_legs(wiring)]


def board_problems(wiring: Wiring) -> list[str]:
    """What is wrong with the strip board, one sentence each."""
    board, here = wiring.data["metadata"]["strip_board"], places(wiring)
    found, taken = [], dict.fromkeys(board["cuts"], "a cut")
    for each in here:
        if each.hole in taken:
            found.append(f"{each.hole}: {each.name} and {taken[each.hole]} in one hole")
        taken[each.hole] = each.name
        if each.row >= board["strips"] or not 1 <= each.column <= board["holes"]:
            found.append(f"{each.hole}: {each.name} is beside the board")
    found += _strip_problems(board, here)
    wanted = sorted(
        wire.name for wire in wiring.wires for end in (wire.start, wire.end) if end[0] in BOXES
    )
    there = sorted(each.name for each in here if each.kind != "leg")
    if wanted != there:
        found.append(f"wires that differ: {sorted(set(wanted) ^ set(there))}")
    return found


def drawing(wiring: Wiring) -> str:
    """The board as SVG."""
    board = wiring.data["metadata"]["strip_board"]
    width = LEFT + PITCH * (board["holes"] + 1) + 20
    height = TOP + PITCH * board["strips"] + 60
    body = [
        *_strips(board, _strip_names(wiring)),
        *_outlines(wiring),
        *_bridges(wiring),
        *(_mark(each, _colour(wiring, each.pin)) for each in places(wiring)),
        _text(LEFT, height - 18, "square: pin of a plug; dot: soldered wire; ring: leg of a part;"
              " x: the strip is cut. Seen from the parts' side.", 14),
    ]  # fmt: skip
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif">'
    )
    return "\n".join([head, '<rect width="100%" height="100%" fill="#ffffff"/>', *body, "</svg>\n"])


def _ends(wiring: Wiring) -> Iterator[Place]:
    board = wiring.data["metadata"]["strip_board"]
    wires = {wire.name: wire for wire in wiring.wires}
    for kind, entries in ("pin", board["pins"]), ("soldered", board["soldered"]):
        for name, hole in entries.items():
            [end] = [end for end in (wires[name].start, wires[name].end) if end[0] in BOXES]
            yield Place(hole, name, end, kind)
    for name, holes in board["bridges"].items():
        for hole, end in zip(holes, (wires[name].start, wires[name].end), strict=True):
            yield Place(hole, name, end, "bridge")


def _legs(wiring: Wiring) -> Iterator[Place]:
    at = {part.part: part.ends[0][0] for part in wiring.across} | {"level-shifter": "SHIFTER"}
    for part, legs in wiring.data["metadata"]["strip_board"]["legs"].items():
        for leg, hole in legs.items():
            yield Place(hole, f"{part} {leg}", (at[part], str(leg)), "leg")


def _segment(board: Mapping[str, Any], place: Place) -> tuple[int, int]:
    """Which piece of which strip."""
    cuts = [int(cut[1:]) for cut in board["cuts"] if cut[0] == place.hole[0]]
    return place.row, sum(cut < place.column for cut in cuts)


def _strip_problems(board: Mapping[str, Any], here: list[Place]) -> list[str]:
    on: dict[tuple[int, int], set[Pin]] = defaultdict(set)
    pieces: dict[Pin, set[tuple[int, int]]] = defaultdict(set)
    for each in here:
        on[_segment(board, each)].add(each.pin)
        pieces[each.pin].add(_segment(board, each))
    return [
        *(
            f"strip {chr(ord('A') + row)}: joins {', '.join(sorted(map(pin_name, pins)))}"
            for (row, _), pins in on.items()
            if len(pins) > 1
        ),
        *(
            f"{pin_name(pin)}: lies on {len(where)} pieces of strip that nothing joins"
            for pin, where in pieces.items()
            if len(where) > 1
        ),
    ]


def _strip_names(wiring: Wiring) -> dict[int, str]:
    return {each.row: each.pin[1] for each in places(wiring) if each.pin[0] == "HUB"}


def _xy(row: int, column: int) -> tuple[int, int]:
    return LEFT + PITCH * column, TOP + PITCH * row


def _strips(board: Mapping[str, Any], names: Mapping[int, str]) -> Iterator[str]:
    holes = board["holes"]
    for column in range(1, holes + 1):
        yield _text(_xy(0, column)[0], TOP - 24, str(column), 12, "middle")
    for row in range(board["strips"]):
        x, y = _xy(row, 1)
        yield (
            f'<rect x="{x - 12}" y="{y - 9}" width="{PITCH * (holes - 1) + 24}" height="18" '
            'fill="#ecd9b0" rx="6"/>'
        )
        letter = chr(ord("A") + row)
        yield _text(x - 26, y + 5, letter, 15, "end")
        yield _text(x - 46, y + 5, names.get(row, ""), 15, "end")
        for column in range(1, holes + 1):
            yield f'<circle cx="{_xy(row, column)[0]}" cy="{y}" r="2.5" fill="#ffffff"/>'
    for cut in board["cuts"]:
        x, y = _xy(ord(cut[0]) - ord("A"), int(cut[1:]))
        yield f'<rect x="{x - 12}" y="{y - 10}" width="24" height="20" fill="#ffffff"/>'
        yield _text(x, y + 6, "x", 18, "middle")


def _outlines(wiring: Wiring) -> Iterator[str]:
    legs = defaultdict(list)
    for each in places(wiring):
        if each.kind == "leg":
            legs[each.name.rsplit(" ", 1)[0].removesuffix(" 5V")].append(each)
    for part, here in legs.items():
        xs, ys = zip(*(_xy(each.row, each.column) for each in here), strict=True)
        x, y = min(xs) - 10, min(ys) - 12
        wide, high = max(xs) - min(xs) + 20, max(ys) - min(ys) + 24
        yield (
            f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="#ffffff" '
            'fill-opacity="0.55" stroke="#000000" rx="4"/>'
        )
        if part == "level-shifter":
            notch = f"M {x + wide / 2 - 10} {y} a 10 10 0 0 0 20 0"
            yield f'<path d="{notch}" fill="none" stroke="#000000"/>'
            yield _text(x + wide / 2, y - 6, "74HC4050", 13, "middle")
        elif part in LABELS:
            yield _text(x + wide / 2, y + high + 14, LABELS[part], 12, "middle")


def _bridges(wiring: Wiring) -> Iterator[str]:
    for name, holes in wiring.data["metadata"]["strip_board"]["bridges"].items():
        (x, y), (x2, y2) = (_xy(ord(hole[0]) - ord("A"), int(hole[1:])) for hole in holes)
        wire = next(wire for wire in wiring.wires if wire.name == name)
        colour = _colour(wiring, wire.start)
        yield f'<line x1="{x}" y1="{y}" x2="{x2}" y2="{y2}" stroke="{colour}" stroke-width="4"/>'


def _mark(place: Place, colour: str) -> str:
    x, y = _xy(place.row, place.column)
    if place.kind == "leg":
        label = place.name.rsplit(" ", 1)[-1] if place.pin[0] == "SHIFTER" else ""
        if place.name.startswith("capacitor"):
            label = ""
        ring = f'<circle cx="{x}" cy="{y}" r="6" fill="#ffffff" stroke="#000000" stroke-width="2"/>'
        return ring + (_text(x, y + 4, label, 10, "middle") if label else "")
    if place.kind == "pin":
        mark = f'<rect x="{x - 7}" y="{y - 7}" width="14" height="14" fill="{colour}"/>'
    else:
        mark = f'<circle cx="{x}" cy="{y}" r="7" fill="{colour}"/>'
    return mark + _text(x + 9, y - 6, place.name, SIZE)


def _colour(wiring: Wiring, pin: Pin) -> str:
    """That of a supply or of ground; all signals have one colour."""
    if pin not in wiring.labels:
        return _SIGNAL
    known = [wiring.facts[each] for each in wiring.net_of(pin)]
    if any(each.get("ground") for each in known):
        return COLOURS[0.0]
    return next((COLOURS[each["source"]] for each in known if "source" in each), _SIGNAL)


def _text(x: float, y: float, text: str, size: int, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}">{escape(text)}</text>'
