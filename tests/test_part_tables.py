"""Tables of the parts: rows by id, blanks stay blank."""

from furutalib.lessons.part_tables import number, read_part_tables

BOM = "id,name,quantity,price_eur\nmotor,Gearmotor,1,33.5\nnut-m10,Nut M10,1,\n"
PRINTED = "id,quantity\narm,1\n"


def test_rows_by_id(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "bom.csv").write_text(BOM)
    (tmp_path / "parts" / "parts.csv").write_text(PRINTED)
    tables = read_part_tables(tmp_path, tmp_path)
    assert tables.name("motor") == "Gearmotor"
    assert tables.name("fit-gauge") == "fit gauge"
    assert tables.known("arm")
    assert not tables.known("leg")
    assert number(tables.bom["motor"], "price_eur") == 33.5
    assert number(tables.bom["nut-m10"], "price_eur") is None
    assert number(tables.bom.get("leg"), "price_eur") is None
    assert number(tables.bom["motor"], "name") is None


def test_tables_that_are_not_there_are_empty(tmp_path):
    tables = read_part_tables(tmp_path, tmp_path)
    assert (tables.bom, tables.printed, tables.sliced) == ({}, {}, {})
