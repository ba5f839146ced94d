"""What a policy costs with numpy alone and with torch, and the Python that has numpy alone."""

import os

import numpy as np
import pytest

from furutalib.facts.paths import data_folder
from furutalib.lessons.bare_python import BarePython
from furutalib.lessons.board_costs import ACTIONS, CostsError, board_costs, torch_costs

POLICY = data_folder() / "policies" / "ppo-full"
pytestmark = pytest.mark.skipif(os.name == "nt", reason="makes an environment of links")


@pytest.fixture(scope="module")
def bare():
    return BarePython()


def test_it_has_numpy_and_furutalib_and_nothing_else(bare):
    look = "import importlib.util as u; print(*[n for n in {!r} if u.find_spec(n)])"
    names = ("numpy", "furutalib", "torch", "numba", "gymnasium", "scipy", "jupyterlab", "pip")
    assert bare.run(look.format(names)) == "numpy furutalib"
    assert bare.run("import sys; print(*sys.argv[1:])", "a", POLICY) == f"a {POLICY}"


def test_what_goes_wrong_there_is_told(bare):
    assert bare.run("import torch").endswith("ModuleNotFoundError: No module named 'torch'")
    with pytest.raises(CostsError, match=r"with numpy it did not work: .*there is no folder"):
        board_costs(POLICY.with_name("none"), bare)


def test_numpy_alone_says_the_same_is_there_sooner_and_smaller(bare):
    board, course = board_costs(POLICY, bare), torch_costs(POLICY)
    assert len(board.action_s) == len(course.action_s) == ACTIONS
    assert board.start_s < course.start_s
    assert 10.0 < board.memory_mb < course.memory_mb / 2
    assert 0.0 < np.median(board.action_s) < 0.02
    assert board.action == pytest.approx(course.action, abs=1e-6)
    assert board.action != 0.0
