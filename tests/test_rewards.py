"""The shaped reward and its terms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from furutalib.facts.errors import ConfigurationError, RewardError
from furutalib.learning import rewards
from furutalib.learning.rewards import (
    Quantities,
    RewardWeights,
    as_reward,
    reward_terms,
    shaped_reward,
)

UPRIGHT = Quantities(0.0, math.pi, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, False)
HANGING = Quantities(0.0, 0.0, -math.pi, -1.0, 0.0, 0.0, 0.0, 0.0, False)


def at(angle_rad, **changes):
    """Quantities at an angle from upright."""
    return UPRIGHT._replace(from_upright_rad=angle_rad, height=math.cos(angle_rad), **changes)


def test_best_and_hanging():
    assert shaped_reward(UPRIGHT) == 1.0
    assert shaped_reward(HANGING) == pytest.approx(0.2)


@given(
    angle=st.floats(-math.pi, math.pi),
    arm=st.floats(-2.5, 2.5),
    pendulum_speed=st.floats(-80, 80),
    arm_speed=st.floats(-60, 60),
)
def test_is_the_formula(angle, arm, pendulum_speed, arm_speed):
    q = at(
        angle,
        arm_angle_rad=arm,
        pendulum_speed_rad_s=pendulum_speed,
        arm_speed_rad_s=arm_speed,
        action=0.5,
        previous_action=-0.5,
    )
    expected = (
        1
        - 0.8 * (angle / math.pi) ** 2
        - 0.2 * (arm / 2.5) ** 2
        - 0.2 * min(1, (pendulum_speed / 25) ** 2) * (1 + math.cos(angle)) / 2
        - 0.02 * min(1, (arm_speed / 30) ** 2)
    )
    assert shaped_reward(q) == pytest.approx(expected)
    assert -0.0201 <= expected <= 1  # what the default limit weight builds on
    more = RewardWeights(effort=0.4, continuity=0.3)
    assert shaped_reward(q, more) == pytest.approx(expected - 0.4 * 0.25 - 0.3)
    assert 1 + sum(reward_terms(q, more).values()) == pytest.approx(shaped_reward(q, more))


def test_dying_never_pays():
    """From the worst place, resting there for the rest of an episode beats touching the limit."""
    worst = HANGING._replace(arm_angle_rad=2.5, arm_speed_rad_s=60.0)
    live = 400 * shaped_reward(worst)
    die = shaped_reward(worst._replace(limit_touched=True))
    assert die < live


def test_spinning_pays_less_than_hanging_still_upright():
    angles = np.linspace(-math.pi, math.pi, 1000)
    spin = np.mean([shaped_reward(at(a, pendulum_speed_rad_s=25.0)) for a in angles])
    free = RewardWeights(speed_near_top=0.0)
    spin_free = np.mean([shaped_reward(at(a, pendulum_speed_rad_s=25.0), free) for a in angles])
    assert spin < spin_free - 0.09


def test_arrays_give_what_floats_give():
    rng = np.random.default_rng(0)
    columns = Quantities(*rng.uniform(-2.0, 2.0, (9, 50)))
    weights = RewardWeights(effort=0.1, continuity=0.2)
    together = shaped_reward(columns, weights)
    alone = [
        shaped_reward(Quantities(*(column[i].item() for column in columns)), weights)
        for i in range(50)
    ]
    np.testing.assert_array_equal(together, alone)
    assert list(reward_terms(columns)) == list(rewards.TERMS)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ({"upright": -1.0}, "upright = -1"),
        ({"effort": math.inf}, "effort = inf"),
        ({"effort": math.nan}, "effort = nan"),
        ({"effort": "much"}, "effort = 'much'"),
        ({"effort": True}, "effort = True"),
        ({"speed": 1.0}, "unknown reward weight speed; valid: upright, arm_centred"),
    ],
)
def test_refuses_wrong_weights(weights, words):
    with pytest.raises(ConfigurationError, match=words):
        as_reward(weights)


def test_functions_are_checked():
    def forgets_to_return(q):
        q.height + 1

    with pytest.raises(RewardError, match=r"forgets_to_return\(\) returned None"):
        as_reward(forgets_to_return)
