"""The checks of lesson 10: right answers pass, each usual mistake gets its own hint."""

import math
from contextlib import suppress

import numpy as np
import pytest

from furutalib.lessons.exercises import check
from furutalib.machine.episode import episode

# ------------------------------------------------------------------- 10-b, the network by hand


def forward(observation, weights, biases):
    values = observation
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        values = np.tanh(values @ weight + bias)
    return np.clip(values @ weights[-1] + biases[-1], -1, 1)


def bent(bend, end, bias=1.0, bend_last=False):
    def answer(observation, weights, biases):
        values = observation
        for number, (weight, offset) in enumerate(zip(weights, biases, strict=True)):
            values = values @ weight + bias * offset
            if bend_last or number < len(weights) - 1:
                values = bend(values)
        return end(values)

    return answer


def cut(values):
    return np.clip(values, -1, 1)


def same(values):
    return values


@pytest.mark.parametrize("answer", [forward, lambda *given: forward(*given).item()])
def test_the_network_by_hand_passes(answer):
    verdict = check("10-b", answer)
    assert verdict.passed
    assert "To the last digit" in verdict.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (bent(np.tanh, cut, bend_last=True), "There is a tanh after the last layer"),
        (bent(np.tanh, same), "can lie beyond ±1"),
        (bent(np.tanh, cut, bias=0.0), "The biases are missing: values"),
        (bent(np.tanh, same, bias=0.0), "and so is the cut"),
        (bent(same, cut), "Nothing is bent"),
        (bent(lambda values: np.maximum(values, 0), cut), "not with relu"),
        (bent(np.tanh, np.tanh), "squash is clip"),
        (lambda observation, weights, biases: 0.0, "yours is +0.0000"),
        (lambda observation, weights, biases: observation @ weights[0], "has the shape (16,)"),
        (lambda *_: "0.5", "One action is one number"),
        (lambda *_: None, "gives nothing back"),
    ],
)
def test_a_wrong_forward_pass_gets_its_hint(answer, hint):
    verdict = check("10-b", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


# ------------------------------------------------------------------- 10-c, an episode that ends


def fly(robot, pilot, periods):
    try:
        pilot.begin(robot.reset())
        period = 0
        while period < periods:
            period += 1
            if pilot.see(robot.step(pilot.command())).limit_touched:
                break
        return period
    finally:
        robot.off()


def fly_in_an_episode(robot, pilot, periods):
    with episode(robot, real_time=False) as (first, _):
        pilot.begin(first)
        for period in range(1, periods + 1):
            if pilot.see(robot.step(pilot.command())).limit_touched:
                return period
    return periods


@pytest.mark.parametrize("answer", [fly, fly_in_an_episode])
def test_an_episode_that_ends_well_passes(answer):
    assert check("10-c", answer).passed


def loop(robot, pilot, periods, look=True, limit=True, begin=True):
    first = robot.reset()
    if begin:
        pilot.begin(first)
    period = 0
    while period < periods:
        period += 1
        reading = robot.step(pilot.command())
        if look and pilot.see(reading).limit_touched and limit:
            break
    return period


def off_after(robot, *given, **options):
    period = loop(robot, *given, **options)
    robot.off()
    return period


def off_after_an_error(robot, *given):
    try:
        return off_after(robot, *given)
    except Exception:
        robot.off()
        raise


def swallowing(robot, pilot, periods):
    period = 0
    with suppress(Exception):
        period = loop(robot, pilot, periods)
    robot.off()
    return period


def off_first(robot, pilot, periods):
    pilot.begin(robot.reset())
    robot.off()
    robot.step(pilot.command())


def forever_on_at_limits(robot, pilot, periods):
    period = loop(robot, pilot, periods)
    if period == periods:
        robot.off()
    return period


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda robot, pilot, periods: periods, "yours has 0"),
        (lambda *given: off_after(*given, begin=False), "has to see the first reading"),
        (lambda *given: off_after(*given, look=False), "without having seen"),
        (lambda robot, pilot, n: off_after(robot, pilot, n + 1), "was stepped 21 times"),
        (loop, "the motor is still on"),
        (lambda *given: off_after(*given) and "done", "how many periods were driven"),
        (lambda *given: off_after(*given, limit=False), "drove on for 15 more"),
        (forever_on_at_limits, "At a limit the loop ends, and the motor stays on"),
        (off_after, "An error in a step, and the motor stays on"),
        (off_after_an_error, "A Ctrl-C in a step, and the motor stays on"),
        (swallowing, "An error in a step is swallowed"),
        (off_first, "A step after the motor was switched off"),
    ],
)
def test_an_episode_that_ends_badly_gets_its_hint(answer, hint):
    verdict = check("10-c", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


# ------------------------------------------------------------------------- 10-a, honest figures


def summary(rows, middle=np.median, worst=max, failed=None):
    if len({row["kind"] for row in rows}) != 1:
        raise ValueError("emulated and real must not be added up")
    times = [
        row["swing_up_s"] if row["upright"] else failed
        for row in rows
        if row["upright"] or failed is not None
    ]
    return {
        "kind": rows[0]["kind"],
        "n": len(rows),
        "successes": sum(row["upright"] for row in rows),
        "median_s": float(middle(times)) if times else math.nan,
        "worst_s": worst(times) if times else math.nan,
    }


def test_honest_figures_pass():
    assert check("10-a", summary).passed


def unmixed(rows):
    return summary([{**row, "kind": rows[0]["kind"]} for row in rows])


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda rows: [], "a dict, not a list"),
        (lambda rows: {"n": 7}, "Missing: kind, successes, median_s, worst_s"),
        (lambda rows: {**summary(rows), "n": 5}, "n is 7"),
        (lambda rows: {**summary(rows), "kind": "real"}, "The kind is 'emulated'"),
        (lambda rows: {**summary(rows), "successes": 7}, "you count 7"),
        (lambda rows: summary(rows, failed=math.nan), "one nan makes nan of everything"),
        (lambda rows: summary(rows, middle=np.mean), "That is the mean"),
        (lambda rows: summary(rows, failed=0.0), "count as 0 s"),
        (lambda rows: {**summary(rows), "median_s": 2.0}, "yours is 2.0"),
        (lambda rows: summary(rows, worst=min), "the longest, not the shortest"),
        (lambda rows: {**summary(rows), "worst_s": 1.4}, "3.2 s; yours is 1.4"),
        (
            lambda rows: {**summary(rows), "worst_s": 3.2, "median_s": 1.0},
            "there is no swing-up time",
        ),
        (unmixed, "One emulated and one real episode"),
    ],
)
def test_figures_that_flatter_get_their_hint(answer, hint):
    verdict = check("10-a", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


@pytest.mark.parametrize("name", ["10-b", "10-c", "10-a"])
def test_a_stub_is_not_done_yet(name):
    def stub(*_):
        raise NotImplementedError

    assert check(name, stub).status == "not done yet"
