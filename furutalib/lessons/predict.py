"""Predict before you run: a guess that is committed first and drawn over the result afterwards."""

import html
from collections.abc import Sequence
from typing import Any

from furutalib.lessons.message import Message

_BLUE = "#4c6ef5"
_LARGE = 1000  # from here on numbers are shown whole
_COARSE = 50  # a range this wide is asked for in whole numbers


class Prediction:
    """One question and the learner's answer; `guess` is None until it is committed."""

    def __init__(self, question: str, control: Any, unit: str) -> None:
        self.question = question
        self.unit = unit
        self.guess: float | str | None = None
        self._control = control
        self._view = self._build_view()

    def commit(self) -> None:
        """Take what the control shows as the guess; from now on it cannot be changed."""
        self.guess = self._control.value
        self._control.disabled = self._button.disabled = True
        self._button.description = "Committed"

    def mark(self, axes: Any, *, vertical: bool = True) -> None:
        """Draw a committed number into a plot as a dashed line; without a guess do nothing."""
        if not isinstance(self.guess, int | float):
            return
        draw = axes.axvline if vertical else axes.axhline
        label = f"your guess: {self._with_unit(self.guess)}"
        draw(self.guess, color=_BLUE, linestyle="--", label=label)
        axes.legend()

    def reveal(self, answer: float | str) -> Message:
        """Say the answer, beside the guess if one was committed."""
        said = "no guess this time" if self.guess is None else self._with_unit(self.guess)
        text = f"You: {said}. Measured: {self._with_unit(answer)}."
        return Message(self.question, text, _BLUE)

    def _build_view(self) -> Any:
        import ipywidgets

        self._button = ipywidgets.Button(description="Commit my guess", button_style="primary")
        self._button.on_click(lambda _button: self.commit())
        question = ipywidgets.HTML(f"<b>Predict:</b> {html.escape(self.question)}")
        row = ipywidgets.HBox([self._control, self._button], layout={"grid_gap": "1.5em"})
        return ipywidgets.VBox([question, row])

    def _with_unit(self, value: float | str) -> str:
        if not isinstance(value, str):
            value = f"{value:,.0f}" if abs(value) >= _LARGE else f"{value:.3g}"
        space = "" if self.unit.startswith("°") else " "
        return f"{value}{space}{self.unit}".rstrip()

    def __repr__(self) -> str:
        return f"Predict: {self.question}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """The widget, and text in its place where no kernel runs (`make book`)."""
        bundle: dict[str, Any] = dict(self._view._repr_mimebundle_(**options))
        still = Message("Predict", self.question, _BLUE)
        return bundle | {"text/plain": repr(still), "text/html": still._repr_html_()}


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
    from IPython.display import display

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
    show_now: Any = display  # IPython does not type it
    show_now(prediction)
    return prediction
