"""The reward playground of lesson 03: sliders for the weights, and at once what they pay."""

import html
import io
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from furutalib.learning.rewards import RewardWeights, reward_terms, shaped
from furutalib.learning.rollout import Rollout
from furutalib.lessons.reward_arithmetic import quantities, returns, reward_map, rewards

HANGS, SPINS, STANDS, CRASHES = "hangs still", "spins", "swings up", "hits the limit"
"""The behaviours whose returns the playground compares."""

GROUNDED_RETURN = 360.0
"""The challenge "grounded": what the swing-up must still earn while spinning earns less than
hanging still."""

_SLIDERS = {
    "upright": 2.0,
    "arm_centred": 2.0,
    "speed_near_top": 4.0,
    "arm_speed": 1.0,
    "effort": 1.0,
    "continuity": 1.0,
    "limit": 50.0,
}
_ANGLES_RAD = np.linspace(-np.pi, np.pi, 91)
_SPEEDS_RAD_S = np.linspace(-25.0, 25.0, 61)
_COLOURS = {
    "upright": "#4c6ef5",
    "arm_centred": "#1a7f37",
    "speed_near_top": "#e8590c",
    "arm_speed": "#ae3ec9",
    "effort": "#868e96",
    "continuity": "#0c8599",
    "limit": "#c92a2a",
}


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


def draw_map(axes: Any, weights: RewardWeights) -> Any:
    """The reward over angle and speed of the pendulum, arm in the middle and motor off."""
    paid = reward_map(shaped(weights), _ANGLES_RAD, _SPEEDS_RAD_S)
    ends = (-180.0, 180.0, float(_SPEEDS_RAD_S[0]), float(_SPEEDS_RAD_S[-1]))
    low = min(0.0, float(paid.min()))
    image = axes.imshow(paid, extent=ends, origin="lower", aspect="auto", vmin=low, vmax=1.0)
    axes.grid(visible=False)
    axes.set(xlabel="degrees from upright", ylabel="pendulum speed (rad/s)")
    axes.set_xticks((-180, -90, 0, 90, 180))
    return axes.figure.colorbar(image, ax=axes, label="reward per period")


def draw_terms(axes: Any, rollout: Rollout, weights: RewardWeights) -> None:
    """What each term takes away along the first episode of a rollout, and what is left."""
    for name, paid in reward_terms(quantities(rollout), weights).items():
        if np.any(paid):
            axes.plot(rollout.time_s, paid[0], color=_COLOURS[name], label=name)
    left = rewards(rollout, shaped(weights))[0]
    axes.plot(rollout.time_s, left, color="black", linewidth=2.5, label="reward")
    axes.set(xlabel="time (s)", ylabel="paid per period")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def draw_sums(axes: Any, paid: Mapping[str, float]) -> None:
    """One bar for the return of each behaviour."""
    names = list(paid)
    bars = axes.barh(names, list(paid.values()), color="#4c6ef5")
    axes.bar_label(bars, fmt="%.0f", padding=3)
    axes.axvline(0.0, color="black", linewidth=0.8)
    axes.set(xlabel="return of 8 s")
    axes.invert_yaxis()
    axes.margins(x=0.2)


def reward_png(behaviours: Mapping[str, Rollout], weights: RewardWeights) -> bytes:
    """All three plots as one PNG; the terms are those of the swing-up."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.6, 5.6), dpi=80)
    grid = figure.add_gridspec(
        2, 2, left=0.08, right=0.97, top=0.97, bottom=0.09, wspace=0.6, hspace=0.35
    )
    draw_map(figure.add_subplot(grid[0, 0]), weights)
    draw_sums(figure.add_subplot(grid[0, 1]), sums(behaviours, weights))
    below = figure.add_subplot(grid[1, :])
    draw_terms(below, behaviours[STANDS], weights)
    below.set_position((0.08, 0.09, 0.68, 0.36))
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def explore_reward(behaviours: Mapping[str, Rollout]) -> Any:
    """Sliders for the weights of the shaped reward beside what they pay, redrawn at once.

    Args:
        behaviours: rollouts under the names HANGS, SPINS, STANDS and CRASHES.
    """
    import ipywidgets

    sliders = {
        name: ipywidgets.FloatSlider(
            getattr(RewardWeights(), name),
            min=0.0,
            max=most,
            step=most / 100,
            description=name.replace("_", " "),
            layout={"width": "22em"},
            style={"description_width": "8.5em"},
        )
        for name, most in _SLIDERS.items()
    }
    picture = ipywidgets.Image(format="png", layout={"max_width": "100%"})
    words = ipywidgets.HTML(layout={"width": "22em"})

    def update(_change: object = None) -> None:
        weights = RewardWeights(**{name: slider.value for name, slider in sliders.items()})
        picture.value = reward_png(behaviours, weights)
        words.value = f"<b>{html.escape(verdict(sums(behaviours, weights)))}</b>"

    for slider in sliders.values():
        slider.observe(update, names="value")
    back = ipywidgets.Button(description="Back to the default weights", layout={"width": "auto"})
    back.on_click(lambda _button: _set(sliders, asdict(RewardWeights())))
    update()
    left = ipywidgets.VBox([*sliders.values(), back, words])
    return ipywidgets.HBox([left, picture], layout={"flex_flow": "row wrap", "grid_gap": "1em"})


def _set(sliders: Mapping[str, Any], values: Mapping[str, float]) -> None:
    for name, slider in sliders.items():
        slider.value = values[name]
