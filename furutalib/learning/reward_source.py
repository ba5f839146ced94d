"""A learner's reward function as a file of its own, for the training process and for later.

Training runs in another process, perhaps after the notebook is gone, so the function must not
need anything that exists in the notebook only. What it may use is imported in the file; any other
name is refused here, by name, before a training starts.
"""

import ast
import builtins
import dis
import hashlib
import inspect
import math
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

import furutalib.learning.rewards as rewards_module
from furutalib.facts.errors import RewardError
from furutalib.learning.rewards import RewardFunction

_MODULES: tuple[ModuleType, ...] = (math, np, rewards_module)
_HEAD = '"""The reward function of a training run, as it was typed."""\n\n'


def reward_source(reward: RewardFunction) -> str:
    """Text of a module that holds this function and the imports that it needs.

    Default arguments are written down with the values they have now.

    Args:
        reward: a function made by `def`, in a notebook cell or in a file.

    Raises:
        RewardError: it is not such a function, its source cannot be found, or it uses a name that
            means nothing in another process (each is named).
    """
    function = _plain_function(reward)
    definition, lines = _definition(function)
    imports = _imports(function)
    return (
        _HEAD
        + "".join(sorted(f"{line}\n" for line in imports))
        + ("\n\n" if imports else "\n")
        + _header(function, definition)
        + _body(definition, lines)
    )


def source_hash(source: str) -> str:
    """How a run remembers a reward: SHA-256 of its source, in hex."""
    return hashlib.sha256(source.encode()).hexdigest()


def load_reward(path: str | Path) -> RewardFunction:
    """The function in a file that `reward_source` made, or that holds one function by hand.

    Raises:
        RewardError: the file is missing, does not run, or does not define exactly one function.
    """
    file = Path(path)
    try:
        text = file.read_text("utf-8")
        names = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
        namespace: dict[str, Any] = {"__name__": file.stem, "__file__": str(file)}
        exec(compile(text, str(file), "exec"), namespace)
    except FileNotFoundError as error:
        raise RewardError(f"{file} is missing: the run was started with an own reward") from error
    except Exception as error:
        raise RewardError(f"{file} cannot be loaded: {type(error).__name__}: {error}") from error
    if len(names) != 1:
        raise RewardError(
            f"{file} must define exactly one function, the reward; it defines "
            f"{', '.join(names) or 'none'}"
        )
    function: RewardFunction = namespace[names[0]]
    return function


def _plain_function(reward: RewardFunction) -> FunctionType:
    if not isinstance(reward, FunctionType):
        raise RewardError(
            f"the reward {reward!r} is not a plain function; write `def my_reward(q): ...`"
        )
    if reward.__name__ == "<lambda>":
        raise RewardError(
            "a lambda cannot be saved for the training process; "
            "write `def my_reward(q): return ...`"
        )
    if reward.__code__.co_freevars:
        raise _unresolved(reward, sorted(reward.__code__.co_freevars))
    return reward


def _definition(function: FunctionType) -> tuple[ast.FunctionDef, list[str]]:
    """The parsed definition, and the lines of its source."""
    try:
        text = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError) as error:
        raise RewardError(
            f"the source of {function.__name__}() cannot be found; "
            "define it in a notebook cell or in a file"
        ) from error
    node = ast.parse(text).body[0]
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        raise RewardError(
            f"{function.__name__}() must be a plain `def` without decorators to be saved for the "
            "training process"
        )
    return node, text.splitlines()


def _imports(function: FunctionType) -> list[str]:
    """The import lines for all global names that the function uses."""
    lines, unresolved = [], []
    for name in sorted(set(_global_names(function.__code__))):
        value = function.__globals__.get(name, inspect.Parameter.empty)
        if value is function:
            continue
        if value is inspect.Parameter.empty and hasattr(builtins, name):
            continue
        line = _import_line(name, value)
        if line:
            lines.append(line)
        else:
            unresolved.append(name)
    if unresolved:
        raise _unresolved(function, unresolved)
    return lines


def _import_line(name: str, value: Any) -> str | None:
    for module in _MODULES:
        if value is module:
            plain = module.__name__ == name
            return f"import {name}" if plain else f"import {module.__name__} as {name}"
    if hasattr(rewards_module, name) and getattr(rewards_module, name) is value:
        return f"from {rewards_module.__name__} import {name}"
    return None


def _global_names(code: CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "STORE_GLOBAL", "DELETE_GLOBAL", "LOAD_NAME"):
            yield instruction.argval
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _global_names(constant)


def _header(function: FunctionType, definition: ast.FunctionDef) -> str:
    """The `def` line with default values written out and without annotations."""
    parts, kinds = [], inspect.Parameter
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is not kinds.POSITIONAL_OR_KEYWORD:
            raise RewardError(
                f"{function.__name__}() has the parameter {parameter}; write `def "
                f"{function.__name__}(q, strength=0.1): ...` with plain parameters"
            )
        default = parameter.default
        parts.append(
            parameter.name
            if default is kinds.empty
            else f"{parameter.name}={_literal(function, parameter.name, default)}"
        )
    return f"def {definition.name}({', '.join(parts)}):\n"


def _literal(function: FunctionType, name: str, value: Any) -> str:
    plain = value.item() if isinstance(value, np.generic) else value
    text = repr(plain)
    try:
        same = ast.literal_eval(text) == plain
    except (ValueError, SyntaxError, TypeError):
        same = False
    if not same:
        raise RewardError(
            f"the default argument {name}={value!r} of {function.__name__}() cannot be written "
            "down; use a number, a text or a tuple of them"
        )
    return text


def _body(definition: ast.FunctionDef, lines: list[str]) -> str:
    """The body as it was typed, with its comments."""
    first, last = definition.body[0], definition.end_lineno
    rest = lines[first.lineno - 1 : last]
    if lines[first.lineno - 1][: first.col_offset].strip():  # def f(q): return ... on one line
        rest[0] = "    " + lines[first.lineno - 1].encode()[first.col_offset :].decode()
    else:
        above = lines[definition.lineno : first.lineno - 1]
        rest = [line for line in above if line.strip().startswith("#")] + rest
    return "\n".join(rest) + "\n"


def _unresolved(function: FunctionType, names: list[str]) -> RewardError:
    several = ", ".join(names)
    return RewardError(
        f"{function.__name__}() uses {several}, which the training process does not know; put it "
        f"inside the function, or make it a default argument: "
        f"def {function.__name__}(q, {', '.join(f'{name}={name}' for name in names)}): ..."
    )
