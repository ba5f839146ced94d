"""Bring-up of a built robot: one question at a time, and no further than the first that fails.

A sign that is not as the robot's file says is no failure: it is written down and used from then
on, since which way round a plug sits does not matter as long as the program knows. A count, a wire
or a stop that is not as it must be is one: the step says what that means and what to check.

    with real_rig("course") as rig:
        work = BringUp(rig, hands)
        for step, outcome in work.run():
            ...
    work.write("mine.toml", today)
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from furutalib.facts.errors import FurutaError, SequenceError
from furutalib.facts.robot_file import Change, write_robot_file
from furutalib.machine import bring_up_by_hand as by_hand
from furutalib.machine import bring_up_measure as measure
from furutalib.machine import bring_up_motor as motor
from furutalib.machine.bring_up_step import Found, Hands, Outcome, Step, Work
from furutalib.machine.rig import Rig

STEPS: tuple[Step, ...] = (
    Step(
        "chips",
        "Do the chips answer?",
        "Writes the mode of both counters and reads it back; opens the motor driver's pins.",
        by_hand.chips,
    ),
    Step(
        "arm direction",
        "Do the arm's counts rise when it turns counter-clockwise?",
        "Counts while you turn the arm. The motor is off.",
        by_hand.arm_direction,
    ),
    Step(
        "pendulum direction",
        "Do the pendulum's counts rise when its bob goes the way a counter-clockwise arm goes?",
        "Counts while you lift the pendulum. The motor is off.",
        by_hand.pendulum_direction,
    ),
    Step(
        "arm turn",
        "Does a full turn of the arm make the right count?",
        "Counts while you turn the arm once round. The motor is off.",
        by_hand.arm_turn,
    ),
    Step(
        "pendulum turn",
        "Does a full turn of the pendulum make the right count?",
        "Counts while you turn the pendulum once round. The motor is off.",
        by_hand.pendulum_turn,
    ),
    Step(
        "fault line",
        "Does the motor driver's fault line work?",
        "Switches the driver on, motor braked, and takes D2 low and high. Nothing moves.",
        motor.fault_line,
    ),
    Step(
        "guardian",
        "Is the motor switched off when the program falls silent?",
        "Switches the driver on, motor braked, and sends no heartbeats. Nothing moves.",
        motor.guardian,
    ),
    Step(
        "motor direction",
        "Does a positive command turn the arm counter-clockwise?",
        "Lets the command rise until the arm moves a few degrees, once in each direction.",
        motor.motor_direction,
    ),
    Step(
        "emergency stop",
        "Does the emergency stop work?",
        "Gives a command that moves the arm: with the enable line low, with the stop pressed, and "
        "with the stop released.",
        motor.emergency_stop,
    ),
    Step(
        "dead zone",
        "From which command on does the motor get anything?",
        "Lets the command rise slowly, some times in each direction; then swings the arm by up to "
        "a third of a turn, some times. Takes about two minutes.",
        measure.dead_zone,
    ),
    Step(
        "latency",
        "How long after a command does the motor obey?",
        "Reads it from the same swings. Nothing moves.",
        measure.latency,
    ),
)
"""All steps, in their order; each may use what those before it have found."""


class BringUp:
    """One bring-up of one robot.

    Args:
        rig: its parts.
        hands: whoever stands beside it.
    """

    def __init__(self, rig: Rig, hands: Hands) -> None:
        self.values: dict[str, Found] = {}
        self.complete = False
        self._rig = rig
        self._work = Work(rig, hands)

    def run(
        self, begin: Callable[[Step], None] = lambda step: None
    ) -> Iterator[tuple[Step, Outcome]]:
        """Ask one question after the other; ends after the last, or the first that fails.

        `begin` is told of each step before it is done. The motor is off then, and whenever an
        outcome is handed out.
        """
        for step in STEPS:
            begin(step)
            outcome = self._ask(step)
            self.values.update(outcome.values)
            self.complete = outcome.ok and step is STEPS[-1]
            yield step, outcome
            if not outcome.ok:
                return

    def write(self, target: str | Path, today: date) -> Path:
        """Write what was found into a new robot file, named after that file.

        Raises:
            SequenceError: not every step has been passed.
            ConfigurationError: the file exists already.
        """
        if not self.complete:
            raise SequenceError("not every step of the bring-up has been passed; nothing to write")
        where = "bring-up of the emulated robot" if self._rig.emulated else "bring-up"
        changes = {
            key: Change(found.value, f"{today.isoformat()}, {where}: {found.how}")
            for key, found in self.values.items()
        }
        changes["name"] = Change(Path(target).stem)
        return write_robot_file(self._rig.robot, target, changes, self._rig.emulated)

    def _ask(self, step: Step) -> Outcome:
        try:
            return step.run(self._work)
        except (FurutaError, OSError) as error:
            self._rig.guardian.disarm()
            return Outcome(False, str(error), "This step could not be done to its end.")
