"""A reward typed in a notebook is saved as a file that works in another process."""

import linecache
import math
import subprocess
import sys

import numpy as np
import pytest

from furutalib.facts.errors import RewardError
from furutalib.learning.reward_check import check_reward
from furutalib.learning.reward_source import load_reward, reward_source
from furutalib.learning.rewards import Quantities

SAMPLE = Quantities(*np.random.default_rng(0).uniform(-1.0, 1.0, (9, 4)))

CELL = """
import math
import numpy as np
import numpy as xp
from furutalib.learning.rewards import Quantities, RewardWeights, shaped_reward, upright

STRENGTH = np.float64(0.3)

def plain(q):
    # stay up
    return np.cos(q.from_upright_rad) - 0.01 * q.action**2

def short(q): return q.height

def with_default(q, strength=STRENGTH, pair=(1, 2)):
    '''Doc.'''

    return strength * q.height + pair[0]

def annotated(
    q: Quantities,
    strength: float = (
        0.5
    ),
    ) -> float:
    # stay up
    return strength * q.height + abs(q.action)

def library(q):
    def nested(x):
        return math.pi * x
    return shaped_reward(q, RewardWeights(effort=0.1)) - upright(q) + nested(xp.abs(q.action))

def uses_constant(q):
    return STRENGTH * q.height

def uses_constant_within(q):
    return sum(STRENGTH * v for v in [q.height])

def unknown(q):
    return q.height if len(q) else MISSING

def make(gain):
    def inner(q):
        return gain * q.height
    return inner

closure = make(2.0)
short_lambda = lambda q: q.height

def star(q, *rest):
    return q.height

def heavy_default(q, table=np.zeros(3)):
    return q.height

def counts(q):
    global calls
    calls = 1
    return q.height
"""


@pytest.fixture
def cell():
    """The functions of CELL as a notebook defines them: no file, source in linecache."""
    name = "<ipython-input-1>"
    linecache.cache[name] = (len(CELL), None, CELL.splitlines(keepends=True), name)
    namespace = {"__name__": "__main__"}
    exec(compile(CELL, name, "exec"), namespace)
    yield namespace
    del linecache.cache[name]


@pytest.mark.parametrize("name", ["plain", "short", "with_default", "annotated", "library"])
def test_round_trip(cell, name, tmp_path):
    file = tmp_path / "reward.py"
    file.write_text(reward_source(cell[name]))
    loaded = load_reward(file)
    check_reward(loaded)
    np.testing.assert_array_equal(loaded(SAMPLE), cell[name](SAMPLE))
    assert reward_source(loaded) == file.read_text()  # a stored one can be trained again


def test_keeps_comments_and_writes_defaults(cell):
    assert "# stay up" in reward_source(cell["plain"])
    assert "# stay up" in reward_source(cell["annotated"])
    assert "def with_default(q, strength=0.3, pair=(1, 2)):" in reward_source(cell["with_default"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("uses_constant", "STRENGTH"),
        ("uses_constant_within", "STRENGTH"),
        ("unknown", "MISSING"),
        ("closure", "gain"),
        ("short_lambda", "lambda"),
        ("star", "rest"),
        ("heavy_default", "table"),
        ("counts", "calls"),
    ],
)
def test_refuses_by_name(cell, name, words):
    with pytest.raises(RewardError, match=words):
        reward_source(cell[name])


def test_says_how_to_mend(cell):
    with pytest.raises(RewardError, match=r"uses_constant\(q, STRENGTH=STRENGTH\)"):
        reward_source(cell["uses_constant"])


def test_refuses_what_is_not_a_function():
    with pytest.raises(RewardError, match="plain function"):
        reward_source(math.cos)


def test_refuses_without_source():
    namespace = {}
    exec("def ghost(q): return q.height", namespace)
    with pytest.raises(RewardError, match="source of ghost"):
        reward_source(namespace["ghost"])


def test_works_in_another_process(cell, tmp_path):
    file = tmp_path / "reward.py"
    file.write_text(reward_source(cell["with_default"]))
    code = (
        "from furutalib.learning.environment import make_env\n"
        "from furutalib.learning.reward_source import load_reward\n"
        f"env = make_env(reward=load_reward({str(file)!r}))\n"
        "env.reset(seed=0)\n"
        "print(env.step(env.action_space.sample())[1])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert 0.6 < float(result.stdout) < 0.8  # hanging: 1 - 0.3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "missing"),
        ("def a(q): return 1\ndef b(q): return 2", "a, b"),
        ("x = 1", "none"),
        ("def a(q) return", "SyntaxError"),
        ("import nothing_like_this\ndef a(q): return 1", "ModuleNotFoundError"),
    ],
)
def test_load_refuses(tmp_path, text, words):
    file = tmp_path / "reward.py"
    if text is not None:
        file.write_text(text)
    with pytest.raises(RewardError, match=words):
        load_reward(file)
