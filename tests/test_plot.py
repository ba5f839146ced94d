import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from furutalib.facts.errors import ConfigurationError
from furutalib.view.plot import Band, Curve, Mark, Picture, Plot

X = np.linspace(0, 1, 5)


def numbers(text):
    return np.frombuffer(base64.b64decode(text), "<f4")


def test_curves_bands_and_marks_reach_the_page():
    plot = Plot(
        "return over steps",
        ("steps", X),
        {"plain": X**2, "dashed": Curve(-X, "#112233", "dash", 3.0)},
        y="return",
        y_range=(-1, 2),
        bands=[Band(X - 1, X + 1)],
        marks=[Mark("solved", y=0.5), Mark("now", x=0.2, colour="#ff0000")],
        title="Training",
        height=300,
    )
    sent = plot.payload
    json.dumps(sent)
    assert (sent["label"], sent["title"], sent["height"]) == ("return over steps", "Training", 300)
    assert sent["x"]["label"] == "steps"
    assert numbers(sent["x"]["values"]) == pytest.approx(X)
    assert sent["y"] == {"label": "return", "range": [-1, 2]}
    assert [series["name"] for series in sent["series"]] == ["plain", "dashed"]
    assert numbers(sent["series"][0]["values"]) == pytest.approx(X**2)
    assert sent["series"][0]["colour"] is None
    assert sent["series"][1] | {"values": ""} == {
        "name": "dashed",
        "values": "",
        "colour": "#112233",
        "style": "dash",
        "width": 3.0,
        "listed": True,
    }
    assert numbers(sent["bands"][0]["low"]) == pytest.approx(X - 1)
    assert sent["marks"][0] == {"x": None, "y": 0.5, "name": "solved", "colour": "#888888"}
    assert sent["image"] is None


def test_a_picture_keeps_its_pixels_and_its_place():
    pixels = np.random.default_rng(0).integers(0, 255, (4, 6, 3), dtype=np.uint8)
    picture = Picture(pixels, (-180, 180), (-10, 10))
    image = Plot("x", ("a", X), {"b": X}, picture=picture).payload["image"]
    assert (image["x"], image["y"]) == ([-180, 180], [-10, 10])
    data = base64.b64decode(image["url"].removeprefix("data:image/png;base64,"))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), pixels)


def test_an_update_keeps_the_frame():
    plot = Plot("before", ("a", X), {"b": X}, y="volts", y_range=(0, 1), title="t", height=99)
    plot.update(("a", X[:2]), {"c": X[:2]})
    assert plot.payload["label"] == "before"
    assert plot.payload["y"] == {"label": "volts", "range": [0, 1]}
    assert (plot.payload["title"], plot.payload["height"]) == ("t", 99)
    assert [series["name"] for series in plot.payload["series"]] == ["c"]
    plot.update(("a", X), {"b": X}, label="after")
    assert plot.payload["label"] == "after"


@pytest.mark.parametrize(
    ("x", "series", "bands", "complaint"),
    [
        (X[::-1], {"b": X}, [], "rise"),
        (X, {"b": X[:3]}, [], r"'b' has the shape \(3,\), x has \(5,\)"),
        (X, {"b": X}, [Band(X, X[:2])], "'band 1, high'"),
    ],
)
def test_data_that_do_not_fit_are_refused(x, series, bands, complaint):
    with pytest.raises(ConfigurationError, match=complaint):
        Plot("x", ("a", x), series, bands=bands)


def test_a_style_that_does_not_exist_is_refused():
    with pytest.raises(ConfigurationError, match=r"'dotted'.*line, dash, points"):
        Curve(X, style="dotted")
