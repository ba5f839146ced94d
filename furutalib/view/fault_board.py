"""The switches of an emulated robot's faults, by name; they work while a cell is busy."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from furutalib.view.stop_button import answer_beside_cells

if TYPE_CHECKING:
    from furutalib.machine.emulator.bench import Bench

ONCE = (
    "arm SPI drops a transfer",
    "arm counter browns out",
    "pendulum SPI drops a transfer",
    "pendulum counter browns out",
    "loop late",
    "loop stops",
    "pendulum upright",
)
"""What happens once when it is pressed, and needs no switching off."""


class FaultBoard:
    """A switch for every fault of an emulated robot.

    Args:
        bench: of the emulated robot.
        names: which faults; by default all.

    Attributes:
        switches: the switch of each fault by its name; those of `ONCE` are buttons.
        widget: what a notebook shows.
    """

    def __init__(self, bench: "Bench", names: Iterable[str] | None = None) -> None:
        import ipywidgets

        from furutalib.machine.emulator.faults import FAULTS

        self._bench = bench
        self.switches: dict[str, Any] = {}
        columns: dict[str, list[Any]] = {}
        for name in FAULTS if names is None else names:
            first, _, rest = name.partition(" ")
            counter = "" if name == "pendulum upright" else _COUNTERS.get(first, "")
            label = rest if counter else name
            self.switches[name] = self._switch(name, label, FAULTS[name])
            columns.setdefault(counter or "all else", []).append(self.switches[name])
        self._off = ipywidgets.Button(description="all off", layout={"width": "190px"})
        self._off.on_click(lambda _button: self.all_off())
        answer_beside_cells(self._off)
        boxes = [
            ipywidgets.VBox([ipywidgets.HTML(f"<b>{title}</b>"), *switches])
            for title, switches in columns.items()
        ]
        layout = {"flex_flow": "row wrap", "grid_gap": "4px 18px"}
        self.widget = ipywidgets.VBox([ipywidgets.Box(boxes, layout=layout), self._off])
        self.widget.add_class("furuta-fault-board")

    def all_off(self) -> None:
        """Switch every fault off; what went lost meanwhile (counts, a supply) stays lost."""
        for name, switch in self.switches.items():
            if name not in ONCE:
                switch.value = False

    def _switch(self, name: str, label: str, words: str) -> Any:
        import ipywidgets

        look = {"description": label, "tooltip": words, "layout": {"width": "190px"}}
        if name in ONCE:
            button = ipywidgets.Button(**look, icon="bolt")
            button.on_click(lambda _button: self._bench.fault(name))
        else:
            button = ipywidgets.ToggleButton(**look)
            button.observe(partial(self._changed, name, button), names="value")
        answer_beside_cells(button)
        return button

    def _changed(self, name: str, button: Any, _change: object) -> None:
        self._bench.fault(name, button.value)
        button.button_style = "danger" if button.value else ""

    def __repr__(self) -> str:
        on = [name for name, switch in self.switches.items() if getattr(switch, "value", False)]
        return f"Switches of {len(self.switches)} faults; on: {', '.join(on) or 'none'}"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = dict(self.widget._repr_mimebundle_(**options))
        return bundle | {"text/plain": repr(self), "text/html": f"<em>{self!r}</em>"}


_COUNTERS = {"arm": "the arm's counter", "pendulum": "the pendulum's counter"}
