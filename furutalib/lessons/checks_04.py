"""The checks of lesson 04: measure C, choose a weight, a reward that asks for smoothness."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import RewardError
from furutalib.facts.robot import load_robot
from furutalib.learning.controllers import EnergyLQR
from furutalib.learning.policy import Policy
from furutalib.learning.reward_check import check_reward
from furutalib.learning.rewards import RewardFunction
from furutalib.learning.rollout import Rollout, collect
from furutalib.learning.starts import draw_starts
from furutalib.lessons.exercises import Wrong, call, exercise
from furutalib.lessons.reward_arithmetic import returns
from furutalib.lessons.scripted import Replay
from furutalib.maths.smoothness import continuity_measure

Floats = NDArray[np.float64]

# Commands for which every usual mistake gives another number.
_TRACE = np.array([0.2, 0.5, 0.5, -0.3, -0.9, 0.4])
_SIZE = 0.9  # of the commands that 04-c compares

# Weights, task returns and successes, and the weight to choose; in each table a usual mistake, the
# one of the hint, picks another.
_TABLES: dict[str, tuple[list[float], list[float], list[float], float]] = {
    "The largest weight does not hold the pendulum from 99 starts. Whatever it earns, it fails "
    "the task: look at the successes too.": (
        [0.0, 0.1, 0.5, 1.0],
        [386.0, 385.0, 383.0, 380.0],
        [100.0, 100.0, 99.0, 60.0],
        0.5,
    ),
    "This weight costs more than 3 % of the task return at weight 0.": (
        [0.0, 0.1, 0.5, 1.0],
        [386.0, 385.0, 370.0, 300.0],
        [100.0] * 4,
        0.1,
    ),
    "3 % of what the policy without the cost earns, not of the 400 that nobody reaches: "
    "multiply the return at weight 0 by 0.97.": (
        [0.0, 0.1, 0.5],
        [300.0, 299.0, 289.5],
        [100.0] * 3,
        0.1,
    ),
    "A weight that earns *more* than no cost at all costs nothing; it is allowed.": (
        [0.0, 0.1, 0.5],
        [350.0, 351.0, 380.0],
        [100.0] * 3,
        0.5,
    ),
    "Compare with the return at weight 0, not with the best one in the table: the question is "
    "what the cost takes away.": (
        [0.0, 0.1, 0.5, 1.0],
        [350.0, 365.0, 345.0, 300.0],
        [100.0] * 4,
        0.5,
    ),
    "Do not count on the order of the table: find the row with weight 0, and take the largest "
    "weight that is allowed, not the last one.": (
        [0.5, 1.0, 0.0, 0.1],
        [380.0, 300.0, 386.0, 385.0],
        [100.0] * 4,
        0.5,
    ),
}


@exercise("04-a")
def measure_c(answer: Any) -> str:
    """Compare with the library, and with what each usual mistake gives."""
    got = _number(answer, _TRACE)
    for hint, wrong in _c_mistakes(_TRACE).items():
        if np.isclose(got, wrong, rtol=1e-4):
            raise Wrong(hint)
    right = float(continuity_measure(_TRACE))
    if not np.isclose(got, right, rtol=1e-6):
        raise Wrong(f"For the commands {_TRACE.tolist()} C is {right:.4g}; yours is {got:.4g}.")
    noise = np.random.default_rng(0).uniform(-1.0, 1.0, 500)
    if not np.isclose(_number(answer, noise), float(continuity_measure(noise)), rtol=1e-6):
        raise Wrong("Right for one run and wrong for a longer one: does it use len(actions)?")
    return "It agrees with furutalib.maths.smoothness to the last digit that matters."


@exercise("04-b")
def largest_free_weight(answer: Any) -> str:
    """Hand over tables in which each usual mistake picks another weight."""
    for hint, (weights, task_return, successes, right) in _TABLES.items():
        got = _number(answer, np.array(weights), np.array(task_return), np.array(successes))
        if got not in weights:
            raise Wrong(f"{got:g} is not in the table: return one of the weights {weights}.")
        if got < right and got == min(weights):
            raise Wrong(f"You chose {got:g}. Among the allowed weights take the *largest*.")
        if got != right:
            raise Wrong(
                f"{hint} (Weights {weights}, returns {task_return}, successes {successes}: "
                f"you chose {got:g}.)"
            )
    return "You choose the right weight in every table we tried."


@exercise("04-c")
def my_reward(answer: Any) -> str:
    """Try the reward on samples, then on recorded runs whose commands are replaced."""
    if not callable(answer):
        call(answer)  # says that it is no function
    try:
        check_reward(answer)
    except RewardError as error:
        if isinstance(error.__cause__, NotImplementedError):
            raise error.__cause__ from None
        raise Wrong(f"{error}.") from error
    steady, jumping = (_earned(answer, _with_commands(_swing_up(), c)) for c in _two_commands())
    nothing = _earned(answer, _with_commands(_swing_up(), np.zeros(1)))
    _judge_smoothness(answer, steady, jumping, nothing)
    _judge_task(answer)
    return (
        f"A swing-up with a steady command earns {steady:.0f} points, the same motion with a "
        f"command that jumps from {_SIZE:g} to {-_SIZE:g} and back earns {jumping:.0f}."
    )


def _c_mistakes(actions: Floats) -> dict[str, float]:
    """What each usual mistake gives, under its hint."""
    change = np.diff(actions)
    squared = float(np.mean(change**2))
    return {
        "Divide each change by the range of the command, which is 2 (from −1 to 1).": 100 * squared,
        "The range comes in squared: it belongs inside the bracket.": 50 * squared,
        "C is given in hundredths: the factor 100 is missing.": squared / 4,
        "That is the mean squared change itself. Divide by the range, and mind the 100.": squared,
        "These are the absolute changes: square them.": 100 * float(np.mean(np.abs(change))) / 2,
        "You added up. C is a mean, so that runs of different length compare.": 25
        * float(np.sum(change**2)),
        "The mean is over the changes, and there is one change less than there are commands.": 25
        * float(np.sum(change**2))
        / len(actions),
        "You squared the mean change instead of averaging the squared ones; "
        "changes up and down cancel.": 25 * float(np.mean(change)) ** 2,
        "That is made of the commands themselves, not of their changes.": 25
        * float(np.mean(actions**2)),
        "Your first change is from 0 to the first command. C has only changes between "
        "commands of the run.": 25 * float(np.mean(np.diff(actions, prepend=0.0) ** 2)),
    }


def _judge_smoothness(reward: RewardFunction, steady: float, jumping: float, off: float) -> None:
    up, down = (_earned(reward, _with_commands(_swing_up(), _jump(end))) for end in (0.8, -0.8))
    level = _earned(reward, _with_commands(_swing_up(), np.zeros(2)))
    if (up - level) * (down - level) < 0:
        raise Wrong(
            "A jump upwards is charged and a jump downwards is paid (or the other way round): "
            "square the change, or take np.abs of it."
        )
    same = bool(np.isclose(jumping, steady, rtol=1e-9))
    if jumping > steady and not same:
        raise Wrong("Jumping commands earn *more* than steady ones: the penalty needs a minus.")
    if same and not np.isclose(steady, off, rtol=1e-9):
        raise Wrong(
            "Your reward charges the size of a command and not its change: a steady command and "
            "one that jumps by twice its size cost the same. Use q.previous_action too."
        )
    if same:
        raise Wrong(
            "The same motion earns the same with steady and with jumping commands. The change is "
            "q.action minus q.previous_action."
        )
    if steady - jumping < 1.0:
        raise Wrong(
            f"The right idea, but in 8 s of jumping at every step it costs {steady - jumping:.2g} "
            "points in all; no agent will notice. Raise the weight."
        )


def _judge_task(reward: RewardFunction) -> None:
    earned = {name: _earned(reward, run) for name, run in _behaviours().items()}
    stands, hangs = earned["stands"], earned["hangs"]
    free = _earned(reward, _with_commands(_swing_up(), np.zeros(1)))
    if free <= hangs:
        raise Wrong(
            f"Smooth, but what for? Standing earns {free:.0f} points even if the commands cost "
            f"nothing, hanging still {hangs:.0f}. Pay for q.height or for being near upright."
        )
    if stands <= hangs:
        raise Wrong(
            f"A motor that is off earns {hangs:.0f} points, the swing-up of the library "
            f"{stands:.0f}. The smoothest policy of all does nothing: lower your weight."
        )
    if earned["crashes"] > hangs:
        raise Wrong(
            f"Running into the limit earns {earned['crashes']:.0f} points, hanging still "
            f"{hangs:.0f}: charge q.limit_touched with 10 or more, and keep hanging above 0."
        )


@cache
def _behaviours() -> dict[str, Rollout]:
    starts = draw_starts("test", 1)
    players: dict[str, Policy] = {
        "stands": EnergyLQR(load_robot("course")),
        "hangs": Replay(np.zeros((1, 1))),
        "crashes": Replay(np.ones((1, 400))),
    }
    return {name: collect(player, starts) for name, player in players.items()}


def _swing_up() -> Rollout:
    return _behaviours()["stands"]


def _two_commands() -> tuple[Floats, Floats]:
    """Steady and jumping commands of the same size."""
    return np.full(1, _SIZE), np.array([_SIZE, -_SIZE])


def _jump(end: float) -> Floats:
    """0 for the first half of a run, then another command."""
    half = _swing_up().steps // 2
    return np.repeat([0.0, end], half)


def _with_commands(run: Rollout, commands: Floats) -> Rollout:
    """The same motion, as if it had come about with these commands, over and over again."""
    repeated = np.resize(commands, run.steps)
    return replace(run, command=np.broadcast_to(repeated, run.command.shape).copy())


def _earned(reward: RewardFunction, run: Rollout) -> float:
    return float(returns(run, reward)[0])


def _number(answer: Callable[..., Any], *arguments: Any) -> float:
    result = call(answer, *arguments)
    if np.ndim(result) != 0 or not np.isfinite(result):
        raise Wrong(f"Your function must return one finite number; it returned {result!r}.")
    return float(result)
