"""Tables about the hardware from their sources: `python -m furutalib.lessons.hardware [--check]`.

bom/bom.csv -> bom/bom.md; assembly/wiring.yml and wiring-checks.csv -> assembly/wiring/*.csv,
the strip board and the tables inside assembly/wiring.md. The diagrams are drawn by
`furutalib.lessons.wiring_diagram`.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from furutalib.facts.bom import read_bom
from furutalib.facts.errors import ConfigurationError
from furutalib.facts.files import write_atomically
from furutalib.facts.paths import course_folder
from furutalib.lessons.bom_page import bom_page, read_printed
from furutalib.lessons.cut_list import cut_list
from furutalib.lessons.strip_board import drawing
from furutalib.lessons.wiring import load_wiring
from furutalib.lessons.wiring_page import (
    checks_table,
    currents_table,
    header_table,
    pins_csv,
    read_checks,
    wire_table,
    wires_csv,
)

STAGES = ("0", "1", "2", "3")


def generated(course: Path) -> dict[Path, str]:
    """Every file that this module makes, with its text.

    Raises:
        ConfigurationError: a source is not as it should be.
    """
    assembly, bom = course / "assembly", course / "bom"
    wiring = load_wiring(assembly / "wiring.yml")
    checks = read_checks(assembly / "wiring-checks.csv")
    tables = {
        "header": header_table(wiring),
        "wires": wire_table(wiring),
        "currents": currents_table(wiring),
        **{f"stage {stage}": checks_table(checks, stage) for stage in STAGES},
    }
    page = assembly / "wiring.md"
    return {
        bom / "bom.md": bom_page(
            read_bom(bom / "bom.csv"),
            read_printed(assembly / "parts" / "parts.csv"),
            cut_list(assembly, bom),
        ),
        assembly / "wiring" / "wires.csv": wires_csv(wiring),
        assembly / "wiring" / "pins.csv": pins_csv(wiring),
        assembly / "wiring" / "strip-board.svg": drawing(wiring),
        page: with_tables(page.read_text(encoding="utf-8"), tables),
    }


def with_tables(text: str, tables: dict[str, str]) -> str:
    """The text with each table between its two comments, `<!-- name -->` and `<!-- end -->`.

    Raises:
        ConfigurationError: the text has no place for a table.
    """
    for name, table in tables.items():
        pattern = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
        if not pattern.search(text):
            raise ConfigurationError(f"no place for the table {name!r}: add <!-- {name} -->")
        text = pattern.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text)  # type: ignore[misc]
    return text


def out_of_date(course: Path) -> list[Path]:
    """Files that are missing or differ from what their sources give."""
    wanted = generated(course)
    return [
        path
        for path, text in wanted.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m furutalib.lessons.hardware")
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    parser.add_argument("--course", type=Path, help="the clone")
    options = parser.parse_args(arguments)
    try:
        course = options.course or course_folder()
        if course is None:
            raise ConfigurationError("no course here: run this in a clone, or name one")
        changed = out_of_date(course)
        texts = generated(course)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    for path in changed:
        if not options.check:
            write_atomically(path, texts[path])
        print(f"{'out of date' if options.check else 'written'}: {path}")
    if options.check and changed:
        print("run `make tables` and commit what it writes", file=sys.stderr)
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
