"""The card of a policy, for people: what it is, where it works, how it was made."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from furutalib.learning.policy_folder import PolicyInfo

_SEED = "seed "  # figures whose names begin so are a training's of their own


def card(info: "PolicyInfo") -> str:
    """The card: what the policy is, where it works, how it was made."""
    wrappers = info.wrappers.to_dict()
    figures = [row for row in _flat(info.metrics) if not row[0].startswith(_SEED)]
    seeds = [row for row in _flat(info.metrics) if row[0].startswith(_SEED)]
    trained = "\n".join(f"- {key}: {_short(value)}" for key, value in info.training.items())
    return (
        f"# {info.name}\n\n"
        f"Task {info.task}, robot {info.robot.name}, {info.rate_hz:g} Hz. "
        "Runs with numpy alone: `furutalib.load_policy(folder)`.\n\n"
        f"## How good it is\n\n{_table('measure', 'value', figures)}\n\n"
        f"{_over_seeds(seeds)}"
        f"## How it was made\n\n{trained}\n\n"
        f"Wrappers: `{json.dumps(wrappers)}`\n\n"
        f"Versions: {', '.join(f'{k} {v}' for k, v in info.versions.items())}\n\n"
        "## Where it may fail\n\nOn a robot whose parameters differ from the ones stored in "
        "`policy.json`, and from starts outside the evaluated range.\n"
    )


def _over_seeds(seeds: list[tuple[str, Any]]) -> str:
    """What other trainings with the same settings came to, if there were any."""
    return f"## Over seeds\n\n{_table('training', 'came to', seeds)}\n\n" if seeds else ""


def _table(left: str, right: str, rows: list[tuple[str, Any]]) -> str:
    lines = [(left, right), ("---", "---"), *((key, _short(value)) for key, value in rows)]
    return "\n".join(f"| {key} | {value} |" for key, value in lines)


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """A nested mapping as rows, e.g. ("test success_rate", 1.0)."""
    rows: list[tuple[str, Any]] = []
    for key, value in values.items():
        name = f"{prefix}{key}"
        rows += _flat(value, f"{name} ") if isinstance(value, Mapping) else [(name, value)]
    return rows


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return f"`{json.dumps(value)}`" if isinstance(value, Mapping | list) else str(value)
