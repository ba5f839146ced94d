"""The arguments of the commands of `furuta` that drive a robot."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from furutalib.lessons import commands as run
from furutalib.lessons.cli_parts import add_other_robot, command


def add_bring_up(commands: Any) -> None:
    parser = command(
        commands,
        run.bring_up,
        "bring-up",
        "ask a built robot one question after the other, and calibrate it",
        "furuta bring-up --robot real --out mine.toml",
        "It stops at the first wrong answer and says what to check. Ctrl-C: motor off.",
    )
    _add_driven(parser)
    _add_file(parser, "the robot as it should be")
    _add_out(parser, "calibrated")


def add_run(commands: Any) -> None:
    """`furuta run`."""
    parser = command(
        commands,
        run.run,
        "run",
        "drive a robot by a policy, in real time and without exploration",
        "furuta run data/policies/ppo-full --robot emulated --episodes 3",
        "A line for each episode; the exit status is 0 if every one ended upright. "
        "Ctrl-C: motor off. A board needs numpy, spidev and gpiod for it.",
    )
    parser.add_argument("policy", type=Path, help="a policy folder")
    parser.add_argument(
        "--robot",
        choices=("sim", "emulated", "real"),
        required=True,
        help="sim, the plant alone; emulated, the real drivers on emulated chips; real",
    )
    _add_file(parser, "that robot")
    _add_hidden(parser)
    parser.add_argument(
        "--real-time",
        action="store_true",
        help="emulated: in real time, in a process of its own, not as fast as can be",
    )
    parser.add_argument("--episodes", type=int, default=1, help="how many (default: 1)")
    parser.add_argument(
        "--seconds", type=float, default=8.0, help="how long each is (default: 8, at least 4)"
    )
    parser.add_argument(
        "--record", type=Path, metavar="FOLDER", help="write the telemetry of each episode here"
    )
    add_other_robot(parser)


def add_identify(commands: Any) -> None:
    """`furuta identify`."""
    parser = command(
        commands,
        run.identify,
        "identify",
        "find a robot's parameters from planned movements, with their uncertainties",
        "furuta identify --robot emulated --hidden 3 --out mine.toml",
        "The pendulum stays below horizontal. Ctrl-C: motor off; what was recorded stays.",
    )
    _add_driven(parser)
    _add_file(parser, "the robot as it is believed to be")
    _add_hidden(parser)
    _add_out(parser, "identified")
    parser.add_argument(
        "--record",
        type=Path,
        metavar="FOLDER",
        help="where the recordings go (default: runs/identify/ and the name of --out)",
    )
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FOLDER",
        help="move nothing; use the recordings in this folder",
    )


def _add_driven(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--robot",
        choices=("emulated", "real"),
        default="emulated",
        help="emulated (default), the real drivers on emulated chips; real",
    )


def _add_file(parser: ArgumentParser, of: str) -> None:
    parser.add_argument(
        "--robot-file",
        default="course",
        metavar="FILE",
        help=f"name or .toml file of {of} (default: course)",
    )


def _add_hidden(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--hidden",
        type=int,
        metavar="N",
        help="emulated: which robot it really is (default: 0); the same one for `course` and for "
        "every file that bring-up or identify writes about it",
    )


def _add_out(parser: ArgumentParser, what: str) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("mine.toml"),
        help=f"the {what} file, a new one (default: mine.toml)",
    )
