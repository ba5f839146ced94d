import math

import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.checks_07 import EXPECTED
from furutalib.lessons.exercises import check
from furutalib.lessons.patients import LETTERS, SUSPECTS, fault_of
from furutalib.machine.ls7366r import decode_count

# ------------------------------------------------------------------------ 07-a, a count from bytes


def by_hand(sent):
    value = sum(byte << 8 * place for place, byte in enumerate(reversed(sent[1:])))
    return value - 2**32 if value >= 2**31 else value


@pytest.mark.parametrize("answer", [by_hand, lambda sent: decode_count(sent[1:])])
def test_a_count_from_bytes_passes(answer):
    assert check("07-a", answer).passed


def sign_and_magnitude(sent):
    value = int.from_bytes(sent[1:], "big")
    return 2**31 - value if value >= 2**31 else value


def off_by_one(sent):
    value = by_hand(sent)
    return value + 1 if value < 0 else value


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda sent: int.from_bytes(sent[1:], "big"), "more than four thousand million"),
        (lambda sent: int.from_bytes(sent, "big", signed=True), "leave it out, whatever it holds"),
        (lambda sent: int.from_bytes(sent, "big"), "the sign is not read either"),
        (lambda sent: int.from_bytes(sent[1:], "little", signed=True), "the wrong way round: this"),
        (lambda sent: int.from_bytes(sent[1:], "little"), "the highest comes first"),
        (lambda sent: int.from_bytes(sent[:4], "big", signed=True), "the first four bytes"),
        (sign_and_magnitude, "minus sign before the rest"),
        (off_by_one, "one too high"),
        (lambda sent: int.from_bytes(sent[3:], "big", signed=True), "the last two bytes"),
        (lambda sent: float(by_hand(sent)), "a whole number (int)"),
        (lambda sent: sent[1:] == b"", "a whole number (int)"),
        (lambda sent: 300, "00 00 01 00 00 are the count 65536; yours is 300"),
        (lambda sent: None, "gives nothing back"),
    ],
)
def test_each_misreading_gets_its_own_hint(answer, hint):
    verdict = check("07-a", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


# ------------------------------------------------------------------------------ 07-b, the patients

RIGHT = {letter: fault_of(letter) for letter in LETTERS}


def test_the_right_diagnosis_passes():
    verdict = check("07-b", lambda: dict(RIGHT))
    assert verdict.passed
    assert "All six" in verdict.message


def test_every_suspect_is_drawn_once_and_not_in_the_order_of_the_list():
    assert sorted(RIGHT.values()) == sorted(SUSPECTS)
    assert list(RIGHT.values()) != list(SUSPECTS)
    assert set(EXPECTED) == set(SUSPECTS)


def test_there_are_no_other_patients():
    for name in ("G", "", "AB"):
        with pytest.raises(ConfigurationError, match="no patient"):
            fault_of(name)


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("said", SUSPECTS)
def test_a_wrong_name_is_answered_with_what_that_fault_would_show(letter, said):
    verdict = check("07-b", lambda: {**RIGHT, letter: said})
    if RIGHT[letter] == said:
        assert verdict.passed
        return
    assert verdict.status == "not right yet"
    assert "5 of 6 are right" in verdict.message
    assert f"Patient {letter}" in verdict.message
    assert EXPECTED[said] in verdict.message
    assert RIGHT[letter] not in verdict.message.replace(said, "")


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda: list(RIGHT.values()), "a dict from letters"),
        (lambda: {k: v for k, v in RIGHT.items() if k != "C"}, "Patient C is missing"),
        (lambda: {**RIGHT, "B": "tired"}, "'tired' is not among the suspects"),
    ],
)
def test_a_diagnosis_of_another_form_is_explained(answer, hint):
    verdict = check("07-b", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


# ------------------------------------------------------------------------------- 07-c, the old bugs


def angle(alpha):
    return (alpha + math.pi) % (2 * math.pi) - math.pi


def cost(alpha, speed, command):
    return angle(alpha - math.pi) ** 2 + 0.1 * speed**2 + 0.01 * command**2


def begin(robot, speed_filter):
    reading = robot.reset()
    speed_filter.reset(reading.pendulum_angle_rad)
    return reading, 0.0


def another_begin(robot, speed_filter):
    reading = robot.reset()
    speed_filter.reset(reading.pendulum_angle_rad)
    return reading, speed_filter.update(reading.pendulum_angle_rad)


@pytest.mark.parametrize("start", [begin, another_begin])
def test_the_repaired_functions_pass(start):
    assert check("07-c", (angle, cost, start)).passed


def refused(*answer):
    verdict = check("07-c", answer)
    assert verdict.status == "not right yet"
    return verdict.message


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda a: a % 2 * math.pi, "the old line"),
        (lambda a: a % (2 * math.pi), "where it begins"),
        (lambda a: a % math.pi, "a turn is 2π"),
        (lambda a: a % 360, "% 360 is for degrees"),
        (lambda a: (a + math.pi) % (2 * math.pi), "not back after"),
        (lambda a: a, "nothing is wrapped"),
        (lambda a: math.remainder(a, math.pi), "from −π to π, is"),
        (lambda a: math.nan, "one finite number"),
    ],
)
def test_each_mistake_with_the_angle_gets_its_own_hint(answer, hint):
    message = refused(answer, cost, begin)
    assert message.startswith("angle")
    assert hint in message


def split(alpha, speed, command):
    return cost(alpha, speed, 0.0)


def hanging(alpha, speed, command):
    return cost(alpha + math.pi, speed, command)


def unwrapped(alpha, speed, command):
    return (alpha - math.pi) ** 2 + cost(math.pi, speed, command)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (split, "its value goes nowhere"),
        (hanging, "Upright is at π."),
        (lambda a, s, c: hanging(a, s, 0.0), "still missing"),
        (unwrapped, "not wrapped"),
        (lambda a, s, c: cost(a, s, 0.0) - 0.01 * c**2, "taken off"),
        (lambda a, s, c: 2 * cost(a, s, c), "yours is"),
        (lambda a, s, c: [cost(a, s, c)], "one finite number"),
    ],
)
def test_each_mistake_with_the_cost_gets_its_own_hint(answer, hint):
    message = refused(angle, answer, begin)
    assert message.startswith("cost")
    assert hint in message


def never(robot, speed_filter):
    return robot, 0.0


def stepping(robot, speed_filter):
    robot.reset()
    reading = robot.step(0.0)
    return reading, speed_filter.update(reading.pendulum_angle_rad)


def stale(robot, speed_filter):
    return robot.reset(), 0.0


def updated(robot, speed_filter):
    reading = robot.reset()
    return reading, speed_filter.update(reading.pendulum_angle_rad)


def zeroed(robot, speed_filter):
    speed_filter.reset(0.0)
    return robot.reset(), 0.0


def made_up_speed(robot, speed_filter):
    return begin(robot, speed_filter)[0], 3.0


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (never, "nobody reset"),
        (stepping, "it still steps"),
        (stale, "the angle of the last episode"),
        (updated, "the angle of the last episode"),
        (zeroed, "at 0 instead of"),
        (made_up_speed, "has the speed 0"),
        (lambda robot, f: begin(robot, f)[0], "as a pair"),
        (lambda robot, f: (begin(robot, f)[0]._replace(pendulum_angle_rad=9.0), 0.0), "the first"),
        (lambda robot, f: begin(robot, f)[::-1], "the first"),
    ],
)
def test_each_mistake_with_the_beginning_gets_its_own_hint(answer, hint):
    message = refused(angle, cost, answer)
    assert message.startswith("begin")
    assert hint in message


@pytest.mark.parametrize("answer", [angle, (angle, cost), [angle, cost, begin]])
def test_all_three_are_handed_over(answer):
    verdict = check("07-c", answer)
    assert verdict.status == "not right yet"
    assert "(angle, cost, begin)" in verdict.message


def stub(*arguments):
    raise NotImplementedError("not done yet")


@pytest.mark.parametrize(
    ("name", "answer"), [("07-a", stub), ("07-b", stub), ("07-c", (stub, stub, stub))]
)
def test_a_stub_is_not_done_yet(name, answer):
    assert check(name, answer).status == "not done yet"
