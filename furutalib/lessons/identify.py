"""`furuta identify`: planned movements, recordings, a search, a new robot file."""

import argparse
import math
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.robot import load_robot
from furutalib.facts.robot_file import refuse_unless_new
from furutalib.learning.excitation import Part, record, usual_plan
from furutalib.learning.identification import Identified, identify, read_recordings
from furutalib.machine.connect import connect, emulated
from furutalib.machine.robot import Robot

Say = Callable[[str], None]
TELL_EVERY = 5  # steps of the search


def identify_robot(options: argparse.Namespace, say: Say, today: date) -> Identified:
    """Record, unless recordings are given; search; write the new file.

    Args:
        options: of the command line.
        say: shows a line.
        today: the date that the file will give.

    Raises:
        ConfigurationError: the new file is there already or cannot be written, or options
            contradict each other; nothing has moved then.
        IdentificationError: the recordings do not tell the parameters.
        SafetyTrip, ResetError, WireError, LineBusyError: as from the robot; its motor is off.
    """
    _check(options)
    folder = options.source or options.record or Path("runs/identify") / options.out.stem
    if not options.source:
        _record(options, folder, say)
    try:
        found = _search(options, folder, say, today)
    except BaseException:  # Ctrl-C too: whatever ended it, the robot need not move again
        if not options.source:
            say(f"\nthe recordings stay; with --from {folder} the search begins again from them")
        raise
    if found.emulated:
        say("This was an emulated robot: its numbers say nothing about a real one.")
    return found


def _search(options: argparse.Namespace, folder: Path, say: Say, today: date) -> Identified:
    say(f"searching in the recordings of {folder}")
    found = identify(read_recordings(folder), load_robot(options.robot_file), _teller(say))
    say("")
    say(found.table())
    say(f"written: {found.write(options.out, options.robot_file, today)}")
    return found


def _check(options: argparse.Namespace) -> None:
    refuse_unless_new(options.out)
    if options.source and (options.record or options.hidden is not None):
        raise ConfigurationError("--from moves nothing; leave --record and --hidden out")
    if options.robot == "real" and options.hidden is not None:
        raise ConfigurationError("--hidden is for --robot emulated")


def _record(options: argparse.Namespace, folder: Path, say: Say) -> None:
    if list(folder.glob("*.csv")):
        raise ConfigurationError(
            f"{folder} holds recordings already; use them (--from {folder}), or give another "
            "folder (--record)"
        )
    about: dict[str, Any] = {"kind": options.robot}
    if options.robot == "emulated":
        about["hidden"] = options.hidden or 0
    with _robot(options) as robot:
        plan = usual_plan(robot.description)
        say(
            f"{len(plan.parts)} movements, {plan.seconds:.0f} s, and before each the pendulum has "
            "to come to rest; hands off"
        )

        def begin(part: Part) -> None:
            seconds = len(part.commands) / plan.rate_hz
            say(f"  {part.name}, {seconds:.0f} s")

        record(robot, folder, plan, about, begin)
    say("motor off")


def _robot(options: argparse.Namespace) -> Robot:
    if options.robot == "real":
        return connect("real", options.robot_file)
    return emulated(options.robot_file, options.hidden or 0)


def _teller(say: Say) -> Callable[[int, float], None]:
    def told(step: int, rms_rad: float) -> None:
        if step % TELL_EVERY == 0:
            say(f"  step {step:3d}: the pendulum is {math.degrees(rms_rad):.3f} degrees off")

    return told
