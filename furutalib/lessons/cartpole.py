"""What lesson 01 uses: play CartPole with a policy, draw it, try rules with sliders."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from furutalib.view.tracks import Track, cartpole_track

Policy = Callable[[NDArray[np.float32]], int]
"""From an observation (cart position, cart speed, pole angle, pole speed) to 0 or 1."""

LONGEST = 500
"""Steps after which gymnasium ends an episode of CartPole-v1."""

QUIET_M = 0.2
"""The challenge "ten quiet carts": how far from the centre a cart may end."""

TEST_STARTS = range(1000, 1010)
"""Seeds of the starts on which policies are compared; no training uses them."""

SHOWN = 4
"""How many of the test starts the sliders show moving."""

STEP_S = 0.02
"""Time between two actions, gymnasium's."""


@dataclass(frozen=True)
class Episode:
    """One episode of T steps: observations (T + 1, 4) in SI units, actions (T,), rewards (T,)."""

    observations: NDArray[np.float32]
    actions: NDArray[np.int64]
    rewards: NDArray[np.float64]

    @property
    def steps(self) -> int:
        """How many steps the pole stayed up."""
        return len(self.actions)

    @property
    def end_m(self) -> float:
        """Where the cart stood at the end, in metres from the centre."""
        return float(self.observations[-1, 0])

    def track(self, name: str) -> Track:
        """The episode as a view plays it."""
        times_s = STEP_S * np.arange(self.steps)
        cart, _, pole, _ = self.observations[:-1].T
        return cartpole_track(name, times_s, cart, pole, self.actions)


def play(policy: Policy, seed: int) -> Episode:
    """One episode of CartPole-v1 from the start that `seed` draws."""
    environment = gymnasium.make("CartPole-v1")
    observation, _ = environment.reset(seed=seed)
    observations, actions, rewards = [observation], [], []
    ended = False
    while not ended:
        action = int(policy(observation))
        observation, reward, terminated, truncated, _ = environment.step(action)
        ended = terminated or truncated
        observations.append(observation)
        actions.append(action)
        rewards.append(float(reward))
    return Episode(np.array(observations), np.array(actions), np.array(rewards))


def steps_held(policy: Policy, seeds: Sequence[int] = TEST_STARTS) -> NDArray[np.int64]:
    """How long `policy` keeps the pole up from each start: (len(seeds),)."""
    return np.array([play(policy, seed).steps for seed in seeds])


def linear_rule(weights: Sequence[float]) -> Policy:
    """Push right when the weighted sum of the four observations is positive, else left."""
    row = np.asarray(weights, dtype=np.float32)
    return lambda observation: int(row @ observation > 0)


def hand_rule(observation: NDArray[np.float32]) -> int:
    """The library's answer to exercise 01-b: push the cart under the falling pole."""
    return int(observation[2] + observation[3] > 0)


def greedy(model: Any) -> Policy:
    """The policy of a stable-baselines3 model that always takes its most probable action."""
    return lambda observation: int(model.predict(observation, deterministic=True)[0])


def episodes_of(weights: Sequence[float]) -> list[Episode]:
    """What the rule with these weights does from each of the ten test starts."""
    return [play(linear_rule(weights), seed) for seed in TEST_STARTS]


def explore_rule() -> Any:
    """Sliders for the four weights of a linear rule, and how long it holds the ten test starts."""
    import ipywidgets

    from furutalib.learning.scene import cartpole_scene
    from furutalib.view.scene_view import Player

    sliders = {
        name: ipywidgets.FloatSlider(
            value, min=-1, max=1, step=0.05, description=name, continuous_update=False
        )
        for name, value in (("position", 0), ("speed", 0), ("angle", 1), ("angle speed", 0))
    }
    result = ipywidgets.HTML()

    def play_all() -> list[Track]:
        episodes = episodes_of([slider.value for slider in sliders.values()])
        result.value = score_html(episodes)
        return [episodes[i].track(f"start {i + 1}") for i in range(SHOWN)]

    player = Player(cartpole_scene(), play_all(), plots=(), height=220)
    for slider in sliders.values():
        slider.observe(lambda _change: player.update(play_all()), names="value")
    return ipywidgets.VBox(
        [ipywidgets.HBox([ipywidgets.VBox(list(sliders.values())), result]), player]
    )


def score_html(episodes: Sequence[Episode]) -> str:
    """Episodes as bars, one for each start, and a line that tells how the challenge stands."""
    steps = np.array([episode.steps for episode in episodes])
    farthest_m = max(abs(episode.end_m) for episode in episodes)
    bars = "".join(
        f'<div style="background: #4c6ef5; height: 9px; margin: 3px; width: {held / 2:.0f}px" '
        f'title="{held} steps"></div>'
        for held in steps
    )
    won = steps.min() >= LONGEST and farthest_m <= QUIET_M
    verdict = "<b>Ten quiet carts: done!</b>" if won else "Ten quiet carts: not yet."
    return (
        f'<div style="margin-left: 1.5em; line-height: 1.4">'
        f'<div style="width: 250px; border-right: 2px dashed #6e7781">{bars}</div>'
        f"shortest {steps.min()}, mean {steps.mean():.0f} of {LONGEST} steps<br>"
        f"farthest cart at the end: {farthest_m:.2f} m<br>{verdict}</div>"
    )
