"""A checkpoint is replaced whole or not at all."""

from pathlib import Path

import pytest

from furutalib.facts.errors import RunError
from furutalib.learning.checkpoint import load_checkpoint, save_checkpoint


def save(folder: Path, number: int) -> None:
    def state(fresh: Path) -> None:
        (fresh / "state").write_text(str(number))

    save_checkpoint(folder, {"steps": number}, state)


def load(folder: Path) -> tuple[object, str]:
    found: list[str] = []
    counters = load_checkpoint(folder, lambda place: found.append((place / "state").read_text()))
    return counters, "".join(found)


def test_none_yet(tmp_path: Path):
    assert load(tmp_path / "checkpoint") == (None, "")


def test_the_last_one_comes_back(tmp_path: Path):
    for number in (1, 2, 3):
        save(tmp_path / "checkpoint", number)
    assert load(tmp_path / "checkpoint") == ({"steps": 3}, "3")
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_a_full_disk_leaves_the_one_before(tmp_path: Path):
    def full(fresh: Path) -> None:
        (fresh / "state").write_text("half")
        raise OSError(28, "No space left on device")

    save(tmp_path / "checkpoint", 1)
    with pytest.raises(OSError, match="No space left"):
        save_checkpoint(tmp_path / "checkpoint", {"steps": 2}, full)
    assert load(tmp_path / "checkpoint") == ({"steps": 1}, "1")
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint"]


def test_a_kill_between_the_two_renames_is_mended(tmp_path: Path):
    save(tmp_path / "checkpoint", 1)
    (tmp_path / "checkpoint").rename(tmp_path / "checkpoint.previous")
    assert load(tmp_path / "checkpoint") == ({"steps": 1}, "1")


@pytest.mark.parametrize("damage", ["counters.json", "state"])
def test_a_damaged_one_says_what_to_do(tmp_path: Path, damage: str):
    save(tmp_path / "checkpoint", 1)
    (tmp_path / "checkpoint" / damage).unlink()
    with pytest.raises(RunError, match=r"cannot be read .*Delete it to train from the start"):
        load(tmp_path / "checkpoint")
