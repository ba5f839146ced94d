from itertools import pairwise

import numpy as np
import pytest

from furutalib.lessons.exercises import check
from furutalib.lessons.price import choose_weight
from furutalib.maths.smoothness import continuity_measure


def measure_c(actions):
    return 100 * np.mean((np.diff(actions) / 2) ** 2)


def by_hand(actions):
    changes = [(b - a) / 2 for a, b in pairwise(actions)]
    return 100 * sum(change**2 for change in changes) / len(changes)


@pytest.mark.parametrize("answer", [measure_c, by_hand, continuity_measure])
def test_the_right_measure_passes_and_agrees_with_the_library(answer):
    verdict = check("04-a", answer)
    assert verdict.passed
    assert "agrees with furutalib" in verdict.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda a: 4 * measure_c(a), "range of the command"),
        (lambda a: 2 * measure_c(a), "range comes in squared"),
        (lambda a: measure_c(a) / 100, "hundredths"),
        (lambda a: np.mean(np.diff(a) ** 2), "mean squared change itself"),
        (lambda a: 100 * np.mean(np.abs(np.diff(a) / 2)), "square them"),
        (lambda a: 100 * np.sum((np.diff(a) / 2) ** 2), "added up"),
        (lambda a: 100 * np.sum((np.diff(a) / 2) ** 2) / len(a), "one change less"),
        (lambda a: 100 * np.mean(np.diff(a) / 2) ** 2, "cancel"),
        (lambda a: 100 * np.mean((a / 2) ** 2), "not of their changes"),
        (lambda a: 100 * np.mean((np.diff(a, prepend=0.0) / 2) ** 2), "first change"),
        (lambda a: measure_c(a) + 1, "yours is"),
        (lambda a: 100 * np.sum((np.diff(a) / 2) ** 2) / 5, "longer"),
        (lambda a: np.diff(a), "one finite number"),
        (lambda a: None, "gives nothing back"),
        (3.0, "not a function"),
    ],
)
def test_each_mistake_with_c_gets_its_own_hint(answer, hint):
    verdict = check("04-a", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


def right_choice(weights, task_return, successes):
    baseline = task_return[list(weights).index(0.0)]
    return max(
        w
        for w, earned, won in zip(weights, task_return, successes, strict=True)
        if earned >= 0.97 * baseline and won >= 99
    )


@pytest.mark.parametrize("answer", [choose_weight, right_choice])
def test_the_right_choice_passes(answer):
    assert check("04-b", answer).passed


def allowed(w, r, s, reached):
    return w[(r >= reached) & (s >= 99)]


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda w, r, s: w[r >= 0.97 * r[w == 0]].max(), "successes too"),
        (lambda w, r, s: w[s >= 99].max(), "costs more than 3 %"),
        (lambda w, r, s: allowed(w, r, s, r[w == 0] - 12).max(), "by 0.97"),
        (lambda w, r, s: w[(np.abs(r / r[w == 0] - 1) < 0.03) & (s >= 99)].max(), "costs nothing"),
        (lambda w, r, s: allowed(w, r, s, 0.97 * r.max()).max(), "not with the best one"),
        (lambda w, r, s: allowed(w, r, s, 0.97 * r[w == 0])[-1], "order of the table"),
        (lambda w, r, s: allowed(w, r, s, 0.97 * r[w == 0]).min(), "*largest*"),
        (lambda w, r, s: 2, "not in the table"),
        (lambda w, r, s: w, "one finite number"),
    ],
)
def test_each_mistake_with_the_choice_gets_its_own_hint(answer, hint):
    verdict = check("04-b", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


def task(q):
    return 0.5 + 0.5 * q.height - 10 * q.limit_touched


def change(q):
    return q.action - q.previous_action


@pytest.mark.parametrize(
    "reward",
    [
        lambda q: task(q) - 0.1 * change(q) ** 2,
        lambda q: task(q) - 0.1 * np.abs(change(q)),
        lambda q: task(q) - 0.1 * (q.action * q.previous_action < 0),
        lambda q: task(q) - 0.1 * np.maximum(np.abs(change(q)) - 0.2, 0),
        lambda q: task(q) * np.exp(-(change(q) ** 2)),
        lambda q: task(q) - 0.05 * change(q) ** 2 - 0.05 * q.action**2,
    ],
)
def test_rewards_that_ask_for_smoothness_pass(reward):
    verdict = check("04-c", reward)
    assert verdict.passed, verdict.message
    assert "earns" in verdict.message


@pytest.mark.parametrize(
    ("reward", "hint"),
    [
        (lambda q: task(q), "change is q.action minus q.previous_action"),
        (lambda q: task(q) - 0.1 * q.action**2, "size of a command"),
        (lambda q: task(q) + 0.1 * change(q) ** 2, "needs a minus"),
        (lambda q: task(q) - 0.1 * change(q), "np.abs"),
        (lambda q: task(q) - 1e-4 * change(q) ** 2, "Raise the weight"),
        (lambda q: -0.1 * change(q) ** 2, "what for?"),
        (lambda q: task(q) - 20 * change(q) ** 2, "does nothing"),
        (lambda q: q.height - 0.1 * change(q) ** 2, "Running into the limit"),
        (lambda q: task(q) - 0.1 * q.speed, "the quantities are"),
        (lambda q: 1.0 if q.height > 0 else 0.0, "np.where"),
        (7, "not a function"),
    ],
)
def test_each_mistake_with_the_reward_gets_its_own_hint(reward, hint):
    verdict = check("04-c", reward)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


@pytest.mark.parametrize("name", ["04-a", "04-b", "04-c"])
def test_a_stub_is_not_done_yet(name):
    def stub(*arguments):
        raise NotImplementedError("not done yet")

    assert check(name, stub).status == "not done yet"
