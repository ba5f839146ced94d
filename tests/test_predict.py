import matplotlib.pyplot as plt
import pytest

from furutalib.lessons.predict import predict


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
