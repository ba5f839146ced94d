"""The seam between a policy and a plant: every robot is driven through `Robot`.

`step(u)` means: apply u, wait one control period, return what was measured **after** it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntFlag
from types import TracebackType
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ActionError, SequenceError
from furutalib.facts.fidelity import parse_fidelity
from furutalib.facts.robot import RobotDescription
from furutalib.maths.plant_parameters import S, pack


class Flag(IntFlag):
    """What a robot noticed while it made a reading."""

    NONE = 0
    ARM_ANGLE = 1  # the arm is beyond its angle limit
    COUNTER_SILENT = 2  # a counter chip does not answer, or not as it was configured
    COUNTER_RESTARTED = 4  # a counter chip lost its supply and with it the count
    OVER_CURRENT = 8  # the motor driver switched itself off
    LATE = 16  # this period ended late
    LIMITED = 32  # safety changed the command
    TRIPPED = 64  # safety has switched the motor off


_NO_FLAGS = Flag.NONE  # an enumeration looks its members up, which is slow


class Reading(NamedTuple):
    """What a robot measured at the end of a control period; angles are not wrapped.

    Use the names; it is a tuple only because that is three times as fast to make as a frozen
    dataclass, and one is made in every control period.
    """

    time_s: float  # since the reset
    arm_angle_rad: float
    pendulum_angle_rad: float  # 0 hangs down
    command: float  # really sent, fraction of full voltage in [-1, 1]
    flags: Flag = Flag.NONE


@dataclass(frozen=True, slots=True)
class Start:
    """Where an episode begins."""

    arm_angle_rad: float = 0.0
    pendulum_angle_rad: float = 0.0
    arm_speed_rad_s: float = 0.0
    pendulum_speed_rad_s: float = 0.0


class Robot(Protocol):
    """A pendulum that can be driven: simulated, emulated or real."""

    @property
    def description(self) -> RobotDescription:
        """What it is believed to be."""
        ...

    @property
    def fidelity(self) -> frozenset[str]:
        """Which imperfections it has."""
        ...

    @property
    def dt(self) -> float:
        """Control period in seconds."""
        ...

    def reset(self, start: Start | None = None) -> Reading:
        """Begin an episode, hanging at rest or, where the robot can, at `start`."""
        ...

    def step(self, action: float) -> Reading:
        """Apply a command in [-1, 1] for one control period; return what was measured after."""
        ...

    def close(self) -> None:
        """Switch the motor off and let go of everything."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class DrivenRobot(Robot, Protocol):
    """A robot with a motor that must be switched on, and chips that can fail."""

    @property
    def late_s(self) -> float:
        """By how much the last period ended too late, in seconds."""
        ...

    def arm(self) -> None:
        """Switch the motor driver on, through the guardian; the command is 0."""
        ...

    def disarm(self) -> None:
        """Switch the motor driver off."""
        ...

    def stop(self) -> None:
        """Command 0 at once (the motor is shorted, which brakes); never raises."""
        ...

    def rest(self) -> Reading:
        """Let one control period pass with command 0; return what was measured after it."""
        ...

    def counts(self) -> tuple[int, int]:
        """Raw counts of arm and pendulum."""
        ...

    def zero(self, arm: bool = True, pendulum: bool = True) -> None:
        """Call the present angles 0: the arm in the middle, the pendulum hanging."""
        ...

    def health(self) -> str:
        """What is wrong with chips, motor driver or guardian; empty if nothing is."""
        ...

    def clear(self) -> None:
        """Clear on purpose what is latched in chips, motor driver and guardian."""
        ...


class SimulatedRobot:
    """The plant of `furutalib.maths.plant` behind the seam, with the robot's own encoders.

    Args:
        description: the robot.
        fidelity: which imperfections are on; see `furutalib.facts.fidelity`.
    """

    def __init__(
        self, description: RobotDescription, fidelity: str | Iterable[str] = "full"
    ) -> None:
        from furutalib.maths import plant  # here, since a board without numba never gets here

        self._place = plant.place
        self._advance = _compiled(plant.advance_one)
        self.fidelity = parse_fidelity(fidelity)
        self._state: NDArray[np.float64] = plant.new_state(1)[0]
        self._measured = self._state[S.ARM_MEASURED : S.PENDULUM_MEASURED + 1]  # a view
        self._periods = -1  # before the first reset
        self.set_description(description)

    @property
    def dt(self) -> float:
        """Control period in seconds."""
        return self._dt

    def set_description(self, description: RobotDescription) -> None:
        """Become another pendulum, from the next reset on (plant randomisation)."""
        self.description = description
        self._parameters = pack(description, self.fidelity)
        self._dt = 1.0 / description.control.rate_hz
        self._arm_limit_rad = description.limits.arm_angle_rad

    def reset(self, start: Start | None = None) -> Reading:
        """Begin an episode at `start`, or hanging at rest."""
        begin = start or Start()
        self._place(
            self._parameters,
            self._state,
            begin.arm_angle_rad,
            begin.pendulum_angle_rad,
            begin.arm_speed_rad_s,
            begin.pendulum_speed_rad_s,
        )
        self._periods = 0
        return self._read(0.0)

    def step(self, action: float) -> Reading:
        """Apply a command in [-1, 1] for one control period; return what was measured after.

        Raises:
            ActionError: the command is not a number in [-1, 1].
            SequenceError: the robot was never reset, or is closed.
        """
        if self._periods < 0:
            raise SequenceError("step() before reset(): call reset() first")
        if not -1.0 <= action <= 1.0:
            raise ActionError(f"action = {action!r}; it must be a number in [-1, 1]")
        self._advance(self._parameters, self._state, action)
        self._periods += 1
        arm, pendulum = self._measured.tolist()
        flags = _NO_FLAGS if -self._arm_limit_rad <= arm <= self._arm_limit_rad else Flag.ARM_ANGLE
        return Reading(self._periods * self._dt, arm, pendulum, action, flags)

    def close(self) -> None:
        """Nothing to switch off in a simulation; a further step needs a reset."""
        self._periods = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self, command: float) -> Reading:
        arm, pendulum = self._measured.tolist()
        flags = _NO_FLAGS if abs(arm) <= self._arm_limit_rad else Flag.ARM_ANGLE
        return Reading(self._periods * self._dt, arm, pendulum, command, flags)


def _compiled(advance_one: Any) -> Any:
    """The machine code for these types of arguments: numba's look-up of them in every step is as
    long as all else that a step adds to the physics. It still refuses arguments of other types.
    """
    signature = "void(float64[::1], float64[::1], float64)"
    advance_one.compile(signature)
    return advance_one.get_overload(signature)
