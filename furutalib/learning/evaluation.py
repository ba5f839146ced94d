"""How good a policy is: figures from 100 fixed starts, comparable between all policies.

Success: no limit touched, and the pendulum within 12 degrees of upright for the whole last 3 s of
8 s. The starts, the limits and these figures are the same for every policy of the course.
"""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import RobotDescription, load_robot
from furutalib.learning.policy import Policy
from furutalib.learning.policy_folder import LoadedPolicy, check_same_robot, load_policy
from furutalib.learning.provenance import code_hash, plant_hash
from furutalib.learning.rewards import Quantities, RewardWeights, shaped_reward
from furutalib.learning.rollout import Rollout, collect
from furutalib.learning.starts import draw_starts
from furutalib.maths.smoothness import continuity_measure, mean_squared_change, total_variation

UPRIGHT_WITHIN_RAD = math.radians(12.0)
HOLD_S = 3.0
DURATION_S = 8.0
STARTS = 100
_TASK_WEIGHTS = RewardWeights(continuity=0.0, effort=0.0)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Evaluation:
    """The figures of one policy on one robot. A figure that nothing supports is NaN.

    Swing-up time and the balance figures are over the successful starts, the others over all.
    Swing-up time ends when the pendulum comes within 12 degrees of upright to stay. RMS values
    are over the last 3 s. The action figures are of the command that reaches the robot, per
    control period. `task_return` is the shaped reward without the continuity term, summed over
    8 s and averaged over starts (at most one per control period). The hashes say which plant and
    which code the figures came from (see `furutalib.learning.provenance`).
    """

    policy: str
    task: str
    robot: str
    fidelity: tuple[str, ...]
    rate_hz: float
    starts: str
    n: int
    plant_hash: str
    code_hash: str
    successes: int
    success_rate: float
    swing_up_median_s: float
    swing_up_worst_s: float
    balance_rms_deg: float
    arm_rms_deg: float
    action_change: float
    continuity: float
    total_variation: float
    task_return: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values, NaN as None; ready for JSON."""
        values = asdict(self) | {"fidelity": list(self.fidelity)}
        return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in values.items()}

    def to_json(self) -> str:
        """One JSON object."""
        return json.dumps(self.to_dict(), indent=1)

    def table(self) -> str:
        """A small Markdown table for people."""
        rows = [
            ("success", f"{self.successes} of {self.n} {self.starts} starts"),
            ("swing-up time, median", f"{self.swing_up_median_s:.2f} s"),
            ("swing-up time, worst", f"{self.swing_up_worst_s:.2f} s"),
            ("balance, RMS from upright", f"{self.balance_rms_deg:.2f} degrees"),
            ("arm, RMS from the middle", f"{self.arm_rms_deg:.2f} degrees"),
            ("action change, mean squared per step", f"{self.action_change:.4f}"),
            ("continuity measure C", f"{self.continuity:.3f}"),
            ("total variation of the action", f"{self.total_variation:.1f}"),
            ("task return, without continuity cost", f"{self.task_return:.1f}"),
        ]
        title = f"{self.policy} on {self.robot}"
        return "\n".join([f"| {title} | |", "| --- | --- |", *(f"| {k} | {v} |" for k, v in rows)])


def evaluate(
    policy: Policy | str | Path,
    *,
    robot: str | RobotDescription | None = None,
    fidelity: str = "full",
    starts: str = "test",
    n: int = STARTS,
    task: str | None = None,
    allow_other_robot: bool = False,
) -> Evaluation:
    """Run a policy without exploration from n fixed starts in simulation.

    Args:
        policy: a policy, or the path of a policy folder.
        robot, task: None takes what the policy was trained for, or the course's swing-up.
        starts: "test" for figures to report, "validation" for choices made in training.
        allow_other_robot: evaluate a trained policy on another robot than its own.

    Raises:
        PolicyError: the folder is damaged, or the policy was trained for another robot.
        ConfigurationError: an unknown robot, effect, task or set of starts.
    """
    loaded = policy if not isinstance(policy, str | Path) else load_policy(policy)
    description = _robot(loaded, robot, allow_other_robot)
    wanted = task or (loaded.info.task if isinstance(loaded, LoadedPolicy) else "swing-up")
    rollout = collect(
        loaded,
        draw_starts(starts, n, wanted),
        robot=description,
        fidelity=fidelity,
        task=wanted,
        duration_s=DURATION_S,
    )
    name = loaded.info.name if isinstance(loaded, LoadedPolicy) else type(loaded).__name__
    return Evaluation(
        policy=name,
        task=wanted,
        robot=description.name,
        fidelity=rollout.fidelity,
        rate_hz=rollout.rate_hz,
        starts=starts,
        n=n,
        plant_hash=plant_hash(description, fidelity),
        code_hash=code_hash(),
        **assess(rollout),
    )


def assess(rollout: Rollout) -> dict[str, Any]:
    """The figures of a rollout, by their names in `Evaluation`."""
    won = succeeded(rollout)
    last = rollout.steps - _hold_steps(rollout)
    sent = np.repeat(rollout.command, rollout.action_repeat, axis=1)
    changes = [_action_figures(row) for row in sent]
    change, continuity, variation = np.mean(changes, axis=0).tolist()
    times = swing_up_times_s(rollout)[won]
    return {
        "successes": int(won.sum()),
        "success_rate": float(won.mean()),
        "swing_up_median_s": float(np.median(times)) if won.any() else math.nan,
        "swing_up_worst_s": float(times.max()) if won.any() else math.nan,
        "balance_rms_deg": _rms_deg(rollout.from_upright_rad[won, last:]),
        "arm_rms_deg": _rms_deg(rollout.arm_angle_rad[won, last:]),
        "action_change": change,
        "continuity": continuity,
        "total_variation": variation,
        "task_return": float(task_returns(rollout).mean()),
    }


def succeeded(rollout: Rollout) -> NDArray[np.bool_]:
    """Which starts (n,) ended in success.

    Raises:
        ConfigurationError: the rollout is shorter than the time to hold.
    """
    hold = _hold_steps(rollout)
    if rollout.steps < hold:
        raise ConfigurationError(
            f"the rollout lasts {rollout.steps / rollout.rate_hz:g} s; success needs {HOLD_S:g} s"
        )
    upright = _upright(rollout)[:, rollout.steps - hold :].all(axis=1)
    return np.asarray(upright & ~rollout.limit_touched)


def swing_up_times_s(rollout: Rollout) -> Floats:
    """When each pendulum (n,) came within 12 degrees of upright to stay; NaN if it did not."""
    outside = ~_upright(rollout)
    first_to_stay = rollout.steps - np.argmax(outside[:, ::-1], axis=1)
    first_to_stay[~outside.any(axis=1)] = 0
    times = (first_to_stay + 1) / rollout.rate_hz
    return np.where(outside[:, -1], math.nan, times)


def task_returns(rollout: Rollout) -> Floats:
    """Sum (n,) of the shaped reward without its continuity term; nothing after an early end.

    Always with the default weights, whatever reward a policy was trained with.
    """
    nothing = np.zeros_like(rollout.arm_angle_rad)
    quantities = Quantities(
        arm_angle_rad=rollout.arm_angle_rad,
        pendulum_angle_rad=rollout.pendulum_angle_rad,
        from_upright_rad=rollout.from_upright_rad,
        height=-np.cos(rollout.pendulum_angle_rad),
        arm_speed_rad_s=rollout.arm_speed_rad_s,
        pendulum_speed_rad_s=rollout.pendulum_speed_rad_s,
        action=nothing,
        previous_action=nothing,
        limit_touched=nothing,
    )
    total = np.nansum(shaped_reward(quantities, _TASK_WEIGHTS), axis=1)
    return np.asarray(total - _TASK_WEIGHTS.limit * rollout.limit_touched)


def _robot(
    policy: Policy, robot: str | RobotDescription | None, allow_other: bool
) -> RobotDescription:
    if robot is None:
        return policy.info.robot if isinstance(policy, LoadedPolicy) else load_robot("course")
    description = robot if isinstance(robot, RobotDescription) else load_robot(robot)
    if isinstance(policy, LoadedPolicy) and not allow_other:
        check_same_robot(policy.info, description)
    return description


def _upright(rollout: Rollout) -> NDArray[np.bool_]:
    """Within 12 degrees (n, T); False after an early end, where the angle is NaN."""
    return np.asarray(np.abs(rollout.from_upright_rad) < UPRIGHT_WITHIN_RAD)


def _hold_steps(rollout: Rollout) -> int:
    return round(HOLD_S * rollout.rate_hz)


def _rms_deg(angles_rad: Floats) -> float:
    return math.degrees(math.sqrt(np.mean(np.square(angles_rad)))) if angles_rad.size else math.nan


def _action_figures(command: Floats) -> tuple[float, float, float]:
    """Mean squared change, C and total variation of one pendulum's commands up to its end."""
    sent = command[np.isfinite(command)]
    if sent.size < 2:
        return 0.0, 0.0, 0.0
    return (
        float(mean_squared_change(sent)),
        float(continuity_measure(sent)),
        float(total_variation(sent)),
    )
