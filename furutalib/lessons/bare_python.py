"""A Python that has numpy and furutalib and nothing else: what a board without torch is like."""

import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import furutalib
from furutalib.facts.errors import ConfigurationError

LONGEST_S = 300.0


class BarePython:
    """A fresh environment into which numpy and furutalib are linked; nothing is downloaded.

    Args:
        folder: where it is made; a temporary one by default, which goes with this object.
        more: files and folders of further packages.

    Raises:
        ConfigurationError: this system does not make links (Windows).
    """

    def __init__(self, folder: Path | None = None, more: Sequence[Path] = ()) -> None:
        if os.name == "nt":
            raise ConfigurationError("an environment of links needs Linux or macOS")
        if folder is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="furuta-bare-")
            folder = Path(self._temporary.name)
        self.folder = folder
        venv.create(folder / "env", symlinks=True)
        self.python = folder / "env" / "bin" / "python"
        [self.packages] = (folder / "env" / "lib").glob("python*/site-packages")
        numpy = Path(np.__file__).parent
        for part in (numpy, numpy.with_name("numpy.libs"), Path(furutalib.__file__).parent, *more):
            if part.exists():
                (self.packages / part.name).symlink_to(part)

    def start(self, *words: str | Path, **environment: str) -> "subprocess.Popen[str]":
        """A program: `python` and these words, in the environment's folder."""
        own = {"PATH": os.environ.get("PATH", ""), **environment}
        return subprocess.Popen(
            [self.python, *words],
            env=own,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str, *words: str | Path) -> str:
        """What a program prints, its errors after it; `words` are its arguments."""
        return said(self.start("-c", code, *words))


def said(process: "subprocess.Popen[str]") -> str:
    """What a program prints until its end, its errors after it."""
    with process:
        try:
            output, errors = process.communicate(timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            process.kill()
            output, errors = process.communicate()
            errors += f"stopped after {LONGEST_S:g} s"
    return (output + errors).rstrip()


def course_python(code: str, *words: str | Path) -> str:
    """The same in this course's own Python, for comparison."""
    return said(
        subprocess.Popen(
            [sys.executable, "-c", code, *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    )
