"""The measurements of the views run and say what is missing; no time is asserted."""

import sys

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons import bench_view, browser


def test_what_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(browser, "chromium_path", lambda: None)
    with pytest.raises(ConfigurationError, match="no Chromium; Debian: apt install chromium"):
        bench_view.measure_view()
    monkeypatch.setattr(bench_view, "course_folder", lambda: None)
    with pytest.raises(ConfigurationError, match="in a clone of the course"):
        bench_view.measure_view()


def test_without_playwright_it_says_how_to_get_it(monkeypatch):
    monkeypatch.delitem(sys.modules, "furutalib.lessons.browser")
    monkeypatch.delattr("furutalib.lessons.browser")
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)
    with pytest.raises(ConfigurationError, match=r"playwright.* is not installed; pip install"):
        bench_view.measure_view()


@pytest.mark.full
@pytest.mark.xdist_group("browser-views")
@pytest.mark.skipif(browser.chromium_path() is None, reason="there is no Chromium")
def test_every_figure_is_measured(monkeypatch):
    monkeypatch.setattr(bench_view, "WATCH_S", 1.0)
    figures = {figure.what: figure.value for figure in bench_view.measure_view(minutes=0.1)}
    assert len(figures) == 9
    assert figures.pop("... lost") == 0
    assert figures.pop("memory of the page, growth by live updates") < 100
    assert min(figures.values()) > 0
