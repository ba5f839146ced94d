"""The plant playground of lesson 02: a slider for every number, and at once what it changes."""

import html
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from furutalib.facts.fidelity import EFFECTS
from furutalib.facts.robot import RobotDescription
from furutalib.learning.scene import furuta_scene
from furutalib.lessons.imperfections import STARTS, straw, swing_ups
from furutalib.lessons.plant_knobs import (
    GROUPS,
    Knob,
    Row,
    knob_range,
    knobs,
    relative_change,
    shown,
    turned,
)
from furutalib.lessons.plant_responses import REFERENCES, RESPONSES, Floats, Response, respond
from furutalib.view.plot import Curve, Plot
from furutalib.view.scene_view import Player
from furutalib.view.tracks import Track, furuta_track

Curves = tuple[tuple[str, Floats], dict[str, Curve]]
THIS = "this plant"
_GREY, _ORANGE = "#868e96", "#e8590c"
_SCENE_PX, _PLOT_PX = 280, 180


class PlantPlayground:
    """The sliders, and what this plant does beside an ideal one; shown as one widget.

    Attributes:
        sliders: by the keys of `RobotDescription.with_values`, in the units of their knobs.
        switches: by the names of the effects.
        what: which response is shown.
        pendulum, arm: plots of the pendulum's angle and of the arm's speed.
        player: both plants moving, the other one as a ghost.
        words: how many swing-ups succeed, and how the challenge stands.
    """

    def __init__(self, robot: RobotDescription) -> None:
        import ipywidgets

        self.robot = robot
        self.sliders = {knob.key: _slider(knob, robot) for knob in knobs()}
        self.switches = {
            name: ipywidgets.Checkbox(True, description=name, tooltip=meaning, indent=False)
            for name, meaning in EFFECTS.items()
        }
        self.what = ipywidgets.ToggleButtons(options=list(RESPONSES))
        self.words = ipywidgets.HTML()
        self._compared: dict[str, Response] = {}
        self._answered = self._asked()
        answers = self._answers()
        both = f"as measured: {THIS}, dashed what it is compared with"
        self.pendulum = _plot("pendulum (°)", both, _pendulum(answers))
        self.arm = _plot("arm speed (rad/s)", both, _arm(answers))
        self.player = Player(furuta_scene(robot), _tracks(answers), plots=(), height=_SCENE_PX)
        self._tell()
        for control in (*self.sliders.values(), *self.switches.values(), self.what):
            control.observe(self._changed, names="value")
        self.view = self._build_view()

    @property
    def plant(self) -> RobotDescription:
        """The robot as the sliders say."""
        return turned(self.robot, {key: slider.value for key, slider in self.sliders.items()})

    @property
    def fidelity(self) -> frozenset[str]:
        """The effects that are switched on."""
        return frozenset(effect for effect, switch in self.switches.items() if switch.value)

    def switch_all(self, on: bool) -> None:
        """Switch all effects on or off."""
        self._set(dict.fromkeys(self.switches.values(), on))

    def reset(self) -> None:
        """The robot as described, with all its imperfections."""
        values = {self.sliders[knob.key]: shown(self.robot, knob) for knob in knobs()}
        self._set(values | dict.fromkeys(self.switches.values(), True))

    def _set(self, values: Mapping[Any, Any]) -> None:
        """Change many controls, and answer once."""
        for control, value in values.items():
            control.unobserve(self._changed, names="value")
            control.value = value
            control.observe(self._changed, names="value")
        self._changed()

    # ipywidgets holds the events of a moving slider back while this runs and then sends the last
    # one only: events cannot pile up as long as the answer is given here and not in a thread.
    def _changed(self, _change: object = None) -> None:
        asked = self._asked()
        if asked == self._answered:  # a page that opens rounds the sliders' last digits
            return
        self._answered = asked
        answers = self._answers()
        self.pendulum.update(*_pendulum(answers))
        self.arm.update(*_arm(answers))
        self.player.update(_tracks(answers))
        self._tell()

    def _asked(self) -> tuple[RobotDescription, frozenset[str], str]:
        return self.plant, self.fidelity, self.what.value

    def _answers(self) -> dict[str, Response]:
        what = self.what.value
        name, effects = REFERENCES[what]
        if what not in self._compared:
            self._compared[what] = respond(self.robot, self.robot, effects, what)
        this = respond(self.robot, self.plant, self.fidelity, what)
        return {THIS: this, name: self._compared[what]}

    def _tell(self) -> None:
        successes = swing_ups(self.robot, self.plant, self.fidelity)
        moved = {
            knob.key: relative_change(shown(self.robot, knob), self.sliders[knob.key].value)
            for rows in GROUPS.values()
            for row in rows
            for knob in row.knobs
            if row.effect
        }
        changes = {key: change for key, change in moved.items() if change}
        verdict = straw(changes, successes, all_on=all(s.value for s in self.switches.values()))
        self.words.value = (
            f"<b>{successes} of {len(STARTS)}</b> swing-ups succeed on this plant.<br>"
            f"{html.escape(verdict)}"
        )

    def _build_view(self) -> Any:
        import ipywidgets as w

        tabs = [w.VBox([self._row(row) for row in rows]) for rows in GROUPS.values()]
        left = [w.Tab(tabs, titles=list(GROUPS)), self.words]
        right = [self.player, self.pendulum, self.arm]
        columns = [
            w.VBox(left, layout={"flex": "1 1 27em"}),
            w.VBox(right, layout={"flex": "2 1 24em"}),
        ]
        body = w.HBox(columns, layout={"flex_flow": "row wrap", "grid_gap": "1em"})
        view = w.VBox([self._buttons(), body])
        view.add_class("furuta-plant-playground")
        return view

    def _row(self, row: Row) -> Any:
        import ipywidgets

        sliders = [self.sliders[knob.key] for knob in row.knobs]
        return ipywidgets.VBox([self.switches[row.effect], *sliders] if row.effect else sliders)

    def _buttons(self) -> Any:
        import ipywidgets

        actions: Mapping[str, Callable[[], None]] = {
            "Reset": self.reset,
            "All on": lambda: self.switch_all(True),
            "All off": lambda: self.switch_all(False),
        }
        buttons = []
        for name, act in actions.items():
            button = ipywidgets.Button(description=name, layout={"width": "auto"})
            button.on_click(lambda _button, act=act: act())
            buttons.append(button)
        return ipywidgets.HBox([self.what, *buttons], layout={"flex_flow": "row wrap"})

    def __repr__(self) -> str:
        return f"Plant playground of the robot {self.robot.name!r}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """The widget; where no kernel runs, the scene and the plots as they stand."""
        bundle: dict[str, Any] = dict(self.view._repr_mimebundle_(**options))
        parts = (self.player, self.pendulum, self.arm)
        still = "".join(part._repr_mimebundle_()["text/html"] for part in parts)
        return bundle | {"text/plain": repr(self), "text/html": still}


def plant_playground(robot: RobotDescription) -> PlantPlayground:
    """Sliders for every number of a robot; what a push, a step or a swing-up then does."""
    return PlantPlayground(robot)


def _slider(knob: Knob, robot: RobotDescription) -> Any:
    import ipywidgets

    low, high = knob_range(knob, robot)
    decimals = max(0, math.ceil(-math.log10(knob.step)))
    return ipywidgets.FloatSlider(
        shown(robot, knob),
        min=low,
        max=high,
        step=knob.step,
        description=f"{knob.title} ({knob.unit})",
        readout_format=f".{decimals}f",
        layout={"width": "100%"},
        style={"description_width": "12em"},
    )


def _plot(title: str, both: str, curves: Curves) -> Plot:
    return Plot(f"{title} {both}", *curves, title=title, height=_PLOT_PX)


def _pendulum(answers: Mapping[str, Response]) -> Curves:
    return _curves(answers, lambda each: np.degrees(each.pendulum_rad))


def _arm(answers: Mapping[str, Response]) -> Curves:
    return _curves(answers, lambda each: each.arm_speed_rad_s)


def _curves(answers: Mapping[str, Response], pick: Callable[[Response], Floats]) -> Curves:
    """x and series of a Plot."""
    series = {
        name: Curve(pick(each), _ORANGE) if name == THIS else Curve(pick(each), _GREY, "dash")
        for name, each in answers.items()
    }
    return ("time (s)", answers[THIS].time_s), series


def _tracks(answers: Mapping[str, Response]) -> list[Track]:
    return [
        furuta_track(
            name,
            each.time_s,
            each.arm_rad,
            each.pendulum_rad,
            each.command,
            colour=None if name == THIS else _GREY,
        )
        for name, each in answers.items()
    ]
