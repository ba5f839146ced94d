"""Predict before you run: a guess that is committed first and drawn over the result afterwards."""

import html
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from furutalib.lessons.message import Message
from furutalib.view.plot import Curve, Plot
from furutalib.view.sketch import Axis, Sketch

_BLUE = "#4c6ef5"
_ORANGE = "#e8590c"
_LARGE = 1000  # from here on numbers are shown whole
_COARSE = 50  # a range this wide is asked for in whole numbers


class Question:
    """A question, a control to answer it with, and a button that makes the answer count.

    Attributes:
        guess: what the control showed when it was committed; None until then.
    """

    def __init__(self, question: str, control: Any, flow: str) -> None:
        import ipywidgets

        self.question = question
        self.guess: Any = None
        self._control = control
        self._button = ipywidgets.Button(
            description="Commit my guess",
            button_style="primary",
            layout={"width": "auto", "align_self": "flex-start"},
        )
        self._button.on_click(lambda _button: self.commit())
        layout = {"flex_flow": flow, "grid_gap": "0.5em 1.5em"}
        title = ipywidgets.HTML(f"<b>Predict:</b> {html.escape(question)}")
        row = ipywidgets.Box([control, self._button], layout=layout)
        self._view = ipywidgets.VBox([title, row])

    def commit(self) -> None:
        """Take what the control shows as the guess; from now on it cannot be changed."""
        self.guess = self._control.value
        if self.guess is None:
            self._button.description = "Draw first, then commit"
            return
        self._control.disabled = self._button.disabled = True
        self._button.description = "Committed"

    def __repr__(self) -> str:
        return f"Predict: {self.question}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """The widget, and text in its place where no kernel runs (`make book`)."""
        bundle: dict[str, Any] = dict(self._view._repr_mimebundle_(**options))
        still = Message("Predict", self.question, _BLUE)
        return bundle | {"text/plain": repr(still), "text/html": still._repr_html_()}


class Prediction(Question):
    """A question for a number or a choice."""

    def __init__(self, question: str, control: Any, unit: str) -> None:
        super().__init__(question, control, "row wrap")
        self.unit = unit

    def mark(self, axes: Any, *, vertical: bool = True) -> None:
        """Draw a committed number into a plot as a dashed line; without a guess do nothing."""
        if not isinstance(self.guess, int | float):
            return
        draw = axes.axvline if vertical else axes.axhline
        label = f"your guess: {_with_unit(self.guess, self.unit)}"
        draw(self.guess, color=_BLUE, linestyle="--", label=label)
        axes.legend()

    def reveal(self, answer: float | str, how: str = "Measured") -> Message:
        """Say the answer and how it was found, beside the guess if one was committed."""
        guess, unit = self.guess, self.unit
        said = "no guess this time" if guess is None else _with_unit(guess, unit)
        text = f"You: {said}. {how}: {_with_unit(answer, unit)}."
        return Message(self.question, text, _BLUE)


class CurvePrediction(Question):
    """A question for a curve; `guess` has shape (101,), NaN where nothing was drawn."""

    def __init__(self, question: str, x: Axis, y: Axis) -> None:
        self._sketch = Sketch(question, x, y)
        self._x, self._y = x, y
        super().__init__(question, self._sketch, "column")

    def reveal(self, x: ArrayLike, y: ArrayLike) -> Plot:
        """The measured curve, y (n,) over rising x (n,), drawn over the guess.

        The title says how far off the guess is: the root mean square over all that was drawn.
        """
        at, measured = np.asarray(x, float), np.asarray(y, float)
        curves = {"measured": Curve(measured, _ORANGE)}
        words = "Measured; no guess this time."
        if self.guess is not None:
            guess = np.interp(at, self._sketch.x, self.guess, left=np.nan, right=np.nan)
            curves = {"your guess": Curve(guess, _BLUE, "dash")} | curves
            words = self._off_by(guess - measured)
        return Plot(f"{self.question} {words}", (self._x[0], at), curves, y=self._y[0], title=words)

    def _off_by(self, errors: NDArray[np.float64]) -> str:
        known = errors[np.isfinite(errors)]
        if not known.size:
            return "Your curve lies beside everything that was measured."
        rms, mean = np.sqrt(np.mean(known**2)), np.mean(known)
        unit = self._y[0].rpartition("(")[2].rstrip(")") if "(" in self._y[0] else ""
        side = "above" if mean > 0 else "below"
        lies = f"mostly {side} it" if abs(mean) > rms / 2 else "now above it, now below"
        return f"Your curve is {_with_unit(float(rms), unit)} off (root mean square), {lies}."


def _with_unit(value: float | str, unit: str) -> str:
    if isinstance(value, str):
        return value
    number = f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.3g}"
    space = "" if unit.startswith("°") else " "
    return f"{number}{space}{unit}".rstrip()


def predict(
    question: str,
    low: float = 0.0,
    high: float = 100.0,
    *,
    unit: str = "",
    choices: Sequence[str] = (),
) -> Prediction:
    """Ask for a guess with a slider from `low` to `high`, or for one of `choices`.

    The notebook goes on without an answer: a prediction is an offer, not a gate.

    Returns:
        The prediction: `mark` draws it into a plot, `reveal` says the answer.

    Raises:
        ValueError: the range is empty.
    """
    import ipywidgets

    if not choices and not low < high:
        raise ValueError(f"predict: low = {low} must be less than high = {high}")
    wide = ipywidgets.Layout(width="auto", max_width="36em")
    if choices:
        control = ipywidgets.RadioButtons(options=list(choices), layout=wide)
    else:
        middle = (low + high) / 2
        wide.width = "30em"
        control = ipywidgets.FloatSlider(
            middle,
            min=low,
            max=high,
            step=(high - low) / 100,
            readout_format=".0f" if high - low >= _COARSE else ".2f",
            layout=wide,
        )
    prediction = Prediction(question, control, unit)
    _show(prediction)
    return prediction


def predict_curve(question: str, x: Axis, y: Axis) -> CurvePrediction:
    """Ask for a guess that is drawn: a curve over axes, each (name with unit, low, high).

    As with `predict`, the notebook goes on without an answer.

    Returns:
        The prediction: `reveal(x, y)` draws the measured curve over it.

    Raises:
        ConfigurationError: an axis is empty.
    """
    prediction = CurvePrediction(question, x, y)
    _show(prediction)
    return prediction


def _show(asked: Question) -> None:
    from IPython.display import display

    show_now: Any = display  # IPython does not type it
    show_now(asked)
