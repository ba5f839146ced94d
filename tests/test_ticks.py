"""Ticks survive the kernel, and whatever happens to their file nothing is lost."""

import json
import os

import pytest

from furutalib.lessons.ticks import Ticks


@pytest.fixture
def file(tmp_path):
    return tmp_path / "ticks.json"


def test_ticks_are_there_for_the_next_kernel(file):
    first = Ticks(file)
    assert (first.done, first.said) == ({}, "")
    first.tick("gauge")
    first.tick("base")
    first.tick("gauge", done=False)
    assert first.said == "Kept in ticks.json."
    assert list(Ticks(file).done) == ["base"]
    assert Ticks(file).done["base"][:2] == "20"


def test_two_notebooks_keep_each_others_ticks(file):
    one, other = Ticks(file), Ticks(file)
    one.tick("gauge")
    other.tick("base")
    one.tick("arm")
    assert set(Ticks(file).done) == {"gauge", "base", "arm"}
    other.tick("gauge", done=False)
    one.tick("motor")
    assert set(one.done) == {"base", "arm", "motor"}


@pytest.mark.parametrize(
    "damage", [b"", b'{"done": {"gauge"', b"[1, 2]", b'{"done": {"a": 3}}', b"\xff\xfe\x00"]
)
def test_a_damaged_file_is_kept_aside_and_said(file, damage):
    file.write_bytes(damage)
    ticks = Ticks(file)
    assert "damaged" in ticks.said
    assert "ticks.damaged-1.json" in ticks.said
    assert (file.parent / "ticks.damaged-1.json").read_bytes() == damage
    ticks.tick("gauge")
    file.write_bytes(b"again")
    assert "damaged-2" in Ticks(file).said
    assert (file.parent / "ticks.damaged-1.json").read_bytes() == damage


def test_a_file_that_is_damaged_meanwhile_costs_no_tick(file):
    ticks = Ticks(file)
    ticks.tick("gauge")
    file.write_bytes(b"half a fi")
    ticks.tick("base")
    assert "damaged-1" in ticks.said
    assert set(Ticks(file).done) == {"gauge", "base"}
    file.unlink()
    ticks.tick("arm")
    assert set(Ticks(file).done) == {"gauge", "base", "arm"}


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    ticks = Ticks(tmp_path / "none" / "ticks.json")
    ticks.tick("gauge")
    assert ticks.said.startswith("Not kept:")
    assert set(ticks.done) == {"gauge"}


def test_what_cannot_be_moved_aside_is_not_written_over(tmp_path, monkeypatch):
    file = tmp_path / "ticks.json"
    file.write_bytes(b"precious")

    def refuse(*_arguments):
        raise PermissionError("no")

    monkeypatch.setattr(os, "rename", refuse)
    monkeypatch.setattr(type(file), "rename", refuse)
    ticks = Ticks(file)
    ticks.tick("gauge")
    assert "nor moved aside" in ticks.said
    assert file.read_bytes() == b"precious"


def test_no_reader_sees_half_a_file(file, monkeypatch):
    ticks = Ticks(file)
    ticks.tick("gauge")
    whole = file.read_bytes()

    def fails(*_arguments):
        raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fails)
    ticks.tick("base")
    assert "Not kept" in ticks.said
    assert file.read_bytes() == whole
    assert json.loads(whole)["done"].keys() == {"gauge"}
