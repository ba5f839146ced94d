"""A rehearsal of the power-up: a robot with one mistake in its wiring, and a multimeter.

What the meter shows comes from assembly/guide.toml: ranges, healthy values, and what each fault
changes. Nobody has measured any of it yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError, SequenceError
from furutalib.lessons.guide import Guide, Reading, load_guide
from furutalib.lessons.guide_page import range_text, value_text
from furutalib.lessons.message import Message
from furutalib.view.table import Cell, Column, Table

HEALTHY = "healthy"
LETTERS = "ABCDE"
COLUMNS = (
    Column("between", "between"),
    Column("range", "must be"),
    Column("shown", "the meter shows"),
)
_SALT = 0x706F776572
_GOOD, _BAD, _PLAIN = "#1a7f37", "#c0392b", "#6e7781"


def stages(guide: Guide) -> list[str]:
    """The steps of the guide at which something is measured, in their order."""
    measured_at = {each.at for each in guide.rehearsed()}
    return [step.id for step in guide.steps if step.id in measured_at]


def readings_at(guide: Guide, stage: str) -> list[Reading]:
    """What is rehearsed at a stage."""
    return [each for each in guide.rehearsed() if each.at == stage]


def names(guide: Guide) -> list[str]:
    """What a robot may have."""
    return [HEALTHY, *(fault.name for fault in guide.faults)]


def measured(guide: Guide, fault: str) -> dict[str, float]:
    """Every reading of a robot with this fault, by the reading's id.

    Raises:
        ConfigurationError: no such fault.
    """
    shows: Mapping[str, float] = {}
    if fault != HEALTHY:
        found = [each for each in guide.faults if each.name == fault]
        if not found:
            raise ConfigurationError(f"no fault {fault!r}; there are {', '.join(names(guide))}")
        shows = found[0].shows
    return {each.id: shows.get(each.id, each.value or 0.0) for each in guide.rehearsed()}


def wrong_at(guide: Guide, fault: str) -> str | None:
    """The first stage at which a reading is out of its range; None for a healthy robot."""
    values = measured(guide, fault)
    for stage in stages(guide):
        if any(not each.holds(values[each.id]) for each in readings_at(guide, stage)):
            return stage
    return None


def fault_of(letter: str) -> str:
    """What the robot of this letter has.

    Raises:
        ConfigurationError: no such robot.
    """
    if letter not in LETTERS or len(letter) != 1:
        raise ConfigurationError(f"no robot {letter!r}; there are {', '.join(LETTERS)}")
    every = names(load_guide())
    drawn = np.random.default_rng(_SALT).permutation(len(every) - 1)[: len(LETTERS) - 1] + 1
    order = np.random.default_rng(_SALT + 1).permutation([0, *drawn.tolist()])
    return every[int(order[LETTERS.index(letter)])]


def chart(letters: Sequence[str] = LETTERS) -> Table:
    """All readings of some robots, one column each."""
    guide = load_guide()
    values = {letter: measured(guide, fault_of(letter)) for letter in letters}
    columns = [*COLUMNS[:2], *(Column(letter, letter) for letter in letters)]
    rows: list[dict[str, Cell]] = [
        {
            "between": each.between,
            "range": range_text(each),
            **{letter: value_text(values[letter][each.id], each.unit) for letter in letters},
        }
        for each in guide.rehearsed()
    ]
    return Table("readings of some robots", columns, rows)


@dataclass
class Rehearsal:
    """One robot, from stage to stage.

    Whoever goes on although a reading is wrong learns what that does; then it is over.
    """

    fault: str
    guide: Guide = field(default_factory=load_guide)
    at: int = 0
    over: bool = False

    @property
    def stage(self) -> str:
        """The id of the step that it is at."""
        return stages(self.guide)[self.at]

    @property
    def title(self) -> str:
        """The title of that step."""
        return next(step.title for step in self.guide.steps if step.id == self.stage)

    def readings(self) -> list[dict[str, Cell]]:
        """What the meter shows at this stage: a row for `COLUMNS` each."""
        values = measured(self.guide, self.fault)
        return [_row(each, values[each.id]) for each in readings_at(self.guide, self.stage)]

    def go_on(self) -> Message:
        """Take the next stage.

        Raises:
            SequenceError: it is over.
        """
        self._begin()
        if self._wrong_here():
            self.over = True
            found = next(each for each in self.guide.faults if each.name == self.fault)
            return Message(f"Too soon. It was: {found.name}.", found.does, _BAD)
        if self.at + 1 == len(stages(self.guide)):
            self.over = True
            return Message(
                "All stages passed.", "The motor's wires go on, and lesson 07 takes over.", _GOOD
            )
        self.at += 1
        return Message(self.title, "Every reading so far was right.", _PLAIN)

    def stop(self, fault: str) -> Message:
        """Switch off here, and say what it is.

        Raises:
            SequenceError: it is over.
        """
        self._begin()
        self.over = True
        if fault == self.fault and self._wrong_here():
            return Message("Right.", "Found before it could hurt.", _GOOD)
        if fault == self.fault:
            return Message("A lucky guess.", "No reading has shown it yet.", _PLAIN)
        if self._wrong_here():
            text = f"It was: {self.fault}. Stopping was right, and nothing is lost: look again."
            return Message("Stopped in time, for another reason.", text, _PLAIN)
        return Message("Everything was right here.", "Stopping costs nothing but time.", _PLAIN)

    def _wrong_here(self) -> bool:
        values = measured(self.guide, self.fault)
        return any(not r.holds(values[r.id]) for r in readings_at(self.guide, self.stage))

    def _begin(self) -> None:
        if self.over:
            raise SequenceError("this robot's power-up is over; take another one")


def rehearsal(seed: int = 0) -> Any:
    """Robots one after the other: measure, then go on, or stop and say what it is."""
    import ipywidgets

    rng = np.random.default_rng(seed)
    guide = load_guide()
    robots = [Rehearsal(str(rng.choice(names(guide))), guide)]
    table = Table("what the meter shows", COLUMNS, [])
    said, heading = ipywidgets.HTML(), ipywidgets.HTML()
    cause = ipywidgets.Dropdown(options=names(guide), layout={"width": "24em"})
    go_on = ipywidgets.Button(description="All right: next stage", layout={"width": "auto"})
    stop = ipywidgets.Button(
        description="Stop: it is ...", button_style="warning", layout={"width": "auto"}
    )
    another = ipywidgets.Button(description="Another robot", layout={"width": "auto"})

    def show(message: Message | None = None) -> None:
        now = robots[-1]
        heading.value = f"<b>Robot {len(robots)}. {now.title}</b>"
        table.update(now.readings())
        said.value = message._repr_html_() if message else ""
        go_on.disabled = stop.disabled = now.over

    def take_another(_button: Any) -> None:
        robots.append(Rehearsal(str(rng.choice(names(guide))), guide))
        show()

    go_on.on_click(lambda _button: show(robots[-1].go_on()))
    stop.on_click(lambda _button: show(robots[-1].stop(cause.value)))
    another.on_click(take_another)
    show()
    row = ipywidgets.HBox([go_on, stop, cause, another], layout={"flex_flow": "row wrap"})
    return ipywidgets.VBox([heading, table, row, said])


def _row(reading: Reading, value: float) -> dict[str, Cell]:
    return {
        "between": reading.between,
        "range": range_text(reading),
        "shown": value_text(value, reading.unit),
    }
