"""What a step of bring-up is made of: a question, hands that do what only hands can, an outcome.

Nothing here knows whether a command line, a notebook or a test asks and answers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from furutalib.facts.errors import ChipError
from furutalib.machine.pulse_fit import PulseFit
from furutalib.machine.rig import COUNTERS, Rig


class Deed(Enum):
    """What a person is asked to do with their hands, in words."""

    ARM_MIDDLE = (
        "Turn the arm to its middle, so that it points to the front, where you want its zero, and "
        "no cable at it is wound up; let the pendulum hang."
    )
    ARM_LEFT = (
        "Look at the robot from above. Turn the arm counter-clockwise by about a quarter turn, "
        "and leave it there."
    )
    PENDULUM_LEFT = (
        "Look from the motor's axis along the arm, outward. Lift the pendulum to your left, by "
        "about a quarter turn, and hold it there until the answer comes."
    )
    PENDULUM_HANGS = "Let the pendulum down gently and wait until it hangs still."
    ARM_BACK = (
        "Turn the arm clockwise by half a turn, so that it points to the back, and mark on the "
        "base where it stands."
    )
    ARM_TURN = (
        "Turn the arm counter-clockwise, seen from above, by one full turn: once round, back to "
        "your mark."
    )
    PENDULUM_TURN = (
        "Turn the pendulum to the left by one full turn, over the top, and let it hang still again."
    )
    HANDS_OFF = (
        "Switch the motor's supply on, keep your hand at its switch, and take all else out of the "
        "arm's reach: from here on the arm moves by itself."
    )
    PRESS_STOP = "Press the emergency stop, or switch the motor's supply off."
    RELEASE_STOP = "Release the emergency stop again, or switch the motor's supply on."


class Question(Enum):
    """What a person is asked; every answer is yes or no."""

    TURNS_EASILY = "Turn the arm by hand now, the motor is off. Does it turn easily?"


class Hands(Protocol):
    """Whoever stands beside the robot. The motor is off while either of these runs."""

    def act(self, deed: Deed) -> None:
        """Do it; return when it is done."""
        ...

    def ask(self, question: Question) -> bool:
        """Whether the answer is yes."""
        ...


class Found(NamedTuple):
    """A value for the robot's file, and how it was found."""

    value: float
    how: str


@dataclass(frozen=True)
class Outcome:
    """What a step found; if it failed also what that means and what to check."""

    ok: bool
    found: str
    means: str = ""
    check: str = ""
    values: Mapping[str, Found] = field(default_factory=lambda: MappingProxyType({}))


@dataclass
class Work:
    """What the steps work on, and what the ones before have found."""

    rig: Rig
    hands: Hands
    signs: dict[str, int] = field(default_factory=dict)  # by "arm", "pendulum" and "motor"
    starts_at: float = 0.0  # the command at which the arm began to move in the first, fast ramp
    breakaway: float = 0.0  # the same, measured in slow ramps
    fit: PulseFit | None = None

    def counts(self) -> dict[str, int]:
        """The counts of both counters, which must still be as they were configured.

        Raises:
            ChipError: one is not; it says which, and what to check.
        """
        for counter in self.rig.counters:
            if counter.status().power_lost or not counter.verify():
                raise ChipError(
                    f"{counter.name} has lost its supply or its mode since it was configured: "
                    "check its 5 V wire and its SPI wires (for a moving one, the slip ring)"
                )
        values = (counter.read() for counter in self.rig.counters)
        return dict(zip(COUNTERS, values, strict=True))

    def counted(self, deed: Deed) -> dict[str, int]:
        """By how much both counts change while hands do something."""
        before = self.counts()
        self.hands.act(deed)
        after = self.counts()
        return {name: after[name] - before[name] for name in COUNTERS}


@dataclass(frozen=True)
class Step:
    """One question that the robot must answer before the next is asked."""

    name: str
    asks: str
    does: str
    run: Callable[[Work], Outcome]
