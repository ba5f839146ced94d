"""Charts of a report: SVG in the colours of the page."""

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from report_folders import make_recording, make_run

from furutalib.machine.telemetry import read_telemetry
from furutalib.view.report_charts import MAIN, Line, chart, learning_curves, telemetry_charts
from furutalib.view.report_part import Part
from furutalib.view.report_run import read_run


def test_a_chart_is_well_formed_and_takes_the_pages_colours_and_width() -> None:
    made = chart('a "b" < c', "x (m)", [Line([0, 1], [0, 2]), Line([0, 1], [1, 1], "#2f86d6")])
    root = ElementTree.fromstring(made)
    svg = next(element for element in root.iter() if element.tag.endswith("svg"))
    assert (svg.get("width"), svg.get("aria-label")) == (None, 'a "b" < c')
    assert svg.get("viewBox")
    for colour in ("currentColor", "var(--grid)", MAIN, "#2f86d6"):
        assert colour in made
    assert "#000000" not in made
    assert "x (m)" in "".join(root.itertext())


def test_the_same_chart_is_made_again() -> None:
    assert chart("a", "x", [Line([0, 1], [0, 2])]) == chart("a", "x", [Line([0, 1], [0, 2])])


def titles(charts: list[str]) -> list[str]:
    return [re.findall("<figcaption>(.*?)</figcaption>", each)[0] for each in charts]


def test_runs_have_a_chart_for_each_curve_that_is_there(tmp_path: Path) -> None:
    runs = [read_run(make_run(tmp_path / f"r{k}", seed=k), f"r{k}") for k in (0, 1)]
    charts = learning_curves([(MAIN, runs)])
    assert [title.split(" in ")[0] for title in titles(charts)] == [
        "return",
        "task return",
        "success",
    ]
    assert "steps" in charts[0]


def test_a_run_on_a_robot_is_drawn_over_its_minutes() -> None:
    steps = np.array([1000.0, 2000.0])
    run = Part(
        "r", "training", progress={"steps": steps, "return_mean": steps, "robot_seconds": steps}
    )
    [made] = learning_curves([(MAIN, [run])])
    assert "robot time (min)" in made


def test_telemetry_shows_lateness_flags_and_trips(tmp_path: Path) -> None:
    telemetry = read_telemetry(make_recording(tmp_path / "e.csv", trip="too fast"))
    charts = telemetry_charts(telemetry)
    assert titles(charts)[-2:] == ["lateness (ms)", "flags"]
    assert len(charts) == 5
    assert ">limited<" in charts[-1]
    plain = telemetry_charts(read_telemetry(make_recording(tmp_path / "f.csv")))
    assert charts[0].count("stroke-dasharray") == plain[0].count("stroke-dasharray") + 1


@pytest.mark.parametrize("values", [[np.nan, np.nan], [1.0, np.nan]])
def test_hardly_any_data_is_no_error(values: list[float]) -> None:
    assert "<svg" in chart("a", "x", [Line([0, 1], values)])
