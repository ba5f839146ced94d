"""The learner's copies: filled, kept, never overwritten."""

import errno
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons import workspace
from furutalib.lessons.workspace import (
    WorkspaceError,
    fill,
    find_course,
    find_lesson,
    fresh_copy,
    work_folder,
)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "furutalib").mkdir()
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    for name in ("00_welcome", "03_swing_up"):
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text(f"original of {name}")
    (tmp_path / "notebooks" / "scratch.ipynb").write_text("not a lesson")
    return tmp_path


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


ORIGINALS = {
    "00_welcome.ipynb": "original of 00_welcome",
    "03_swing_up.ipynb": "original of 03_swing_up",
}


def test_fill_copies_what_is_missing_and_only_lessons(course: Path) -> None:
    assert [path.name for path in fill(course)] == sorted(ORIGINALS)
    assert contents(work_folder(course)) == ORIGINALS
    assert fill(course) == []


def test_fill_never_overwrites(course: Path) -> None:
    fill(course)
    mine = work_folder(course) / "03_swing_up.ipynb"
    mine.write_text("my answers")
    (course / "notebooks" / "03_swing_up.ipynb").write_text("a newer original")
    assert fill(course) == []
    assert mine.read_text() == "my answers"


def test_copies_can_be_read_by_others_and_edited(course: Path) -> None:
    [path, _] = fill(course)
    assert stat.S_IMODE(path.stat().st_mode) & 0o600 == 0o600


def test_servers_that_start_at_once_make_each_copy_once(course: Path) -> None:
    for number in range(20):
        (course / "notebooks" / f"{10 + number}_more.ipynb").write_text("x" * 10_000)
    with ThreadPoolExecutor(8) as pool:
        made = [path for new in pool.map(lambda _: fill(course), range(8)) for path in new]
    assert len(made) == len(set(made)) == 22
    assert {path.stat().st_size for path in work_folder(course).glob("*_more.ipynb")} == {10_000}
    assert len(list(work_folder(course).iterdir())) == 22


def test_a_copy_that_appears_meanwhile_is_not_overwritten(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = workspace._write_temporary

    def slow(content: bytes, target: Path) -> Path:
        temporary = real(content, target)
        target.write_text("the other server was faster")
        return temporary

    monkeypatch.setattr(workspace, "_write_temporary", slow)
    assert fill(course) == []
    assert set(contents(work_folder(course)).values()) == {"the other server was faster"}


def test_a_file_system_without_hard_links(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    fill(course)
    assert contents(work_folder(course)) == ORIGINALS
    assert fresh_copy(course, "03_swing_up").kept is not None


def test_fresh_keeps_every_old_copy(course: Path) -> None:
    fill(course)
    mine = work_folder(course) / "03_swing_up.ipynb"
    for text in ("first answers", "second answers"):
        mine.write_text(text)
        fresh_copy(course, "03_swing_up")
    assert contents(work_folder(course)) == ORIGINALS | {
        "03_swing_up.old-1.ipynb": "first answers",
        "03_swing_up.old-2.ipynb": "second answers",
    }


def test_fresh_without_an_old_copy(course: Path) -> None:
    copy = fresh_copy(course, "00_welcome")
    assert copy.kept is None
    assert copy.path.read_text() == "original of 00_welcome"


@pytest.mark.parametrize("action", [fill, lambda course: fresh_copy(course, "03_swing_up")])
def test_a_full_disk_leaves_nothing_half_written(
    course: Path, monkeypatch: pytest.MonkeyPatch, action: Callable[[Path], object]
) -> None:
    work_folder(course).mkdir()
    mine = work_folder(course) / "03_swing_up.ipynb"
    mine.write_text("my answers")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkspaceError, match=r"cannot write .*\.ipynb: No space left on device"):
        action(course)
    assert contents(work_folder(course)) == {"03_swing_up.ipynb": "my answers"}


def test_a_folder_that_cannot_be_made(course: Path) -> None:
    work_folder(course).write_text("a file where the folder should be")
    with pytest.raises(WorkspaceError, match="make the folder writable"):
        fill(course)


@pytest.mark.parametrize("wanted", ["3", "03", "03_swing_up", "03_swing_up.ipynb"])
def test_a_lesson_by_number_or_name(course: Path, wanted: str) -> None:
    assert find_lesson(course, wanted) == "03_swing_up"


def test_an_unknown_lesson_lists_the_known(course: Path) -> None:
    with pytest.raises(ConfigurationError, match="'77'; there are: 00_welcome, 03_swing_up"):
        find_lesson(course, "77")


def test_the_course_is_found_from_within(course: Path) -> None:
    assert find_course(course / "notebooks") == course


def test_no_course_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "course_folder", lambda: None)
    with pytest.raises(ConfigurationError, match="change into a clone"):
        find_course(tmp_path)
