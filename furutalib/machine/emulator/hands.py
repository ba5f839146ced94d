"""The hands that an emulated robot is missing: they do on its bench what a person is asked to."""

import math

from furutalib.machine.bring_up_step import Deed, Question
from furutalib.machine.emulator.bench import Bench

TURN = 2.0 * math.pi
_ARM = {Deed.ARM_LEFT: TURN / 4.0, Deed.ARM_BACK: -TURN / 2.0, Deed.ARM_TURN: TURN}
_PENDULUM = {Deed.PENDULUM_LEFT: TURN / 4.0, Deed.PENDULUM_TURN: TURN}
_STOP = {Deed.PRESS_STOP: True, Deed.RELEASE_STOP: False}


class EmulatedHands:
    """Obedient hands.

    Args:
        bench: where the robot stands.
        turns_easily: what they answer when asked whether the arm turns easily.
    """

    def __init__(self, bench: Bench, turns_easily: bool = True) -> None:
        self.deeds: list[Deed] = []
        self._bench = bench
        self._turns_easily = turns_easily

    def act(self, deed: Deed) -> None:
        """Put arm or pendulum where they are asked to, or press the stop."""
        self.deeds.append(deed)
        if deed in _STOP:
            self._bench.fault("supply off", _STOP[deed])
        elif deed is not Deed.HANDS_OFF:
            state = self._bench.state()
            arm, pendulum = state["arm_angle_rad"], state["pendulum_angle_rad"]
            hanging = TURN * round(pendulum / TURN)
            arm = 0.0 if deed is Deed.ARM_MIDDLE else arm + _ARM.get(deed, 0.0)
            self._bench.place(arm, hanging + _PENDULUM.get(deed, 0.0))

    def ask(self, question: Question) -> bool:
        """What they were told to answer."""
        return self._turns_easily
