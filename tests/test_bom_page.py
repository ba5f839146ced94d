"""What the page of the bill of materials says."""

from furutalib.facts.bom import orders, read_bom
from furutalib.lessons.bom_page import bom_page, filament_g, order_table, totals_table

BOM = read_bom()
PRINTED = [
    {"id": "arm", "quantity": "1", "material": "PETG", "printed_mass_g": "20.5"},
    {"id": "foot", "quantity": "4", "material": "PETG", "printed_mass_g": "10.0"},
]


def test_every_line_is_on_the_page_with_the_age_of_its_price() -> None:
    page = bom_page(BOM, PRINTED)
    for line in BOM:
        assert f"| `{line.id}` |" in page
        if line.price_eur is not None:
            assert f"({line.price_status}, {line.price_date})" in page
    assert "(u)" in page  # part numbers from memory are marked


def test_a_variant_without_all_prices_says_how_many_are_missing() -> None:
    missing = sum(line.price_eur is None and not line.is_tool for line in BOM)
    for row in totals_table(BOM).splitlines()[2:]:
        assert row.endswith(f"| {missing} |")
    page = bom_page(BOM, PRINTED)
    assert page.count("Without a price:") == 1
    assert all(f"`{line.id}`" in page for line in BOM if line.price_eur is None)


def test_printed_parts_are_listed_by_filament() -> None:
    assert filament_g(PRINTED) == 60.5
    page = bom_page(BOM, PRINTED)
    assert "60 g of PETG filament" in page or "61 g of PETG filament" in page
    assert "| foot | 4 | PETG | 10.0 |" in page


def test_an_order_for_many_robots_names_packs() -> None:
    table = order_table(orders(BOM, "own-board", robots=6))
    assert "| Ball bearing 608, 8 x 22 x 7 mm | 12 piece | 12 x 1 | 10.80 |" in table
    [fuse] = [row for row in table.splitlines() if row.startswith("| Fuse 5 x 20 mm")]
    assert fuse.endswith("| 6 piece | 1 x 10 |  |")
