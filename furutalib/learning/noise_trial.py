"""What noise does to a motor and a pendulum before anything was learned, measured on the plant."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.learning.batch import BatchStep, FurutaBatch
from furutalib.learning.exploration import Explorer
from furutalib.learning.setup import build_setup
from furutalib.machine.robot import Start
from furutalib.maths.plant_parameters import P, S, pack
from furutalib.maths.smoothness import ACTION_RANGE

Floats = NDArray[np.float64]

# Teeth touch if they are this near to one end of the play: the plant puts them there exactly.
_TOUCHING = 0.999


@dataclass(frozen=True, eq=False)
class Trial:
    """n pendulums over T steps, arrays of shape (n, T); episodes that end begin anew.

    In the step that ends an episode what was seen of the motor is NaN, and `side` is 0.
    """

    robot: RobotDescription
    rate_hz: float
    action: Floats  # as the policy chose it, before dead zone compensation and the like
    command: Floats  # that reached the robot, in [-1, 1]
    arm_angle_rad: Floats
    pendulum_angle_rad: Floats  # not wrapped; 0 hangs
    arm_speed_rad_s: Floats
    current_a: Floats
    side: NDArray[np.int8]  # on which side the teeth touch: -1, 1, or 0 between
    ended: NDArray[np.bool_]

    @property
    def seconds(self) -> float:
        """How long each pendulum was watched."""
        return float(self.action.shape[1] / self.rate_hz)

    @property
    def swing_rad(self) -> Floats:
        """How far each pendulum is from hanging, 0 to pi, (n, T)."""
        return np.abs(np.mod(self.pendulum_angle_rad + np.pi, 2.0 * np.pi) - np.pi)

    @property
    def farthest_rad(self) -> Floats:
        """The farthest swing of each pendulum, (n,)."""
        return np.asarray(self.swing_rad.max(axis=1))

    def figures(self) -> dict[str, float]:
        """What it did to motor and pendulum; over all pendulums.

        Returns:
            `std` of the action; `continuity`, C of the action within episodes;
            `reversals_per_s` of the command; `current_reversals_per_s`, `current_rms_a` and
            `gear_hits_per_s` (the teeth change sides) as seen at the end of each control period;
            `swing_deg`, the median of the farthest swings; `ends_per_1000`, episodes that ended,
            all at a limit unless the task's time was over.
        """
        change = np.where(self.ended[:, :-1], np.nan, np.diff(self.action))
        return {
            "std": float(self.action.std()),
            "continuity": float(100.0 * np.nanmean(np.square(change)) / ACTION_RANGE**2),
            "reversals_per_s": self._per_second(self.command),
            "current_reversals_per_s": self._per_second(self.current_a),
            "current_rms_a": float(np.sqrt(np.nanmean(np.square(self.current_a)))),
            "gear_hits_per_s": self._per_second(self.side),
            "swing_deg": float(np.degrees(np.median(self.farthest_rad))),
            "ends_per_1000": float(1000.0 * self.ended.mean()),
        }

    def _per_second(self, signal: NDArray[np.floating] | NDArray[np.int8]) -> float:
        return float(sign_changes(signal).mean() / self.seconds)


def sign_changes(signal: NDArray[np.floating] | NDArray[np.int8]) -> NDArray[np.int64]:
    """How often each row of a signal (n, T) changes its sign; zeros and NaN are passed over."""
    signs = np.sign(np.nan_to_num(signal))
    return np.array([np.count_nonzero(np.diff(row[row != 0])) for row in signs], np.int64)


def try_noise(
    explorer: Explorer,
    *,
    n: int = 64,
    steps: int = 1000,
    robot: str | RobotDescription = "course",
    fidelity: str | Iterable[str] = "full",
    seed: int = 0,
) -> Trial:
    """Let n pendulums explore side by side, each from where the swing-up task begins.

    An episode that ends, at a limit or because its 8 s are over, begins anew, as in training.

    Args:
        explorer: what commands them; its noise is reset first.
        seed: of the starts; the noise has its own generator.
    """
    setup = build_setup(robot=robot, fidelity=fidelity, wrappers=explorer.wrappers)
    batch = FurutaBatch(n, setup)
    observation = batch.reset(seed)
    explorer.reset(n)
    recorder = _Recorder(n, steps, float(pack(setup.robot, setup.fidelity)[P.HALF_GAP]))
    for _ in range(steps):
        action = explorer.act(observation)
        step = batch.step(action)
        recorder.add(action[:, 0], step, batch.state)
        if step.ended.size:
            explorer.noise.restart(step.ended)
        observation = step.observation
    rate_hz = setup.robot.control.rate_hz / setup.wrappers.action_repeat
    return recorder.trial(setup.robot, rate_hz)


def action_at_rest(
    explorer: Explorer, draws: int, robot: str | RobotDescription = "course"
) -> Floats:
    """Actions (draws,) of an explorer that sees a pendulum at rest: what it may begin with."""
    batch = FurutaBatch(1, build_setup(robot=robot, wrappers=explorer.wrappers))
    observation = batch.reset(0, {0: Start()})
    explorer.reset(draws)
    return explorer.act(np.repeat(observation, draws, axis=0))[:, 0].astype(np.float64)


class _Recorder:
    """Gathers steps into the arrays of a trial."""

    def __init__(self, n: int, steps: int, half_gap_rad: float) -> None:
        self._columns = np.zeros((7, n, steps))
        self._ended = np.zeros((n, steps), bool)
        self._half_gap_rad = half_gap_rad
        self._time = 0

    def add(self, action: NDArray[np.float32], step: BatchStep, state: Floats) -> None:
        """One step of all pendulums; of those that ended, `state` is that of a new episode."""
        q = step.quantities
        self._columns[:, :, self._time] = (
            action,
            step.command,
            q.arm_angle_rad,
            q.pendulum_angle_rad,
            q.arm_speed_rad_s,
            state[:, S.CURRENT],
            self._side(state[:, S.ROTOR] - state[:, S.THETA]),
        )
        self._columns[5:, step.ended, self._time] = np.nan
        self._ended[step.ended, self._time] = True
        self._time += 1

    def trial(self, robot: RobotDescription, rate_hz: float) -> Trial:
        """Everything that was added."""
        action, command, arm, pendulum, arm_speed, current, side = self._columns
        return Trial(
            robot=robot,
            rate_hz=rate_hz,
            action=action,
            command=command,
            arm_angle_rad=arm,
            pendulum_angle_rad=pendulum,
            arm_speed_rad_s=arm_speed,
            current_a=current,
            side=np.nan_to_num(side).astype(np.int8),
            ended=self._ended,
        )

    def _side(self, gap_rad: Floats) -> Floats:
        if self._half_gap_rad == 0.0:
            return np.zeros_like(gap_rad)
        touching = np.abs(gap_rad) > _TOUCHING * self._half_gap_rad
        return np.where(touching, np.sign(gap_rad), 0.0)
