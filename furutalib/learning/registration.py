"""The names under which `gymnasium.make` and `gymnasium.make_vec` know our environments."""

import gymnasium

ENVIRONMENTS = {"FurutaSwingUp-v0": "swing-up", "FurutaBalance-v0": "balance"}


def register() -> None:
    """Register the ids.

    The environment itself watches the order of calls and the time limit (which depends on the
    control rate), so gymnasium adds no wrapper to each step.
    """
    for name, task in ENVIRONMENTS.items():
        gymnasium.register(
            name,
            entry_point="furutalib.learning.environment:make_env",
            vector_entry_point="furutalib.learning.vector:FurutaVectorEnv",
            kwargs={"task": task},
            order_enforce=False,
            disable_env_checker=True,
        )
