"""One run in a dashboard: how far it is, and its buttons."""

import traceback
from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets

from furutalib.facts.errors import RunError
from furutalib.learning.progress import figures, share_done
from furutalib.learning.run import Run
from furutalib.learning.run_files import Status
from furutalib.learning.training import resume
from furutalib.view.robot_run import is_on_robot, robot_words

_BAR_STYLES = {"finished": "success", "failed": "danger", "interrupted": "warning"}


class RunRow:
    """State, progress bar and buttons of one run."""

    def __init__(self, run: Run, name: str, colour: str, follow: Callable[[], None]) -> None:
        self._run = run
        self._title = f'<span style="color:{colour}">■</span> <b>{escape(name)}</b>'
        self._follow = follow
        self._head = ipywidgets.HTML(layout=ipywidgets.Layout(min_width="140px"))
        self._bar = ipywidgets.FloatProgress(max=1.0, layout=ipywidgets.Layout(flex="1 1 120px"))
        self._stop = self._button("Stop", "Ends after its current round and keeps what it has")
        self._resume = self._button("Resume", "Goes on from where it was")
        self._line = ipywidgets.HTML(layout=ipywidgets.Layout(flex="5 1 460px"))
        self._note = ipywidgets.HTML()
        row = [self._head, self._bar, self._line, self._stop, self._resume]
        layout = ipywidgets.Layout(align_items="center", flex_flow="row wrap", grid_gap="0 8px")
        self.widget = ipywidgets.VBox([ipywidgets.Box(row, layout=layout), self._note])

    def refresh(self) -> Status:
        """Show how far the run is now."""
        status = self._run.status
        stopping = not status.over and self._run.files.stop.exists()
        state = "stopping" if stopping else status.state
        self._head.value = f'{self._title} <span class="furuta-state">{state}</span>'
        steps, *rest = figures(status)
        told = ", ".join([*rest, *filter(None, [status.message, self._of_robot()])])
        self._line.value = f'<span class="furuta-steps">{steps}</span>, {escape(told)}'
        self._bar.value = share_done(status)
        self._bar.bar_style = _BAR_STYLES.get(status.state, "")
        self._stop.disabled = status.over or stopping
        self._resume.disabled = not status.over
        return status

    def _of_robot(self) -> str:
        run = self._run
        return robot_words(run.progress(), run.evaluations()) if is_on_robot(run) else ""

    def _button(self, name: str, tooltip: str) -> Any:
        button = ipywidgets.Button(
            description=name, tooltip=tooltip, layout=ipywidgets.Layout(width="90px")
        )
        button.on_click(self._pressed)
        return button

    def _pressed(self, button: Any) -> None:
        """What goes wrong is shown here: nobody sees what a callback raises."""
        self._note.value = ""
        try:
            if button is self._stop:
                self._run.stop()
            else:
                resume(self._run)
            self.refresh()
            self._follow()
        except RunError as error:
            self._note.value = f'<span class="furuta-error">{escape(str(error))}</span>'
        except Exception:
            self._note.value = f'<pre class="furuta-error">{escape(traceback.format_exc())}</pre>'
            raise
