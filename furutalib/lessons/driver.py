"""`furuta run`: from the words of the command line to a driven robot; numpy alone."""

import argparse
from collections.abc import Callable

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.policy_folder import load_policy
from furutalib.learning.robot_place import RobotPlace
from furutalib.learning.run_policy import run_policy
from furutalib.machine.robot import Robot


def drive_policy(options: argparse.Namespace, say: Callable[[str], None]) -> bool:
    """Drive the robot that is asked for; whether every episode ended upright."""
    if options.robot != "emulated" and (options.hidden is not None or options.real_time):
        raise ConfigurationError("--hidden and --real-time are for --robot emulated")
    policy = load_policy(options.policy, options.robot_file, None, options.allow_other_robot)
    place = RobotPlace(
        options.robot,
        options.robot_file,
        options.hidden or 0,
        "wall" if options.real_time else "plant",
    )
    about = {"kind": place.kind} | ({"hidden": place.hidden} if place.kind == "emulated" else {})
    good = []
    with _connect(place) as robot:
        say(f"{policy.info.name} on {robot.description.name}, {options.robot}")
        for outcome in run_policy(
            policy, robot, options.episodes, options.seconds, options.record, about
        ):
            if outcome.number == 1 and options.robot == "real":
                say(outcome.permitted)
            say(str(outcome))
            good.append(outcome.upright)
    say(f"{sum(good)} of {options.episodes} episodes ended upright ({options.robot}); motor off")
    return good == [True] * options.episodes


def _connect(place: RobotPlace) -> Robot:
    try:
        return place.connect()
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"--robot {place.kind} needs {error.name}, which is not installed here; a board "
            "drives --robot real, everything else needs the whole course"
        ) from error
