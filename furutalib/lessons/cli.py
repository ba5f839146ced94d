"""The command line `furuta`, also `python -m furutalib`.

This module only reads the arguments; `commands` does the work. Neither imports more than the
standard library at first, so that `furuta --help` answers at once.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from furutalib.facts.errors import FurutaError
from furutalib.lessons import commands as run
from furutalib.lessons.cli_parts import (
    Pairs,
    add_json,
    add_notes,
    add_other_robot,
    add_robot,
    add_wandb,
    command,
)
from furutalib.lessons.cli_robot import add_bring_up, add_identify, add_run
from furutalib.lessons.commands import INTERRUPTED

BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status (0 good, 1 not good, 2 bad input, 130 Ctrl-C)."""
    parser = make_parser()
    given = sys.argv[1:] if arguments is None else arguments
    if not given:
        parser.print_help()
        return BAD_INPUT
    options = parser.parse_args(given)
    work: Callable[[argparse.Namespace], int] = options.run
    try:
        return work(options)
    except (FurutaError, OSError) as error:
        print(f"furuta {options.command}: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print(f"furuta {options.command}: stopped", file=sys.stderr)
        return INTERRUPTED


def make_parser() -> argparse.ArgumentParser:
    """The parser with all commands; `options.run` is the function that does the work."""
    parser = argparse.ArgumentParser(
        prog="furuta",
        description="Simulate, train and look at a Furuta pendulum.",
        epilog="`furuta COMMAND --help` explains a command and shows an example.",
    )
    parser.add_argument("--version", action="version", version=f"furutalib {_version()}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_check(commands)
    add_bring_up(commands)
    add_identify(commands)
    _add_lesson(commands)
    _add_train(commands)
    _add_sweep(commands)
    _add_evaluate(commands)
    _add_render(commands)
    add_run(commands)
    _add_report(commands)
    _add_export(commands)
    _add_bench(commands)
    return parser


def _version() -> str:
    import furutalib

    return furutalib.__version__


def _add_check(commands: Any) -> None:
    parser = command(
        commands,
        run.check,
        "check",
        "look whether everything is here and works",
        "furuta check",
        "The exit status is 0 if everything is, else 1.",
    )
    parser.add_argument(
        "--robot",
        choices=("emulated", "real"),
        help="look at the robot instead: its chips and pins; nothing moves",
    )
    parser.add_argument(
        "--robot-file", metavar="FILE", help="name or .toml file of that robot (default: course)"
    )
    add_json(parser)


def _add_lesson(commands: Any) -> None:
    parser = command(
        commands,
        run.lesson,
        "lesson",
        "list the lessons, or put a copy of one into work/",
        "furuta lesson 03 --fresh",
        "A copy that is there already stays as it is.",
    )
    parser.add_argument("lesson", nargs="?", help="number or name; without it, list all")
    parser.add_argument(
        "--fresh", action="store_true", help="a new copy; the old one is kept beside it"
    )
    add_json(parser)


def _add_train(commands: Any) -> None:
    parser = command(
        commands,
        run.train,
        "train",
        "train a policy in simulation",
        "furuta train runs/first --algorithm ppo --seed 1 --set learning_rate=3e-4",
        "Ctrl-C stops and keeps what was learned; the same command goes on from there.",
    )
    parser.add_argument("folder", nargs="?", type=Path, help="default: a new one below runs/")
    parser.add_argument(
        "--algorithm",
        choices=("ppo", "sac"),
        default="ppo",
        help="ppo (default) on many pendulums at once; sac with gSDE on one",
    )
    parser.add_argument("--task", default="swing-up", help="swing-up (default) or balance")
    add_robot(parser, "course")
    parser.add_argument("--seed", type=int, default=0, help="of all random numbers (default: 0)")
    parser.add_argument(
        "--reward",
        action=Pairs,
        metavar="WEIGHT=VALUE",
        help="weight of a reward term, e.g. continuity=0.3 (may be repeated)",
    )
    parser.add_argument(
        "--set",
        dest="options",
        action=Pairs,
        metavar="NAME=VALUE",
        help="one setting of the algorithm or of a wrapper, e.g. history=2 (may be repeated)",
    )
    parser.add_argument(
        "--all-steps",
        action="store_true",
        help="go on when every validation start succeeds, until total_steps",
    )
    add_wandb(parser)
    add_notes(parser)
    add_json(parser)


def _add_sweep(commands: Any) -> None:
    parser = command(
        commands,
        run.sweep,
        "sweep",
        "do the many runs that a sweep file asks for",
        "furuta sweep continuity.yaml --folder runs/continuity",
        "The file is in W&B's sweep format, but nobody has to be logged in. Ctrl-C stops; the "
        "same command goes on from there and repeats nothing that is finished.",
    )
    parser.add_argument("file", type=Path, help="a sweep file (YAML, method: grid or random)")
    parser.add_argument("--folder", type=Path, help="default: runs/ and the name of the file")
    parser.add_argument(
        "--jobs", type=int, default=-1, help="runs at a time (default: one per core)"
    )
    parser.add_argument(
        "--scheduler",
        metavar="tls://HOST:PORT",
        help="run on this Dask cluster; its workers must see the folder under the same path",
    )
    for name, purpose in (
        ("ca", "certificate of the authority"),
        ("cert", "your certificate"),
        ("key", "its key"),
    ):
        parser.add_argument(f"--tls-{name}", type=Path, metavar="PEM", help=f"{purpose}, for TLS")
    add_wandb(parser)
    add_notes(parser)
    add_json(parser)


def _add_evaluate(commands: Any) -> None:
    parser = command(
        commands,
        run.evaluate,
        "evaluate",
        "run a policy from fixed starts and report how good it is",
        "furuta evaluate runs/first/best --json",
        "Success: upright within 12 degrees for the last 3 s of 8 s, and no limit touched.",
    )
    parser.add_argument("policy", type=Path, help="a policy folder")
    add_robot(parser, None)
    add_other_robot(parser)
    parser.add_argument(
        "--starts",
        choices=("test", "validation"),
        default="test",
        help="test (default) for figures to report, validation for choices",
    )
    parser.add_argument("--n", type=int, default=100, help="number of starts (default: 100)")
    add_json(parser)


def _add_render(commands: Any) -> None:
    parser = command(
        commands,
        run.render,
        "render",
        "make a moving picture of a policy at work",
        "furuta render runs/first/best swing_up.gif",
        "The ending of FILE chooses the format: .gif, .webp or .mp4.",
    )
    parser.add_argument("policy", type=Path, help="a policy folder")
    parser.add_argument("file", type=Path, help="what to write")
    add_robot(parser, None)
    add_other_robot(parser)
    parser.add_argument("--start", type=int, default=0, help="which of the test starts, from 0")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long (default: 8)")


def _add_report(commands: Any) -> None:
    parser = command(
        commands,
        run.report,
        "report",
        "write one HTML file about runs, policies and recordings, to send to others",
        'furuta report runs/first runs/second --out report.html --notes "Why is the second worse?"',
        "It needs no network and names no folder, user or computer.",
    )
    parser.add_argument(
        "sources",
        nargs="+",
        type=Path,
        metavar="RUN",
        help="a run folder, a policy folder, a telemetry file (.csv), or a folder of these files",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("report.html"), help="what to write (default: report.html)"
    )
    parser.add_argument("--title", help="its heading (default: what it is about)")
    parser.add_argument("--notes", metavar="TEXT", default="", help="your own words at its top")


def _add_export(commands: Any) -> None:
    parser = command(
        commands,
        run.export,
        "export",
        "write a robot's telemetry in a form for other programs",
        "furuta export episode.csv --mcap episode.mcap",
        "MCAP files open in Foxglove and PlotJuggler; they need `pip install mcap`.",
    )
    parser.add_argument("file", type=Path, help="a telemetry file (.csv)")
    parser.add_argument("--mcap", type=Path, metavar="OUT", required=True, help="what to write")


def _add_bench(commands: Any) -> None:
    parser = command(
        commands,
        run.bench,
        "bench",
        "measure speeds and trainings on this computer",
        "furuta bench --json",
        "The full set takes some minutes; close other programs first.",
    )
    parser.add_argument(
        "names", nargs="*", help="only these measurements; `furuta bench --list` shows them"
    )
    parser.add_argument("--list", action="store_true", help="list the measurements and end")
    loop = parser.add_argument_group(
        "furuta bench loop", "how punctual a control loop is, beside the usual sleep-the-rest loop"
    )
    loop.add_argument("--rate", type=float, help="50, 100 (default) or 200 Hz")
    loop.add_argument("--seconds", type=float, help="how long for each loop (default: 60)")
    loop.add_argument(
        "--load", type=int, metavar="N", help="N programs that compute without a pause (default: 0)"
    )
    add_json(parser)
