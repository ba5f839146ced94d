"""A table is read once for as long as it stays the same."""

from pathlib import Path

import pytest

from furutalib.learning.run_files import Table
from furutalib.view import table_cache
from furutalib.view.table_cache import TableCache


def test_only_a_changed_file_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    table, cache = Table(tmp_path / "a.csv", ("steps",)), TableCache()
    assert cache.read(table.path) == {}
    table.append({"steps": 1})
    first = cache.read(table.path)
    assert first["steps"].tolist() == [1]
    with monkeypatch.context() as patch:
        patch.setattr(table_cache, "read_table", lambda _: pytest.fail("it is the same"))
        assert cache.read(table.path) is first
    table.append({"steps": 2})
    assert cache.read(table.path)["steps"].tolist() == [1, 2]
