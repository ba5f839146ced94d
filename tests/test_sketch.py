import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.view.sketch import POINTS, Sketch


def make() -> Sketch:
    return Sketch("fall", ("time (s)", 0, 2), ("angle (°)", -90, 90))


def draw(sketch: Sketch, values: list[float | None]) -> None:
    """What the page sends."""
    sketch._handle_custom_msg({"kind": "sketch", "y": values}, [])


def test_nothing_drawn_is_no_curve_and_one_point_neither():
    sketch = make()
    assert sketch.value is None
    draw(sketch, [3.0] + [None] * (POINTS - 1))
    assert sketch.value is None


def test_the_curve_is_what_was_drawn_last_with_gaps():
    sketch = make()
    draw(sketch, [1.0] * POINTS)
    draw(sketch, [None, *np.arange(POINTS - 1.0)])
    assert np.isnan(sketch.value[0])
    assert sketch.value[-1] == POINTS - 2
    assert (sketch.x[0], sketch.x[50], sketch.x[-1]) == (0, 1, 2)


def test_a_page_that_is_loaded_anew_shows_what_was_drawn():
    sketch = make()
    draw(sketch, [4.0] * POINTS)
    assert sketch.payload["values"] == [4.0] * POINTS


def test_once_it_stands_it_cannot_be_changed():
    sketch = make()
    draw(sketch, [1.0] * POINTS)
    sketch.disabled = True
    draw(sketch, [2.0] * POINTS)
    assert sketch.value[0] == 1.0
    assert sketch.payload["committed"]


def test_other_messages_are_not_curves():
    sketch = make()
    sketch._handle_custom_msg({"kind": "key"}, [])
    assert sketch.value is None


@pytest.mark.parametrize("axes", [(("x", 1, 1), ("y", 0, 1)), (("x", 0, 1), ("y", 2, 1))])
def test_an_empty_axis_is_refused(axes):
    with pytest.raises(ConfigurationError, match="must be below high = 1"):
        Sketch("s", *axes)
