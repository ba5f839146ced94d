"""`make view`: the page's half of the views, bundled into one committed file by esbuild.

Needs Node.js and, once, the npm registry. Learners need neither: the bundle is part of the package.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from furutalib.facts.files import write_atomically

HERE = Path(__file__).resolve().parent
BUNDLE = HERE / "static" / "view.js"


def sources_hash() -> str:
    """Twelve hexadecimal digits over everything that the bundle is made from."""
    digest = hashlib.sha256()
    for path in sorted(
        [*(HERE / "js").iterdir(), HERE / "package.json", HERE / "package-lock.json"]
    ):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def bundle() -> str:
    """The text of the bundle, made from the sources; its first line holds their hash."""
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm is not on the path: install Node.js 18 or newer (apt: npm)")
    subprocess.run([npm, "ci", "--silent", "--no-audit", "--no-fund"], cwd=HERE, check=True)
    command = [npm, "run", "--silent", "build"]
    made = subprocess.run(command, cwd=HERE, check=True, capture_output=True, text=True).stdout
    return f"/* furutalib.view {sources_hash()}; made by `make view`, do not edit */\n{made}"


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m furutalib.view.build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare with the committed bundle")
    options = parser.parse_args(arguments)
    made = bundle()
    if not options.check:
        write_atomically(BUNDLE, made)
        print(f"{BUNDLE.name}: {len(made.encode()) / 1000:.0f} kB")
    elif BUNDLE.read_text("utf-8") != made:
        print(f"{BUNDLE} is not what its sources give: run `make view`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
