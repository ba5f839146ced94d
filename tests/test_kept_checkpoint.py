"""Checkpoints of a robot's run: whatever happens to the newest, an older one is whole."""

from pathlib import Path

import pytest

from furutalib.facts.errors import RunError
from furutalib.learning import kept_checkpoint
from furutalib.learning.kept_checkpoint import (
    has_checkpoint,
    load_newest_whole,
    newest_whole,
    save_keeping_one,
)


def save(folder: Path, number: int) -> None:
    save_keeping_one(folder, {"n": number}, lambda fresh: _write(fresh / "state", str(number)))


def _write(file: Path, text: str) -> None:
    file.write_text(text)


def load(folder: Path) -> tuple[object, str]:
    found: list[str] = []
    counters = load_newest_whole(folder, lambda p: found.append((p / "state").read_text()))
    return counters, "".join(found)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where three were stored, one after the other."""
    for number in (1, 2, 3):
        save(tmp_path / "checkpoint", number)
    return tmp_path / "checkpoint"


def test_the_newest_comes_back_and_one_older_is_kept(place: Path):
    assert load(place) == ({"n": 3}, "3")
    assert sorted(p.name for p in place.parent.iterdir()) == ["checkpoint", "checkpoint.before"]


def test_none_yet(tmp_path: Path):
    assert not has_checkpoint(tmp_path / "checkpoint")
    assert load(tmp_path / "checkpoint") == (None, "")


@pytest.mark.parametrize("name", ["state", "counters.json", "hashes.json"])
@pytest.mark.parametrize("damage", ["cut", "gone", "empty"])
def test_a_damaged_one_falls_back_and_says_so(place: Path, name: str, damage: str, caplog):
    file = place / name
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[: len(file.read_bytes()) // 2 if damage == "cut" else 0])
    assert load(place) == ({"n": 2}, "2")
    assert "is not whole" in caplog.text
    save(place, 4)  # the damaged one must not push the whole one out
    assert load(place) == ({"n": 4}, "4")
    (place / "state").write_text("")
    assert load(place) == ({"n": 2}, "2")


def test_all_damaged(place: Path):
    for folder in place.parent.iterdir():
        (folder / "state").write_text("")
    with pytest.raises(RunError, match=r"no older one; begin in a new folder"):
        load(place)


def test_a_full_disk_leaves_the_older_ones(place: Path):
    def full(fresh: Path) -> None:
        (fresh / "state").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        save_keeping_one(place, {"n": 4}, full)
    assert load(place) == ({"n": 3}, "3")


@pytest.mark.parametrize("renames", [0, 1])
def test_a_kill_between_the_renames_loses_nothing(place: Path, renames: int, monkeypatch):
    def die(folder: Path) -> None:
        if renames:
            folder.rename(folder.with_name("checkpoint.before.dead"))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        promote = kept_checkpoint._promote
        calls = iter([promote, die])
        patch.setattr(kept_checkpoint, "_promote", lambda folder: next(calls)(folder))
        with pytest.raises(KeyboardInterrupt):
            save(place, 4)
    assert load(place) == ({"n": 4}, "4")
    save(place, 5)
    assert load(place) == ({"n": 5}, "5")
    found = newest_whole(place)
    assert found == place
