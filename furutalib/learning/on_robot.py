"""What a training on a robot is told beside what every training is told."""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.settings import SACSettings
from furutalib.learning.stages import WrapperSettings

# What learned from zero on the full simulated plant (data/benchmarks/exploration).
FROM_ZERO = SACSettings(
    hidden=(128, 128),
    n_steps=3,
    mirror=True,
    target_entropy=-1.5,
    log_std_init=-1.0,
    sde_sample_freq=8,
    evaluate_every=2_000,
)
WRAPPERS = WrapperSettings(history=2, dead_zone_compensation=0.08)


@dataclass(frozen=True)
class OnRobot:
    """Where the robot is, what learning begins with, and how episodes are driven.

    Attributes:
        place: the robot.
        start_from: folder of the policy that is refined; None: from zero.
        noise_scale: the exploration of `start_from` is multiplied by this at first; below 1 for
            a gentle beginning.
        episode_s: how long an episode with exploration lasts; without exploration it is always
            as long as success asks for.
        trips_in_a_row: as many safety trips one after the other end the training.
    """

    place: RobotPlace = field(default_factory=RobotPlace)
    start_from: str | None = None
    noise_scale: float = 1.0
    episode_s: float = 8.0
    trips_in_a_row: int = 3

    def __post_init__(self) -> None:
        for name in ("noise_scale", "episode_s"):
            value = getattr(self, name)
            if not (isinstance(value, int | float) and 0.0 < value < math.inf):
                raise ConfigurationError(f"{name} = {value!r}; it must be a number above 0")
        if isinstance(self.trips_in_a_row, bool) or not self.trips_in_a_row >= 1:
            raise ConfigurationError(
                f"trips_in_a_row = {self.trips_in_a_row!r}; it must be a whole number, 1 or above"
            )

    def to_dict(self) -> dict[str, Any]:
        """Plain nested dictionaries, ready for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "OnRobot":
        """Rebuild it from `to_dict`."""
        return cls(**{**values, "place": RobotPlace(**values["place"])})
