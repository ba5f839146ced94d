"""Two wires exchanged, and what a walk along the wires says about it."""

import copy
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.message import Message
from furutalib.lessons.wiring import Wiring, load_wiring
from furutalib.lessons.wiring_check import problems

_GOOD, _BAD = "#bc6c00", "#c0392b"
BOXES = ("DRIVER", "BOARD", "SHIFTER", "ENCODER", "MOTOR", "ARM COUNTER", "PENDULUM COUNTER")


def pins_of(wiring: Wiring, box: str) -> list[str]:
    """The pins of a box, in the order of the file."""
    return [pin for of, pin in wiring.labels if of == box]


def exchanged(wiring: Wiring, box: str, first: str, second: str) -> Wiring:
    """The wiring with the wires at two pins of a box exchanged.

    Raises:
        ConfigurationError: the box or a pin is not there.
    """
    for pin in (first, second):
        if (box, pin) not in wiring.labels:
            raise ConfigurationError(
                f"no pin {pin!r} at {box!r}; there are {', '.join(pins_of(wiring, box)) or 'none'}"
            )
    turn = {first: second, second: first}
    data = copy.deepcopy(dict(wiring.data))
    for connection in data["connections"]:
        for place in connection:
            if box in place:
                names = {str(pin): pin for pin in wiring.data["connectors"][box]["pins"]}
                place[box] = [names[turn.get(str(pin), str(pin))] for pin in place[box]]
    return Wiring(data)


def verdict(found: list[str]) -> Message:
    """What was found, as a box."""
    if not found:
        text = "No voltage is wrong anywhere. So no multimeter finds it; who does?"
        return Message("Quiet.", text, _GOOD)
    deaths = sum("survives" in each for each in found)
    title = f"{deaths} pins may get more than they survive." if deaths else "Nothing dies."
    return Message(title, "\n".join(found), _BAD)


def mistake_playground() -> Any:
    """A box and two of its pins to choose; what would happen if their wires were exchanged."""
    import ipywidgets

    wiring = load_wiring()
    look = {"style": {"description_width": "4em"}, "layout": {"width": "20em"}}
    box = ipywidgets.Dropdown(options=BOXES, description="box", **look)
    first = ipywidgets.Dropdown(description="pin", **look)
    second = ipywidgets.Dropdown(description="pin", **look)
    said = ipywidgets.HTML()

    def choose(_change: Any = None) -> None:
        pins = [
            (f"{pin}: {label}" if label != pin else pin, pin)
            for (of, pin), label in wiring.labels.items()
            if of == box.value
        ]
        first.options = second.options = pins
        first.value = second.value = pins[0][1]

    def show(_change: Any = None) -> None:
        if not {first.value, second.value} <= set(pins_of(wiring, box.value)):
            return  # another box was chosen, and its pins are just coming
        if first.value == second.value:
            said.value = Message("As drawn.", "Choose two pins.")._repr_html_()
            return
        wrong = exchanged(wiring, box.value, first.value, second.value)
        said.value = verdict(problems(wrong))._repr_html_()

    box.observe(choose, names="value")
    for pin in (first, second):
        pin.observe(show, names="value")
    choose()
    show()
    row = ipywidgets.HBox([box, first, second], layout={"flex_flow": "row wrap"})
    return ipywidgets.VBox([row, said])
