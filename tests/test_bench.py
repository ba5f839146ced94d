"""The measurements run and print what they promise; no time is asserted."""

import json

import pytest

from furutalib.lessons import bench


def test_the_list_names_every_measurement(capsys):
    assert bench.main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(
        bench.MEASUREMENTS
    )


def test_an_unknown_measurement_is_refused_with_the_known_ones(capsys):
    with pytest.raises(SystemExit) as stop:
        bench.main(["speed"])
    assert stop.value.code == 2
    assert "unknown measurement speed; known: env, batch" in capsys.readouterr().err


def test_figures_come_as_json_and_as_a_table(capsys, monkeypatch):
    monkeypatch.setattr(bench, "ROUNDS", 1)
    assert bench.main(["batch", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures[0]["what"] == "64 pendulums, full fidelity"
    assert all(figure["value"] > 0 for figure in figures)
    assert bench.main(["start"]) == 0
    table = capsys.readouterr().out
    assert "import furutalib" in table
    assert "| 0.4 | 0.2 |" in table


def test_one_environment_is_measured_against_cartpole(monkeypatch):
    monkeypatch.setattr(bench, "ROUNDS", 1)
    rate, over_cartpole, over_loop = bench.measure_env()
    assert rate.value > 1000
    assert over_cartpole.value > 0.1
    assert 0 < over_loop.value < 1
