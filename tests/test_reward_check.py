"""A reward function that would spoil a training is refused in words that help."""

import math

import numpy as np
import pytest

from furutalib.facts.errors import RewardError
from furutalib.learning.reward_check import check_reward
from furutalib.learning.rewards import shaped_reward


def good(q):
    return np.cos(q.from_upright_rad) - 0.01 * q.action**2


def constant(q):
    return 1


def with_where(q):
    return np.where(q.height > 0, 1.0, 0.0) - q.limit_touched


def nothing(q):
    _ = q.height


def text(q):
    return "good"


def pair(q):
    return q.height, q.action


def with_if(q):
    return 1.0 if q.height > 0 else 0.0


def with_math(q):
    return math.cos(q.from_upright_rad)


def with_min(q):
    return min(q.height, 0.5)


def mean(q):
    return np.mean(q.height)


def nan(q):
    return np.sqrt(np.asarray(q.height) * 0.0 - 1.0)


def infinite(q):
    return np.divide(1.0, q.height * 0.0)


def complex_number(q):
    return q.height * 1j


def column(q):
    return np.reshape(q.height, (-1, 1))


def misspelt(q):
    return q.hight


@pytest.mark.parametrize("reward", [good, constant, with_where, shaped_reward])
def test_accepts(reward):
    check_reward(reward)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("reward", "words"),
    [
        (nothing, r"nothing\(\) returned None.*return.* missing"),
        (text, r"text\(\) returned 'good'"),
        (pair, r"pair\(\) returned an array of shape \(2,\) for one pendulum"),
        (with_if, r"with_if\(\) failed.*np.where"),
        (with_math, r"with_math\(\) failed.*instead of math"),
        (with_min, r"with_min\(\) failed.*np.minimum"),
        (mean, r"mean\(\) returned .* each alone"),
        (nan, r"nan\(\) returned nan for arm_angle_rad=.*finite"),
        (infinite, r"infinite\(\) returned -?inf"),
        (complex_number, r"complex_number\(\) returned"),
        (column, r"column\(\) returned an array of shape \(1, 1\)"),
        (misspelt, r"misspelt\(\) failed.*the quantities are arm_angle_rad"),
    ],
)
def test_refuses(reward, words):
    with pytest.raises(RewardError, match=words):
        check_reward(reward)


def test_refuses_a_memory():
    calls = []

    def counts(q):
        calls.append(1)
        return q.height + len(calls)

    with pytest.raises(RewardError, match=r"counts\(\).*memory between calls"):
        check_reward(counts)
