"""The emergency stop as a big button that works while a cell is busy.

The page sends what widgets say to another thread of the kernel (a "subshell": JupyterLab 4.4 and
ipykernel 7, or newer), where it is answered although a cell runs. Three more ways lead to a motor
that is off, none of which needs that thread: the page has the kernel interrupted if the button is
not answered at once; the guardian of the motor switches off when the control loop falls silent;
and the plug of the motor's supply.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from furutalib.machine.safety import LONGEST_BRAKING_S, SafeRobot
from furutalib.view.widget import View

WHY = "somebody pressed EMERGENCY STOP"
OFF_AFTER_S = LONGEST_BRAKING_S + 0.1  # whoever drives has braked and switched off by then


class StopButton(View):
    """A big red button.

    Args:
        stop: called when it is pressed, in another thread if the kernel is busy; what it returns
            is shown beside the button.
        after: called after that.
        hint: what stands beside the button at first.
    """

    kind = "stop"

    def __init__(
        self, stop: Callable[[], str], after: Callable[[], str] | None = None, hint: str = ""
    ) -> None:
        super().__init__({"label": "EMERGENCY STOP", "hint": hint})
        self._steps = [stop] if after is None else [stop, after]
        self.on_msg(self._heard)
        answer_beside_cells(self)

    def press(self) -> None:
        """Do what the button does."""
        for step in self._steps:
            self.send({"kind": "stopped", "text": step()})

    def _heard(self, _view: Any, message: Mapping[str, Any], _buffers: Any) -> None:
        if message.get("kind") == "stop":
            self.press()


def answer_beside_cells(widget: Any) -> None:
    """Let what the page sends to a widget be answered while a cell is busy.

    ipykernel (7.4) answers a widget in the thread that was last to send something to it, which is
    the one that runs the cells: it made the widget. Here it is left to the page, which asks for
    another thread. Older kernels do so anyway.
    """
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = lambda _data, of_the_page: of_the_page


def stop_button(robot: SafeRobot) -> StopButton:
    """The emergency stop of a robot: the arm is braked at once, the motor switched off.

    Whoever drives the robot gets a `SafetyTrip` from the step under way, which brakes the arm until
    it is still and has the guardian take the enable line low. If nobody drives, or whoever does
    hangs, the guardian is told from here.
    """

    def stop() -> str:
        robot.emergency_stop(WHY)
        return "Stopped: the motor is braked."

    def switch_off() -> str:
        time.sleep(OFF_AFTER_S)
        if robot.stopped:  # else somebody was quick to clear it
            robot.off()
        return "Stopped: the motor is off. Look why; then robot.clear() and robot.reset()."

    return StopButton(stop, switch_off, "Works while a cell is busy. Click it, or Tab and Space.")
