"""What so many robots need: quantities, packs and prices, as far as they are known."""

from collections.abc import Sequence
from typing import Any

from furutalib.facts.bom import VARIANTS, Order, Total, orders, read_bom, total
from furutalib.view.table import Cell, Column, Table

_ALL = "all"
COLUMNS = (
    Column("name", "what"),
    Column("needed", "needed"),
    Column("packs", "packs to buy"),
    Column("each", "a pack", "EUR", 2),
    Column("cost", "together", "EUR", 2),
    Column("status", "price"),
    Column("supplier", "from"),
    Column("number", "part number"),
)


def shopping_rows(bought: Sequence[Order], group: str = _ALL) -> list[dict[str, Cell]]:
    """A row for each line of a group; what is not known is None."""
    return [_row(order) for order in bought if group in (_ALL, order.line.group)]


def total_text(summed: Total) -> str:
    """What it costs, and how far that can be trusted, in one line."""
    text = f"Known prices together, so at least: {summed.euros:.0f} EUR"
    if summed.unverified_euros:
        text += f", {summed.unverified_euros:.0f} of them estimated"
    if summed.dates[0]:
        text += f" (prices of {summed.dates[0]} to {summed.dates[1]})"
    missing = len(summed.unpriced)
    return f"{text}. {missing} lines have no price yet." if missing else f"{text}."


def shopping_list(robots: int = 1, variant: str = "pi5") -> Any:
    """The list with its controls: how many robots, which board, which group."""
    import ipywidgets

    bom = read_bom()
    groups = [_ALL, *dict.fromkeys(line.group for line in bom)]
    look = {"style": {"description_width": "5em"}, "layout": {"width": "21em"}}
    count = ipywidgets.IntSlider(robots, min=1, max=30, description="robots", **look)
    board = ipywidgets.Dropdown(
        options=[(text, name) for name, text in VARIANTS.items()],
        value=variant,
        description="board",
        **look,
    )
    group = ipywidgets.Dropdown(options=groups, value=groups[1], description="group", **look)
    table = Table("what to buy", COLUMNS, [])

    def show(_change: Any = None) -> None:
        bought = orders(bom, board.value, count.value)
        table.update(shopping_rows(bought, group.value), note=total_text(total(bought)))

    for control in (count, board, group):
        control.observe(show, names="value")
    show()
    row = ipywidgets.HBox([count, board, group], layout={"flex_flow": "row wrap"})
    return ipywidgets.VBox([row, table])


def _row(order: Order) -> dict[str, Cell]:
    line = order.line
    return {
        "name": line.name,
        "needed": f"{order.needed:g} {line.unit}",
        "packs": float(order.packs),
        "each": line.price_eur,
        "cost": order.cost_eur,
        "status": line.price_status,
        "supplier": line.supplier,
        "number": line.part_number,
    }
