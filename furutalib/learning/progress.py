"""The line that shows how far a run is, in a terminal and in a notebook."""

import sys
from html import escape
from typing import Any, Protocol, TextIO

import numpy as np
from numpy.typing import NDArray

from furutalib.learning.run_files import Columns, Status

_WIDTH = 24
_CURVE_WIDTH, _CURVE_HEIGHT = 420, 110  # pixels


class Display(Protocol):
    """Shows the state of a run; each call replaces what the last one showed."""

    def show(self, status: Status, evaluations: Columns) -> None: ...

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
    return notebook_display() or TerminalDisplay(sys.stderr)


def notebook_display() -> "NotebookDisplay | None":
    """A display below the current notebook cell; None outside a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    from IPython.display import display

    return NotebookDisplay(display)


class TerminalDisplay:
    """A bar that redraws itself; where the output is no terminal, one line per tenth."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty()
        self._shown: object = None

    def show(self, status: Status, evaluations: Columns) -> None:
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
    """The same bar with the learning curve, below a notebook cell."""

    def __init__(self, display: Any) -> None:
        self._handle = display({"text/plain": "starting ..."}, raw=True, display_id=True)
        self._shown = ""

    def show(self, status: Status, evaluations: Columns) -> None:
        line = describe(status)
        bar = f'<progress value="{_share(status):.4f}" max="1"></progress> {escape(line)}'
        html = f"<div>{bar}<br>{curves_svg(evaluations)}</div>"
        if html != self._shown:
            self._handle.update({"text/plain": line, "text/html": html}, raw=True)
            self._shown = html

    def close(self) -> None:
        """The last state stays on show."""


def _share(status: Status) -> float:
    if status.state == "finished":
        return 1.0
    return min(1.0, status.steps / status.total_steps) if status.total_steps else 0.0


def curves_svg(evaluations: Columns) -> str:
    """The learning curve as a small picture: success and task return over steps.

    The return is drawn as a share of the best one so far, the success as a share of all starts.
    """
    steps = evaluations.get("steps", np.zeros(0))
    if steps.size < 2:
        return ""
    returns = evaluations["task_return"]
    share = np.clip(returns / max(returns.max(), 1.0), 0.0, 1.0)
    lines = _curve(steps, share, "#4c6ef5") + _curve(steps, evaluations["success_rate"], "#2b8a3e")
    labels = _label(12, "#4c6ef5", f"task return {returns[-1]:.0f}") + _label(
        28, "#2b8a3e", f"success {evaluations['success_rate'][-1]:.0%}"
    )
    return (
        f'<svg width="{_CURVE_WIDTH + 150}" height="{_CURVE_HEIGHT}" role="img" '
        f'aria-label="learning curve">{lines}{labels}</svg>'
    )


def _curve(steps: NDArray[np.float64], share: NDArray[np.float64], colour: str) -> str:
    x = 4 + (_CURVE_WIDTH - 8) * steps / steps[-1]
    y = 4 + (_CURVE_HEIGHT - 8) * (1.0 - share)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _label(y: int, colour: str, text: str) -> str:
    return f'<text x="{_CURVE_WIDTH + 8}" y="{y}" font-size="12" fill="{colour}">{text}</text>'
