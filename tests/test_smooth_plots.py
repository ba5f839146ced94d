import matplotlib as mpl
import numpy as np
import pytest

mpl.use("agg")
import matplotlib.pyplot as plt

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.rollout import collect
from furutalib.lessons import smooth_plots
from furutalib.lessons.scripted import Replay
from furutalib.machine.robot import Start

ROWS = [
    {"weight": w, "history": h, "seed": s, "change": 0.1 / (1 + w) / h + 0.001 * s, "return": 380}
    for w in (0.0, 0.05, 2.0)
    for h in (1, 2)
    for s in range(5)
]


@pytest.fixture
def axes():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_a_sine_stands_at_its_frequency():
    t = np.arange(400) / 50.0
    frequencies, amplitudes = smooth_plots.spectrum(0.6 * np.sin(2 * np.pi * 5.0 * t) + 0.3, 50.0)
    assert frequencies[np.argmax(amplitudes)] == pytest.approx(5.0)
    assert amplitudes.max() == pytest.approx(0.6 / np.sqrt(2))
    assert np.delete(amplitudes, np.argmax(amplitudes)).max() < 1e-9  # the mean is not in it
    assert frequencies[-1] == 25.0


def test_a_spectrum_is_averaged_over_whole_runs():
    quick, broken = np.tile([1.0, -1.0], 20), np.full(40, np.nan)
    alone = smooth_plots.spectrum(quick, 50.0)[1][-1]
    half = smooth_plots.spectrum([quick, broken, np.zeros(40)], 50.0)[1][-1]
    assert alone > 0.9
    assert half == pytest.approx(alone / np.sqrt(2))


@pytest.mark.parametrize("bad", [np.full(40, np.nan), np.ones(3)])
def test_a_spectrum_of_nothing_is_refused(bad):
    with pytest.raises(ConfigurationError, match="a spectrum needs"):
        smooth_plots.spectrum(bad, 50.0)


def test_traces_get_a_place_each_and_the_same_scale():
    run = collect(Replay(np.tile([0.5, -0.5], (1, 50))), [Start()], duration_s=1)
    figure = smooth_plots.draw_traces({"a": run, "b": run, "c": run}, columns=2, seconds=1.0)
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title() for axes in shown] == ["a", "b", "c"]
    assert {axes.get_ylim() for axes in shown} == {(-1.1, 1.1)}
    np.testing.assert_array_equal(shown[0].lines[0].get_ydata(), run.command[0])
    plt.close(figure)


def test_no_trace_is_refused():
    with pytest.raises(ConfigurationError, match="no run"):
        smooth_plots.draw_traces({}, columns=2)


def test_a_figure_over_the_weight_shows_every_run_and_the_medians(axes):
    drawn = smooth_plots.draw_over_weight(axes, ROWS, "change", weight="weight", curves="history")
    assert drawn[1][0.0].median == pytest.approx(0.102)
    assert drawn[2][2.0].median == pytest.approx(0.1 / 3 / 2 + 0.002)
    points = [line for line in axes.lines if line.get_marker() == "."]
    assert sum(line.get_xdata().size for line in points) == len(ROWS)
    assert [text.get_text() for text in axes.get_xticklabels()] == ["0", "0.05", "2"]
    assert axes.get_legend_handles_labels()[1] == ["1", "2"]


def test_a_figure_over_the_weight_may_be_logarithmic(axes):
    names = {"weight": "weight", "curves": "history"}
    smooth_plots.draw_over_weight(axes, ROWS, "change", log=True, **names)
    assert axes.get_yscale() == "log"


def test_the_trade_off_joins_the_medians_and_names_the_settings(axes):
    rows = [row for row in ROWS if row["history"] == 1]
    names = {"by": "weight", "x": "change", "y": "return"}
    smooth_plots.draw_trade_off(axes, rows, label="history 1", colour="#4c6ef5", **names)
    curve = next(line for line in axes.lines if line.get_label() == "history 1")
    np.testing.assert_allclose(curve.get_xdata(), [0.102, 0.1 / 1.05 + 0.002, 0.1 / 3 + 0.002])
    assert [text.get_text() for text in axes.texts] == ["0", "0.05", "2"]
    assert axes.get_xscale() == "log"


def test_the_stretched_scale_gives_the_last_points_room(axes):
    axes.plot([1, 2], [300, 386])
    smooth_plots.stretch_return(axes)
    low, middle, high = axes.transData.transform([(1, 300), (1, 380), (1, 386)])[:, 1]
    assert 0 < (high - middle) / (middle - low) < 1
    assert (high - middle) / (middle - low) > 2 * 6 / 80
    assert 380 in axes.get_yticks()


def test_each_alternative_has_a_look_of_its_own(axes):
    rows = [{**row, "variant": f"way {k % 9}"} for k, row in enumerate(ROWS)]
    smooth_plots.draw_alternatives(axes, rows, by="variant", x="change", y="return")
    named = [line for line in axes.lines if not line.get_label().startswith("_")]
    looks = {(line.get_color(), line.get_marker()) for line in named}
    assert len(named) == len(looks) == 9
