"""Policies beside one another: their figures as one table."""

import html
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from furutalib.learning.evaluation import Evaluation, assess
from furutalib.learning.rollout import Rollout

_HEAD = ("", "success", "swing-up, median", "balance, RMS", "action change", "task return")


@dataclass(frozen=True)
class Comparison:
    """One row of text for each policy; a table in a notebook, columns of text elsewhere."""

    rows: tuple[tuple[str, ...], ...]

    def __repr__(self) -> str:
        rows = (_HEAD, *self.rows)
        widths = [max(len(row[k]) for row in rows) for k in range(len(_HEAD))]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )

    def _repr_html_(self) -> str:
        body = "".join(f"<tr>{_cells(row, 'td')}</tr>" for row in self.rows)
        return f"<table><thead><tr>{_cells(_HEAD, 'th')}</tr></thead><tbody>{body}</tbody></table>"


def compare(policies: Mapping[str, Evaluation | Rollout]) -> Comparison:
    """The figures of evaluations, or of rollouts of at least 3 s, under the names given.

    A rollout that is shorter than the 8 s of an evaluation has no comparable task return.
    """
    return Comparison(tuple(_row(name, judged) for name, judged in policies.items()))


def _row(name: str, judged: Evaluation | Rollout) -> tuple[str, ...]:
    if isinstance(judged, Rollout):
        figures: dict[str, Any] = assess(judged) | {"n": len(judged.starts), "task_return": None}
    else:
        figures = judged.to_dict()
    return (
        name,
        f"{figures['successes']} of {figures['n']}",
        _number(figures["swing_up_median_s"], ".2f", " s"),
        _number(figures["balance_rms_deg"], ".2f", "°"),
        _number(figures["action_change"], ".3f"),
        _number(figures["task_return"], ".0f"),
    )


def _number(value: float | None, places: str, unit: str = "") -> str:
    return "–" if value is None or math.isnan(value) else f"{value:{places}}{unit}"


def _cells(row: tuple[str, ...], tag: str) -> str:
    return "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row)
