"""What to buy: rows of a group, the words of the total, and a list that follows its controls."""

from furutalib.facts.bom import orders, read_bom, total
from furutalib.lessons.shopping import shopping_list, shopping_rows, total_text


def test_rows_are_those_of_the_group_and_unknown_prices_stay_unknown():
    bought = orders(read_bom(), "pi5", 3)
    rows = {row["name"]: row for row in shopping_rows(bought, "fasteners")}
    assert len(rows) == sum(order.line.group == "fasteners" for order in bought)
    nuts = next(row for name, row in rows.items() if name.startswith("Nut M3"))
    one = next(order.line.quantity for order in bought if order.line.id == "nut-m3-iso4032")
    assert nuts["needed"] == f"{3 * one:g} piece"
    assert len(shopping_rows(bought)) == len(bought)
    assert None in [row["each"] for row in shopping_rows(bought)]


def test_the_total_says_what_it_does_not_know():
    summed = total(orders(read_bom(), "pi5", 1))
    text = total_text(summed)
    assert f"{summed.euros:.0f} EUR" in text
    assert "estimated" in text
    assert f"{len(summed.unpriced)} lines have no price yet." in text


def test_the_list_follows_its_controls():
    view = shopping_list()
    row, table = view.children
    count, board, group = row.children
    before = table.payload
    count.value = 20
    assert table.payload["note"] != before["note"]
    board.value = "own-board"
    names = [each["name"] for each in table.payload["rows"]]
    assert not any("Raspberry Pi 5, 8 GB" in name for name in names)
    group.value = "tools"
    tools = table.payload["rows"]
    assert all(each["needed"].startswith(("1 ", "2 ")) for each in tools)  # shared by all robots
