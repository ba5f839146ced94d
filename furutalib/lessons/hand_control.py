"""Hold the pendulum up yourself, by keyboard or slider, and see the controllers do it."""

import asyncio
import math
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from furutalib.facts.paths import data_folder
from furutalib.facts.robot import RobotDescription
from furutalib.learning.controllers import LQR
from furutalib.learning.policy import Policy
from furutalib.learning.scene import furuta_scene
from furutalib.lessons.hand_run import Conditions, HandRun, Moment, Pace, Run, Score, controlled
from furutalib.machine.robot import Start
from furutalib.maths.plant_parameters import PAST_COMMANDS
from furutalib.view.scene_view import Live
from furutalib.view.table import Column, Table
from furutalib.view.tracks import FROM_UPRIGHT

DURATION_S = 5.0
"""Who holds the pendulum so long has won."""

KEYS: Mapping[str, float] = {"ArrowLeft": -1.0, "ArrowRight": 1.0}
YOU = "you"
_REST_S = 1.5  # between a try and the next, so that a late key does not begin one
_COLUMNS = (
    Column("who", "who"),
    Column("delay", "delay", "ms"),
    Column("slow", "slow motion", "×"),
    Column("seconds", "held", "s", 2, "high"),
    Column("rms", "RMS angle", "°", 1),
    Column("end", "end"),
)
_READY = "Click the picture, then press <kbd>←</kbd> or <kbd>→</kbd>: your first push lets it go."


class HandControl:
    """The view, its controls and the table of tries; shown as one widget.

    Attributes:
        live: the moving scene.
        delay, slow, strength, push: sliders for the delay (ms), the slow motion, how strong a
            key pushes and for pushing without keys.
        status: what to do, or how the last try went.
        trouble: an error in a try is shown here.
        tries: rows of the table, one per try that came to its end.
    """

    def __init__(
        self,
        robot: RobotDescription,
        players: Mapping[str, Policy],
        seed: int = 0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        import ipywidgets

        self.robot = robot
        self.tries: list[dict[str, Any]] = []
        self._rng = np.random.default_rng(seed)
        self._clock, self._sleep = clock, sleep
        self._keys: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        self.live = Live(
            furuta_scene(robot),
            plots=(FROM_UPRIGHT,),
            keys=tuple(KEYS),
            label="the pendulum that you hold up",
        )
        self.live.on_key(self._heard)
        self.delay, self.slow, self.strength, self.push = _sliders(robot)
        self.push.observe(self._pushed, names="value")
        self.status, self.trouble = ipywidgets.HTML(), ipywidgets.Output()
        self.table = Table("who held the pendulum for how long", _COLUMNS, self.tries)
        self.view = self._build_view(players)
        self.new_start()
        # the first run of a kernel takes a second to get ready: not after the learner's first key
        HandRun(self._conditions()).tick(0.0)

    @property
    def command(self) -> float:
        """What the keys ask for, or without a key the slider; in [-1, 1]."""
        keys = sum(KEYS[key] for key in self._keys)
        return float(self.strength.value * keys if self._keys else self.push.value)

    @property
    def running(self) -> bool:
        """Whether somebody is trying."""
        return self._task is not None and not self._task.done()

    def begin(self, who: str, make: Callable[[Conditions], Run]) -> None:
        """Let somebody try; whoever is still trying is stopped. Needs a running event loop."""
        self.stop()
        self.status.value = f"{who}: go!"
        playing = self._play(who, make, self._conditions())
        task = asyncio.get_running_loop().create_task(playing)
        task.add_done_callback(self._tell)
        self._task = task

    def stop(self) -> None:
        """End a try that is under way; it does not count."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def give_up(self) -> None:
        """End a try that is under way, and begin again when the learner is ready."""
        self.stop()
        self._rest()

    def new_start(self) -> None:
        """Lean the pendulum 1 to 3 degrees to one side; all tries from now on begin there."""
        self.stop()
        degrees = self._rng.uniform(1.0, 3.0) * self._rng.choice((-1.0, 1.0))
        self._start = Start(pendulum_angle_rad=math.pi + math.radians(degrees))
        self._rest()

    def _conditions(self) -> Conditions:
        delay_s = self.delay.value / 1000.0
        return Conditions(self.robot, self._start, delay_s, DURATION_S, self.slow.value)

    async def _play(
        self, who: str, make: Callable[[Conditions], Run], conditions: Conditions
    ) -> None:
        run, score, pace = make(conditions), Score(), Pace(self._clock)
        while not run.ended:
            self._advance(run, score, pace.due())
            await self._sleep(pace.wait_s())
        self._count(who, conditions, score, run.ended)
        await self._sleep(_REST_S)
        self._rest()

    def _advance(self, run: Run, score: Score, ticks: int) -> None:
        for _ in range(ticks):
            if not run.ended:
                moment = run.tick(self.command)
                score.add(moment)
                self._show(moment)

    def _count(self, who: str, conditions: Conditions, score: Score, ended: str) -> None:
        row = {
            "who": who,
            "delay": 1000 * conditions.delay_s,
            "slow": conditions.slow,
            "seconds": score.seconds,
            "rms": score.rms_deg,
            "end": ended,
        }
        self.tries.append(row)
        self.table.update(self.tries)
        self.status.value = self._said()

    def _show(self, moment: Moment) -> None:
        coordinates = (moment.arm_rad, moment.pendulum_rad)
        self.live.show(moment.time_s, coordinates, moment.command, (moment.from_upright_deg,))

    def _rest(self) -> None:
        """Show where the next try begins."""
        self._show(Moment(0.0, 0.0, self._start.pendulum_angle_rad, 0.0))
        self.status.value = f"{self._said()} {_READY}"

    def _said(self) -> str:
        """How the last try went."""
        if not self.tries:
            return ""
        last = self.tries[-1]
        return f"<b>{last['who']}: {last['seconds']:.2f} s</b>, {last['end']}."

    def _heard(self, key: str, down: bool) -> None:
        new = down and key not in self._keys
        (self._keys.add if down else self._keys.discard)(key)
        if new and not self.running:
            self.begin(YOU, HandRun)

    def _pushed(self, _change: object) -> None:
        if self.push.value and not self.running:
            self.begin(YOU, HandRun)

    def _tell(self, task: asyncio.Task[None]) -> None:
        """Nobody awaits the task: its error is shown beside the view."""
        if not task.cancelled() and (error := task.exception()):
            self.status.value = "An error ended the try; see below."
            self.trouble.append_stderr("".join(traceback.format_exception(error)))

    def _build_view(self, players: Mapping[str, Policy]) -> Any:
        import ipywidgets as w

        actions: dict[str, Callable[[], None]] = {
            f"The same run by {name}": partial(self._let_try, name, player)
            for name, player in players.items()
        }
        actions |= {"New start": self.new_start, "Stop": self.give_up}
        buttons = w.HBox(
            [_button(name, act) for name, act in actions.items()], layout={"flex_flow": "row wrap"}
        )
        sliders = w.VBox(
            [self.slow, self.delay, self.strength, self.push], layout={"flex": "1 1 22em"}
        )
        scene = w.VBox([self.status, self.live], layout={"flex": "2 1 24em"})
        body = w.HBox([scene, sliders], layout={"flex_flow": "row wrap", "grid_gap": "1em"})
        view = w.VBox([body, buttons, self.table, self.trouble])
        view.add_class("furuta-hand-control")
        view.observe(lambda _change: self.stop(), names="comm")  # closed
        return view

    def _let_try(self, name: str, player: Policy) -> None:
        self.begin(name, partial(controlled, player))

    def __repr__(self) -> str:
        return f"Hand control of the robot {self.robot.name!r}, {len(self.tries)} tries"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """The widget; where no kernel runs, the pendulum at its start."""
        bundle: dict[str, Any] = dict(self.view._repr_mimebundle_(**options))
        still = self.live._repr_mimebundle_()["text/html"]
        return bundle | {"text/plain": repr(self), "text/html": still}


def hold_it(robot: RobotDescription, players: Mapping[str, Policy] | None = None) -> HandControl:
    """Hold the pendulum up by hand; then let others do it from the same start.

    Args:
        robot: the robot, with all its imperfections.
        players: policies that may try as well, by name; by default the LQR made for this robot
            and the policy `ppo-full` that comes with the course.
    """
    if players is None:
        from furutalib.learning.policy_folder import load_policy

        shipped = load_policy(data_folder() / "policies" / "ppo-full")
        players = {"LQR": LQR(robot), "ppo-full": shipped}
    return HandControl(robot, players)


def _sliders(robot: RobotDescription) -> tuple[Any, Any, Any, Any]:
    """Delay, slow motion, strength of a key, and the push without keys."""
    import ipywidgets as w

    look = {"style": {"description_width": "11em"}, "layout": {"width": "100%"}}
    latency_ms, most_ms = (
        1000 * robot.control.latency_s,
        1000 * PAST_COMMANDS / robot.control.rate_hz,
    )
    slow = w.IntSlider(1, min=1, max=20, description="slow motion (×)", **look)
    delay = w.FloatSlider(
        latency_ms,
        min=0,
        max=most_ms,
        step=5,
        description="delay (ms)",
        readout_format=".0f",
        **look,
    )
    strength = w.FloatSlider(0.3, min=0.05, max=1, step=0.05, description="push of a key", **look)
    push = w.FloatSlider(0.0, min=-1, max=1, step=0.01, description="push without keys", **look)
    return delay, slow, strength, push


def _button(name: str, act: Callable[[], None]) -> Any:
    import ipywidgets

    button = ipywidgets.Button(description=name, layout={"width": "auto"})
    button.on_click(lambda _button: act())
    return button
