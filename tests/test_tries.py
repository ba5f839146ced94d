import json
from pathlib import Path

import pytest

from furutalib.lessons.tries import Tries


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tries" / "03.json"


def test_without_a_file_there_are_none_and_none_is_made(path: Path):
    assert Tries(path).read() == []
    assert not path.parent.exists()


def test_tries_are_kept_in_their_order_and_completed_later(path: Path):
    Tries(path).put("a", {"effort": 0.1})
    Tries(path).put("b", {"effort": 0.2})
    Tries(path).put("a", {"successes": 100, "swing_up": None})
    kept = [{"name": "a", "effort": 0.1, "successes": 100, "swing_up": None}]
    assert Tries(path).read() == [*kept, {"name": "b", "effort": 0.2}]


def test_two_notebooks_do_not_lose_each_others_tries(path: Path):
    one, other = Tries(path), Tries(path)
    assert one.read() == other.read() == []
    one.put("a", {})
    other.put("b", {})
    assert [each["name"] for each in one.read()] == ["a", "b"]


def test_a_try_can_be_taken_away(path: Path):
    tries = Tries(path)
    tries.put("a", {})
    tries.put("b", {})
    tries.remove("a")
    tries.remove("never there")
    assert tries.read() == [{"name": "b"}]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b'[\n{"name": "a", "ef', "Unterminated"),
        (b'{"name": "a"}', "it holds dict, not a list"),
        (b'[{"effort": 1}]', "try 1 has no name"),
        (b'[{"name": "a"}, {"name": "b", "effort": [1]}]', "try 2: 'effort' is list"),
        (b"[{}, \xff]", "utf-8"),
    ],
)
def test_a_damaged_file_is_put_aside_with_a_message(path: Path, text: bytes, problem: str):
    path.parent.mkdir()
    path.write_bytes(text)
    tries = Tries(path)
    assert tries.read() == []
    assert problem in tries.damage
    assert "kept as 03.damaged-1.json" in tries.damage
    assert path.with_name("03.damaged-1.json").read_bytes() == text
    tries.put("new", {})
    assert [each["name"] for each in json.loads(path.read_text())] == ["new"]


def test_an_older_damaged_file_is_not_overwritten(path: Path):
    path.parent.mkdir()
    for text in ("first", "second"):
        path.write_text(text)
        Tries(path).read()
    kept = [path.with_name(f"03.damaged-{number}.json").read_text() for number in (1, 2)]
    assert kept == ["first", "second"]


def test_a_write_that_fails_leaves_the_old_file(path: Path):
    tries = Tries(path)
    tries.put("a", {})
    with pytest.raises(TypeError):
        tries.put("b", {"effort": object()})
    assert tries.read() == [{"name": "a"}]
