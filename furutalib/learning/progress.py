"""The line that shows how far a run is, in a terminal and in a notebook."""

import sys
from html import escape
from typing import Any, Protocol, TextIO

from furutalib.learning.run_files import Status

_WIDTH = 24


class Display(Protocol):
    """Shows the state of a run; each call replaces what the last one showed."""

    def show(self, status: Status) -> None: ...

    def close(self) -> None: ...


def describe(status: Status) -> str:
    """One line: steps, success, speed, time left."""
    if status.state == "starting":
        return "starting ..."
    parts = [
        f"{status.steps:,} of at most {status.total_steps:,} steps",
        f"success {status.success_rate:.0%}",
        f"{format_seconds(status.seconds)} so far",
    ]
    if not status.over and status.seconds_left is not None:
        parts.append(f"at most {format_seconds(status.seconds_left)} left")
    if status.state != "running":
        parts.append(status.state)
    elif status.message:
        parts.append(status.message)
    return ", ".join(parts)


def format_seconds(seconds: float) -> str:
    """12 s, 3 min 05 s, 2 h 10 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def choose_display() -> Display:
    """The one that fits where Python runs."""
    notebook = _notebook()
    return NotebookDisplay(notebook) if notebook is not None else TerminalDisplay(sys.stderr)


class TerminalDisplay:
    """A bar that redraws itself; where the output is no terminal, one line per tenth."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._shown: object = None

    def show(self, status: Status) -> None:
        share = _share(status)
        bar = "#" * round(_WIDTH * share)
        if self._live:
            self._stream.write(f"\r\x1b[K[{bar:<{_WIDTH}}] {describe(status)}")
        elif (mark := (status.state, int(10 * share))) != self._shown:
            self._shown = mark
            self._stream.write(f"{describe(status)}\n")
        self._stream.flush()

    def close(self) -> None:
        if self._live:
            self._stream.write("\n")
            self._stream.flush()


class NotebookDisplay:
    """The same bar below a notebook cell."""

    def __init__(self, display: Any) -> None:
        self._handle = display({"text/plain": "starting ..."}, raw=True, display_id=True)

    def show(self, status: Status) -> None:
        line = describe(status)
        html = f'<progress value="{_share(status):.4f}" max="1"></progress> {escape(line)}'
        self._handle.update({"text/plain": line, "text/html": html}, raw=True)

    def close(self) -> None:
        """The last state stays on show."""


def _share(status: Status) -> float:
    if status.state == "finished":
        return 1.0
    return min(1.0, status.steps / status.total_steps) if status.total_steps else 0.0


def _notebook() -> Any:
    """IPython's `display` function if this is a notebook's kernel, else None."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    from IPython.display import display

    return display
