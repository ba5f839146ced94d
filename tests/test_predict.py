import base64

import matplotlib.pyplot as plt
import numpy as np
import pytest

from furutalib.lessons.predict import predict, predict_curve


def test_a_guess_counts_only_once_committed_and_cannot_be_changed_afterwards():
    prediction = predict("How many steps?", 0, 200, unit="steps")
    prediction._control.value = 60
    assert prediction.guess is None
    prediction._button.click()
    assert prediction.guess == 60
    assert prediction._control.disabled
    assert "60 steps" in repr(prediction.reveal(22.4))
    assert "22.4 steps" in prediction.reveal(22.4)._repr_html_()


def test_without_a_guess_the_notebook_goes_on():
    prediction = predict("How many steps?", 0, 200)
    _, axes = plt.subplots()
    prediction.mark(axes)
    assert len(axes.lines) == 0
    assert "no guess this time" in repr(prediction.reveal(3))


@pytest.mark.parametrize("vertical", [True, False])
def test_a_guess_is_drawn_over_the_result(vertical):
    prediction = predict("How many steps?", 0, 200)
    prediction._control.value = 50
    prediction.commit()
    _, axes = plt.subplots()
    prediction.mark(axes, vertical=vertical)
    place = axes.lines[0].get_xdata() if vertical else axes.lines[0].get_ydata()
    assert list(place) == [50, 50]


def test_a_choice_is_committed_as_its_text():
    prediction = predict("Which?", choices=["left", "right"])
    prediction._control.value = "right"
    prediction.commit()
    _, axes = plt.subplots()
    prediction.mark(axes)
    assert "right" in repr(prediction.reveal("left"))
    assert len(axes.lines) == 0


def test_text_stands_in_for_the_widget_where_no_kernel_runs():
    bundle = predict("Is 1 < 2?", choices=["yes", "no"])._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "1 &lt; 2" in bundle["text/html"]


def test_an_empty_range_is_refused():
    with pytest.raises(ValueError, match="low = 3"):
        predict("How many?", 3, 3)


@pytest.mark.parametrize(
    ("value", "shown"), [(12130.4, "12,130"), (22.853, "22.9"), (0.38, "0.38")]
)
def test_numbers_are_shown_as_people_write_them(value, shown):
    assert f"Measured: {shown} s." in repr(predict("?", 0, 1, unit="s").reveal(value))
    assert f"Measured: {shown}°." in repr(predict("?", 0, 1, unit="°").reveal(value))


def asked(y=("angle (°)", -90.0, 90.0)):
    return predict_curve("How does it fall?", ("time (s)", 0.0, 2.0), y)


def drawn(prediction, values):
    prediction._sketch._handle_custom_msg({"kind": "sketch", "y": values}, [])
    prediction._button.click()


def curves(plot):
    """Names and values of what a plot shows."""
    return {
        each["name"]: np.frombuffer(base64.b64decode(each["values"]), "<f4")
        for each in plot.payload["series"]
    }


def test_a_drawn_curve_counts_once_committed_and_the_measured_one_is_drawn_over_it():
    prediction = asked()
    drawn(prediction, [10.0] * 101)
    time_s = np.linspace(0, 2, 41)
    plot = prediction.reveal(time_s, np.full(41, 30.0))
    assert prediction._button.disabled
    assert {name: set(values) for name, values in curves(plot).items()} == {
        "your guess": {10.0},
        "measured": {30.0},
    }
    assert "is 20° off (root mean square), mostly below it" in plot.payload["title"]


def test_without_a_curve_nothing_is_committed_and_the_notebook_goes_on():
    prediction = asked()
    prediction._button.click()
    assert prediction.guess is None
    assert not prediction._button.disabled
    assert "Draw first" in prediction._button.description
    plot = prediction.reveal([0, 1], [2, 3])
    assert list(curves(plot)) == ["measured"]
    assert "no guess this time" in plot.payload["title"]


def test_only_what_was_drawn_is_judged():
    prediction = asked(("speed (rad/s)", -1.0, 1.0))
    drawn(prediction, [None] * 50 + [0.5] * 51)  # the second half of 2 s
    time_s = np.linspace(0, 4, 81)  # measured for longer
    measured = np.where(np.arange(81) % 2, 0.4, 0.6)
    plot = prediction.reveal(time_s, measured)
    assert np.isfinite(curves(plot)["your guess"]).sum() == 21
    assert "is 0.1 rad/s off (root mean square), now above it, now below" in plot.payload["title"]


def test_a_curve_beside_all_that_was_measured_is_told():
    prediction = asked()
    drawn(prediction, [1.0, 1.0] + [None] * 99)
    assert "beside everything" in prediction.reveal([1.0, 2.0], [0, 0]).payload["title"]


def test_the_answer_says_how_it_was_found():
    asked = predict("How many nuts?", 0, 40, unit="nuts")
    assert asked.reveal(22).text.endswith("Measured: 22 nuts.")
    assert asked.reveal(22, how="Counted").text.endswith("Counted: 22 nuts.")
