"""Recordings cut into windows of a second or so, for multiple shooting."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import IdentificationError
from furutalib.machine.robot import Flag
from furutalib.machine.telemetry import Telemetry
from furutalib.maths.plant_parameters import PAST_COMMANDS

Floats = NDArray[np.float64]
MOST_LOST = 0.1  # share of a recording that may be missing
_FIRST = 6  # readings that a state is guessed from


class Piece(NamedTuple):
    """Consecutive periods of one recording."""

    commands: Floats  # shape (PAST_COMMANDS + n,): what was sent, from before the beginning on
    angles: Floats  # shape (n + 1, 2): arm, pendulum
    at_rest: bool  # it begins at the recording's own beginning, hanging at rest


@dataclass(frozen=True, eq=False)
class Windows:
    """n windows of the same length; shapes as in `Piece` with n in front."""

    commands: Floats
    angles: Floats
    recording: NDArray[np.int64]  # of which recording each is
    follows: NDArray[np.bool_]  # whether it goes on where the one before it ends
    at_rest: NDArray[np.bool_]
    dt_s: float

    def __len__(self) -> int:
        return len(self.commands)

    @property
    def periods(self) -> int:
        """The length of a window."""
        return int(self.angles.shape[1]) - 1

    def guess(self) -> Floats:
        """Angles and speeds at each window's beginning, shape (n, 4)."""
        time = self.dt_s * np.arange(_FIRST)
        states = np.zeros((len(self), 4))
        for joint in range(2):
            fitted = np.polyfit(time, self.angles[:, :_FIRST, joint].T, 2)
            states[:, 2 * joint], states[:, 2 * joint + 1] = fitted[2], fitted[1]
        resting = self.at_rest | (np.ptp(self.angles[:, :_FIRST], axis=1).max(axis=1) == 0.0)
        states[resting] = 0.0
        states[resting, 0], states[resting, 2] = self.angles[resting, 0].T
        return states


def pieces(telemetry: Telemetry, name: str) -> list[Piece]:
    """A recording without its gaps, each run of consecutive periods apart.

    Raises:
        IdentificationError: too much is missing.
    """
    angles = np.c_[telemetry.arm_angle_rad, telemetry.pendulum_angle_rad]
    sent = telemetry.command_sent.copy()
    if len(sent):
        sent[0] = np.nan_to_num(sent[0])
    good = np.isfinite(angles).all(axis=1) & np.isfinite(sent)
    good &= (telemetry.flags & Flag.TRIPPED) == 0
    joined = good[1:] & good[:-1] & (np.diff(telemetry.tick) == 1)
    length = int(telemetry.tick[-1] - telemetry.tick[0]) if len(sent) > 1 else 0
    if length == 0 or np.sum(joined) < (1.0 - MOST_LOST) * length:
        raise IdentificationError(
            f"{name} lacks {length - int(np.sum(joined))} of its {length} periods, or their "
            f"angles; at most {MOST_LOST:.0%} may be missing. Record it again: is the computer "
            "busy (`furuta bench loop`), is the disk slow or full?"
        )
    cuts = np.flatnonzero(~joined) + 1
    runs = zip([0, *cuts.tolist()], [*cuts.tolist(), len(sent)], strict=True)
    return [_piece(angles, sent, a, b) for a, b in runs if b - a > 1]


def _piece(angles: Floats, sent: Floats, begin: int, end: int) -> Piece:
    """Before a recording nothing was sent; before a piece after a gap it is not known."""
    commands = sent[begin + 1 : end]
    return Piece(np.r_[np.zeros(PAST_COMMANDS), commands], angles[begin:end], begin == 0)


def cut(recordings: Sequence[Sequence[Piece]], periods: int, dt_s: float) -> Windows:
    """Cut pieces into windows; what is left at the end of a piece is not used.

    A piece after a gap loses its first periods, whose commands before are not known.

    Raises:
        IdentificationError: there is not one window.
    """
    commands, angles, recording, follows, at_rest = [], [], [], [], []
    for number, run in enumerate(recordings):
        for piece in run:
            skip = 0 if piece.at_rest else PAST_COMMANDS
            for begin in range(skip, len(piece.angles) - periods, periods):
                commands.append(piece.commands[begin : begin + PAST_COMMANDS + periods])
                angles.append(piece.angles[begin : begin + periods + 1])
                recording.append(number)
                follows.append(begin > skip)
                at_rest.append(piece.at_rest and begin == 0)
    if not commands:
        raise IdentificationError(
            f"no recording has {periods} periods without a gap; record longer ones"
        )
    return Windows(
        np.array(commands),
        np.array(angles),
        np.array(recording),
        np.array(follows),
        np.array(at_rest),
        dt_s,
    )
