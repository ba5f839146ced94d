import contextlib

import pytest

from furutalib.lessons.checks_09 import ESTIMATES, PRIOR
from furutalib.lessons.exercises import check

# ------------------------------------------------------------------- 09-a, how long does it take?


def plan(steps, rate_hz, episodes, reset_s, update_s):
    moving = steps / rate_hz / 60
    return moving, moving + (episodes * reset_s + steps * update_s) / 60


def test_both_answers_in_minutes_pass():
    assert check("09-a", plan).passed
    assert check("09-a", lambda *p: list(plan(*p))).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda s, r, n, a, b: (s / r, 1.0), "moving: That is seconds"),
        (lambda s, r, n, a, b: (s * r / 60, 1.0), "Steps times the rate"),
        (lambda s, r, n, a, b: (s / 60, 1.0), "the rate has to come in"),
        (lambda s, r, n, a, b: (s / r / 3600, 1.0), "That is hours"),
        (lambda s, r, n, a, b: (s / r / 60 + n * a / 60, 1.0), "Resets are no steps"),
        (lambda s, r, n, a, b: (7.0, 1.0), "take 10.0 minutes; yours: 7"),
        (lambda s, r, n, a, b: (s / r / 60, s / r / 60 + n * a / 60), "The updates are missing"),
        (lambda s, r, n, a, b: (s / r / 60, s / r / 60 + s * b / 60), "The resets are missing"),
        (lambda s, r, n, a, b: (s / r / 60, s / r / 60 + n * (a + b) / 60), "for each step, not"),
        (lambda s, r, n, a, b: (s / r / 60, (n * a + s * b) / 60), "leaves out the motion"),
        (lambda s, r, n, a, b: (s / r / 60, s / r / 60 + n * a + s * b), "are in seconds here"),
        (lambda s, r, n, a, b: (s / r / 60, s / r / 60 + s * (a + b) / 60), "An episode has one"),
        (lambda s, r, n, a, b: (s / r / 60, 3.0), "in all"),
        (lambda s, r, n, a, b: s / r / 60, "Give back two numbers"),
        (lambda s, r, n, a, b: ("ten", 3.0), "that is a number"),
    ],
)
def test_each_mistake_about_time_gets_its_own_hint(answer, hint):
    verdict = check("09-a", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


# ------------------------------------------------------------------------------ 09-b, a safe round


def safe(robot, agent, disk):
    try:
        seen, done = robot.reset(), False
        while not done:
            seen, reward, done = robot.step(agent.act(seen))
            agent.remember(seen, reward)
    finally:
        robot.off()
    agent.update()
    disk.save(agent.everything())


def drive(robot, agent):
    seen, done = robot.reset(), False
    while not done:
        seen, reward, done = robot.step(agent.act(seen))
        agent.remember(seen, reward)


def after_driving(*deeds):
    """A round that drives, and then does these things in order; off only if nothing is raised."""

    def one_round(robot, agent, disk):
        do = {
            "off": robot.off,
            "update": agent.update,
            "save": lambda: disk.save(agent.everything()),
            "save network": lambda: disk.save(agent.network),
            "save something": lambda: disk.save("something"),
        }
        drive(robot, agent)
        for deed in deeds:
            do[deed]()

    return one_round


def learns_while_driving(robot, agent, disk):
    seen, done = robot.reset(), False
    while not done:
        seen, reward, done = robot.step(agent.act(seen))
        agent.remember(seen, reward)
        agent.update()
    robot.off()


def forgets_a_step(robot, agent, disk):
    seen, done = robot.reset(), False
    while not done:
        seen, reward, done = robot.step(agent.act(seen))
    agent.remember(seen, reward)


def one_step(robot, agent, disk):
    robot.step(agent.act(robot.reset()))


def swallows(robot, agent, disk):
    with contextlib.suppress(RuntimeError):
        safe(robot, agent, disk)


@pytest.mark.parametrize("answer", [safe])
def test_a_safe_round_passes(answer):
    assert check("09-b", answer).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (learns_while_driving, "runs while the motor is on"),
        (after_driving("off", "save"), "It never learns"),
        (after_driving("update", "save"), "the motor is still on"),
        (after_driving("update", "off", "save"), "runs while the motor is on"),
        (after_driving("off", "update", "save"), "belongs into `finally:`"),
        (swallows, "The trip is swallowed"),
        (after_driving("off", "update", "save network"), "Without the replay buffer"),
        (after_driving("off", "update"), "Nothing is saved"),
        (after_driving("off", "update", "save something"), "it should be agent.everything()"),
        (after_driving("save", "off", "update"), "disk.save() runs while the motor is on"),
        (after_driving("off", "save", "update"), "saved before the update"),
        (one_step, "until done; you took 1"),
        (forgets_a_step, "4 steps were driven and 1 remembered"),
        (lambda robot, agent, disk: None, "begins with one reset, yours has 0"),
        (7, "without brackets"),
    ],
)
def test_each_danger_gets_its_own_hint(answer, hint):
    verdict = check("09-b", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


# -------------------------------------------------------------------------- 09-c, how wide a range


def right(estimates, prior):
    widths = dict(prior)
    for name, (_, value, half) in estimates.items():
        if half / value <= 0.5:
            widths[name] = max(0.05, half / value)
    return widths


def test_the_rules_pass():
    assert check("09-c", right).passed


def each(rule):
    """All ranges by one rule of (described, value, half), and the prior of the others."""
    return lambda estimates, prior: prior | {n: rule(*seen) for n, seen in estimates.items()}


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (each(lambda d, v, h: h), "half-width in units"),
        (each(lambda d, v, h: h / d), "not what was described"),
        (each(lambda d, v, h: 2 * h / v), "the whole interval"),
        (each(lambda d, v, h: abs(v / d - 1)), "how far the description was off"),
        (each(lambda d, v, h: 0.05), "its interval is wider than that"),
        (lambda e, prior: prior, "may be narrower than the prior"),
        (each(lambda d, v, h: h / v), "trusts the model of a motor more"),
        (each(lambda d, v, h: max(0.05, h / v)), "keep the prior range"),
        (each(lambda d, v, h: min(0.5, max(0.05, h / v))), "not a half"),
        (lambda e, p: dict.fromkeys(e, 0.1), "it was not identified at all"),
        (lambda e, p: {n: p[n] for n in p if n not in e}, "motor.resistance_ohm is missing"),
        (lambda e, p: right(e, p) | {"motor.colour": 0.1}, "in neither of the two"),
        (lambda e, p: right(e, p) | {"motor.backlash_rad": 0.2}, "is 0.7; yours is 0.2"),
        (lambda e, p: list(p), "Give back a dict"),
    ],
)
def test_each_mistake_about_ranges_gets_its_own_hint(answer, hint):
    verdict = check("09-c", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


def test_the_cases_of_the_exercise_are_all_there():
    shares = [half / value for _, value, half in ESTIMATES.values()]
    assert min(shares) < 0.05 < max(shares)
    assert max(shares) > 0.5
    assert set(PRIOR) > set(ESTIMATES)
