"""Loudness and holding time of exploration noise on sliders, and the challenge "quiet swing"."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from furutalib.facts.robot import load_robot
from furutalib.learning.exploration import Explorer, HeldNoise
from furutalib.learning.noise_trial import Trial, try_noise
from furutalib.learning.rollout import collect
from furutalib.learning.scene import furuta_scene
from furutalib.learning.stages import WrapperSettings
from furutalib.learning.starts import draw_starts
from furutalib.view.tracks import Track, of_rollout

PENDULUMS, STEPS = 32, 1000
SHOWN, SHOWN_S = 2, 6.0
FAR_DEG, MOST_REVERSALS, MOST_CURRENT_A = 100.0, 3.0, 0.46
"""The challenge: half of the pendulums swing so far, and the motor suffers no more than this."""


def explorer(std: float, steps: int) -> Explorer:
    """White noise that is held for some steps, always from the same numbers."""
    noise = HeldNoise(np.random.default_rng(0), std, steps)
    compensation = load_robot("course").drive.dead_zone
    return Explorer(noise, WrapperSettings(history=1, dead_zone_compensation=compensation))


def noise_playground() -> Any:
    """Two sliders, what 32 pendulums do in their first 1000 steps, and two of them in motion."""
    import ipywidgets

    from furutalib.view.scene_view import Player

    wide = {"width": "22em"}
    std = ipywidgets.FloatSlider(
        0.6, min=0.1, max=1.5, step=0.05, description="std", continuous_update=False, layout=wide
    )
    steps = ipywidgets.IntSlider(
        1, min=1, max=40, description="held (steps)", continuous_update=False, layout=wide
    )
    result = ipywidgets.HTML()

    def explore() -> list[Track]:
        trial = try_noise(explorer(std.value, steps.value), n=PENDULUMS, steps=STEPS)
        result.value = score_html(trial)
        return tracks(std.value, steps.value)

    player = Player(furuta_scene(load_robot("course")), explore(), plots=(), height=240)
    for slider in (std, steps):
        slider.observe(lambda _change: player.update(explore()), names="value")
    controls = ipywidgets.VBox([std, steps, result])
    return ipywidgets.VBox([controls, player])


def tracks(std: float, steps: int) -> list[Track]:
    """The first pendulums until their first limit, as a view plays them."""
    starts = draw_starts("test", SHOWN)
    run = collect(explorer(std, steps), starts, duration_s=SHOWN_S)
    return [of_rollout(run, row) for row in range(SHOWN)]


def score_html(trial: Trial) -> str:
    """How far each pendulum swung, as bars, and how the challenge stands."""
    farthest = np.sort(np.degrees(trial.farthest_rad))[::-1]
    bars = "".join(
        f'<div style="background: #4c6ef5; height: 3px; margin: 1px; width: {1.4 * far:.0f}px" '
        f'title="{far:.0f}°"></div>'
        for far in farthest
    )
    figures = trial.figures()
    verdict = "<b>Quiet swing: done!</b>" if quiet(figures) else "Quiet swing: not yet."
    return (
        f'<div style="line-height: 1.4"><div style="width: 252px; border-right: 2px dashed '
        f'#6e7781" title="the dashed line is upright">{bars}</div>'
        f"half of them swing beyond {figures['swing_deg']:.0f}°<br>"
        f"{figures['reversals_per_s']:.1f} reversals per second, "
        f"{figures['current_rms_a']:.2f} A (root mean square)<br>"
        f"{figures['ends_per_1000']:.0f} of 1000 steps end at the arm's limit<br>{verdict}</div>"
    )


def quiet(figures: Mapping[str, float]) -> bool:
    """Whether the challenge is won."""
    return (
        figures["swing_deg"] >= FAR_DEG
        and figures["reversals_per_s"] <= MOST_REVERSALS
        and figures["current_rms_a"] <= MOST_CURRENT_A
    )
