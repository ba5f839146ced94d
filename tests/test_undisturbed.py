"""What an episode is kept free of, and that all is as before afterwards."""

import gc
import os
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator

import pytest

from furutalib.machine import undisturbed as module
from furutalib.machine.undisturbed import undisturbed, without_gc

resource = pytest.importorskip("resource")  # not on Windows
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has these calls")


@pytest.fixture(autouse=True)
def collecting() -> Iterator[None]:
    assert gc.isenabled()
    yield
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


class Knot:
    """Refers to itself, so only the collector frees it."""

    def __init__(self) -> None:
        self.me = self


def test_no_collection_happens_inside() -> None:
    with without_gc():
        knot = weakref.ref(Knot())
        rubbish = [Knot() for _ in range(5000)]
        del rubbish
        assert knot() is not None
        assert not gc.isenabled()
    gc.collect()
    assert knot() is None


def test_what_is_garbage_is_collected_before_and_the_rest_is_put_aside() -> None:
    knot = weakref.ref(Knot())
    with without_gc():
        assert knot() is None
        assert gc.get_freeze_count() > 1000


def test_after_an_exception_all_is_as_before() -> None:
    with pytest.raises(ZeroDivisionError), undisturbed(real_time=False):
        _ = 1 / 0
    # the fixture looks


def test_a_block_inside_a_block_leaves_the_collector_to_the_outer_one() -> None:
    with without_gc():
        with without_gc():
            pass
        assert not gc.isenabled()
        assert gc.get_freeze_count() > 0


def test_where_the_collector_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with without_gc():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_without_the_wish_nothing_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_first_in_line", None)
    with undisturbed(real_time=False) as got:
        assert got == "ordinary scheduling"


class FakeKernel:
    """Takes what is asked of it, or refuses it."""

    def __init__(self, permits: bool) -> None:
        self.permits = permits
        self.policies: list[int] = []
        self.locked: list[int] = []

    def set_policy(self, pid: int, policy: int, parameter: object) -> None:
        assert pid == 0
        if not self.permits:
            raise PermissionError
        self.policies.append(policy)

    def lock(self, flags: int) -> int:
        self.locked.append(flags)
        return 0 if self.permits else -1

    def unlock(self) -> int:
        self.locked.append(0)
        return 0


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], FakeKernel]:
    def make(permits: bool) -> FakeKernel:
        fake = FakeKernel(permits)
        monkeypatch.setattr(os, "sched_setscheduler", fake.set_policy)
        monkeypatch.setattr(module, "_memory_calls", lambda: (fake.lock, fake.unlock))
        monkeypatch.setattr(module, "_may_lock_all", lambda: True)
        return fake

    return make


@linux
def test_where_it_is_permitted_it_is_first_in_line_and_stays_in_memory(
    kernel: Callable[[bool], FakeKernel],
) -> None:
    fake = kernel(True)
    with pytest.raises(ZeroDivisionError), undisturbed() as got:
        assert got == "real-time scheduling (SCHED_FIFO 50), memory locked"
        assert fake.policies == [os.SCHED_FIFO | os.SCHED_RESET_ON_FORK]
        assert fake.locked == [1 | 2 | 4]  # now, later, once touched
        _ = 1 / 0
    assert fake.policies[1:] == [os.sched_getscheduler(0)]
    assert fake.locked[1:] == [0]


@linux
def test_where_it_is_not_permitted_it_says_so_and_what_to_do(
    kernel: Callable[[bool], FakeKernel],
) -> None:
    fake = kernel(False)
    with undisturbed() as got:
        assert not gc.isenabled()
    assert got.startswith("ordinary scheduling, memory not locked; ")
    assert "rtprio" in got
    assert fake.policies == []
    assert 0 not in fake.locked


@linux
def test_where_memory_is_limited_nothing_is_locked(
    kernel: Callable[[bool], FakeKernel], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit, an allocation in the middle of an episode would fail."""
    fake = kernel(True)
    monkeypatch.undo()
    monkeypatch.setattr(module, "_memory_calls", lambda: (fake.lock, fake.unlock))
    monkeypatch.setattr(resource, "getrlimit", lambda _: (8 << 20, 8 << 20))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with module._locked_memory() as locked:
        assert not locked
    assert fake.locked == []


@linux
def test_elsewhere_it_says_what_more_would_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with undisturbed() as got:
        pass
    assert got == "ordinary scheduling, memory not locked; more needs Linux"


@linux
def test_the_real_kernel_does_it_where_it_permits_it_and_children_are_ordinary() -> None:
    if not _may_be_first():
        pytest.skip("real-time scheduling is not permitted here")
    before = os.sched_getscheduler(0)
    ask = [sys.executable, "-c", "import os; print(os.sched_getscheduler(0))"]
    with undisturbed() as got:
        assert os.sched_getscheduler(0) & 7 == os.SCHED_FIFO
        child = int(subprocess.check_output(ask))
    assert got.startswith("real-time scheduling (SCHED_FIFO 50)")
    assert child == os.SCHED_OTHER
    assert os.sched_getscheduler(0) & 7 == before & 7


def _may_be_first() -> bool:
    limit = resource.getrlimit(resource.RLIMIT_RTPRIO)[0]
    return os.geteuid() == 0 or limit >= module.PRIORITY
