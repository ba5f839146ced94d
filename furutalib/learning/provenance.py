"""Which code and which plant a figure came from.

Every shipped table and policy stores both hashes. When the frozen code or the parameters change,
they no longer match, a test fails and says which tables have to be made again.
"""

import ast
import hashlib
import subprocess
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from furutalib.facts.fidelity import parse_fidelity
from furutalib.facts.paths import course_folder
from furutalib.facts.robot import RobotDescription
from furutalib.maths.plant_parameters import filter_cutoff, pack

# What decides the figures of an evaluation: the plant, the starts, the limits, the metrics.
FROZEN = (
    "maths/estimator.py",
    "maths/plant_parameters.py",
    "maths/plant.py",
    "maths/smoothness.py",
    "learning/observation.py",
    "learning/rewards.py",
    "learning/tasks.py",
    "learning/starts.py",
    "learning/rollout.py",
    "learning/evaluation.py",
)
_GIT_S = 10.0
_PACKAGE = Path(__file__).resolve().parents[1]


def code_hash() -> str:
    """Twelve hexadecimal digits over the frozen code; comments, docstrings and layout are free."""
    digest = hashlib.sha256()
    for name in FROZEN:
        digest.update(name.encode())
        digest.update(meaning((_PACKAGE / name).read_text(encoding="utf-8")).encode())
    return digest.hexdigest()[:12]


def plant_hash(robot: RobotDescription, fidelity: str | Iterable[str] = "full") -> str:
    """Twelve hexadecimal digits over the numbers that the plant computes with."""
    on = parse_fidelity(fidelity)
    limits = [robot.limits.arm_angle_rad, robot.limits.arm_speed_rad_s]
    numbers = [*pack(robot, on).tolist(), filter_cutoff(robot, on), *limits]
    return hashlib.sha256(repr(numbers).encode()).hexdigest()[:12]


def code_version() -> dict[str, str | None]:
    """Which code runs here: furutalib's version, the hash of the frozen code, the git commit.

    The commit is None without git or outside a clone of the course; it ends in `-dirty` where
    files have been changed since.
    """
    try:
        version: str | None = metadata.version("furutalib")
    except metadata.PackageNotFoundError:
        version = None
    return {"furutalib": version, "code_hash": code_hash(), "git_commit": _git_commit()}


def _git_commit() -> str | None:
    clone = course_folder()
    if clone is None or not (clone / ".git").exists():
        return None
    command = ["git", "-C", str(clone), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        told = subprocess.run(
            [*command, "--exclude=*"], capture_output=True, text=True, timeout=_GIT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip()


def meaning(source: str) -> str:
    """Python source without comments, docstrings, blank lines and indentation of broken lines."""
    tree = ast.parse(source)
    dropped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            first = node.body[0]
            if ast.get_docstring(node, clean=False) is not None and first.end_lineno:
                dropped.update(range(first.lineno, first.end_lineno + 1))
    lines = [
        line.strip()
        for number, line in enumerate(source.splitlines(), start=1)
        if number not in dropped and not line.strip().startswith("#")
    ]
    return "\n".join(line for line in lines if line)
