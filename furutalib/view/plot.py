"""A plot of curves, bands and marks, that can be redrawn at once."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.view.tracks import encode
from furutalib.view.widget import View

STYLES = ("line", "dash", "points")


@dataclass(frozen=True, eq=False)
class Curve:
    """One curve: values over the plot's x."""

    values: ArrayLike  # (n,); NaN leaves a gap
    colour: str | None = None  # "#rrggbb"; None leaves the choice to the view
    style: str = "line"  # one of STYLES
    width: float = 2.0

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise ConfigurationError(f"style {self.style!r}; use one of {', '.join(STYLES)}")

    listed: bool = True  # in the legend


@dataclass(frozen=True, eq=False)
class Band:
    """A filled band between two curves, for example the spread over seeds."""

    low: ArrayLike  # (n,)
    high: ArrayLike  # (n,)
    colour: str = "#2f86d6"


@dataclass(frozen=True)
class Mark:
    """A straight line with a name, across the plot: at a value of x or of y."""

    name: str
    x: float | None = None
    y: float | None = None
    colour: str = "#888888"


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels (height, width, 3 or 4) drawn behind the curves; the first row is at the top."""

    pixels: NDArray[np.uint8]
    x: tuple[float, float]  # where its left and right edge are
    y: tuple[float, float]  # where its lower and upper edge are


class Plot(View):
    """Curves over one x.

    Args:
        label: what is shown, for people who do not see it.
        x: name with unit, and values (n,), rising.
        series: values (n,) or a `Curve` by name.
        y: name with unit.
        y_range: lowest and highest y; None fits it to the data.
        bands, marks, picture: see their classes.
        title, height: above the plot; of the plot in pixels.
    """

    kind = "plot"

    def __init__(
        self,
        label: str,
        x: tuple[str, ArrayLike],
        series: Mapping[str, ArrayLike | Curve],
        *,
        y: str = "",
        y_range: tuple[float, float] | None = None,
        bands: Sequence[Band] = (),
        marks: Sequence[Mark] = (),
        picture: Picture | None = None,
        title: str = "",
        height: int = 220,
    ) -> None:
        self._frame = {"title": title, "height": height}
        self._y = {"label": y, "range": None if y_range is None else list(y_range)}
        super().__init__(self._payload(label, x, series, bands, marks, picture))

    def update(
        self,
        x: tuple[str, ArrayLike],
        series: Mapping[str, ArrayLike | Curve],
        *,
        bands: Sequence[Band] = (),
        marks: Sequence[Mark] = (),
        picture: Picture | None = None,
        label: str = "",
    ) -> None:
        """Show other data in the same frame."""
        shown = label or self.payload["label"]
        self.payload = self._payload(shown, x, series, bands, marks, picture)

    def _payload(
        self,
        label: str,
        x: tuple[str, ArrayLike],
        series: Mapping[str, ArrayLike | Curve],
        bands: Sequence[Band],
        marks: Sequence[Mark],
        picture: Picture | None,
    ) -> dict[str, Any]:
        name, values = x[0], np.asarray(x[1], float)
        curves = {
            key: curve if isinstance(curve, Curve) else Curve(curve)
            for key, curve in series.items()
        }
        _check(values, curves, bands)
        return {
            **self._frame,
            "label": label,
            "x": {"label": name, "values": encode(values)},
            "y": self._y,
            "series": [_plain_curve(key, curve) for key, curve in curves.items()],
            "bands": [
                {"low": encode(band.low), "high": encode(band.high), "colour": band.colour}
                for band in bands
            ],
            "marks": [
                {"x": mark.x, "y": mark.y, "name": mark.name, "colour": mark.colour}
                for mark in marks
            ],
            "image": None if picture is None else _plain_picture(picture),
        }


def _check(x: NDArray[np.float64], curves: Mapping[str, Curve], bands: Sequence[Band]) -> None:
    if not np.all(np.diff(x) >= 0):
        raise ConfigurationError("the values of x have to rise; sort the points first")
    named = {key: curve.values for key, curve in curves.items()}
    for i, band in enumerate(bands):
        named |= {f"band {i + 1}, low": band.low, f"band {i + 1}, high": band.high}
    for key, values in named.items():
        if np.shape(values) != x.shape:
            raise ConfigurationError(
                f"{key!r} has the shape {np.shape(values)}, x has {x.shape}; give one value each"
            )


def _plain_curve(name: str, curve: Curve) -> dict[str, Any]:
    return {
        "name": name,
        "values": encode(curve.values),
        "colour": curve.colour,
        "style": curve.style,
        "width": curve.width,
        "listed": curve.listed,
    }


def _plain_picture(picture: Picture) -> dict[str, Any]:
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture.pixels).save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    url = f"data:image/png;base64,{data}"
    return {"url": url, "x": list(picture.x), "y": list(picture.y)}
