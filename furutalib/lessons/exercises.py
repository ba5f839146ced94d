"""`check("01-a", answer)`: is the exercise done, and if not, what kind of mistake is it?

The checks of a lesson live in `furutalib/lessons/checks_NN.py`. Each is a function that gets the
learner's answer and raises `Wrong` with a hint for every mistake that we have seen people make:

    @exercise("01-a")
    def discounted_return(answer):
        if abs(answer([1.0, 1.0], 0.5) - 2.0) < 1e-9:
            raise Wrong("The rewards are only added up: where does the discount come in?")
"""

import importlib
import importlib.util
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from furutalib.lessons.message import Message

Check = Callable[[Any], str | None]
"""Gets the answer; may return what to say when it passes; raises `Wrong` when it does not."""
Status = Literal["passed", "not done yet", "not right yet", "stopped by an error", "unknown"]

_PACKAGE = str(Path(__file__).resolve().parents[1])
_CHECKS: dict[str, Check] = {}
_LOOK: dict[Status, tuple[str, str]] = {
    "passed": ("✔", "#1a7f37"),
    "not done yet": ("○", "#6e7781"),
    "not right yet": ("→", "#bc6c00"),
    "stopped by an error": ("✘", "#c0392b"),
    "unknown": ("?", "#6e7781"),
}


class Wrong(Exception):
    """The answer is wrong in a way that the check has a hint for; the text is that hint."""


@dataclass(frozen=True)
class Verdict:
    """What `check` found. A notebook shows it as a coloured line."""

    exercise: str
    status: Status
    message: str = ""

    @property
    def passed(self) -> bool:
        """Whether the exercise is done and right."""
        return self.status == "passed"

    def __repr__(self) -> str:
        return repr(self._shown())

    def _repr_html_(self) -> str:
        return self._shown()._repr_html_()

    def _shown(self) -> Message:
        sign, colour = _LOOK[self.status]
        return Message(f"{sign} Exercise {self.exercise}: {self.status}", self.message, colour)


def exercise(name: str) -> Callable[[Check], Check]:
    """Register the decorated function as the check of exercise `name`, such as "01-a"."""

    def register(function: Check) -> Check:
        _CHECKS[name] = function
        return function

    return register


def check(name: str, answer: object) -> Verdict:
    """Look at `answer` (mostly a function the learner wrote) for exercise `name`.

    Never raises: a notebook with unsolved exercises runs from top to bottom.
    """
    test = _find(name)
    if test is None:
        return Verdict(name, "unknown", _known_names(name))
    praise = None
    with _Caught() as caught:
        praise = test(answer)
    return _verdict(name, caught.error, praise or "Well done.")


def call(function: object, *arguments: object) -> Any:
    """Call the learner's function; a thing that is no function gets a hint of its own.

    Raises:
        Wrong: `function` cannot be called, or gave nothing back.
    """
    if not callable(function):
        raise Wrong(
            f"This is of type {type(function).__name__}, not a function: "
            "hand over the name of your function, without brackets."
        )
    result = function(*arguments)
    if result is None:
        raise Wrong("Your function gives nothing back (None): does it end with a return?")
    return result


class _Caught:
    """Keeps what the learner's code raises; Ctrl-C and the end of the kernel go through."""

    error: Exception | None = None

    def __enter__(self) -> "_Caught":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> bool:
        self.error = error if isinstance(error, Exception) else None
        return self.error is not None


def _verdict(name: str, error: Exception | None, praise: str) -> Verdict:
    if error is None:
        return Verdict(name, "passed", praise)
    if isinstance(error, NotImplementedError):
        return Verdict(
            name, "not done yet", "Write your code in the exercise's cell, then run both."
        )
    if isinstance(error, Wrong):
        return Verdict(name, "not right yet", str(error))
    return Verdict(name, "stopped by an error", _explain(error))


def _find(name: str) -> Check | None:
    module = f"furutalib.lessons.checks_{name[:2]}"
    if name not in _CHECKS and name[:2].isdigit() and importlib.util.find_spec(module):
        importlib.import_module(module)
    return _CHECKS.get(name)


def _known_names(name: str) -> str:
    same_lesson = sorted(each for each in _CHECKS if each[:2] == name[:2])
    known = ", ".join(same_lesson) if same_lesson else "none for this lesson"
    return f"There is no exercise of this name. Known: {known}."


def _explain(error: Exception) -> str:
    """What went wrong and in which line of the learner's cell."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith(_PACKAGE)]
    where = (
        f"\nIt happened in line {own[-1].lineno} of {own[-1].name}: {own[-1].line}" if own else ""
    )
    return f"Your code raised {type(error).__name__}: {error}{where}"
