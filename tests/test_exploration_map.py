from collections import Counter

from furutalib.lessons.exploration_figures import map_table
from furutalib.lessons.exploration_map import map_rows


def test_both_tables_are_one_map_of_two_kinds_of_noise():
    rows = map_rows()
    table = map_table(rows)
    assert set(table["full"]) == {"Gaussian", "gSDE 8"}
    assert len(table) > 3
    runs = Counter((row["plant"], row["variant"]) for row in rows)
    assert runs["full", "Gaussian"] == runs["full", "gSDE 8"] == 5
    assert all(row["training C"] > 0.0 for row in rows)
    assert all(0.0 < row["minutes"] < 60.0 for row in rows if row["minutes"] == row["minutes"])
