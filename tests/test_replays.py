"""What lesson 08 compares, and fitting by hand."""

import pytest
from excitation_runs import run_part

from furutalib.facts.robot import load_robot
from furutalib.learning.excitation import usual_plan
from furutalib.lessons.fit_playground import (
    SLIDERS,
    distance_deg,
    fit_playground,
    score_html,
    with_factors,
)
from furutalib.lessons.replays import (
    as_if_of,
    error_ahead,
    measured,
    names,
    replay,
    shown_by,
)
from furutalib.machine.robot import SimulatedRobot
from furutalib.machine.telemetry import Telemetry

COURSE = load_robot("course")
WEAK = COURSE.with_values({"motor.torque_constant_nm_a": 0.035})


@pytest.fixture(scope="module")
def recordings() -> dict[str, Telemetry]:
    with SimulatedRobot(COURSE) as plant:
        parts = usual_plan(COURSE, 0.5).parts
        return {part.name: run_part(plant, part, COURSE) for part in parts[1:3]}


def test_the_right_robot_replays_a_recording_and_a_weak_one_does_not(
    recordings: dict[str, Telemetry],
) -> None:
    seen = measured(recordings["steps"], COURSE, 3.0)
    assert len(seen.time_s) == len(seen.command) == 151
    right, weak = (replay(recordings["steps"], robot, 3.0) for robot in (COURSE, WEAK))
    assert max(distance_deg(seen, right)) < 3.0 < max(distance_deg(seen, weak))
    assert right.command == pytest.approx(seen.command)
    track = right.track("simulated")
    assert list(track.signals) == ["pendulum, 0 hangs (°)", "arm (°)", "command"]


def test_stiction_shows_in_ramps_alone(recordings: dict[str, Telemetry]) -> None:
    shown = shown_by([recordings["ramps"], recordings["steps"]], COURSE)
    assert shown.shape == (2, len(names()))
    stiction = shown[:, names().index("motor stiction")]
    assert stiction[0] > 5.0 * stiction[1]


def test_errors_grow_with_the_time_ahead(recordings: dict[str, Telemetry]) -> None:
    time_s, off_deg = error_ahead(WEAK, [recordings["steps"]])
    assert time_s[0] == 0.0 and time_s[-1] == pytest.approx(1.0)
    assert off_deg[-1] > 3.0 * off_deg[0]


def test_recordings_can_be_given_to_somebody_who_believes_otherwise(
    recordings: dict[str, Telemetry],
) -> None:
    (other,) = as_if_of([recordings["steps"]], WEAK)
    assert other.about["robot"] == WEAK.to_dict()
    assert other.about["excitation"] == "steps"


def test_factors_change_only_what_they_name() -> None:
    changed = with_factors(COURSE, {"torque per volt": 1.2, "latency": 0.5})
    assert changed.motor.torque_constant_nm_a == pytest.approx(0.0528)
    assert changed.control.latency_s == pytest.approx(0.01)
    assert changed.arm.length_m == pytest.approx(COURSE.arm.length_m)


def test_the_playground_has_a_slider_for_each_and_says_how_far_it_is(
    recordings: dict[str, Telemetry],
) -> None:
    box = fit_playground(recordings["steps"], WEAK)
    *sliders, score, player = box.children
    assert [one.description for one in sliders] == [f"{name} ×" for name in SLIDERS]
    before, payload = score.value, player.payload
    sliders[0].value = 1.25  # towards the right one
    assert score.value != before and player.payload != payload
    assert "not yet" in before and "done!" in score.value


def test_both_angles_have_to_be_near() -> None:
    assert "not yet" in score_html((1.0, 5.0))
    assert "not yet" in score_html((5.0, 1.0))
    assert "done!" in score_html((2.0, 2.0))
