import math

import pytest

from furutalib.lessons.exercises import check


@pytest.mark.parametrize(
    "answer",
    [
        lambda a: 180 - abs(math.degrees(a)),
        lambda a: abs(math.degrees(math.pi - abs(a))),
    ],
)
def test_a_right_answer_passes(answer):
    assert check("00-a", answer).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda a: math.pi - abs(a), "in radians"),
        (lambda a: abs(math.degrees(a)), "from hanging down"),
        (lambda a: abs(math.degrees(a)) - 180, "never negative"),
        (lambda a: 180 - math.degrees(a), "use it on the angle"),
        (lambda a: 90 - abs(math.degrees(a)), "yours gives 90 and -90"),
        (lambda a: 180 * math.cos(a / 2) ** 2 + (a == math.pi / 2) + (a == -math.pi / 2) * 0, "91"),
        (lambda a: None, "gives nothing back"),
    ],
)
def test_each_mistake_gets_its_own_hint(answer, hint):
    verdict = check("00-a", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message
