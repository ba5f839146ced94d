"""The diagrams of the wiring: `python -m furutalib.lessons.wiring_diagram [--wireviz PROGRAM]`.

Needs WireViz (assembly/requirements.txt) and Graphviz. Learners need neither: the pictures are
committed, and `made-from.txt` says from which wiring, so that a stale one is found.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import yaml
from PIL import Image

from furutalib.facts.files import write_atomically
from furutalib.facts.paths import assembly_folder
from furutalib.lessons.wiring import Wiring, load_wiring

WIDEST = 3200
STAMP = "made-from.txt"


def draw(wiring: Wiring, wireviz: str, target: Path) -> list[Path]:
    """Draw the whole and each sheet as SVG and PNG into a folder.

    Raises:
        subprocess.CalledProcessError: WireViz does not like it.
    """
    sheets = {"wiring": wiring.data} | {
        name: wiring.sheet(name) for name in wiring.data["metadata"]["sheets"]
    }
    made = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for sheet, data in sheets.items():
            source = folder / f"{sheet}.yml"
            source.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))
            subprocess.run(
                [wireviz, "-f", "ps", str(source)], check=True, stdout=subprocess.DEVNULL
            )
            write_atomically(target / f"{sheet}.svg", (folder / f"{sheet}.svg").read_bytes())
            _smaller(folder / f"{sheet}.png", target / f"{sheet}.png")
            made += [target / f"{sheet}.svg", target / f"{sheet}.png"]
    write_atomically(target / STAMP, wiring.drawing_hash() + "\n")
    return made


def _smaller(source: Path, target: Path) -> None:
    """The picture no wider than a screen can show, with a palette: a tenth of the size."""
    with Image.open(source) as picture:
        flat = picture.convert("RGB")
    if flat.width > WIDEST:
        flat = flat.resize(
            (WIDEST, round(flat.height * WIDEST / flat.width)), Image.Resampling.LANCZOS
        )
    flat.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        target, optimize=True
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m furutalib.lessons.wiring_diagram")
    parser.add_argument("--wireviz", default="wireviz", help="the program")
    options = parser.parse_args(arguments)
    try:
        made = draw(load_wiring(), options.wireviz, assembly_folder() / "wiring")
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"{error}\nWireViz and Graphviz are needed: see assembly/README.md", file=sys.stderr)
        return 1
    for path in made:
        print(f"written: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
