"""The checks of lesson 05: gSDE from its formula, its spread at rest, settings that keep it."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.learning.exploration import gsde_std
from furutalib.learning.hold_time import Watched, watch_exploration
from furutalib.learning.settings import SACSettings
from furutalib.lessons.exercises import Wrong, call, exercise

Floats = NDArray[np.float64]

STD, STEPS, LENGTH, FEATURES = 0.3, 8, 400, 5

# ------------------------------------------------------------------------------- 05-a, the noise


@exercise("05-a")
def noise(answer: Any) -> None:
    """Ask for noise of features that stand still, then of features that move."""
    still = _noise(answer, np.ones((LENGTH, FEATURES)))
    if not still.any():
        raise Wrong("Your noise is 0 everywhere. Do you multiply features by drawn weights?")
    _judge_hold(still)
    _judge_features(answer)
    _judge_spread(answer)
    if np.array_equal(still, _noise(answer, np.ones((LENGTH, FEATURES)), seed=1)):
        raise Wrong("Another generator gives the same noise: draw from the rng that is handed in.")


def _judge_hold(still: Floats) -> None:
    jumps = np.flatnonzero(np.diff(still)) + 1
    if not jumps.size:
        raise Wrong(
            "The weights are drawn once and never again. Draw new ones whenever the number of the "
            f"step is a multiple of {STEPS}: `if t % steps == 0`."
        )
    if jumps.size >= LENGTH - 1:
        raise Wrong(
            "The noise is new in every step although the features stand still: that is white "
            "noise. Draw the weights every `steps` steps only, and keep them in between."
        )
    right = np.arange(STEPS, LENGTH, STEPS)
    if not np.array_equal(jumps, right):
        shown = ", ".join(str(jump) for jump in jumps[:3])
        raise Wrong(
            f"New weights come in the steps {shown}, ...; with steps = {STEPS} they should come "
            f"in {right[0]}, {right[1]}, {right[2]}, ... (and in step 0)."
        )


def _judge_features(answer: Any) -> None:
    rising = np.linspace(1.0, 2.0, LENGTH)[:, np.newaxis] * np.ones(FEATURES)
    got = _noise(answer, rising)
    if np.array_equal(got, np.repeat(got[::STEPS], STEPS)):
        raise Wrong(
            "The noise stays the same while the features change: it must be computed from the "
            "features in every step. Only the weights are kept. (Holding the noise itself is "
            "action repeat.)"
        )
    ratio = got / rising[:, 0]
    if not np.allclose(ratio, np.repeat(ratio[::STEPS], STEPS)):
        raise Wrong(
            "While the weights are held, doubling the features must double the noise: multiply, "
            "and add up, nothing else."
        )


def _judge_spread(answer: Any) -> None:
    features = np.tile([0.0, 3.0, 0.0, 4.0, 0.0], (3000, 1))
    got = call(answer, features, STD, 1, np.random.default_rng(0))
    spread = float(np.std(np.asarray(got, float)))
    right = 5.0 * STD
    hints = {
        7.0 * STD: "One random number for all weights? Each feature needs a weight of its own.",
        5.0 * math.sqrt(STD): "`rng.normal` takes the standard deviation, not the variance.",
        5.0 * STD**2: "The standard deviation comes in twice, or squared.",
        5.0: "`std` does not come in.",
        right / FEATURES: "That is a mean over the features; the formula has a sum.",
    }
    if abs(spread - right) < 0.1 * right:
        return
    for wrong, hint in hints.items():
        if abs(spread - wrong) < 0.1 * wrong:
            raise Wrong(hint)
    raise Wrong(
        f"For the features 0, 3, 0, 4, 0 and std = {STD} the noise should spread by {right}; "
        f"yours spreads by {spread:.3g}."
    )


def _noise(answer: Any, features: Floats, seed: int = 0) -> Floats:
    got = call(answer, features, STD, STEPS, np.random.default_rng(seed))
    if np.shape(got) != (len(features),):
        raise Wrong(
            f"For features of shape {features.shape} the noise has shape ({len(features)},), one "
            f"number per step; yours has {np.shape(got)}."
        )
    series = np.asarray(got, float)
    if not np.isfinite(series).all():
        raise Wrong("Your noise is not a finite number everywhere.")
    return series


# ----------------------------------------------------------------------- 05-b, its spread at rest

_SAMPLES = (
    (np.array([0.3, 0.0, 0.4]), -2.0),
    (np.array([0.1, 0.7, 0.2, 0.5]), -0.5),
    (np.full(64, 0.15), -3.0),
)


@exercise("05-b")
def spread_at_rest(answer: Any) -> None:
    """Compare with the right spread, and with what each usual mistake gives."""
    got = [_one_number(call(answer, *sample)) for sample in _SAMPLES]
    right = [float(gsde_std(*sample)) for sample in _SAMPLES]
    if np.allclose(got, right, rtol=1e-3):
        return
    for hint, wrong in _MISTAKES.items():
        if np.allclose(got, [wrong(*sample) for sample in _SAMPLES], rtol=1e-3):
            raise Wrong(hint)
    features, log_std = _SAMPLES[0]
    raise Wrong(
        f"For the features {', '.join(f'{f:g}' for f in features)} and log_std = {log_std:g} the "
        f"spread is {right[0]:.4f}; yours is {got[0]:.4g}."
    )


_MISTAKES: dict[str, Callable[[Floats, float], float]] = {
    "log_std is a logarithm: the weights' standard deviation is np.exp(log_std).": lambda f, s: (
        float(abs(s) * np.linalg.norm(f))
    ),
    "log_std is used as if it were the standard deviation, and it is negative. Take "
    "np.exp(log_std).": lambda f, s: float(s * np.linalg.norm(f)),
    "log_std is a natural logarithm: np.exp, not a power of ten.": lambda f, s: float(
        10.0**s * np.linalg.norm(f)
    ),
    "That is the variance. Its square root is missing.": lambda f, s: float(
        np.exp(2 * s) * np.sum(f**2)
    ),
    "The squares are missing: independent weights add up by their squares, since half of them "
    "cancel the other half.": lambda f, s: float(np.exp(s) * np.sum(f)),
    "That is a mean over the features; variances add up.": lambda f, s: float(
        np.exp(s) * np.sqrt(np.mean(f**2))
    ),
    "The standard deviation of the weights must be squared, like the features.": lambda f, s: float(
        np.sqrt(np.exp(s) * np.sum(f**2))
    ),
    "The features do not come in.": lambda f, s: float(np.exp(s)),
    "log_std does not come in.": lambda f, s: float(np.linalg.norm(f)),
}


def _one_number(got: Any) -> float:
    if np.ndim(got) != 0 or not np.isfinite(got):
        raise Wrong(f"A spread is one finite number; your function gives {got!r}.")
    return float(got)


# ------------------------------------------------------------------- 05-c, settings that lost gSDE


@exercise("05-c")
def repaired(answer: Any) -> str:
    """Read the settings, then watch what they really do."""
    broken = SACSettings(**BROKEN)
    settings = call(answer, broken)
    if not isinstance(settings, SACSettings):
        raise Wrong(
            f"Give back settings, not a {type(settings).__name__}: "
            "`return replace(settings, name=value)`."
        )
    if settings == broken:
        raise Wrong("These are the settings as they were.")
    _judge_settings(settings)
    watched = watch_exploration(settings)
    warm_up = _held(watched, slice(watched.warm_up))
    learning = _held(watched, slice(watched.warm_up, None))
    _judge_watched(warm_up, learning)
    return (
        f"Watched for {len(watched.actions)} steps: the noise was held for up to {warm_up} steps "
        f"in the warm-up and {learning} steps in learning."
    )


BROKEN: dict[str, Any] = {
    "use_sde": True,
    "sde_sample_freq": 16,
    "log_std_init": -2.0,
    "train_freq": 1,
    "train_freq_unit": "step",
    "use_sde_at_warmup": False,
    "hidden": (64, 64),
}
"""Settings that say gSDE and do white noise."""


def _judge_settings(settings: SACSettings) -> None:
    if not settings.use_sde:
        raise Wrong("That gets rid of the trap by getting rid of gSDE. Keep use_sde=True.")
    if settings.sde_sample_freq != BROKEN["sde_sample_freq"]:
        raise Wrong(
            f"sde_sample_freq was what was wanted: {BROKEN['sde_sample_freq']} steps. Something "
            "else keeps it from being so."
        )
    if settings.log_std_init != BROKEN["log_std_init"]:
        raise Wrong("log_std_init decides how loud the noise is; how long it is held, it does not.")
    if settings.learning_starts == 0:
        raise Wrong(
            "Without a warm-up nothing wrong is sent in it, but learning from an empty memory is "
            "no good idea. Let the warm-up explore with gSDE, too."
        )


def _judge_watched(warm_up: int, learning: int) -> None:
    wanted = BROKEN["sde_sample_freq"]
    if learning == 1:
        raise Wrong(
            "In learning the noise is still new in every step. stable-baselines3 draws new noise "
            "whenever it begins to collect: how often does it begin?"
        )
    if learning < wanted:
        raise Wrong(
            f"In learning the noise is held for {learning} steps, not for {wanted}: collecting "
            "still ends too soon."
        )
    if warm_up == 1:
        raise Wrong(
            "Learning is right now. But the warm-up, before learning starts, is still white noise: "
            "look for a setting with that word in its name."
        )


def _held(watched: Watched, part: slice) -> int:
    return int(watched.hold_steps(part).max())
