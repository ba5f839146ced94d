"""What W&B is shown of an episode: radians as the robot gives them, degrees for people, a film."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from furutalib.facts.robot import load_robot
from furutalib.learning.run_files import Episode
from furutalib.learning.tracking_media import save_film, telemetry_in_degrees, telemetry_rows

TIMES = np.arange(1, 301) / 50
EPISODE = Episode(5, TIMES, 0.5 * np.sin(TIMES), np.pi * np.cos(TIMES), np.tanh(TIMES))


def test_each_step_of_the_robot_is_a_row_in_radians():
    rows = list(telemetry_rows(EPISODE))
    assert len(rows) == 300
    assert rows[49] == {
        "telemetry/time_s": 1.0,
        "telemetry/arm_angle_rad": pytest.approx(0.5 * np.sin(1.0)),
        "telemetry/pendulum_angle_rad": pytest.approx(np.pi * np.cos(1.0)),
        "telemetry/command": pytest.approx(np.tanh(1.0)),
    }


def test_the_table_has_both_units_and_the_chart_has_degrees():
    shown = telemetry_in_degrees(EPISODE)
    table = shown["telemetry/table"]
    assert table.columns[:2] == ["time_s", "arm_angle_rad"]
    row = dict(zip(table.columns, table.data[49], strict=True))
    assert row["arm_angle_deg"] == pytest.approx(np.rad2deg(0.5 * np.sin(1.0)))
    assert row["pendulum_angle_deg"] == pytest.approx(180 * np.cos(1.0))
    assert row["pendulum_angle_rad"] == pytest.approx(np.pi * np.cos(1.0))
    chart = shown["telemetry/in_degrees"]
    assert chart.spec.string_fields["title"].endswith("in degrees")
    drawn = {row[1] for row in chart.table.data}
    assert drawn == {"arm_angle_deg", "pendulum_angle_deg"}
    assert max(row[2] for row in chart.table.data) == pytest.approx(180 * np.cos(TIMES).max())


def test_the_film_shows_the_first_seconds(tmp_path: Path):
    with Image.open(save_film(EPISODE, load_robot("course"), tmp_path / "a.gif")) as film:
        assert film.n_frames == 100  # 4 s at 25 frames per second
