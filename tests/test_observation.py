"""From measured angles to quantities and observations."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from furutalib.facts.robot import load_robot
from furutalib.learning.observation import FRAME, HIGH, LAYOUT, LOW, History, Observer, frame
from furutalib.learning.rewards import Quantities

ROBOT = load_robot("course")


@given(st.floats(-200, 200))
def test_from_upright_is_wrapped(angle):
    q = Observer(ROBOT, "ideal").reset(0.0, angle)
    assert -math.pi <= q.from_upright_rad <= math.pi
    assert math.cos(q.from_upright_rad) == pytest.approx(-math.cos(angle), abs=1e-9)
    assert math.sin(q.from_upright_rad) == pytest.approx(-math.sin(angle), abs=1e-9)
    assert q.height == pytest.approx(-math.cos(angle))
    assert all(type(value) in (float, bool) for value in q)


def test_speeds_start_at_rest_and_follow():
    observer = Observer(ROBOT, "full-velocity_filter")
    assert observer.reset(1.0, 2.0)[4:6] == (0.0, 0.0)
    q = observer.update(1.1, 1.9, 0.3, 0.2)
    assert q.arm_speed_rad_s == pytest.approx(5.0)
    assert q.pendulum_speed_rad_s == pytest.approx(-5.0)
    assert (q.action, q.previous_action) == (0.3, 0.2)


@pytest.mark.parametrize(("angle", "touched"), [(2.49, False), (2.51, True), (-2.51, True)])
def test_arm_limit(angle, touched):
    assert Observer(ROBOT, "full").reset(angle, 0.0).limit_touched is touched


@pytest.mark.parametrize(("speed", "touched"), [(59.0, False), (61.0, True), (-61.0, True)])
def test_arm_speed_limit(speed, touched):
    observer = Observer(ROBOT, "ideal")
    observer.reset(0.0, 0.0)
    assert observer.update(speed / 50.0, 0.0, 0.0, 0.0).limit_touched is touched


def test_rows_equal_single_ones():
    rng = np.random.default_rng(0)
    arms, pendulums = rng.uniform(-3, 3, (2, 20, 8))
    many, singles = Observer(ROBOT, "full"), [Observer(ROBOT, "full") for _ in range(8)]
    many.reset(arms[0].copy(), pendulums[0].copy())
    for i, one in enumerate(singles):
        one.reset(arms[0, i].item(), pendulums[0, i].item())
    for arm, pendulum in zip(arms[1:], pendulums[1:], strict=True):
        together = many.update(arm.copy(), pendulum.copy(), arm / 5, arm / 6)
        frames = frame(together, 2.5)
        for i, one in enumerate(singles):
            a, p = arm[i].item(), pendulum[i].item()
            alone = one.update(a, p, a / 5, a / 6)
            assert alone == Quantities(*(column[i] for column in together))
            np.testing.assert_array_equal(frame(alone, 2.5), frames[i])


@given(
    st.floats(-9, 9),
    st.floats(-100, 100),
    st.floats(-500, 500),
    st.floats(-500, 500),
    st.floats(-1, 1),
)
def test_frame_stays_within_its_bounds(arm, pendulum, arm_speed, pendulum_speed, action):
    touched = abs(arm) > 2.5 or abs(arm_speed) > 60
    height = -math.cos(pendulum)
    q = Quantities(arm, pendulum, 0.0, height, arm_speed, pendulum_speed, action, 0.0, touched)
    one = frame(q, 2.5)
    assert one.dtype == np.float32
    assert one.shape == (FRAME,) == (len(LAYOUT),)
    assert (one <= HIGH).all()
    assert (one >= LOW).all()
    many = frame(Quantities(*(np.array([value]) for value in q)), 2.5)
    np.testing.assert_array_equal(many, [one])


def test_history_is_oldest_first():
    history = History(2, 3)
    frames = np.arange(12, dtype=np.float32).reshape(4, 3)
    assert history.reset(frames[0]).tolist() == [0, 1, 2, 0, 1, 2]
    kept = history.update(frames[1])
    assert kept.tolist() == [0, 1, 2, 3, 4, 5]
    assert history.update(frames[2]).tolist() == [3, 4, 5, 6, 7, 8]
    assert kept.tolist() == [0, 1, 2, 3, 4, 5]  # not written into


def test_history_of_rows():
    history = History(2, 2)
    history.reset(np.zeros((3, 2), np.float32))
    history.update(np.ones((3, 2), np.float32))
    history.reset_rows(np.array([1]), np.full((1, 2), 7, np.float32))
    seen = history.update(np.full((3, 2), 2, np.float32))
    assert seen.tolist() == [[1, 1, 2, 2], [7, 7, 2, 2], [1, 1, 2, 2]]


def test_no_history_leaves_the_action_out():
    history = History(0)
    newest = np.arange(6, dtype=np.float32)
    assert history.reset(newest).tolist() == [0, 1, 2, 3, 4]
    assert history.update(newest).tolist() == [0, 1, 2, 3, 4]
    assert history.spread(HIGH).shape == (5,)
