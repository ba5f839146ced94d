"""Refusing a reward function that would spoil a training, in words that help to mend it."""

from typing import Any

import numpy as np

from furutalib.facts.errors import RewardError
from furutalib.learning.rewards import Quantities, RewardFunction

_ROWS = 3
# One column per pendulum: near the top, hanging, spinning against a limit.
_SAMPLE = Quantities(
    arm_angle_rad=np.array([0.1, -0.4, 2.6]),
    pendulum_angle_rad=np.array([3.0, 0.2, -8.0]),
    from_upright_rad=np.array([3.0 - np.pi, 0.2 - np.pi, 3.0 * np.pi - 8.0]),
    height=-np.cos(np.array([3.0, 0.2, -8.0])),
    arm_speed_rad_s=np.array([-0.5, 2.0, 61.0]),
    pendulum_speed_rad_s=np.array([0.3, -4.0, 20.0]),
    action=np.array([0.25, -1.0, 0.75]),
    previous_action=np.array([0.2, 1.0, 0.5]),
    limit_touched=np.array([False, False, True]),
)


def check_reward(reward: RewardFunction) -> None:
    """Call a reward function on samples: for one pendulum, and for several at once.

    Raises:
        RewardError: it raises, returns something that is not a finite number per pendulum, or
            gives other values for several pendulums than for each alone.
    """
    alone = [_for_one(reward, row) for row in range(_ROWS)]
    together = np.asarray(_call(reward, _SAMPLE, f"arrays of shape ({_ROWS},)"))
    if together.dtype.kind not in "fiub" or together.shape not in ((), (_ROWS,)):
        raise RewardError(
            f"reward {name_of(reward)} returned {_described(together)} for {_ROWS} pendulums; it "
            f"must return an array of shape ({_ROWS},), one number per pendulum: calculate with "
            "the quantities directly (q.height - 0.1 * q.action**2), not with lists or sums"
        )
    if not np.allclose(together, alone, rtol=1e-6, atol=1e-9):
        raise RewardError(
            f"reward {name_of(reward)} returned {together} for {_ROWS} pendulums at once but "
            f"{np.array(alone)} for each alone; it must treat every pendulum by itself: avoid "
            "np.sum, np.mean, np.max and the like, and a memory between calls"
        )


def broken_reward(reward: RewardFunction, value: Any, q: Quantities) -> RewardError:
    """The error for a reward that is not a finite number during an episode."""
    named = ", ".join(f"{name}={part}" for name, part in q._asdict().items())
    return RewardError(
        f"reward {name_of(reward)} returned {value} for {named}; it must be a finite number: "
        "look for a division by zero, a root or a logarithm of a negative number, or an overflow"
    )


def name_of(reward: RewardFunction) -> str:
    """What a learner knows the function by."""
    return f"{getattr(reward, '__name__', repr(reward))}()"


def _for_one(reward: RewardFunction, row: int) -> float:
    q = Quantities(*(column[row].item() for column in _SAMPLE))
    value = _call(reward, q, "one pendulum")
    number = np.asarray(value)
    if number.shape != () or number.dtype.kind not in "fiub":
        raise RewardError(
            f"reward {name_of(reward)} returned {_described(number)} for one pendulum; "
            "it must return a number (is a `return` missing?)"
        )
    if not np.isfinite(number):
        raise broken_reward(reward, value, q)
    return float(number)


def _call(reward: RewardFunction, q: Quantities, what: str) -> Any:
    try:
        return reward(q)
    except Exception as error:
        raise RewardError(
            f"reward {name_of(reward)} failed for {what}: {type(error).__name__}: {error}; "
            f"{_remedy(error)}"
        ) from error


def _remedy(error: Exception) -> str:
    text = str(error)
    if "ambiguous" in text:
        return "use np.where(condition, a, b) instead of if, and np.minimum instead of min"
    if isinstance(error, TypeError) and ("scalar" in text or "0-dimensional" in text):
        return "use np.cos, np.exp... instead of math.cos, math.exp"
    if isinstance(error, AttributeError):
        return f"the quantities are {', '.join(Quantities._fields)}"
    return "it must work with numbers and with arrays of shape (n,)"


def _described(value: np.ndarray[Any, Any]) -> str:
    if value.dtype.kind in "fiub" and value.shape:
        return f"an array of shape {value.shape}"
    return repr(value.item()) if value.shape == () else f"{value.tolist()!r}"
