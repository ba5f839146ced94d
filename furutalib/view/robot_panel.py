"""A robot while a cell drives it: the scene, what was asked and sent, its state, the red button."""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable
from html import escape
from typing import Any

from furutalib.learning.scene import furuta_scene
from furutalib.machine.clock import MonotonicClock
from furutalib.machine.robot import Flag, Reading
from furutalib.machine.safety import SafeRobot
from furutalib.maths.estimator import TURN_RAD
from furutalib.view.scene_view import Live
from furutalib.view.stop_button import StopButton, stop_button

PLOTS = (
    "arm (°)",
    "pendulum, away from upright (°)",
    ("command: asked (blue), sent", 2),
    "lateness (ms)",
)
SHOWN_PER_S = 25.0
_LONGEST_PAUSE_S = 0.3  # after more than this nobody drove, and the pace begins anew
_LOOKS_S = 0.4  # how often it is looked, beside the cells, whether somebody still drives
_GREEN, _GREY, _RED, _ORANGE = "#2b8a3e", "#868e96", "#c92a2a", "#e8590c"


class RobotPanel:
    """Follows a robot from now on, whoever drives it; `close` ends that.

    It is told every period by the robot and sends 25 of them a second to the page, from the
    thread that drives. What one costs is in `cost_s`.

    Args:
        robot: emulated or real, with its safety around it.
        speed: how many times faster than a clock on the wall a robot may be shown whose time is
            computed; such a robot is held back. A robot in wall time is not touched by this.
        clock, sleep: for tests.

    Attributes:
        live: the moving scene with its plots.
        stop: the emergency stop.
        cost_s: how long the last period that was shown took to be sent.
    """

    def __init__(
        self,
        robot: SafeRobot,
        speed: float = 1.0,
        *,
        height: int = 360,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        import ipywidgets

        self.robot = robot
        self.cost_s = math.nan
        self._clock, self._sleep = clock, sleep
        self._speed = speed
        self._driven_s = 0.0  # of the robot's time that was seen
        self._paced_from = (clock(), 0.0)
        self._shown_s = -math.inf
        self._told = ""
        self._seen_s = clock()
        self._looking = False
        self.live = Live(
            furuta_scene(robot.description),
            PLOTS,
            label=f"the robot {robot.description.name}, live",
            height=height,
        )
        self.stop: StopButton = stop_button(robot)
        self._state = ipywidgets.HTML()
        self.widget = ipywidgets.VBox([self.stop, self._state, self.live])
        self.widget.add_class("furuta-robot-panel")
        self._say(_GREY, "motor off", "Nobody has driven it yet.")
        robot.listeners.append(self._see)

    def close(self) -> None:
        """Do not follow the robot any more; what was shown last stays."""
        if self._see in self.robot.listeners:
            self.robot.listeners.remove(self._see)

    # ------------------------------------------------------------------ inside
    def _see(self, asked: float, reading: Reading) -> None:
        """One period has passed."""
        self._driven_s += self.robot.dt
        now = self._seen_s = self._clock()
        tripped = bool(reading.flags & Flag.TRIPPED)
        if tripped or now - self._shown_s >= 1.0 / SHOWN_PER_S:
            self._shown_s = now
            self._show(asked, reading)
            self.cost_s = self._clock() - now
        self._look_later()
        self._hold_back()

    def _look_later(self) -> None:
        """Look beside the cells, that is when none is busy, whether somebody still drives."""
        if not self._looking:
            with contextlib.suppress(RuntimeError):  # no notebook
                asyncio.get_running_loop().call_later(_LOOKS_S, self._look)
                self._looking = True

    def _look(self) -> None:
        self._looking = False
        if self.robot.stopped:
            return
        if self._clock() - self._seen_s < _LONGEST_PAUSE_S:
            self._look_later()
        else:
            self._say(*self._idle())

    def _idle(self) -> tuple[str, str, str]:
        """What a robot does that nobody drives."""
        inner: Any = self.robot.inner
        if not isinstance(getattr(inner, "clock", None), MonotonicClock):
            return _GREY, "nobody drives", "Between the cells this robot's time stands still."
        why = inner.guardian.tripped()
        return (_RED, "motor off", f"The guardian: {why}.") if why else (_GREY, "motor off", "")

    def _show(self, asked: float, reading: Reading) -> None:
        arm, pendulum = reading.arm_angle_rad, reading.pendulum_angle_rad
        if math.isfinite(arm) and math.isfinite(pendulum):
            late_s = getattr(self.robot.inner, "late_s", 0.0)
            away = abs(math.degrees(math.remainder(pendulum - math.pi, TURN_RAD)))
            late_ms = abs(round(1e3 * late_s, 3))  # computed time is off by its rounding
            values = (math.degrees(arm), away, asked, reading.command, late_ms)
            self.live.show(self._driven_s, (arm, pendulum), reading.command, values)
        trip = self.robot.trip
        if trip:
            self._say(_RED, f"tripped: {trip.cause}", f"{trip.why}. What to do: {trip.what_to_do}.")
        elif reading.flags & Flag.LIMITED:
            self._say(_ORANGE, "motor on, limited", "Safety turned the command down.")
        else:
            self._say(_GREEN, "motor on", "")

    def _say(self, colour: str, state: str, more: str) -> None:
        text = (
            f'<div class="furuta-robot-state" style="border-left: 6px solid {colour}; padding: '
            f'2px 10px; line-height: 1.5"><b>{escape(state)}</b> {escape(more)}</div>'
        )
        if text != self._told:
            self._told = self._state.value = text

    def _hold_back(self) -> None:
        """A robot whose time is computed waits for the wall's."""
        began_s, at_s = self._paced_from
        ahead_s = (self._driven_s - at_s) / self._speed - (self._clock() - began_s)
        if ahead_s < -_LONGEST_PAUSE_S:
            self._paced_from = (self._clock(), self._driven_s)
        elif ahead_s > 0.0:
            self._sleep(ahead_s)

    def __repr__(self) -> str:
        return f"Panel of the robot {self.robot.description.name!r}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """The widget; where no kernel runs, the robot hanging at rest."""
        bundle: dict[str, Any] = dict(self.widget._repr_mimebundle_(**options))
        still = self.live._repr_mimebundle_()["text/html"]
        return bundle | {"text/plain": repr(self), "text/html": still}


def robot_panel(robot: SafeRobot, speed: float = 1.0) -> RobotPanel:
    """Show a robot below this cell, from now on, while this and other cells drive it.

    Args:
        robot: emulated or real.
        speed: how many times faster than in reality an emulated robot may be shown whose time is
            computed.
    """
    return RobotPanel(robot, speed)
