"""A robot, an agent and a disk that only note what is done with them: for loops that shall be safe.

A learning loop gets all three. Nothing moves; afterwards `Rehearsal.story` tells the order of
events, and in which of them the motor was on.
"""

from dataclasses import dataclass, field
from typing import Any

from furutalib.facts.errors import SafetyTrip

TRIP = "the arm outran its limit"


@dataclass(frozen=True)
class Event:
    """Something that was done, and whether the motor was on meanwhile."""

    what: str
    motor: bool


@dataclass
class Rehearsal:
    """One robot on which an episode lasts `steps` steps, unless safety trips before.

    Attributes:
        steps: of an episode.
        trips_in: the step in which safety trips; 0: never.
        events: what was done so far, in order.
        saved: what was handed to the disk.
    """

    steps: int = 4
    trips_in: int = 0
    events: list[Event] = field(default_factory=list)
    saved: list[Any] = field(default_factory=list)
    motor: bool = False

    @property
    def robot(self) -> "Robot":
        """What is driven."""
        return Robot(self)

    @property
    def agent(self) -> "Agent":
        """What learns."""
        return Agent(self)

    @property
    def disk(self) -> "Disk":
        """Where something is kept."""
        return Disk(self)

    def note(self, what: str) -> None:
        """Something is being done."""
        self.events.append(Event(what, self.motor))

    def count(self, what: str) -> int:
        """How often it was done."""
        return sum(event.what == what for event in self.events)

    def story(self) -> str:
        """One line for each kind of event in a row, with how often, and the motor's state."""
        lines: list[tuple[Event, int]] = []
        for event in self.events:
            if lines and lines[-1][0] == event:
                lines[-1] = (event, lines[-1][1] + 1)
            else:
                lines.append((event, 1))
        told = [f"{event.what:14s}{_times(n):6s}{_motor(event)}" for event, n in lines]
        return "\n".join([*told, f"at the end the motor is {'ON' if self.motor else 'off'}"])


class Robot:
    """`reset()` switches the motor on; `step(action)`: what was seen, a reward, whether done."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal
        self._step = 0

    def reset(self) -> float:
        """Bring it to hang, motor on; what is seen."""
        self._rehearsal.motor = True
        self._rehearsal.note("reset")
        return 0.0

    def step(self, action: float) -> tuple[float, float, bool]:
        """Let a period pass.

        Raises:
            SafetyTrip: when it is time for that; the real one switches the motor off, too, but
                whoever drives it cannot know that of every error.
        """
        self._step += 1
        self._rehearsal.note("step")
        if self._step == self._rehearsal.trips_in:
            raise SafetyTrip(TRIP)
        return float(self._step), 1.0, self._step >= self._rehearsal.steps

    def off(self) -> None:
        """Motor off."""
        self._rehearsal.note("off")
        self._rehearsal.motor = False


class Agent:
    """`act(seen)`, `remember(seen, reward)`, `update()`; `network` is a part of `everything()`."""

    network = "the network alone"

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    def act(self, seen: float) -> float:
        """An action for what is seen."""
        return 0.1

    def remember(self, seen: float, reward: float) -> None:
        """Put what came of the last action into the replay buffer."""
        self._rehearsal.note("remember")

    def update(self) -> None:
        """One update for each step that was remembered since the last call; takes seconds."""
        self._rehearsal.note("update")

    def everything(self) -> dict[str, str]:
        """Networks, replay buffer, counters and random state."""
        self._rehearsal.note("collect state")
        return dict.fromkeys(("network", "replay buffer", "counters", "random state"), "...")


class Disk:
    """`save(what)` keeps it, whole or not at all."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self._rehearsal = rehearsal

    def save(self, what: Any) -> None:
        """Keep it."""
        self._rehearsal.note("save")
        self._rehearsal.saved.append(what)


def _times(count: int) -> str:
    return f"x {count}" if count > 1 else ""


def _motor(event: Event) -> str:
    return "motor ON" if event.motor else "motor off"
