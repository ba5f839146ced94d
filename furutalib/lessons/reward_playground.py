"""The reward playground of lesson 03: sliders for the weights, at once what they pay, and Train."""

import html
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from furutalib.learning.rewards import RewardWeights
from furutalib.learning.rollout import Rollout
from furutalib.lessons.reward_training import RewardTraining
from furutalib.lessons.reward_view import (
    colour_bar,
    map_plot,
    paid_over_states,
    reward_picture,
    states,
    sums,
    sums_html,
    terms,
    verdict,
)
from furutalib.view.plot import Plot

_MOST = {
    "upright": 2.0,
    "arm_centred": 2.0,
    "speed_near_top": 4.0,
    "arm_speed": 1.0,
    "effort": 1.0,
    "continuity": 1.0,
    "limit": 50.0,
}


class RewardPlayground:
    """The sliders beside what they pay, and a training with them; shown as one widget.

    Attributes:
        sliders: one per weight of `RewardWeights`.
        episode: which behaviour is shown along its episode.
        map, terms: plots of the reward over the states, and along the episode.
        words: what each behaviour earns, and how the challenge "grounded" stands.
        training: the Train button and the table of tries.
    """

    def __init__(self, behaviours: Mapping[str, Rollout], tries: str | Path) -> None:
        import ipywidgets as w

        self._behaviours = behaviours
        self.sliders = {name: _slider(name, most) for name, most in _MOST.items()}
        self.episode = w.ToggleButtons(options=list(behaviours), style={"button_width": "auto"})
        self.words, self._bar = w.HTML(), w.HTML()
        self.map = map_plot(self.weights, self._shown, "what a state pays, and the episode")
        along = "What each term takes along the episode, and the reward that is left"
        self.terms = Plot(
            along, *terms(self._shown, self.weights), y="per period", title="along the episode"
        )
        self.training = RewardTraining(lambda: self.weights, tries)
        for control in (*self.sliders.values(), self.episode):
            control.observe(self._changed, names="value")
        self._changed()
        self.view = self._build_view()

    @property
    def weights(self) -> RewardWeights:
        """What the sliders say."""
        return RewardWeights(**{name: slider.value for name, slider in self.sliders.items()})

    def reset(self) -> None:
        """Back to the default weights."""
        for name, weight in asdict(RewardWeights()).items():
            self.sliders[name].value = weight

    @property
    def _shown(self) -> Rollout:
        return self._behaviours[self.episode.value]

    # While this runs ipywidgets holds a moving slider's events back, and then sends the last one.
    def _changed(self, _change: object = None) -> None:
        weights, paid = self.weights, paid_over_states(self.weights)
        self.map.update(*states(self._shown), picture=reward_picture(paid))
        self._bar.value = colour_bar(paid)
        self.terms.update(*terms(self._shown, weights))
        earned = sums(self._behaviours, weights)
        self.words.value = f"{sums_html(earned)}<p><b>{html.escape(verdict(earned))}</b></p>"

    def _build_view(self) -> Any:
        import ipywidgets as w

        back = w.Button(
            description="Back to the default weights",
            layout={"width": "auto", "align_self": "flex-start", "flex": "0 0 auto"},
        )
        back.on_click(lambda _button: self.reset())
        left = w.VBox([*self.sliders.values(), back, self.words], layout={"flex": "1 1 22em"})
        right = [self.episode, self.map, self._bar, self.terms]
        columns = [left, w.VBox(right, layout={"flex": "2 1 24em", "min_width": "0"})]
        body = w.HBox(columns, layout={"flex_flow": "row wrap", "grid_gap": "1em"})
        view = w.VBox([body, self.training.view])
        view.add_class("furuta-reward-playground")
        return view

    def __repr__(self) -> str:
        return f"Reward playground: {self.weights}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """The widget; where no kernel runs, the plots as they stand."""
        bundle: dict[str, Any] = dict(self.view._repr_mimebundle_(**options))
        parts = (self.map, self.terms)
        still = "".join(part._repr_mimebundle_()["text/html"] for part in parts)
        return bundle | {"text/plain": repr(self), "text/html": still + self.words.value}


def reward_playground(
    behaviours: Mapping[str, Rollout], tries: str | Path = "tries/03_rewards.json"
) -> RewardPlayground:
    """Sliders for the weights of the shaped reward, what they pay, and a training with them.

    Args:
        behaviours: rollouts under the names STANDS, SPINS, HANGS and CRASHES of `reward_view`.
        tries: the file that keeps the learner's trainings.
    """
    return RewardPlayground(behaviours, tries)


def _slider(name: str, most: float) -> Any:
    import ipywidgets

    return ipywidgets.FloatSlider(
        getattr(RewardWeights(), name),
        min=0.0,
        max=most,
        step=most / 100,
        description=name.replace("_", " "),
        layout={"width": "100%"},
        style={"description_width": "8.5em"},
    )
