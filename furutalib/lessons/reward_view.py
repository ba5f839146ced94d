"""What a reward pays, to look at: over the states, along an episode, and in total."""

import html
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from furutalib.learning.rewards import RewardWeights, reward_terms, shaped
from furutalib.learning.rollout import Rollout
from furutalib.lessons.reward_arithmetic import Floats, quantities, returns, reward_map, rewards
from furutalib.view.plot import Curve, Picture, Plot

HANGS, SPINS, STANDS, CRASHES = "hangs still", "spins", "swings up", "hits the limit"
"""The behaviours whose returns the playground compares."""

GROUNDED_RETURN = 360.0
"""The challenge "grounded": what the swing-up must still earn while spinning earns less than
hanging still."""

_FASTEST_RAD_S = 25.0
_ANGLES_RAD = np.linspace(-np.pi, np.pi, 91)
_SPEEDS_RAD_S = np.linspace(-_FASTEST_RAD_S, _FASTEST_RAD_S, 61)
_COLOURS = {
    "upright": "#4c6ef5",
    "arm_centred": "#2b9a4b",
    "speed_near_top": "#e8590c",
    "arm_speed": "#ae3ec9",
    "effort": "#868e96",
    "continuity": "#0c8599",
    "limit": "#c92a2a",
}
_DOTS = "#e0245e"  # seen on every colour of the scale, and on a page
_REWARD_COLOUR = "#b08a1e"
# From dark to bright in even steps, also for people who do not see all colours ("viridis").
_SCALE = ("#440154", "#46327e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#fde725")

Curves = tuple[tuple[str, Floats], dict[str, Curve]]


def sums(behaviours: Mapping[str, Rollout], weights: RewardWeights) -> dict[str, float]:
    """The return of each behaviour (the first pendulum of its rollout) with these weights."""
    return {name: float(returns(each, shaped(weights))[0]) for name, each in behaviours.items()}


def verdict(paid: Mapping[str, float]) -> str:
    """How the challenge "grounded" stands with these returns."""
    if paid[CRASHES] > paid[HANGS]:
        return "Careful: running into the limit pays more than hanging still."
    if paid[SPINS] >= paid[HANGS]:
        return "Grounded: not yet, spinning pays more than hanging still."
    if paid[STANDS] < GROUNDED_RETURN:
        return f"Grounded: not yet, the swing-up earns less than {GROUNDED_RETURN:.0f}."
    return "Grounded: done! Spinning pays less than hanging still."


def paid_over_states(weights: RewardWeights) -> Floats:
    """The reward over angle and speed of the pendulum, arm in the middle and motor off."""
    return reward_map(shaped(weights), _ANGLES_RAD, _SPEEDS_RAD_S)


def reward_picture(paid: Floats) -> Picture:
    """The reward over the states as colours, from the lowest (or 0) to 1."""
    pixels = coloured(paid, min(0.0, float(paid.min())), 1.0)
    return Picture(pixels[::-1], (-180.0, 180.0), (-_FASTEST_RAD_S, _FASTEST_RAD_S))


def coloured(values: Floats, low: float, high: float) -> NDArray[np.uint8]:
    """Values (...) as colours (..., 3): dark for `low`, bright for `high`."""
    stops = np.array([list(bytes.fromhex(colour[1:])) for colour in _SCALE], float)
    at = np.linspace(low, high, len(stops))
    channels = [np.interp(values, at, channel) for channel in stops.T]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def colour_bar(paid: Floats) -> str:
    """What the colours of the picture mean, as HTML."""
    ends = (
        '<div style="align-items: center; display: flex; gap: 0.6em; margin: 0 0 0.5em 4em">'
        f"<span>{min(0.0, float(paid.min())):.2f}</span>"
    )
    strip = f"background: linear-gradient(to right, {', '.join(_SCALE)}); width: 12em; height: 1em"
    return f'{ends}<span style="{strip}"></span><span>1.00 reward per period</span></div>'


def states(rollout: Rollout) -> Curves:
    """Where an episode went: its speed over its angle from upright, sorted by angle."""
    angle = np.degrees(rollout.from_upright_rad[0])
    known = np.flatnonzero(np.isfinite(angle))
    order = known[np.argsort(angle[known])]
    speed = rollout.pendulum_speed_rad_s[0, order]
    dots = Curve(speed, _DOTS, "points", 1.0)
    return ("degrees from upright", angle[order]), {"the episode": dots}


def terms(rollout: Rollout, weights: RewardWeights) -> Curves:
    """What each term takes away along an episode, and what is left; terms of weight 0 left out."""
    curves = {
        name.replace("_", " "): Curve(paid[0], _COLOURS[name])
        for name, paid in reward_terms(quantities(rollout), weights).items()
        if getattr(weights, name)
    }
    left = rewards(rollout, shaped(weights))[0]
    return ("time (s)", rollout.time_s), curves | {"reward": Curve(left, _REWARD_COLOUR, width=3.5)}


def map_plot(weights: RewardWeights, episode: Rollout, title: str) -> Plot:
    """The reward over the states of the pendulum, with the states of an episode as dots."""
    return Plot(
        "The reward over angle and speed of the pendulum, arm in the middle and motor off",
        *states(episode),
        y="pendulum speed (rad/s)",
        y_range=(-_FASTEST_RAD_S, _FASTEST_RAD_S),
        picture=reward_picture(paid_over_states(weights)),
        title=title,
        height=260,
    )


def sums_html(paid: Mapping[str, float]) -> str:
    """One bar for the return of each behaviour; what is lost goes to the left."""
    low, high = min(0.0, *paid.values()), max(1.0, *paid.values())
    rows = "".join(_bar(name, value, low, high) for name, value in paid.items())
    return f'<table style="width: 100%"><caption>earned in 8 s</caption>{rows}</table>'


def _bar(name: str, value: float, low: float, high: float) -> str:
    begin, end = (100 * (x - low) / (high - low) for x in sorted((0.0, value)))
    colour = "#4c6ef5" if value >= 0 else "#c92a2a"
    bar = f"background: {colour}; margin-left: {begin:.1f}%; width: {end - begin:.1f}%"
    return (
        f'<tr><th scope="row" style="text-align: left; white-space: nowrap; width: 1%; '
        f'padding-right: 1em">'
        f'{html.escape(name)}</th><td><div style="height: 0.9em; {bar}"></div></td>'
        f'<td style="text-align: right; width: 4em">{value:.0f}</td></tr>'
    )
