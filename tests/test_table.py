import html
import json

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.view.table import Column, Table

COLUMNS = (
    Column("name", "name"),
    Column("won", "won", "of 5", better="high"),
    Column("s", "time", "s", 2, better="low"),
    Column("n", "n"),
)
ROWS = (
    {"name": "a <b>", "won": 5, "s": 1.234, "n": 1},
    {"name": "b", "won": np.int64(2), "s": float("nan"), "n": 2},
    {"name": "c", "won": 5, "s": np.float32(0.5)},
)


def test_the_best_of_a_column_is_known_ties_included_and_unknown_values_left_out():
    best = Table("t", COLUMNS, ROWS).payload["best"]
    assert best == {"name": [], "won": [0, 2], "s": [2], "n": []}


def test_where_all_are_the_same_none_is_the_best():
    rows = [{"won": 5}, {"won": 5}, {"won": None}]
    assert Table("t", COLUMNS, rows).payload["best"]["won"] == []


def test_the_payload_is_plain_json_and_unknown_values_are_null():
    payload = json.loads(json.dumps(Table("t", COLUMNS, ROWS).payload, allow_nan=False))
    assert payload["rows"][1] == {"name": "b", "won": 2, "s": None, "n": 2}
    assert payload["rows"][2]["n"] is None
    assert payload["columns"][2] == {
        "key": "s",
        "title": "time",
        "unit": "s",
        "places": 2,
        "better": "low",
    }


def test_update_shows_other_rows():
    table = Table("t", COLUMNS, [], note="nothing yet")
    assert table.payload["note"] == "nothing yet"
    table.update(ROWS[:1], note="one")
    assert (len(table.payload["rows"]), table.payload["note"]) == (1, "one")


def test_the_still_table_stands_in_an_exported_page():
    page = Table("t", COLUMNS, ROWS, note="5 > 2")._repr_mimebundle_()["text/html"]
    still = page[page.index("<table>") :]
    assert '<th scope="col">time (s)</th>' in still
    assert "<td><span>a &lt;b&gt;</span></td><td><b>5</b></td><td><span>1.23</span></td>" in still
    assert "<td><span>–</span></td>" in still
    assert "<p>5 &gt; 2</p>" in still
    assert html.escape(json.dumps("a <b>")) in page


def test_a_cell_that_is_no_value_is_refused():
    with pytest.raises(ConfigurationError, match="'won' = \\[1\\] is a list"):
        Table("t", COLUMNS, [{"won": [1]}])
