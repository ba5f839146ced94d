"""The policies that come with the course, and what their cards say, as one table."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from furutalib.facts.paths import data_folder
from furutalib.learning.policy_folder import PolicyInfo, load_policy

COLUMNS: Mapping[str, str] = {
    "name": "policy",
    "how": "trained with",
    "on": "on",
    "wrappers": "wrappers",
    "test": "succeeds",
    "seeds": "over seeds",
    "swing_up_s": "swing-up (s)",
    "balance_deg": "balance (deg RMS)",
    "shipped": "shipped",
}


def pretrained() -> list[Path]:
    """The folders of all policies in `data/policies`."""
    return sorted(file.parent for file in (data_folder() / "policies").glob("*/policy.json"))


def card_row(folder: Path) -> dict[str, Any]:
    """What a policy's card says, in short; keys are those of COLUMNS. Unknown is an empty text.

    Raises:
        PolicyError: the folder is damaged.
    """
    info = load_policy(folder).info
    test = info.metrics.get("test", {})
    return {
        "name": info.name,
        "how": str(info.training.get("algorithm", "")).upper(),
        "on": _plant(info),
        "wrappers": _wrappers(info),
        "test": f"{test['successes']}/100" if "successes" in test else "",
        "seeds": _over_seeds(info.metrics),
        "swing_up_s": test.get("swing_up_median_s", ""),
        "balance_deg": test.get("balance_rms_deg", ""),
        "shipped": info.metrics.get("shipped", ""),
    }


def table() -> str:
    """The table that `data/policies/README.md` ends with, from the cards."""
    rows = [list(COLUMNS.values()), ["---"] * len(COLUMNS)]
    for folder in pretrained():
        row = {key: _text(value) for key, value in card_row(folder).items()}
        rows.append([f"[{row.pop('name')}]({folder.name}/CARD.md)", *row.values()])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _plant(info: PolicyInfo) -> str:
    fidelity = info.training.get("fidelity")
    plant = "" if fidelity is None else "everything on" if fidelity else "ideal"
    return ", ".join(filter(None, (info.robot.name, plant)))


def _wrappers(info: PolicyInfo) -> str:
    """Those that are not at their defaults; of the randomisation how many parameters."""
    given, plain = info.wrappers.to_dict(), type(info.wrappers)().to_dict()
    told = {key: value for key, value in given.items() if value != plain.get(key)}
    drawn = told.pop("randomisation", {})
    words = [f"{key} {value}" for key, value in told.items()]
    words += [f"{len(drawn)} parameters drawn"] if drawn else []
    return ", ".join(words).replace("_", " ")


def _over_seeds(metrics: Mapping[str, Any]) -> str:
    """Least and most successes of the seeds that were trained, e.g. "99 to 100 in 5 seeds"."""
    found = [
        re.search(r"test: (\d+)/100", str(value))
        for key, value in metrics.items()
        if key.startswith("seed ")
    ]
    counts = sorted(int(one[1]) for one in found if one)
    if not counts:
        return ""
    found_between = f"{counts[0]} to {counts[-1]}" if counts[0] < counts[-1] else f"{counts[0]}"
    return f"{found_between} in {len(counts)} seeds"


def _text(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
