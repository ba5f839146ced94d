"""What can be kept from holding a control loop up: the garbage collector, other programs, the disk.

The first needs no permission. For the others the process must be allowed real-time priorities and
locked memory; without that it runs as every program does and says so.
"""

import contextlib
import ctypes
import gc
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

PRIORITY = 50  # of 1..99: above every ordinary program, below the kernel's own urgent threads
HOW_TO_PERMIT = (
    "lines for your user `- rtprio 60` and `- memlock unlimited` in /etc/security/limits.conf "
    "permit it, after you have logged in again"
)
_ALL_NOW, _ALL_LATER, _ONCE_TOUCHED = 1, 2, 4  # <sys/mman.h> of Linux


@contextlib.contextmanager
def undisturbed(real_time: bool = True) -> Iterator[str]:
    """For the length of an episode: no garbage collection, real-time scheduling, locked memory.

    Everything is as before after the block, also after an exception. Priority is that of the
    calling thread; processes started in the block do not inherit it.

    Args:
        real_time: ask for real-time scheduling and locked memory.

    Yields:
        What it got, in one line for people.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(without_gc())
        if not real_time:
            yield "ordinary scheduling"
            return
        first = stack.enter_context(_first_in_line())
        locked = stack.enter_context(_locked_memory())
        yield _told(first, locked)


@contextlib.contextmanager
def without_gc() -> Iterator[None]:
    """Keep Python's garbage collector out of the block; as before after it, also on exceptions.

    What is garbage is collected before, and what is left is put where a later collection does
    not look. Memory that is not part of a cycle is freed as ever. A block inside a block, or where
    the collector is off already, does nothing.
    """
    if not gc.isenabled():
        yield
        return
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


def _told(first: bool, locked: bool) -> str:
    scheduling = f"real-time scheduling (SCHED_FIFO {PRIORITY})" if first else "ordinary scheduling"
    memory = "memory locked" if locked else "memory not locked"
    if first and locked:
        return f"{scheduling}, {memory}"
    if not sys.platform.startswith("linux"):
        return f"{scheduling}, {memory}; more needs Linux"
    return f"{scheduling}, {memory}; {HOW_TO_PERMIT}"


@contextlib.contextmanager
def _first_in_line() -> Iterator[bool]:
    """Run this thread before every ordinary one; whether that was permitted.

    The kernel still keeps a twentieth of each second for the others, so that a loop that never
    sleeps can be stopped.
    """
    if not sys.platform.startswith("linux"):
        yield False
        return
    policy, given = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        # what is started from here (a writer, a browser) must not be first in line
        wanted = os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
        os.sched_setscheduler(0, wanted, os.sched_param(PRIORITY))
    except OSError:
        yield False
        return
    try:
        yield True
    finally:
        try:
            os.sched_setscheduler(0, policy, given)
        except PermissionError:  # only root may take this one bit back; ordinary it is either way
            os.sched_setscheduler(0, policy | os.SCHED_RESET_ON_FORK, given)


@contextlib.contextmanager
def _locked_memory() -> Iterator[bool]:
    """Keep this process's memory from being moved to the disk; whether that was permitted.

    Only what is touched is locked, so a process that holds torch does not fill a small board.
    """
    lock, unlock = _memory_calls()
    if lock is None or unlock is None or not _may_lock_all():
        yield False
        return
    if lock(_ALL_NOW | _ALL_LATER | _ONCE_TOUCHED) != 0:
        yield False
        return
    try:
        yield True
    finally:
        unlock()


def _may_lock_all() -> bool:
    """Whether locking is without a limit: below one, a later allocation would fail."""
    import resource  # not on Windows

    unlimited: bool = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0] == resource.RLIM_INFINITY
    return unlimited or os.geteuid() == 0


def _memory_calls() -> tuple[Callable[..., int] | None, Callable[..., int] | None]:
    if not sys.platform.startswith("linux"):
        return None, None
    try:
        library: Any = ctypes.CDLL(None)
        return library.mlockall, library.munlockall
    except (AttributeError, OSError):
        return None, None
