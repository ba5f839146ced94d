"""`bom/bom.md` from `bom/bom.csv` and the table of the printed parts."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from furutalib.facts.bom import GROUPS, VARIANTS, Line, Order, orders, total
from furutalib.facts.paths import assembly_folder
from furutalib.lessons.cut_list import PIECE_MM, SAW_MM, Cut, sawn_from

_MADE = "<!-- Made from bom.csv, cuts.csv and the CAD's tables; edit those, then `make tables`. -->"
_NOTES = """\
Prices are those of a pack, in euro, and as old as their date. **page read**: read on some page or
in somebody's parts list; **unverified**: our estimate, nobody looked it up; a blank is a blank.
Part numbers marked (u) are from memory: compare them with the words before you order. A second
shop stands after a semicolon. Nothing here has been ordered or weighed by us: if something is sold
out, wrong, or does not fit, please report."""


def bom_page(
    bom: Sequence[Line], printed: Sequence[dict[str, str]], cuts: Sequence[Cut] = ()
) -> str:
    """The whole page as Markdown."""
    blocks = [
        _MADE,
        "# Bill of materials",
        _NOTES,
        "## What it costs",
        totals_table(bom),
        *(_unpriced(bom, variant) for variant in VARIANTS),
    ]
    for group in GROUPS:
        lines = [line for line in bom if line.group == group]
        if lines:
            blocks += [
                f"## {group.capitalize()}",
                _tools(lines) if group == "tools" else _of(lines),
            ]
    blocks += ["## Cut list", cut_table(cuts), "## Printed parts", printed_table(bom, printed)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def totals_table(bom: Sequence[Line], robots: int = 1) -> str:
    """What each variant costs: one row each, tools left out."""
    rows = []
    for variant, words in VARIANTS.items():
        sum_ = total(orders(bom, variant, robots))
        rows.append(
            (
                words,
                f"{sum_.euros:.0f}",
                f"{sum_.unverified_euros:.0f}",
                f"{sum_.dates[0]} to {sum_.dates[1]}",
                f"{len(sum_.unpriced)}",
            )
        )
    heads = ("variant", "at least, EUR", "of it estimated", "prices of", "lines without a price")
    return _table(heads, rows)


def order_table(bought: Iterable[Order]) -> str:
    """What to buy: for one robot or for many."""
    rows = (
        (
            order.line.name,
            f"{_plain(order.needed)} {order.line.unit}",
            f"{order.packs} x {_plain(order.line.pack)}",
            "" if order.cost_eur is None else f"{order.cost_eur:.2f}",
        )
        for order in bought
    )
    return _table(("what", "needed", "packs", "EUR"), rows)


def printed_table(bom: Sequence[Line], printed: Sequence[dict[str, str]]) -> str:
    """What is printed, and from how much filament; empty while there is no table of parts."""
    if not printed:
        return ""
    grams = filament_g(printed)
    spool = next(line for line in bom if line.id == "filament-petg")
    text = (
        f"Not bought, but printed: {grams:.0f} g of {spool.name} as they come out, without "
        f"supports, skirts and failures; the list above counts {_plain(spool.quantity)} g."
    )
    rows = (
        (row["id"], row["quantity"], row["material"], f"{float(row['printed_mass_g']):.1f}")
        for row in printed
    )
    return f"{text}\n\n{_table(('id', 'number', 'material', 'g each'), rows)}"


def cut_table(cuts: Sequence[Cut]) -> str:
    """The pieces of tube, and how they come out of what is sold."""
    if not cuts:
        return ""
    rows = ((cut.name, f"{cut.number}", f"{cut.length_mm:g} mm", cut.cut_from) for cut in cuts)
    pieces = (" + ".join(f"{length:g}" for length in piece) for piece in sawn_from(cuts))
    order = "\n".join(f"{number}. {piece}" for number, piece in enumerate(pieces, 1))
    text = f"One way to saw them out of pieces of {PIECE_MM:g} mm, {SAW_MM:g} mm for each cut:"
    return f"{_table(('piece', 'number', 'length', 'from'), rows)}\n\n{text}\n\n{order}"


def filament_g(printed: Iterable[dict[str, str]]) -> float:
    """Mass of everything that is printed."""
    return sum(float(row["printed_mass_g"]) * float(row["quantity"]) for row in printed)


def read_printed(path: Path | None = None) -> list[dict[str, str]]:
    """The rows of assembly/parts/parts.csv; none while it is not there."""
    path = path or assembly_folder() / "parts" / "parts.csv"
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(line for line in handle if not line.startswith("#")))


def _unpriced(bom: Sequence[Line], variant: str) -> str:
    missing = total(orders(bom, variant)).unpriced
    if variant != next(iter(VARIANTS)):
        return ""  # the boards differ, and those have prices
    return "Without a price: " + ", ".join(f"`{each}`" for each in missing) + "."


def _of(lines: Iterable[Line]) -> str:
    heads = ("id", "what", "number", "what for", "shop or maker, number", "price", "g", "instead")
    return _table(heads, (_row(line) for line in lines))


def _row(line: Line) -> tuple[str, ...]:
    variants = "" if len(line.variants) == len(VARIANTS) else f" ({', '.join(line.variants)})"
    number = _plain(line.quantity) + ("" if line.unit == "piece" else f" {line.unit}")
    pack = "" if line.pack == 1 else f" for {_plain(line.pack)}"
    price = ""
    if line.price_eur is not None:
        price = f"{_plain(line.price_eur)}{pack} ({line.price_status}, {line.price_date})"
    return (
        f"`{line.id}`",
        line.name + variants,
        number,
        line.purpose,
        _bought_from(line),
        price,
        "" if line.mass_g is None else f"{_plain(line.mass_g)} ({line.mass_status})",
        line.alternatives,
    )


def _bought_from(line: Line) -> str:
    mark = " (u)" if line.part_number and line.part_status == "unverified" else ""
    first = " ".join(part for part in (line.supplier, line.part_number) if part)
    second = " ".join(part for part in (line.supplier_2, line.part_number_2) if part)
    return "; ".join(part for part in (first + mark, second) if part)


def _tools(lines: Iterable[Line]) -> str:
    shared = "Not counted in the sums; a workshop shares them.\n\n"
    rows = ((f"`{line.id}`", line.name, line.purpose) for line in lines)
    return shared + _table(("id", "what", "what for"), rows)


def _plain(value: float) -> str:
    return f"{value:.10g}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
