"""The fixed starts from which every policy is evaluated.

Start i is drawn by itself, so the first 10 of 100 are the same as 10. Their seeds lie above
those of training (`LARGEST_SEED`), the two sets apart from each other.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.tasks import task as find_task
from furutalib.machine.robot import Start

LARGEST_SEED = 999_000  # of a training run; its pendulum i draws from seed + i
FIRST_SEEDS: Mapping[str, int] = MappingProxyType({"validation": 1_000_000, "test": 2_000_000})
MOST_STARTS = 1_000_000


def draw_starts(which: str, n: int, task: str = "swing-up") -> tuple[Start, ...]:
    """The first n starts of a set.

    Args:
        which: "validation" for choices made during training, "test" for figures to report.

    Raises:
        ConfigurationError: an unknown set or task, or n is out of range.
    """
    if which not in FIRST_SEEDS:
        raise ConfigurationError(f"unknown starts {which!r}; use one of {', '.join(FIRST_SEEDS)}")
    if not 1 <= n <= MOST_STARTS:
        raise ConfigurationError(f"n = {n} starts; use 1 to {MOST_STARTS}")
    wanted = find_task(task)
    first = FIRST_SEEDS[which]
    return tuple(wanted.draw_start(np.random.default_rng(first + i)) for i in range(n))
