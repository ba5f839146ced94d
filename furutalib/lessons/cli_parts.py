"""Pieces that the commands of `furuta` share: how one is described, and options of several."""

import argparse
import json
from collections.abc import Callable
from typing import Any


def command(
    commands: Any,
    work: Callable[[argparse.Namespace], int],
    name: str,
    purpose: str,
    example: str,
    remark: str,
) -> argparse.ArgumentParser:
    """A command with its purpose, its example and the function that does its work."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=purpose,
        description=f"{purpose[0].upper()}{purpose[1:]}. {remark}",
        epilog=f"example: {example}",
    )
    parser.set_defaults(run=work)
    return parser


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="write JSON for a program to read")


def add_robot(parser: argparse.ArgumentParser, default: str | None) -> None:
    """`--robot` and `--fidelity`; None: those of the policy."""
    shown = default or "the one the policy was trained for"
    parser.add_argument(
        "--robot", default=default, help=f"name or .toml file of a robot (default: {shown})"
    )
    parser.add_argument(
        "--fidelity",
        default="full",
        help="which imperfections are simulated: full (default), ideal, backlash+latency, "
        "full-backlash ...",
    )


def add_wandb(parser: argparse.ArgumentParser) -> None:
    """`--wandb`."""
    parser.add_argument(
        "--wandb",
        choices=("auto", "online", "offline", "disabled"),
        default="auto",
        help="Weights & Biases; auto (default): into the run folder, nothing is sent",
    )


def add_notes(parser: argparse.ArgumentParser) -> None:
    """`--notes`."""
    parser.add_argument(
        "--notes", metavar="TEXT", help="your own words, kept with the results and shown by W&B"
    )


def add_other_robot(parser: argparse.ArgumentParser) -> None:
    """`--allow-other-robot`."""
    parser.add_argument(
        "--allow-other-robot",
        action="store_true",
        help="run it on a robot that it was not trained for",
    )


class Pairs(argparse.Action):
    """Collects NAME=VALUE into a dictionary; a value is read as JSON, else it is text."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        name, equals, text = values.partition("=")
        if not (name and equals and text):
            parser.error(f"{option_string} {values}: write NAME=VALUE")
        try:
            value = json.loads(text)
        except ValueError:
            value = text
        setattr(namespace, self.dest, {**(getattr(namespace, self.dest) or {}), name: value})
