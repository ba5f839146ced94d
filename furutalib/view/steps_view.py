"""Steps to be done one after the other, each with a tick that somebody keeps."""

import base64
import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from furutalib.view.widget import View


@dataclass(frozen=True)
class ShownStep:
    """One step as it is shown.

    `readings` say where to measure, what it must be, and what another value means. In texts,
    what stands between backticks is shown as code.
    """

    id: str
    stage: str
    title: str
    action: str
    check: str
    trouble: str
    parts: Sequence[str] = ()
    tools: Sequence[str] = ()
    readings: Sequence[tuple[str, str, str]] = ()


class Keeper(Protocol):
    """Whoever remembers the ticks; what it says is shown below the step."""

    @property
    def done(self) -> Mapping[str, str]:
        """When each step was ticked, by its id."""

    @property
    def said(self) -> str:
        """What there is to say about the last change."""

    def tick(self, step: str, done: bool) -> None:
        """Keep that a step was ticked, or is no longer."""


class StepsView(View):
    """A list of steps to leaf through and to tick.

    Args:
        steps: in their order.
        keeper: of the ticks.
        picture: gives the SVG of a step by its id, or None.
        label: what it is, for people who do not see it.
    """

    kind = "steps"

    def __init__(
        self,
        steps: Sequence[ShownStep],
        keeper: Keeper,
        picture: Callable[[str], bytes | None] = lambda step: None,
        label: str = "",
    ) -> None:
        self._steps = tuple(steps)
        self._keeper = keeper
        self._picture = picture
        self._label = label or f"{len(steps)} steps"
        self._at = self._first_open()
        super().__init__(self._payload())
        self.on_msg(self._heard)

    @property
    def at(self) -> str:
        """The id of the step that is shown."""
        return self._steps[self._at].id

    def go(self, step: str) -> None:
        """Show the step with this id."""
        self._at = [each.id for each in self._steps].index(step)
        self.payload = self._payload()

    def tick(self, step: str, done: bool = True) -> None:
        """Tick a step, as the box does."""
        self._keeper.tick(step, done)
        self.payload = self._payload()

    def still_html(self) -> str:
        """All steps as a list."""
        items = (
            f"<li><b>{html.escape(each.title)}.</b> {html.escape(each.action)}</li>"
            for each in self._steps
        )
        return f"<ol>{''.join(items)}</ol>"

    def _first_open(self) -> int:
        done = self._keeper.done
        return next((i for i, each in enumerate(self._steps) if each.id not in done), 0)

    def _payload(self) -> dict[str, Any]:
        picture = self._picture(self.at)
        return {
            "label": self._label,
            "steps": [asdict(each) for each in self._steps],
            "at": self._at,
            "done": dict(self._keeper.done),
            "said": self._keeper.said,
            "picture": base64.b64encode(picture).decode("ascii") if picture else None,
        }

    def _heard(self, _view: Any, message: Mapping[str, Any], _buffers: Any) -> None:
        if message.get("kind") == "go":
            self.go(self._steps[message["at"]].id)
        elif message.get("kind") == "tick":
            self.tick(message["id"], bool(message["done"]))
