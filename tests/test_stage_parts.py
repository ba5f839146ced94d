"""Modes, stages and costs, for one pendulum and for many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from furutalib.facts.errors import ActionError
from furutalib.learning.batch import FurutaBatch
from furutalib.learning.environment import make_env
from furutalib.learning.setup import build_setup
from furutalib.learning.stage_parts import (
    BucketMode,
    DeadZoneCompensation,
    Delay,
    DeltaMode,
    LowPass,
    PastActionsCost,
    check_action,
)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.sampled_from(range(4)))
def test_rows_equal_single_ones_and_stay_in_range(values, kind):
    kinds = [
        lambda: DeltaMode(0.7),
        lambda: LowPass(6.0, 50.0),
        lambda: Delay(3),
        lambda: DeadZoneCompensation(0.13),
    ]
    alone, together = kinds[kind](), kinds[kind]()
    alone.reset(0.0)
    together.reset(np.zeros(2))
    for value in values:
        out = together(np.array([value, -value]))
        one = alone(value)
        assert one == out[0]
        assert -1.0 <= one <= 1.0


@pytest.mark.parametrize("make", [lambda: DeltaMode(1.0), lambda: LowPass(6.0, 50.0)])
def test_rows_are_reset_alone(make):
    stage, fresh = make(), make()
    stage.reset(np.zeros(3))
    fresh.reset(np.zeros(3))
    kept = stage(np.full(3, 0.5)) + 0.0
    handed = stage(np.full(3, 0.25))
    before = handed.copy()
    stage.reset_rows(np.array([1]))
    np.testing.assert_array_equal(handed, before)  # what was handed out is not written into
    assert stage(np.zeros(3))[1] == fresh(np.zeros(3))[1] == 0.0
    assert kept[0] != 0.0


def test_delay_rows_are_reset_alone():
    stage = Delay(1)
    stage.reset(np.zeros(2))
    stage(np.array([0.5, 0.6]))
    stage.reset_rows(np.array([0]))
    assert stage(np.array([0.7, 0.8])).tolist() == [0.0, 0.6]


def test_buckets_of_rows():
    mode = BucketMode(5)
    assert mode(np.array([0, 2, 4])).tolist() == [-1.0, 0.0, 1.0]
    for wrong in (np.array([0.0, 1.0]), np.array([0, 5]), np.array([-1, 0])):
        with pytest.raises(ActionError, match="from 0 to 4"):
            mode(wrong)


@pytest.mark.parametrize("wrong", [1.01, float("nan"), np.array([0.0, np.nan]), np.array([-1.5])])
def test_check_action(wrong):
    with pytest.raises(ActionError, match=r"in \[-1, 1\]"):
        check_action(wrong)
    kept = np.array([0.5])
    assert check_action(kept) is not kept  # the caller may reuse its array


def test_past_actions_cost_by_hand():
    """0 before the first action; then (a - mean of the last four)^2, times the weight."""
    cost = PastActionsCost(2.0)
    cost.reset(0.0)
    actions = [1.0, 1.0, -1.0, 0.5, 0.5]
    means = [0.0, 0.25, 0.5, 0.25, 0.375]
    paid = [cost(action) for action in actions]
    np.testing.assert_allclose(
        paid, [2 * (a - m) ** 2 for a, m in zip(actions, means, strict=True)]
    )


def test_past_actions_cost_of_rows_begins_anew():
    cost = PastActionsCost(1.0)
    cost.reset(np.zeros(2))
    cost(np.ones(2))
    cost.reset_rows(np.array([1]))
    np.testing.assert_allclose(cost(np.ones(2)), [0.75**2, 1.0])


def test_past_actions_cost_is_taken_off_the_reward_everywhere_alike():
    free, costly = (make_env(past_actions_cost=weight) for weight in (0.0, 0.5))
    batch = FurutaBatch(1, build_setup(past_actions_cost=0.5))
    for env in (free, costly, batch):
        env.reset(seed=3)
    for value in (0.4, -0.2):
        action = np.array([value], np.float32)
        plain, paid = free.step(action)[1], costly.step(action)[1]
        away = value if value == 0.4 else value - 0.4 / 4
        assert plain - paid == pytest.approx(0.5 * away**2, rel=1e-6)
        assert batch.step(action[np.newaxis]).reward[0] == paid
