"""An episode on a robot: undisturbed while the motor is on, and the motor off at its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, cast

from furutalib.machine.robot import Reading, Robot, Start
from furutalib.machine.undisturbed import undisturbed


class Beginning(NamedTuple):
    """What an episode begins with."""

    reading: Reading
    told: str  # what was permitted: scheduling and memory, in one line for people


@contextmanager
def episode(
    robot: Robot, start: Start | None = None, real_time: bool = True
) -> Iterator[Beginning]:
    """Reset the robot, keep garbage collection and other programs away, switch off at the end.

    Whatever ends the block, the motor is off after it: first the motor, then everything else.
    Do not compute for long inside; learn between episodes.

    Args:
        robot: simulated, emulated or real.
        start: where to begin, for robots that can be put somewhere.
        real_time: ask for real-time scheduling and locked memory, if that is permitted.

    Yields:
        The first reading, and what was permitted. Errors of the reset come out of the `with` line.
    """
    switch_off = cast(Callable[[], None], getattr(robot, "off", lambda: None))
    with undisturbed(real_time) as told:
        try:
            yield Beginning(robot.reset(start), told)
        finally:
            switch_off()
