"""Tables of a report: at a glance, settings, figures, versions."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from furutalib.facts.robot import RobotDescription, load_robot, robot_names
from furutalib.learning.policy_folder import versions
from furutalib.learning.provenance import code_hash, code_version, plant_hash
from furutalib.learning.run_config import changed_keys, flat
from furutalib.machine import telemetry_log
from furutalib.view.report_part import RECORDING, Part, plain, told
from furutalib.view.table import Cell, Column, Table

_FIGURES = (
    Column("success", "success", "%", 0, "high"),
    Column("swing_up_median_s", "swing-up, median", "s", 2, "low"),
    Column("swing_up_worst_s", "swing-up, worst", "s", 2, "low"),
    Column("balance_rms_deg", "balance RMS", "°", 2, "low"),
    Column("arm_rms_deg", "arm RMS", "°", 1, "low"),
    Column("action_change", "action change", "", 4, "low"),
    Column("continuity", "C", "", 2, "low"),
    Column("task_return", "task return", "", 1, "high"),
)
_FIGURES_NOTE = (
    "Success: upright within 12 degrees for the last 3 s of 8 s, and no limit touched. "
    "Validation starts choose the policy, test starts are for reporting."
)
_PACKAGES = ("python", "numpy", "gymnasium", "stable_baselines3", "torch", "system", "machine")
_HERE = "this library"
_NOT_RECORDED = "not recorded"
_COMMIT_DIGITS = 12
_MOST_NAMED = 4  # values in which a robot differs from the library's

Rows = dict[str, dict[str, Any]]
"""Cells by the name of their row and the name of their column."""


def matrix(rows: Rows, *, turned: bool = False) -> str:
    """A table with headings at its top and its left; `turned` swaps the two."""
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    if turned:
        rows, columns = {c: {r: rows[r].get(c) for r in rows} for c in columns}, list(rows)
    head = "".join(f'<th scope="col">{told(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row">{told(name)}</th>'
        + "".join(f"<td>{told(row.get(column))}</td>" for column in columns)
        + "</tr>"
        for name, row in rows.items()
    )
    return f'<div class="scroll"><table><tr><td></td>{head}</tr>{body}</table></div>'


def _by_size(rows: Rows) -> str:
    """A row per part if there are many parts, else a column per part."""
    columns = {name for row in rows.values() for name in row}
    return matrix(rows, turned=len(rows) < len(columns))


def at_a_glance(parts: Sequence[Part]) -> str:
    """What each part is, a table for each kind."""
    kinds = dict.fromkeys(part.kind for part in parts)
    return "".join(_facts([part for part in parts if part.kind == kind]) for kind in kinds)


def _facts(parts: Sequence[Part]) -> str:
    rows = {
        part.name: {"what": part.kind, "where": part.place}
        | {key: value for key, value in part.facts.items() if value not in (None, "")}
        for part in parts
    }
    return _by_size(rows)


def figures(parts: Sequence[Part]) -> str:
    """How good each policy is, a table for every set of starts; empty if nothing is known."""
    kinds = dict.fromkeys(row["starts"] for part in parts for row in part.figures)
    made = "".join(_figures(parts, kind) for kind in sorted(kinds))
    return f"{made}<p>{_FIGURES_NOTE}</p>" if made else ""


def _figures(parts: Sequence[Part], starts: str) -> str:
    rows: list[Mapping[str, Cell]] = [
        {
            "name": part.name,
            "where": part.place,
            **{column.key: row.get(column.key) for column in _FIGURES},
            "success": 100 * float(row["success_rate"]),
        }
        for part in parts
        for row in part.figures
        if row["starts"] == starts
    ]
    columns = (Column("name", "policy of"), Column("where", "where"), *_FIGURES)
    table = Table(f"From the {plain(starts)} starts", columns, rows)
    return str(table._repr_mimebundle_()["text/html"])


def settings(parts: Sequence[Part]) -> tuple[str, str]:
    """What differs between the parts, and what they have in common; either may be empty."""
    flats = {part.name: flat(part.settings) for part in parts if part.settings}
    if not flats:
        return "", ""
    names = list(dict.fromkeys(key for values in flats.values() for key in values))
    first = next(iter(flats.values()))
    common = [n for n in names if all(_same(v.get(n), first.get(n)) for v in flats.values())]
    apart = [n for n in names if n not in common]
    differing = {part: {n: values.get(n) for n in apart} for part, values in flats.items()}
    same = {n: {"value": first.get(n)} for n in common}
    return _by_size(differing) if apart else "", matrix(same) if common else ""


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or (isinstance(one, list | tuple) and np.array_equal(one, other))


def made_with(parts: Sequence[Part]) -> str:
    """Versions and hashes, and whether they are those of this library."""
    here = {**telemetry_log.versions(), **versions()}
    code = code_hash()
    rows: Rows = {
        _HERE: {
            "furutalib": here.get("furutalib", "not installed"),
            "commit": _short(code_version()["git_commit"]),
            "code": code,
            "plant": None,
            "robot": None,
            **{package: here.get(package) for package in _PACKAGES},
        }
    }
    for part in parts:
        given = part.made_with
        rows[part.name] = {
            "furutalib": given.get("furutalib", _NOT_RECORDED),
            "code": _compared(given.get("code_hash"), code),
            "plant": _compared(given.get("plant_hash"), _plant_here(part)),
            "robot": _robot(part.robot),
            **{package: given.get(package) for package in _PACKAGES},
        }
    return _by_size(rows)


def _short(commit: str | None) -> str | None:
    if commit is None:
        return None
    changed = ", files changed since" if commit.endswith("-dirty") else ""
    return commit[:_COMMIT_DIGITS] + changed


def other_than_here(parts: Sequence[Part]) -> list[str]:
    """Names of the parts whose figures came from other code or another plant."""
    code = code_hash()
    return [
        part.name
        for part in parts
        if part.made_with.get("code_hash") not in (None, code)
        or part.made_with.get("plant_hash") not in (None, _plant_here(part))
    ]


def _plant_here(part: Part) -> str | None:
    """The hash of the part's robot, as this library computes it."""
    return None if part.robot is None else plant_hash(part.robot, part.fidelity)


def _compared(given: str | None, here: str | None) -> str:
    if given is None:
        return _NOT_RECORDED
    return f"{given}, the same here" if given == here else f"{given}, NOT the same here: {here}"


def _robot(robot: RobotDescription | None) -> str:
    if robot is None:
        return _NOT_RECORDED
    if robot.name not in robot_names():
        return f"{robot.name}, not one of this library's"
    changed = changed_keys(load_robot(robot.name).to_dict(), robot.to_dict())
    if not changed:
        return f"{robot.name}, as in this library"
    more = f" and {len(changed) - _MOST_NAMED} more" if len(changed) > _MOST_NAMED else ""
    return f"{robot.name}, but {', '.join(changed[:_MOST_NAMED])}{more}"


def recorded(parts: Sequence[Part]) -> list[Part]:
    """The parts that are recordings of a robot, or hold one."""
    return [part for part in parts if part.kind == RECORDING or part.recording is not None]
