"""Imports of furutalib point down, and a board that only runs policies needs numpy alone."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import furutalib

PACKAGE = Path(furutalib.__file__).parent

LAYERS = ("facts", "maths", "machine", "learning", "view", "lessons")
PLANT = "maths/plant.py"
BOARD_LEARNING = (
    "controllers",
    "observation",
    "pilot",
    "policy",
    "policy_card",
    "policy_folder",
    "rewards",
    "robot_place",
    "run_policy",
    "stage_parts",
    "stages",
    "tasks",
)
HEAVY = ("gymnasium", "jupyter", "matplotlib", "numba", "stable_baselines3", "torch", "wandb")
BUS_DRIVERS = ("gpiod", "spidev")


@dataclass(frozen=True)
class Import:
    """One imported module, and whether importing the importing module runs the import."""

    line: int
    module: str
    at_import: bool


def imports(source: str, package: str) -> Iterator[Import]:
    """Every import in a module of `package`, also inside functions and in TYPE_CHECKING blocks."""
    yield from _walk(ast.parse(source), package, at_import=True)


def _walk(node: ast.AST, package: str, *, at_import: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        for module in _modules(child, package):
            yield Import(getattr(child, "lineno", 0), module, at_import)
        deferred = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
        yield from _walk(child, package, at_import=at_import and not deferred and not typing_only)


def _modules(node: ast.AST, package: str) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, names=names, level=level):
            parent = package.split(".")[: len(package.split(".")) + 1 - level] if level else []
            base = ".".join([*parent, *([module] if module else [])])
            return [f"{base}.{alias.name}" for alias in names]
        case ast.Call(
            func=ast.Attribute(attr="import_module") | ast.Name(id="import_module"),
            args=[ast.Constant(value=str() as module), *_],
        ):
            return [module]
    return []


def violations(package: Path) -> list[str]:
    """What is wrong with the imports of the package in this folder, one line each."""
    found = []
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        layer = name.split("/")[0]
        if layer not in LAYERS:
            continue  # the package's own face, __init__ and __main__, may show everything
        dotted = ".".join([package.name, *Path(name).parent.parts])
        for item in imports(path.read_text(), dotted):
            problem = _problem(name, item, package.name)
            if problem:
                found.append(f"{name}:{item.line}: {problem}")
    return found


def _problem(name: str, item: Import, package: str) -> str | None:
    top, *rest = item.module.split(".")
    if top == package:
        return _upward(name, rest)
    if top == "numba" and name != PLANT:
        return "numba belongs into maths/plant.py alone"
    if top in BUS_DRIVERS and item.at_import:
        return f"{top} is imported only by the function that opens the bus"
    if item.at_import and _is_foreign(name, top):
        return f"{top} would be needed on a board that only runs policies"
    return None


def _upward(name: str, rest: list[str]) -> str | None:
    layer = name.split("/")[0]
    target = rest[0] if rest and rest[0] in LAYERS else LAYERS[-1]  # the face shows all layers
    if LAYERS.index(target) > LAYERS.index(layer):
        return f"{layer} imports {target}, which lies above it"
    return None


def _is_foreign(name: str, top: str) -> bool:
    """Whether this module may not import this library when it is itself imported."""
    layer, *_, module = name.removesuffix(".py").split("/")
    allowed = (
        {*sys.stdlib_module_names} if layer == "facts" else {*sys.stdlib_module_names, "numpy"}
    )
    if layer == "learning" and module not in BOARD_LEARNING:
        return False
    if layer in ("view", "lessons"):
        return False
    return top not in allowed and not (name == PLANT and top == "numba")


def test_furutalib_keeps_its_layers() -> None:
    assert violations(PACKAGE) == []


GOOD = {
    "__init__.py": "from pkg.lessons import cli",
    "facts/errors.py": "import json",
    "maths/plant.py": "import numba\nimport numpy as np\nfrom pkg.facts import errors",
    "machine/robot.py": (
        "import numpy as np\nfrom pkg.maths import linear\n"
        "def open_bus():\n    import spidev\n    from pkg.maths.plant import advance\n"
    ),
    "learning/policy.py": "def to_torch():\n    import torch\n",
    "learning/environment.py": "import gymnasium\nfrom ..machine import robot",
    "lessons/cli.py": "import pkg\nfrom pkg.learning import run",
}

BAD = {
    "an upward import": ("maths/linear.py", "from pkg.machine.robot import Robot", "lies above"),
    "an upward import of a layer": ("facts/a.py", "from pkg import maths", "lies above"),
    "an upward relative import": ("maths/linear.py", "from ..learning import run", "lies above"),
    "an upward import in a function": (
        "machine/real.py",
        "def f():\n    import pkg.lessons.cli",
        "lies above",
    ),
    "an upward import for types": (
        "facts/robot.py",
        "if TYPE_CHECKING:\n    from pkg.maths.plant import pack",
        "lies above",
    ),
    "an upward import by name": (
        "machine/real.py",
        "import importlib\nimportlib.import_module('pkg.learning.run')",
        "lies above",
    ),
    "the face from below": ("learning/run.py", "from pkg import make_env", "lies above"),
    "numpy among the facts": ("facts/robot.py", "import numpy", "numpy would be needed"),
    "numba elsewhere": ("learning/batch.py", "def f():\n    import numba", "numba belongs"),
    "torch on the board": ("learning/policy.py", "import torch.nn", "torch would be needed"),
    "gymnasium on the board": ("machine/robot.py", "import gymnasium", "gymnasium would be needed"),
    "scipy in the maths": ("maths/linear.py", "from scipy import linalg", "scipy would be needed"),
    "a class body runs at once": (
        "learning/stages.py",
        "class A:\n    import wandb",
        "wandb would be needed",
    ),
    "a driver at the top": ("lessons/bringup.py", "import spidev", "opens the bus"),
}


def make_package(folder: Path, files: dict[str, str]) -> Path:
    package = folder / "pkg"
    for name, text in files.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return package


def test_a_package_that_keeps_the_rules_is_found_right(tmp_path: Path) -> None:
    assert violations(make_package(tmp_path, GOOD)) == []


@pytest.mark.parametrize("case", BAD)
def test_a_package_that_breaks_a_rule_is_found_out(tmp_path: Path, case: str) -> None:
    name, text, problem = BAD[case]
    [found] = violations(make_package(tmp_path, GOOD | {name: text}))
    assert found.startswith(f"{name}:")
    assert problem in found


def loaded_by(code: str) -> set[str]:
    """The libraries that a fresh Python holds after running `code`."""
    report = f"{code}\nimport sys; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    return set(subprocess.check_output([sys.executable, "-c", report], text=True).split())


def board_path() -> list[str]:
    """The modules that a board loads to run a policy on the real robot."""
    layers = [
        path for layer in ("facts", "maths", "machine") for path in (PACKAGE / layer).glob("*.py")
    ]
    learning = [PACKAGE / "learning" / f"{name}.py" for name in BOARD_LEARNING]
    files = [path for path in layers + learning if path != PACKAGE / PLANT and path.is_file()]
    return [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for path in files
        if path.stem != "__init__"
    ]


def test_the_board_path_loads_numpy_and_nothing_heavy() -> None:
    modules = board_path()
    assert "furutalib.machine.robot" in modules
    loaded = loaded_by("import " + ", ".join(modules))
    assert "numpy" in loaded
    assert loaded.isdisjoint({*HEAVY, *BUS_DRIVERS, "IPython", "PIL", "scipy"})


def test_import_furutalib_loads_not_even_numpy() -> None:
    assert loaded_by("import furutalib").isdisjoint({"numpy", *HEAVY})
