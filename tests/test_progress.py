"""The line that tells how far a run is."""

import io

import pytest

from furutalib.learning.progress import (
    NotebookDisplay,
    TerminalDisplay,
    choose_display,
    describe,
    format_seconds,
)
from furutalib.learning.run_files import Status

HALF = Status(
    "running",
    steps=5000,
    total_steps=10_000,
    seconds_training=20.0,
    seconds_evaluation=5.0,
    steps_per_s=200.0,
    success_rate=0.37,
)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s"), (7800, "2 h 10 min")],
)
def test_seconds(seconds: float, text: str):
    assert format_seconds(seconds) == text


def test_the_line_has_steps_success_and_time_left():
    assert describe(HALF) == (
        "5,000 of at most 10,000 steps, success 37%, 25 s so far, 200 steps/s, at most 25 s left"
    )
    assert describe(Status()) == "starting ..."
    assert describe(Status("stopped", steps=10, total_steps=20)).endswith("stopped")


def test_terminal_draws_over_itself():
    stream = Terminal()
    display = TerminalDisplay(stream)
    display.show(HALF)
    display.show(HALF)
    display.end()
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().count("\r") == 2
    assert f"[{'#' * 12}{' ' * 12}]" in stream.getvalue()


def test_a_line_is_never_longer_than_the_terminal(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "50")
    stream = Terminal()
    TerminalDisplay(stream).show(HALF)
    line = stream.getvalue().removeprefix("\r\x1b[K")
    assert line.startswith(f"[{'#' * 12}{' ' * 12}] 5,000 of")
    assert len(line) == 49  # in the last column a terminal may begin a new line


def test_a_log_gets_a_line_per_tenth():
    stream = io.StringIO()
    display = TerminalDisplay(stream)
    for steps in range(0, 10_001, 100):
        display.show(Status("running", steps=steps, total_steps=10_000))
    display.end()
    assert len(stream.getvalue().splitlines()) == 11


def test_notebook_updates_one_output():
    shown: list[dict[str, str]] = []

    class Handle:
        def update(self, data: dict[str, str], raw: bool) -> None:
            assert raw
            shown.append(data)

    def display(data: dict[str, str], raw: bool, display_id: bool) -> Handle:
        assert display_id
        return Handle()

    notebook = NotebookDisplay(display)
    notebook.show(HALF)
    notebook.show(HALF)
    notebook.end()
    assert len(shown) == 1  # nothing changed, nothing sent
    assert shown[-1]["text/plain"] == describe(HALF)
    assert '<progress value="0.5000" max="1">' in shown[-1]["text/html"]


def test_outside_a_notebook_the_terminal_is_used():
    assert isinstance(choose_display(), TerminalDisplay)
