"""Written whole or not at all, whatever breaks."""

import os
from pathlib import Path

import pytest

from furutalib.facts.files import (
    recover_folder,
    write_at_start,
    write_atomically,
    write_folder_atomically,
)


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def test_a_file_is_replaced_whole(tmp_path):
    file = tmp_path / "a.txt"
    write_atomically(file, "old")
    write_atomically(file, "new é")
    assert file.read_text(encoding="utf-8") == "new é"
    assert names(tmp_path) == ["a.txt"]


def test_a_full_disk_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch):
    file = tmp_path / "a.txt"
    write_atomically(file, "old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(file, "new")
    assert file.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["a.txt"]


def write_version(folder, text):
    with write_folder_atomically(folder) as fresh:
        (fresh / "sub").mkdir()
        (fresh / "sub" / "a.txt").write_text(text, encoding="utf-8")


def test_a_folder_is_replaced_whole(tmp_path):
    write_version(tmp_path / "f", "old")
    write_version(tmp_path / "f", "new")
    assert (tmp_path / "f" / "sub" / "a.txt").read_text(encoding="utf-8") == "new"
    assert names(tmp_path) == ["f"]


def test_an_error_while_a_folder_is_filled_keeps_the_old_one(tmp_path):
    write_version(tmp_path / "f", "old")
    with pytest.raises(RuntimeError), write_folder_atomically(tmp_path / "f") as fresh:
        (fresh / "half").touch()
        raise RuntimeError
    assert names(tmp_path) == ["f"]
    assert (tmp_path / "f" / "sub" / "a.txt").read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("fatal_rename", [1, 2])
def test_a_kill_between_the_renames_loses_nothing(tmp_path, monkeypatch, fatal_rename):
    folder = tmp_path / "f"
    write_version(folder, "old")
    real, calls = Path.rename, []

    def dying(self, target):
        calls.append(target)
        if len(calls) >= fatal_rename:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "rename", dying)
    with pytest.raises(KeyboardInterrupt):
        write_version(folder, "new")
    monkeypatch.undo()
    recover_folder(folder)
    assert (folder / "sub" / "a.txt").read_text(encoding="utf-8") == "old"


def test_writing_at_the_start_leaves_what_comes_after_and_does_not_move(tmp_path):
    path = tmp_path / "pin"
    path.write_bytes(b"12345")
    handle = os.open(path, os.O_RDWR)
    write_at_start(handle, b"a")
    write_at_start(handle, b"b")
    os.close(handle)
    assert path.read_bytes() == b"b2345"
