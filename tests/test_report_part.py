import pytest

from furutalib.view.report_part import place_of, plain, told


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/srv/anna/runs/first", "…/first"),
        ("see '/srv/x/y.csv', line 3", "see '…/y.csv', line 3"),
        ("~/runs/first", "…/first"),
        (r"C:\Users\Anna Bell\runs\a.csv", "…/a.csv"),
        ("file:///srv/anna/a.csv:12", "…/a.csv:12"),
        ("path:/srv/anna/a.csv", "path:…/a.csv"),
        ("https://example.org/a/b", "https://example.org/a/b"),
    ],
)
def test_of_a_path_its_last_part_stays(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    "text", ["17 steps/s", "rad/s", "runs/first", "and/or", "3 / 4", "a 1/s filter", "50 %/s"]
)
def test_what_is_no_absolute_path_stays(text: str) -> None:
    assert plain(text) == text


def test_values_become_text() -> None:
    assert told(None) == told("") == "–"
    assert told(0.1 + 0.2) == "0.3"
    assert told([1, "a<b"]) == "1, a&lt;b"
    assert told([]) == "none"


def test_where_the_robot_is() -> None:
    assert place_of({"kind": "emulated"}, "x") == "emulated"
    assert place_of({"on_robot": {"place": {"kind": "real"}}, "a": "sim"}, "x") == "real robot"
    assert place_of({"policy": {"kind": "sim"}, "kind": "emulated"}, "x") == "emulated"
    assert place_of({"task": "swing-up"}, "simulated") == "simulated"
