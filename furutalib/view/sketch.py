"""Axes on which the reader draws one curve."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.view.widget import View

POINTS = 101
"""How many values a drawn curve has, evenly spaced in x."""

Axis = tuple[str, float, float]
"""Name with unit, lowest and highest value."""


class Sketch(View):
    """Draw a curve with the mouse, a finger or the arrow keys.

    Args:
        label: what is to be drawn, for people who do not see it.
        x, y: the axes.

    Raises:
        ConfigurationError: an axis is empty.
    """

    kind = "sketch"

    def __init__(self, label: str, x: Axis, y: Axis) -> None:
        for name, low, high in (x, y):
            if not low < high:
                raise ConfigurationError(f"axis {name!r}: low = {low} must be below high = {high}")
        axes = {key: {"label": a[0], "range": list(a[1:])} for key, a in {"x": x, "y": y}.items()}
        drawn = [None] * POINTS
        super().__init__({"label": label, **axes, "committed": False, "values": drawn})
        self.on_msg(self._heard)

    @property
    def x(self) -> NDArray[np.float64]:
        """Where the values of the curve lie, shape (101,)."""
        low, high = self.payload["x"]["range"]
        return np.linspace(low, high, POINTS)

    @property
    def value(self) -> NDArray[np.float64] | None:
        """The curve (101,), NaN where nothing was drawn; None while it is no curve yet."""
        drawn = np.array(self.payload["values"], float)  # None becomes NaN
        return drawn if np.isfinite(drawn).sum() > 1 else None

    @property
    def disabled(self) -> bool:
        """Whether the curve stands for good."""
        return bool(self.payload["committed"])

    @disabled.setter
    def disabled(self, over: bool) -> None:
        self.payload = self.payload | {"committed": over}

    def _heard(self, _view: Any, message: dict[str, Any], _buffers: Any) -> None:
        if message.get("kind") == "sketch" and not self.disabled:
            self.payload = self.payload | {"values": message["y"]}
