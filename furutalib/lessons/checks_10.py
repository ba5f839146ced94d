"""The checks of lesson 10: a network by hand, an episode that ends well, figures for a card."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.learning.policy import Network
from furutalib.lessons.exercises import Wrong, call, exercise
from furutalib.machine.robot import Reading

Floats = NDArray[np.float32]
Layers = tuple[Floats, ...]

# ------------------------------------------------------------------- 10-b, the network by hand

_SIZES = (12, 16, 16, 1)


def _network(seed: int) -> Network:
    rng = np.random.default_rng(seed)
    draw = [rng.normal(0.0, 0.7, pair) for pair in pairwise(_SIZES)]
    biases = [rng.normal(0.0, 0.4, size) for size in _SIZES[1:]]
    return Network(
        tuple(weight.astype(np.float32) for weight in draw),
        tuple(bias.astype(np.float32) for bias in biases),
    )


def _observations() -> Floats:
    return np.random.default_rng(9).normal(0.0, 0.8, (12, _SIZES[0])).astype(np.float32)


def _variant(
    bend: Any = np.tanh, cut: bool = True, last_bend: bool = False, bias: bool = True
) -> Any:
    """A forward pass with something wrong in it."""

    def run(observation: Floats, weights: Layers, biases: Layers) -> Any:
        values: Any = observation
        for number, (weight, offset) in enumerate(zip(weights, biases, strict=True)):
            values = values @ weight + (offset if bias else 0.0)
            if number < len(weights) - 1 or last_bend:
                values = bend(values)
        return np.clip(values, -1.0, 1.0) if cut else values

    return run


_FORWARD_MISTAKES: Mapping[str, Callable[..., Floats]] = {
    "There is a tanh after the last layer. That one only adds up, and what comes out is cut to "
    "−1 … 1 (policy.json: squash is clip).": _variant(last_bend=True),
    "What comes out can lie beyond ±1, and no motor gets more than its full voltage: "
    "np.clip(…, -1, 1) at the end.": _variant(cut=False),
    "The biases are missing: values @ weight + bias.": _variant(bias=False),
    "The biases are missing, and so is the cut to −1 … 1.": _variant(bias=False, cut=False),
    "Nothing is bent. Without tanh between them two layers are no more than one: a straight "
    "line.": _variant(bend=lambda values: values),
    "This policy was trained with tanh, not with relu: policy.json says so under "
    "network.": _variant(bend=lambda values: np.maximum(values, 0.0)),
}


@exercise("10-b")
def forward(answer: Any) -> str:
    """The action of a network, against the library's own, and against each usual mistake."""
    seen = _observations()
    networks = [_network(seed) for seed in (1, 2)]
    cases = [(network, one) for network in networks for one in seen]
    got = [_action(call(answer, one, *_layers(network))) for network, one in cases]
    if _agree(got, [network(one) for network, one in cases]):
        return "To the last digit what the library computes."
    for hint, wrong in _FORWARD_MISTAKES.items():
        if _agree(got, [wrong(one, *_layers(network)) for network, one in cases]):
            raise Wrong(hint)
    network, one = cases[0]
    raise Wrong(
        f"For the first observation the action is {network(one).item():+.4f}; yours is "
        f"{got[0]:+.4f}. In each layer: values @ weight + bias, then tanh, but not in the last."
    )


def _layers(network: Network) -> tuple[Layers, Layers]:
    return network.weights, network.biases


def _agree(ours: Sequence[float], theirs: Sequence[Any]) -> bool:
    return bool(np.allclose(ours, [np.asarray(one).item() for one in theirs], atol=1e-5))


def _action(got: Any) -> float:
    values = np.asarray(got)
    if values.dtype.kind not in "fiu" or values.size != 1:
        raise Wrong(
            f"One action is one number; yours has the shape {values.shape}. Is the last matrix "
            "multiplied in?"
        )
    return float(values.item())


# ------------------------------------------------------------------- 10-c, an episode that ends


class _Robot:
    """Notes what is asked of it; can reach a limit, fail, or be interrupted in some period."""

    dt = 0.02

    def __init__(self, fails: type[BaseException] | None = None, at: int = -1) -> None:
        self.on, self.resets, self.sent = False, 0, list[float]()
        self._fails, self._at = fails, at

    def reset(self, start: Any = None) -> Reading:
        self.on = True
        self.resets += 1
        return Reading(0.0, 0.0, 0.0, 0.0)

    def step(self, command: float) -> Reading:
        if not self.on:
            raise Wrong("A step after the motor was switched off: nothing moves then.")
        self.sent.append(command)
        if self._fails and len(self.sent) == self._at:
            raise self._fails("on purpose, by the check")
        return Reading(len(self.sent) * self.dt, 0.01 * len(self.sent), 0.0, command)

    def off(self) -> None:
        self.on = False

    close = off


class _Pilot:
    """Says a command that tells whether it has seen the newest reading."""

    def __init__(self, limit_at: int = -1) -> None:
        self.begun: list[Reading] = []
        self.seen: list[Reading] = []
        self._limit_at = limit_at

    def begin(self, first: Reading) -> Any:
        self.begun.append(first)
        return SimpleNamespace(limit_touched=False)

    def command(self) -> float:
        if not self.begun:
            raise Wrong("The pilot has to see the first reading before it can decide: begin().")
        return 0.001 * len(self.seen)

    def see(self, reading: Reading) -> Any:
        self.seen.append(reading)
        return SimpleNamespace(limit_touched=len(self.seen) == self._limit_at)


@exercise("10-c")
def fly(answer: Any) -> str:
    """An episode to its end, to a limit, to an error and to a Ctrl-C."""
    _to_its_end(answer)
    _to_a_limit(answer)
    for error, words in (
        (RuntimeError, "An error in a step"),
        (KeyboardInterrupt, "A Ctrl-C in a step"),
    ):
        _to_a_bad_end(answer, error, words)
    return "However it ends, the motor is off."


def _to_its_end(answer: Any) -> None:
    robot, pilot = _Robot(), _Pilot()
    got = call(answer, robot, pilot, 20)
    if robot.resets != 1:
        raise Wrong(f"One episode has one robot.reset(); yours has {robot.resets}.")
    if len(pilot.begun) != 1 or pilot.begun[0].time_s != 0.0:
        raise Wrong("The pilot begins once, with the reading that robot.reset() gives back.")
    if len(robot.sent) != 20:
        raise Wrong(f"Asked for 20 periods, the robot was stepped {len(robot.sent)} times.")
    if robot.sent != [0.001 * k for k in range(20)]:
        raise Wrong(
            "The pilot decides without having seen what its last command did: after each step "
            "give it the reading, pilot.see(reading)."
        )
    if robot.on:
        raise Wrong("The episode is over, and the motor is still on: robot.off().")
    if isinstance(got, bool) or got != 20:
        raise Wrong(f"Give back how many periods were driven, here 20; yours is {got!r}.")


def _to_a_limit(answer: Any) -> None:
    robot = _Robot()
    got = call(answer, robot, _Pilot(limit_at=5), 20)
    if len(robot.sent) > 5:
        raise Wrong(
            "In period 5 the arm came to its limit (pilot.see(reading).limit_touched), and your "
            f"loop drove on for {len(robot.sent) - 5} more."
        )
    if robot.on:
        raise Wrong("At a limit the loop ends, and the motor stays on.")
    if got != 5:
        raise Wrong(f"The arm came to its limit in period 5; you give back {got!r} instead of 5.")


def _to_a_bad_end(answer: Any, error: type[BaseException], words: str) -> None:
    robot = _Robot(error, at=7)
    try:
        call(answer, robot, _Pilot(), 20)
    except error:
        pass
    else:
        raise Wrong(
            f"{words} is swallowed: whoever called your function thinks that all went well. Use "
            "finally, which does its work and lets the error go on, not except."
        )
    if robot.on:
        raise Wrong(
            f"{words}, and the motor stays on: what stands after the loop is not reached any more. "
            "try: … finally: robot.off()"
        )


# ------------------------------------------------------------------------- 10-a, honest figures

_NAN = math.nan
_UPRIGHT = (True, True, False, True, True, False, True)
_SECONDS = (0.8, 1.4, _NAN, 0.9, 3.2, _NAN, 1.0)
_ROWS = [
    {"kind": "emulated", "upright": upright, "swing_up_s": seconds}
    for upright, seconds in zip(_UPRIGHT, _SECONDS, strict=True)
]
_KEYS = ("kind", "n", "successes", "median_s", "worst_s")


@exercise("10-a")
def summary(answer: Any) -> str:
    """The figures of some episodes, for a card."""
    got = _figures(call(answer, [dict(row) for row in _ROWS]))
    if (got["kind"], got["n"]) != ("emulated", 7):
        raise Wrong(
            f"The kind is 'emulated' and n is 7, the episodes that failed among them; yours are "
            f"{got['kind']!r} and {got['n']!r}."
        )
    if got["successes"] != 5:
        raise Wrong(f"5 of them ended upright; you count {got['successes']!r}.")
    _judge_times(got)
    none = _figures(call(answer, [dict(row) for row in _ROWS if not row["upright"]]))
    if none["successes"] != 0 or not _is_nan(none["median_s"]) or not _is_nan(none["worst_s"]):
        raise Wrong(
            "Where no episode ended upright there is no swing-up time: successes 0, and nan for "
            f"both times; yours are {none['successes']!r}, {none['median_s']!r} and "
            f"{none['worst_s']!r}."
        )
    _judge_mixture(answer)
    return "Whoever reads this knows what was tried, and on what."


def _figures(got: Any) -> dict[str, Any]:
    if not isinstance(got, Mapping):
        raise Wrong(f"Give back a dict, not a {type(got).__name__}.")
    missing = [key for key in _KEYS if key not in got]
    if missing:
        raise Wrong(f"Missing: {', '.join(missing)}. The keys are {', '.join(_KEYS)}.")
    return dict(got)


def _judge_times(got: Mapping[str, Any]) -> None:
    median, worst = got["median_s"], got["worst_s"]
    if _is_nan(median) or _is_nan(worst):
        raise Wrong(
            "nan: the episodes that did not end upright have no swing-up time, and one nan makes "
            "nan of everything. Take the times of those that did."
        )
    if math.isclose(median, np.mean([0.8, 1.4, 0.9, 3.2, 1.0])):
        raise Wrong("That is the mean: one slow episode of 3.2 s pulls it up. The median is asked.")
    if math.isclose(median, np.median([0.8, 1.4, 0.0, 0.9, 3.2, 0.0, 1.0])):
        raise Wrong("Failed episodes count as 0 s in your median: then failing makes it better.")
    if not math.isclose(median, 1.0):
        raise Wrong(f"The median of 0.8, 1.4, 0.9, 3.2 and 1.0 s is 1.0 s; yours is {median!r}.")
    if math.isclose(worst, 0.8):
        raise Wrong("The worst time is the longest, not the shortest.")
    if not math.isclose(worst, 3.2):
        raise Wrong(f"The worst of the five times is 3.2 s; yours is {worst!r}.")


def _judge_mixture(answer: Any) -> None:
    mixed = [dict(_ROWS[0]), {**_ROWS[1], "kind": "real"}]
    try:
        got = call(answer, mixed)
    except ValueError:
        return
    raise Wrong(
        "One emulated and one real episode were added up to "
        f"{got!r}. They must not be: raise a ValueError where the kinds differ."
    )


def _is_nan(value: Any) -> bool:
    return isinstance(value, float | np.floating) and math.isnan(value)
