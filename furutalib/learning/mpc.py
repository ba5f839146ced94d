"""Model-predictive control by sampling: the cross-entropy method on the compiled plant.

In every control period many futures are simulated, each with its own sequence of commands; the
best ones say where to look next; the first command of the final mean is sent. Nothing is learned
and nothing is remembered but the plan, moved on by one period. No plan made in advance can hold an
unstable pendulum, so near the top an LQR acts, in the simulated futures too (dual-mode control).
Source: de Boer et al. (2005), "A tutorial on the cross-entropy method".
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.robot import RobotDescription
from furutalib.learning.controllers import LQR, Actions, Measured, read_frame
from furutalib.learning.rewards import Quantities, RewardWeights, shaped
from furutalib.learning.stages import WrapperSettings
from furutalib.maths.plant import advance, new_state
from furutalib.maths.plant_parameters import S, pack

LEAST_SPREAD = 0.02  # so that the search never freezes
CATCH_RAD = 0.4

Values = NDArray[np.float64]


@dataclass(frozen=True)
class MPCSettings:
    """How hard to think. Times are in control periods.

    Attributes:
        samples: futures per round. rounds: how often the samples are narrowed down.
        elites: how many of the best samples decide where to look next.
        horizon: how far to look. hold: periods for which a planned command is held.
        longest_step_s: step of the planner's own integration, coarser than the plant's.
    """

    samples: int = 64
    rounds: int = 2
    elites: int = 8
    horizon: int = 36
    hold: int = 3
    spread: float = 0.7
    longest_step_s: float = 0.01


class MPC:
    """Cross-entropy MPC as a policy; plans for one pendulum after the other.

    The planner's model knows friction, dead zone and latency of the robot, but no backlash, no
    current rise and no encoder counts: a model is never the plant.

    Args:
        robot: the robot.
        rng: where its random numbers come from.
        settings: how hard to think.
        weights: the reward that it plans for.
    """

    def __init__(
        self,
        robot: RobotDescription,
        rng: np.random.Generator,
        settings: MPCSettings | None = None,
        weights: RewardWeights | None = None,
    ) -> None:
        self._settings = settings or MPCSettings()
        self._rng = rng
        self._reward = shaped(weights or RewardWeights())
        self._limits = robot.limits
        self._gain = LQR(robot).gain
        model = pack(robot, "viscous+coulomb+latency", self._settings.longest_step_s)
        self._parameters = np.tile(model, (self._settings.samples, 1))
        self._wrappers = WrapperSettings(history=1, dead_zone_compensation=robot.drive.dead_zone)
        self.reset()

    @property
    def wrappers(self) -> WrapperSettings:
        """The wrappers between this controller and the robot."""
        return self._wrappers

    @property
    def _knots(self) -> int:
        return math.ceil(self._settings.horizon / self._settings.hold)

    def reset(self, n: int = 1) -> None:
        """Forget all plans; n pendulums are about to start."""
        self._plans = np.zeros((n, self._settings.horizon))

    def act(self, observation: NDArray[np.float32]) -> Actions:
        """Observations (n, 6) to actions (n, 1) in [-1, 1]."""
        m = read_frame(observation, self._limits.arm_angle_rad)
        actions = [self._plan(m, row) for row in range(observation.shape[0])]
        return np.array(actions, np.float32)[:, np.newaxis]

    def _plan(self, m: Measured, row: int) -> float:
        settings = self._settings
        mean = self._plans[row]
        spread = np.full(self._knots, settings.spread)
        knots = mean[:: settings.hold]
        for _ in range(settings.rounds):
            noise = self._rng.standard_normal((settings.samples, self._knots))
            samples = np.clip(knots + spread * noise, -1.0, 1.0)
            samples[0] = knots  # the plan itself competes
            best = np.argsort(-self._returns(m, row, samples))[: settings.elites]
            knots = samples[best].mean(axis=0)
            spread = samples[best].std(axis=0) + LEAST_SPREAD
        plan = np.repeat(knots, settings.hold)[: settings.horizon]
        self._plans[row] = np.append(plan[1:], plan[-1])
        state = (
            m.arm_angle_rad[row],
            m.from_upright_rad[row],
            m.arm_speed_rad_s[row],
            m.pendulum_speed_rad_s[row],
            m.previous_action[row],
        )
        return float(self._dual_mode(plan[0], *state))

    def _dual_mode(
        self, planned: Any, arm: Any, upright: Any, arm_speed: Any, speed: Any, before: Any
    ) -> Any:
        """The planned command, or the LQR's where that can hold the pendulum."""
        balance = -(
            self._gain[0] * arm
            + self._gain[1] * upright
            + self._gain[2] * arm_speed
            + self._gain[3] * speed
            + self._gain[4] * before
        )
        held = (np.abs(upright) < CATCH_RAD) & (np.abs(balance) < 1.5)
        return np.where(held, np.clip(balance, -1.0, 1.0), planned)

    def _returns(self, m: Measured, row: int, samples: Values) -> Values:
        """Sum of rewards over the horizon for each sequence of commands, shape (samples,)."""
        settings = self._settings
        state = self._begin(m, row)
        total = np.zeros(settings.samples)
        before = np.full(settings.samples, m.previous_action[row])
        for period in range(settings.horizon):
            arm, alpha, arm_speed, alpha_speed = state[:, :4].T
            upright = np.mod(alpha, 2.0 * np.pi) - np.pi
            planned = samples[:, period // settings.hold]
            command = self._dual_mode(planned, arm, upright, arm_speed, alpha_speed, before)
            advance(self._parameters, state, command)
            total += self._reward(self._quantities(state, command, before))
            before = command
        return total

    def _begin(self, m: Measured, row: int) -> Values:
        """As many copies of the measured state, with the command that is still on its way."""
        state = new_state(self._settings.samples)
        state[:, int(S.THETA)] = state[:, int(S.ROTOR)] = m.arm_angle_rad[row]
        state[:, int(S.ALPHA)] = m.pendulum_angle_rad[row]
        state[:, int(S.THETA_SPEED)] = state[:, int(S.ROTOR_SPEED)] = m.arm_speed_rad_s[row]
        state[:, int(S.ALPHA_SPEED)] = m.pendulum_speed_rad_s[row]
        state[:, int(S.NEWEST_COMMAND)] = m.previous_action[row]
        return state

    def _quantities(self, state: Values, command: Values, before: Values) -> Quantities:
        arm, alpha, arm_speed, alpha_speed = state[:, :4].T
        beyond = np.abs(arm) > self._limits.arm_angle_rad
        upright = np.mod(alpha, 2.0 * np.pi) - np.pi
        height = -np.cos(alpha)
        return Quantities(
            arm, alpha, upright, height, arm_speed, alpha_speed, command, before, beyond
        )
