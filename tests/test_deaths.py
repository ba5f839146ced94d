"""Real processes and signals, on a computer that others may use as well: times are generous here;
tests/test_guardian.py has the exact ones.
"""

import math
import sys

import numpy as np
import pytest

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.deaths import WAYS, die, possible
from furutalib.machine.emulator.wall import WallBench

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs Unix sockets and signals")
SOON_S = 0.25  # of the 0.3 s that are looked at


@pytest.fixture(scope="module")
def bench():
    with WallBench("course", hidden=None) as made:
        yield made


def test_it_is_possible_here():
    assert possible()


@pytest.mark.parametrize("way", list(WAYS))
def test_the_motor_is_off_soon_after_whatever_end(bench, way):
    death = die(bench, way)
    assert death.way == way
    assert math.isfinite(death.off_s)
    assert death.off_s < SOON_S
    assert not death.enable[-1]
    assert death.duty[-1] == 0.0
    assert death.duty.max() == pytest.approx(0.3, abs=0.01)
    assert death.time_s[0] < 0.0 < death.time_s[-1]
    assert np.all(np.diff(death.time_s) > 0)


def test_one_that_stands_still_is_noticed_by_its_silence_only(bench):
    assert die(bench, "SIGSTOP").off_s > 0.06  # 100 ms from the last heartbeat on


def test_an_unknown_end_is_refused(bench):
    with pytest.raises(ConfigurationError, match="SIGKILL"):
        die(bench, "bored")
