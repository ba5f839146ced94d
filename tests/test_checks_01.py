import numpy as np
import pytest

from furutalib.lessons.cartpole import hand_rule, linear_rule
from furutalib.lessons.exercises import check


def right(rewards, discount):
    total = 0.0
    for reward in reversed(rewards):
        total = reward + discount * total
    return total


def powers(rewards, discount):
    return sum(discount**k * reward for k, reward in enumerate(rewards))


@pytest.mark.parametrize("answer", [right, powers])
def test_a_right_return_passes(answer):
    assert check("01-a", answer).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda r, g: sum(r), "only added up"),
        (lambda r, g: g * right(r, g), "counts in full: its factor is 1"),
        (lambda r, g: right(r[::-1], g), "as if time ran backwards"),
        (lambda r, g: sum(g * k * x for k, x in enumerate(r)), "exponent of the discount"),
        (lambda r, g: right(r, g) / max(1, len(r)), "do not divide by the number"),
        (lambda r, g: sum(r) / max(1, len(r)), "the mean reward"),
        (lambda r, g: r[0] + g * sum(r[1:]), "count the same"),
        (lambda r, g: sum(x / g**k for k, x in enumerate(r)), "Later rewards grow"),
        (lambda r, g: r[0], "inside the loop"),
        (lambda r, g: [g**k * x for k, x in enumerate(r)], "several"),
        (lambda r, g: right(r, g) + 1, "yours is 5.75"),
        (lambda r, g: right(r[:3], g), "not for fifty"),
        (lambda r, g: right(r, g) if r else 1.0, "the return is 0"),
        (lambda r, g: None, "gives nothing back"),
    ],
)
def test_each_mistake_with_a_return_gets_its_own_hint(answer, hint):
    verdict = check("01-a", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


@pytest.mark.parametrize(
    "answer", [hand_rule, linear_rule([0, 0, 1, 0.2]), lambda o: o[2] + 0.5 * o[3] > 0]
)
def test_a_rule_that_holds_the_pole_passes(answer):
    assert check("01-b", answer).passed


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda o: 1.0 if o[2] > 0 else -1.0, "An action is 0"),
        (lambda o: o, "An action is 0"),
        (lambda o: int(o[2] < 0), "Move the cart under the pole"),
        (lambda o: int(o[2] - o[3] > 0), "Move the cart under the pole"),
        (lambda o: int(o[0] > 0), "looks at the cart"),
        (lambda o: int(o[1] < 0), "looks at the cart"),
        (lambda o: 1, "same way"),
        (lambda o: int(o[2] > 5), "radians"),
        (lambda o: int(o[2] > 0), "sees the angle only"),
        (lambda o: int(o[3] > 0), "sees the speed of the pole only"),
        (lambda o: int(o[2] + 0.001 * o[3] > 0), "change how much each counts"),
    ],
)
def test_each_mistake_with_a_rule_gets_its_own_hint(answer, hint):
    verdict = check("01-b", answer)
    assert verdict.status == "not right yet"
    assert hint in verdict.message


@pytest.mark.parametrize("name", ["01-a", "01-b"])
def test_a_stub_is_not_done_yet(name):
    def stub(*arguments):
        raise NotImplementedError("not done yet")

    assert check(name, stub).status == "not done yet"


def test_the_rule_is_asked_with_float32_like_gymnasium_does():
    seen = []
    check("01-b", lambda o: seen.append(o.dtype) or 1)
    assert set(seen) == {np.dtype(np.float32)}
