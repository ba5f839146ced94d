"""What every lesson uses: `setup`, `predict`, `check` and `show`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from furutalib.learning.rollout import Rollout
from furutalib.learning.scene import Scene, cartpole_scene, furuta_scene
from furutalib.lessons.exercises import check
from furutalib.lessons.message import Message
from furutalib.lessons.predict import predict
from furutalib.lessons.simulation import Motion
from furutalib.view.tracks import PENDULUM_SPEED, Track, of_rollout

if TYPE_CHECKING:
    from furutalib.lessons.cartpole import Episode
    from furutalib.lessons.driving import Drive
    from furutalib.view.scene_view import Player

__all__ = ["check", "predict", "setup", "show"]

_UNPLOTTED = (PENDULUM_SPEED, "push")  # one curve too many; the arrow shows the push
_PLOT_STYLE: dict[str, Any] = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.figsize": (8.0, 3.6),
    "font.size": 11,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
}


def setup(fast: bool) -> Message:
    """Prepare the notebook: readable plots, and one line that says how long trainings take."""
    import matplotlib.pyplot as plt

    import furutalib

    plt.style.use(_PLOT_STYLE)
    mode = "FAST: trainings take seconds" if fast else "FULL: trainings take minutes"
    return Message("Ready", f"furutalib {furutalib.__version__}. {mode}.", "#1a7f37")


def show(
    runs: "Mapping[str, Rollout | Motion | Drive | Episode]",
    *,
    plots: bool = True,
    row: int = 0,
    speed: float = 1.0,
) -> "Player":
    """Play runs over one another: the first solid, the others as ghosts in their own colours.

    Args:
        runs: what happened, under its name: rollouts, open-loop runs and drives of the Furuta
            pendulum, or episodes of CartPole.
        plots: draw angles and command under the scene.
        row: which pendulum of a rollout.
        speed: 1 is real time.

    Raises:
        ValueError: there is nothing to show.
    """
    from furutalib.view.scene_view import Player

    if not runs:
        raise ValueError("show: there is no run to show; give at least one under its name")
    tracks = [_track(name, run, row) for name, run in runs.items()]
    titles = [title for title in tracks[0].signals if title not in _UNPLOTTED] if plots else []
    return Player(_scene(next(iter(runs.values()))), tracks, plots=titles, speed=speed)


def _track(name: str, run: "Rollout | Motion | Drive | Episode", row: int) -> Track:
    return of_rollout(run, row, name) if isinstance(run, Rollout) else run.track(name)


def _scene(run: "Rollout | Motion | Drive | Episode") -> Scene:
    robot = getattr(run, "robot", None)  # a cart has none
    return furuta_scene(robot) if robot else cartpole_scene()
