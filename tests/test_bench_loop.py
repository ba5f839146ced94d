"""The loops are measured as they say; how punctual this computer is, is not asserted."""

import subprocess
import time

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons import bench, bench_loop
from furutalib.lessons.bench_loop import Times


def test_both_loops_are_measured_and_compared(monkeypatch):
    monkeypatch.setattr(bench_loop, "BLOCK_S", 0.1)
    figures = {figure.what: figure for figure in bench.measure_loop(200.0, 0.2, load=1)}
    for loop in ("our loop", "the usual loop"):
        for what in ("period off nominal", "lateness"):
            figure = figures[f"{loop}: {what}, p99"]
            assert 0.0 < figure.value < 10_000
            assert figure.unit == "ms"
            assert "median" in figure.remark
            assert "p99.9" in figure.remark
            assert "worst" in figure.remark
    assert "200 Hz, 1 busy programs" in figures["our loop: lateness, p99"].remark
    inference = figures["inference of a numpy policy, median"]
    assert 0.0 < inference.value < 100_000
    ratio = figures["lateness, p99: the usual loop over ours"]
    assert ratio.value == pytest.approx(
        figures["the usual loop: lateness, p99"].value / figures["our loop: lateness, p99"].value
    )


def test_what_is_to_be_reached_stands_only_where_it_is_meant():
    times = Times([np.ones(3)], [np.ones(3)])
    [_, idle] = bench_loop._two("our loop", times, 100.0, 0, "")
    assert idle.reach == "below 0.5"
    for name, rate_hz, load in (("our loop", 50.0, 0), ("our loop", 100.0, 2), ("the", 100.0, 0)):
        assert bench_loop._two(name, times, rate_hz, load, "")[1].reach == ""


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only in sleeps, each 1 ms too long, and in work."""
    now = [50.0]

    def sleep(length_s):
        now[0] += length_s + 0.001

    def sleep_until(_, when_s):
        now[0] = max(now[0], when_s) + 0.001

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(bench_loop.MonotonicClock, "sleep_until", sleep_until)
    return now


def test_the_usual_loop_drifts_and_ours_does_not(clock):
    def work(_):
        clock[0] += 0.004

    ours, usual = Times(), Times()
    bench_loop.our_loop(0.02, 50, work, ours)
    bench_loop.usual_loop(0.02, 50, work, usual)
    assert ours.lateness_s[0] == pytest.approx(np.full(50, 0.001))
    assert usual.lateness_s[0] == pytest.approx(0.001 * np.arange(1, 51))
    assert usual.errors_s[0] == pytest.approx(np.full(50, 0.001))
    assert ours.errors_s[0][1:] == pytest.approx(np.zeros(49), abs=1e-9)


def test_the_loops_take_turns(monkeypatch):
    turns = []

    def block(name):
        def run(period_s, ticks, work, times):
            turns.append((name, ticks))
            times.note(np.array([period_s]), np.ones(1), period_s)

        return run

    monkeypatch.setattr(bench_loop, "our_loop", block("ours"))
    monkeypatch.setattr(bench_loop, "usual_loop", block("usual"))
    monkeypatch.setattr(bench_loop, "BLOCK_S", 1.0)
    bench_loop._in_blocks(0.01, 2.5, lambda _: None)
    equal = [turn for i, turn in enumerate(turns) if i == 0 or turn != turns[i - 1]]
    assert [name for name, _ in equal][:4] == ["ours", "usual", "ours", "usual"]
    assert sum(ticks for name, ticks in turns if name == "usual") == 250


def test_neighbours_are_there_as_long_as_it_takes(monkeypatch):
    started = []
    begin = subprocess.Popen

    def note(*arguments):
        started.append(begin(*arguments))
        return started[-1]

    monkeypatch.setattr(bench_loop.subprocess, "Popen", note)
    with pytest.raises(ZeroDivisionError), bench_loop._neighbours(2):
        assert [program.poll() for program in started] == [None, None]
        _ = 1 / 0
    assert None not in [program.poll() for program in started]


@pytest.mark.parametrize(("rate", "seconds", "load"), [(60.0, 1.0, 0), (50.0, 0.0, 0), (50, 1, -1)])
def test_values_that_cannot_be_measured_are_refused(rate, seconds, load):
    with pytest.raises(ConfigurationError, match=r"use"):
        bench.measure_loop(rate, seconds, load)


def test_a_row_of_telemetry_is_measured(monkeypatch):
    monkeypatch.setattr(bench_loop, "ROWS", 20)
    [figure] = bench.measure_telemetry()
    assert 0.0 < figure.value < 100_000
    assert figure.remark.endswith("20 rows at 200 Hz")


def test_options_of_the_loop_reach_it_and_no_other(monkeypatch, capsys):
    asked = []

    def measure(**given):
        asked.append(given)
        return []

    monkeypatch.setattr(bench, "measure_loop", measure)
    assert bench.main(["loop", "--rate", "50", "--seconds", "3", "--load", "2"]) == 0
    assert asked == [{"rate": 50.0, "seconds": 3.0, "load": 2}]
    with pytest.raises(SystemExit):
        bench.main(["batch", "--load", "2"])
    assert "--load is for `furuta bench loop` alone" in capsys.readouterr().err
