"""A table that the reader sorts, with the best value of each column marked."""

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.view.widget import View

Cell = str | float | None
"""A text, a number, or None where nothing is known."""


@dataclass(frozen=True)
class Column:
    """One column: the key of its values in a row, and how they are shown."""

    key: str
    title: str
    unit: str = ""
    places: int = 0  # decimals of its numbers
    better: Literal["high", "low"] | None = None  # which value is the best; None marks none


class Table(View):
    """Rows of texts and numbers; a click on a heading sorts by it.

    Args:
        label: what the table shows, for people who do not see it.
        columns: from left to right.
        rows: a cell by the key of each column. A key that is missing, None and NaN show as "–".
        note: a line of text below.

    Raises:
        ConfigurationError: a cell is neither a text nor a number.
    """

    kind = "table"

    def __init__(
        self,
        label: str,
        columns: Sequence[Column],
        rows: Sequence[Mapping[str, Cell]],
        *,
        note: str = "",
    ) -> None:
        self.columns = tuple(columns)
        self._label = label
        super().__init__(self._payload(rows, note))

    def update(self, rows: Sequence[Mapping[str, Cell]], *, note: str = "") -> None:
        """Show other rows; how the reader sorted them stays."""
        self.payload = self._payload(rows, note)

    def still_html(self) -> str:
        """The same table in the order it was given."""
        head = "".join(f'<th scope="col">{html.escape(_heading(c))}</th>' for c in self.columns)
        body = "".join(
            f"<tr>{''.join(self._still_cell(i, row, c) for c in self.columns)}</tr>"
            for i, row in enumerate(self.payload["rows"])
        )
        note = html.escape(self.payload["note"])
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{note}</p>"

    def _payload(self, rows: Sequence[Mapping[str, Cell]], note: str) -> dict[str, Any]:
        plain = [{c.key: _plain(c.key, row.get(c.key)) for c in self.columns} for row in rows]
        return {
            "label": self._label,
            "columns": [asdict(column) for column in self.columns],
            "rows": plain,
            "best": {c.key: _best(c, [row[c.key] for row in plain]) for c in self.columns},
            "note": note,
        }

    def _still_cell(self, i: int, row: Mapping[str, Cell], column: Column) -> str:
        tag = "b" if i in self.payload["best"][column.key] else "span"
        return f"<td><{tag}>{html.escape(_text(row[column.key], column.places))}</{tag}></td>"


def _best(column: Column, cells: Sequence[Cell]) -> list[int]:
    """Which rows hold the best number of a column; none where all are the same."""
    numbers = [cell for cell in cells if isinstance(cell, float)]
    if column.better is None or len(set(numbers)) < 2:
        return []
    best = max(numbers) if column.better == "high" else min(numbers)
    return [i for i, cell in enumerate(cells) if cell == best]


def _plain(key: str, cell: Any) -> Cell:
    if cell is None or isinstance(cell, str):
        return cell
    if not isinstance(cell, int | float | np.number):
        raise ConfigurationError(
            f"cell {key!r} = {cell!r} is a {type(cell).__name__}; give a text, a number or None"
        )
    return float(cell) if math.isfinite(cell) else None


def _heading(column: Column) -> str:
    return f"{column.title} ({column.unit})" if column.unit else column.title


def _text(cell: Cell, places: int) -> str:
    if cell is None:
        return "–"
    return cell if isinstance(cell, str) else f"{cell:.{places}f}"
