"""`furuta bring-up`: the questions of bring-up in a terminal."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from furutalib.facts.errors import ConfigurationError, WireError
from furutalib.facts.robot_file import refuse_unless_new
from furutalib.machine.bring_up import STEPS, BringUp
from furutalib.machine.bring_up_step import Deed, Hands, Outcome, Question, Step
from furutalib.machine.rig import Rig, emulated_rig, real_rig

KINDS = ("emulated", "real")
_INDENT = "      "

Say = Callable[[str], None]
Hear = Callable[[str], str]


class TerminalHands:
    """A person at a terminal.

    Args:
        say: shows a line.
        hear: shows a prompt and returns what is typed, like `input`.
    """

    def __init__(self, say: Say, hear: Hear) -> None:
        self._say, self._hear = say, hear

    def act(self, deed: Deed) -> None:
        """Say what to do, and wait for Enter."""
        self._say(f"{_INDENT}-> {deed.value}")
        self._hear(f"{_INDENT}   Enter when that is so: ")

    def ask(self, question: Question) -> bool:
        """Ask until the answer is yes or no."""
        self._say(f"{_INDENT}-> {question.value}")
        while True:
            answer = self._hear(f"{_INDENT}   yes or no: ").strip().lower()
            if answer in ("y", "yes", "n", "no"):
                return answer.startswith("y")


class _Playing:
    """Hands that say what they do."""

    def __init__(self, hands: Hands, say: Say) -> None:
        self._hands, self._say = hands, say

    def act(self, deed: Deed) -> None:
        self._say(f"{_INDENT}-> {deed.value}")
        self._hands.act(deed)

    def ask(self, question: Question) -> bool:
        answer = self._hands.ask(question)
        self._say(f"{_INDENT}-> {question.value} {'Yes' if answer else 'No'}.")
        return answer


def bring_up(kind: str, robot: str | Path, target: Path, say: Say, hear: Hear, today: date) -> bool:
    """Ask all questions; whether every answer was right and the calibrated file is written.

    Args:
        kind: one of `KINDS`; the emulated robot has hands of its own and nobody is asked.
        robot: name or TOML file of the robot as it is believed to be.
        target: the new file.
        say: shows a line.
        hear: shows a prompt and returns what is typed, like `input`.
        today: the date that the file will give.

    Raises:
        ConfigurationError: there is no such kind or robot, or the target is there already or
            cannot be written; nothing is asked then.
        WireError: (real) a bus or a pin is missing; the message says what to add.
        LineBusyError: another program drives this robot.
    """
    refuse_unless_new(target)
    with ExitStack() as stack:
        rig, hands = _ready(kind, robot, say, hear, stack)
        work = BringUp(rig, hands)
        for _, outcome in work.run(lambda step: _head(step, say)):
            _show(outcome, say)
        if not work.complete:
            say("\nStopped; nothing was written. Put this right, then begin again.")
            return False
        say(f"\nAll is well. What was found is in {work.write(target, today)}.")
    if kind == "emulated":
        say("This was an emulated robot: its numbers say nothing about a real one.")
    return True


def _ready(
    kind: str, robot: str | Path, say: Say, hear: Hear, stack: ExitStack
) -> tuple[Rig, Hands]:
    if kind not in KINDS:
        raise ConfigurationError(f"cannot bring up {kind!r}; known: {', '.join(KINDS)}")
    if kind == "real":
        try:
            return stack.enter_context(real_rig(robot)), TerminalHands(say, hear)
        except WireError as error:
            raise WireError(
                f"{error}. `furuta check --robot real` shows all that is missing"
            ) from (error)
    from furutalib.machine.emulator.bench import PlantBench
    from furutalib.machine.emulator.hands import EmulatedHands

    bench = PlantBench(robot)
    stack.callback(bench.close)
    rig = stack.enter_context(emulated_rig(robot, bench))
    return rig, _Playing(EmulatedHands(bench), say)


def _head(step: Step, say: Say) -> None:
    number = STEPS.index(step) + 1
    say(f"\n{number:2d}/{len(STEPS)} {step.asks}")
    say(f"{_INDENT}{step.does}")


def _show(outcome: Outcome, say: Say) -> None:
    say(f"{_INDENT}{'ok' if outcome.ok else 'NO'}: {outcome.found}")
    for title, text in (("it means", outcome.means), ("check", outcome.check)):
        if text:
            say(f"{_INDENT}{title}: {text}")
