"""The line that shows how far a run is, in a terminal and in a notebook."""

import asyncio
import shutil
import sys
from collections.abc import Callable
from html import escape
from typing import Any, Protocol, TextIO

from furutalib.learning.run_files import Status

_WIDTH = 24
_REFRESH_S = 0.5


class Display(Protocol):
    """Shows the state of a run; each call replaces what the last one showed."""

    def show(self, status: Status) -> None: ...

    def end(self) -> None: ...


def describe(status: Status) -> str:
    """One line: steps, success, speed, time left, and the state unless it is running."""
    if status.state == "starting":
        return "starting ..."
    remark = status.message if status.state == "running" else status.state
    return ", ".join([*figures(status), *([remark] if remark else [])])


def figures(status: Status) -> list[str]:
    """What there is to say in numbers: steps first, then success, speed and times."""
    most = "" if status.steps >= status.total_steps > 0 else f" of at most {status.total_steps:,}"
    parts = [
        f"{status.steps:,}{most} steps",
        f"success {status.success_rate:.0%}",
        f"{format_seconds(status.seconds)}{' in all' if status.over else ' so far'}",
    ]
    if not status.over and status.seconds_left is not None:
        speed, left = f"{status.steps_per_s:,.0f} steps/s", format_seconds(status.seconds_left)
        parts += [speed, f"at most {left} left"]
    return parts


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
    return notebook_display() or TerminalDisplay(sys.stderr)


def notebook_display() -> "NotebookDisplay | None":
    """A display below the current notebook cell; None outside a notebook."""
    if notebook_shell() is None:
        return None
    from IPython.display import display

    return NotebookDisplay(display)


def notebook_shell() -> Any:
    """What runs the cells of the current notebook; None outside a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell if hasattr(shell, "kernel") else None


async def keep_showing(refresh: Callable[[], bool]) -> None:
    """Call `refresh` twice a second, beside the cells of a notebook, until it returns False.

    An error ends it and is shown below the cell that began it: a task would keep it to itself.
    """
    try:
        while refresh():
            await asyncio.sleep(_REFRESH_S)
    except Exception:
        shell = notebook_shell()
        if shell is None:
            raise
        shell.showtraceback()


class TerminalDisplay:
    """A bar that redraws itself; where the output is no terminal, a line per tenth and message."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._shown: object = None

    def show(self, status: Status) -> None:
        share = share_done(status)
        bar = "#" * round(_WIDTH * share)
        if self._live:
            line = f"[{bar:<{_WIDTH}}] {describe(status)}"
            columns = shutil.get_terminal_size().columns  # a longer line would be a new one
            self._stream.write(f"\r\x1b[K{line[: columns - 1]}")
        elif (mark := (status.state, status.message, int(10 * share))) != self._shown:
            self._shown = mark
            self._stream.write(f"{describe(status)}\n")
        self._stream.flush()

    def end(self) -> None:
        if self._live:
            self._stream.write("\n")
            self._stream.flush()


class NotebookDisplay:
    """The same bar below a notebook cell."""

    def __init__(self, display: Any) -> None:
        self._handle = display({"text/plain": "starting ..."}, raw=True, display_id=True)
        self._shown = ""

    def show(self, status: Status) -> None:
        line = describe(status)
        bar = f'<progress value="{share_done(status):.4f}" max="1"></progress>'
        html = f"<div>{bar} {escape(line)}</div>"
        if html != self._shown:
            self._handle.update({"text/plain": line, "text/html": html}, raw=True)
            self._shown = html

    def end(self) -> None:
        """The last state stays on show."""


def share_done(status: Status) -> float:
    """How much of the work is done, from 0 to 1; a finished run is done however early."""
    if status.state == "finished":
        return 1.0
    return min(1.0, status.steps / status.total_steps) if status.total_steps else 0.0
