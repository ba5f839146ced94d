"""The bill of materials `bom/bom.csv`: what it says, what it costs, what n robots need.

A cell may be blank where nobody knows; a price that is blank is counted as missing, never as zero.
"""

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.paths import bom_folder

VARIANTS = {
    "pi5": "with a Raspberry Pi 5",
    "orin": "with a Jetson Orin Nano",
    "own-board": "I have a board already",
}
GROUPS = ("electronics", "mechanics", "fasteners", "consumables", "tools")
STATUSES = ("datasheet", "page read", "derived", "unverified", "blank", "")
_NUMBERS = ("quantity", "pack", "price_eur", "mass_g")
_NEEDED = ("id", "name", "quantity", "unit", "pack", "variants", "group", "purpose")


@dataclass(frozen=True)
class Line:
    """One line; the price is that of a pack, mass that of a piece."""

    id: str
    name: str
    quantity: float  # for one robot, in `unit`
    unit: str
    pack: float  # how many units are sold together
    variants: tuple[str, ...]
    group: str
    purpose: str
    supplier: str
    part_number: str
    supplier_2: str
    part_number_2: str
    part_status: str
    price_eur: float | None
    price_date: str
    price_source: str
    price_status: str
    mass_g: float | None
    mass_status: str
    alternatives: str
    datasheet: str

    @property
    def is_tool(self) -> bool:
        """Whether a workshop shares it."""
        return self.group == "tools"


@dataclass(frozen=True)
class Order:
    """What to buy of one line."""

    line: Line
    needed: float  # in the line's unit
    packs: int

    @property
    def cost_eur(self) -> float | None:
        """None where the price is not known."""
        return None if self.line.price_eur is None else self.packs * self.line.price_eur


@dataclass(frozen=True)
class Total:
    """What an order costs, and how far that can be trusted."""

    euros: float
    unverified_euros: float  # the share of it that is an estimate
    unpriced: tuple[str, ...]  # ids without a price, tools left out
    dates: tuple[str, str]  # oldest and newest of the prices


def read_bom(path: Path | None = None) -> tuple[Line, ...]:
    """Every line, in the order of the file.

    Raises:
        ConfigurationError: a column, a number or a word is not as it should be; it says which line.
    """
    path = path or bom_folder() / "bom.csv"
    try:
        with path.open(newline="", encoding="utf-8") as handle:
            reader = csv.DictReader(handle, strict=True)
            _same_columns(reader.fieldnames, path.name)
            lines = tuple(_line(row, f"{path.name}, line {reader.line_num}") for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"{path.name} cannot be read as CSV: {error}") from error
    _no_twins(lines, path.name)
    return lines


def lines_for(bom: Iterable[Line], variant: str) -> tuple[Line, ...]:
    """The lines of one variant.

    Raises:
        ConfigurationError: there is no such variant.
    """
    if variant not in VARIANTS:
        raise ConfigurationError(f"variant {variant!r}; use one of {', '.join(VARIANTS)}")
    return tuple(line for line in bom if variant in line.variants)


def orders(bom: Iterable[Line], variant: str, robots: int = 1) -> tuple[Order, ...]:
    """What to buy for so many robots: whole packs, each tool once.

    Raises:
        ConfigurationError: there is no such variant, or `robots` is not 1 or more.
    """
    if robots < 1 or robots != robots // 1:
        raise ConfigurationError(f"robots = {robots!r}; it must be a whole number of 1 or more")
    found = []
    for line in lines_for(bom, variant):
        needed = line.quantity * (1 if line.is_tool else robots)
        found.append(Order(line, needed, math.ceil(round(needed / line.pack, 9))))
    return tuple(found)


def total(bought: Iterable[Order]) -> Total:
    """Sum of an order without its tools."""
    parts = [order for order in bought if not order.line.is_tool]
    priced = [order for order in parts if order.line.price_eur is not None]
    dates = sorted(order.line.price_date for order in priced)
    guessed = [order for order in priced if order.line.price_status == "unverified"]
    return Total(
        euros=_sum(priced),
        unverified_euros=_sum(guessed),
        unpriced=tuple(order.line.id for order in parts if order.line.price_eur is None),
        dates=(dates[0], dates[-1]) if dates else ("", ""),
    )


def _sum(bought: Iterable[Order]) -> float:
    return math.fsum(order.cost_eur or 0.0 for order in bought)


def _same_columns(given: Sequence[str] | None, name: str) -> None:
    known = [field.name for field in fields(Line)]
    given = given or ()
    for column in given:
        if column not in known:
            raise ConfigurationError(
                f"{name}: unknown column {column!r}; valid: {', '.join(known)}"
            )
    for column in known:
        if column not in given:
            raise ConfigurationError(f"{name}: column {column!r} is missing; it may be empty")


def _line(row: dict[str, str], where: str) -> Line:
    if None in row or None in row.values():
        raise ConfigurationError(f"{where}: not as many cells as columns; is a comma unquoted?")
    cells = {key: cell.strip() for key, cell in row.items()}
    where = f"{where} ({cells['id'] or 'without id'})"
    for key in _NEEDED:
        if not cells[key]:
            raise ConfigurationError(f"{where}: {key} is empty; give it a value")
    values: dict[str, Any] = dict(cells)
    values |= {key: _number(cells[key], key, where) for key in _NUMBERS}
    _known(cells["group"], GROUPS, "group", where)
    for key in ("part_status", "price_status", "mass_status"):
        _known(cells[key], STATUSES, key, where)
    _price_told(cells, where)
    values["variants"] = _variants(cells["variants"], where)
    return Line(**values)


def _number(cell: str, key: str, where: str) -> float | None:
    if not cell:
        return None
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise ConfigurationError(f"{where}: {key} = {cell!r}; it must be a number above 0")
    return value


def _variants(cell: str, where: str) -> tuple[str, ...]:
    names = tuple(VARIANTS) if cell == "all" else tuple(cell.split())
    for name in names:
        _known(name, ("all", *VARIANTS), "variants", where)
    return names


def _known(word: str, words: Sequence[str], key: str, where: str) -> None:
    if word not in words:
        valid = ", ".join(each for each in words if each)
        raise ConfigurationError(f"{where}: {key} = {word!r}; use one of {valid}")


def _price_told(cells: dict[str, str], where: str) -> None:
    """A price has a date, a source and a status; a missing price says that it is missing."""
    if not cells["price_eur"]:
        if cells["price_status"] != "blank":
            raise ConfigurationError(f"{where}: no price; price_status must be 'blank'")
        return
    for key in ("price_date", "price_source", "price_status"):
        if cells[key] in ("", "blank"):
            raise ConfigurationError(f"{where}: the price needs its {key}")


def _no_twins(lines: Sequence[Line], name: str) -> None:
    seen = set()
    for line in lines:
        if line.id in seen:
            raise ConfigurationError(f"{name}: id {line.id!r} stands there twice; sum the two")
        seen.add(line.id)
