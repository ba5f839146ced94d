"""The checks of lesson 01: the discounted return and a hand-written rule."""

from typing import Any

import numpy as np

from furutalib.lessons.cartpole import steps_held
from furutalib.lessons.exercises import Wrong, call, exercise

_REWARDS = (2.0, 3.0, 5.0)
_DISCOUNT = 0.5
_RIGHT = 2.0 + 0.5 * 3.0 + 0.25 * 5.0

# What each usual mistake makes of these three rewards: all different, so that each is recognised.
_MISTAKES = {
    2.0 + 3.0 + 5.0: "The rewards are only added up: the discount does not come in.",
    0.5 * _RIGHT: "The first reward is discounted already. It counts in full: its factor is 1.",
    5.0 + 0.5 * 3.0 + 0.25 * 2.0: "The last reward counts most, as if time ran backwards. "
    "The first one counts in full.",
    0.5 * 1 * 3.0 + 0.5 * 2 * 5.0: "The factor grows with the number of steps to wait. That number "
    "is the exponent of the discount, not a factor beside it.",
    _RIGHT / 3: "That is a mean. A return is a sum: do not divide by the number of rewards.",
    (2.0 + 3.0 + 5.0) / 3: "That is the mean reward. A return is a sum, with a discount.",
    2.0 + 0.5 * (3.0 + 5.0): "All later rewards count the same. The discount applies once more "
    "for every step to wait.",
    2.0 + 3.0 / 0.5 + 5.0 / 0.25: "Later rewards grow. Multiply by the discount for every step "
    "to wait; do not divide.",
    2.0: "Only the first reward arrives. Is the return inside the loop?",
}

_ASKED_STEPS = 400

_AWAY = (
    "A pole that falls to the right gets a push to the left, and falls faster. Move the cart under "
    "the pole: falls right, push right (1)."
)
_CART_ONLY = (
    "Your rule looks at the cart, not at the pole. The four numbers are: cart position, cart "
    "speed, pole angle, pole speed; Python counts them from 0."
)
_BLIND = (
    "Your rule pushes the same way for a pole leaning left and one leaning right. Angles are in "
    "radians: the episode ends at 0.21, so a limit of several degrees written as a plain number "
    "is never reached."
)
_ANGLE_ONLY = (
    "Your rule sees the angle only, so it pushes until the pole is through the middle, and "
    "overshoots. Let the speed of the pole count too."
)
_SPEED_ONLY = (
    "Your rule sees the speed of the pole only, so a slow lean is never put right. "
    "Let the angle count too."
)
_BALANCE = "Angle and speed both count already: change how much each counts."


@exercise("01-a")
def discounted_return(answer: Any) -> None:
    """Compare with a case that tells the usual mistakes apart, then with special cases."""
    got = call(answer, list(_REWARDS), _DISCOUNT)
    if np.ndim(got) != 0:
        raise Wrong("The return is one number, but your function gives several: add them up.")
    for wrong_value, hint in _MISTAKES.items():
        if _close(got, wrong_value):
            raise Wrong(hint)
    if not _close(got, _RIGHT):
        raise Wrong(
            f"For the rewards {list(_REWARDS)} and the discount {_DISCOUNT} the return is "
            f"2 + 0.5 · 3 + 0.25 · 5 = {_RIGHT}; yours is {float(got):.6g}."
        )
    if not _close(call(answer, [1.0] * 50, 0.9), (1 - 0.9**50) / (1 - 0.9)):
        raise Wrong("Right for three rewards, but not for fifty: does it go through all of them?")
    if not _close(call(answer, [], 0.9), 0.0):
        raise Wrong("Without any reward the return is 0.")


@exercise("01-b")
def hand_rule(answer: Any) -> None:
    """Ask the rule about a few states, then let it play."""
    _check_actions(answer)
    by_angle = _push(answer, angle=0.1) - _push(answer, angle=-0.1)
    by_speed = _push(answer, angle_speed=0.5) - _push(answer, angle_speed=-0.5)
    if by_angle < 0 or by_speed < 0:
        raise Wrong(_AWAY)
    if by_angle == by_speed == 0:
        raise Wrong(_CART_ONLY if _sees_cart(answer) else _BLIND)
    held = steps_held(answer).mean()
    if held < _ASKED_STEPS:
        hint = _ANGLE_ONLY if by_speed == 0 else _SPEED_ONLY if by_angle == 0 else _BALANCE
        raise Wrong(
            f"The pole stays up for {held:.0f} steps on average, not {_ASKED_STEPS}. {hint}"
        )


def _check_actions(answer: Any) -> None:
    for angle in (-0.1, 0.1):
        action = call(answer, _state(angle=angle))
        if np.ndim(action) != 0 or action not in (0, 1):
            raise Wrong(f"An action is 0 (push left) or 1 (push right); your rule gave {action!r}.")


def _sees_cart(answer: Any) -> bool:
    by_position = _push(answer, position=1.0) != _push(answer, position=-1.0)
    return by_position or _push(answer, speed=1.0) != _push(answer, speed=-1.0)


def _push(answer: Any, **state: float) -> int:
    return int(call(answer, _state(**state)))


def _state(
    position: float = 0.0, speed: float = 0.0, angle: float = 0.0, angle_speed: float = 0.0
) -> np.ndarray[Any, np.dtype[np.float32]]:
    return np.array([position, speed, angle, angle_speed], dtype=np.float32)


def _close(got: Any, wanted: float) -> bool:
    return bool(abs(float(got) - wanted) < 1e-6)
