"""Source -> learner notebook and solution notebook: `python -m furutalib.lessons.build [--check]`.

The same source always gives the same bytes: no outputs, no widget state, cell ids made from the
text of the cells.
"""

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.files import write_atomically
from furutalib.facts.paths import course_folder
from furutalib.lessons.catalogue import map_line, map_table, title_card
from furutalib.lessons.source import Cell, for_learner, for_solution, hint_ladder, read_source

_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_NOTICE = "*This is the solution version. Your own copy of the lesson lies in the folder `work`.*"


def notebook_bytes(name: str, cells: Sequence[Cell], *, solutions: bool) -> bytes:
    """One notebook (nbformat 4.5) of the lesson `name`, with the solutions or with stubs."""
    ids = _cell_ids(cells)
    exercise: Cell | None = None
    written = []
    for identifier, cell in zip(ids, cells, strict=True):
        exercise = cell if cell.is_exercise else exercise
        text = _text(name, cell, exercise, solutions=solutions)
        written.append(_cell_json(cell.kind, identifier, text))
    notebook = {"cells": written, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def generated(folder: Path) -> dict[Path, bytes]:
    """Every notebook that belongs into `folder`, made from `folder`/source.

    Raises:
        ConfigurationError: a source breaks a rule; the message names every cell at fault.
    """
    files = {}
    for source in sorted((folder / "source").glob("[0-9]*.py")):
        cells = read_source(source)
        for place, solutions in ((folder, False), (folder / "solutions", True)):
            target = place / f"{source.stem}.ipynb"
            files[target] = notebook_bytes(source.stem, cells, solutions=solutions)
    return files


def out_of_date(folder: Path) -> list[Path]:
    """Notebooks in `folder` that are missing, differ from their source, or have none."""
    wanted = generated(folder)
    present = {*folder.glob("*.ipynb"), *(folder / "solutions").glob("*.ipynb")}
    wrong = {path for path, data in wanted.items() if path in present and path.read_bytes() != data}
    return sorted(wrong | (present ^ set(wanted)))


def write(folder: Path) -> list[Path]:
    """Write the notebooks that are out of date, remove those without a source, return them."""
    changed = out_of_date(folder)
    wanted = generated(folder)
    (folder / "solutions").mkdir(exist_ok=True)
    for path in changed:
        if path in wanted:
            write_atomically(path, wanted[path])
        else:
            path.unlink()
    return changed


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m furutalib.lessons.build", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    parser.add_argument("--folder", type=Path, help="the folder that holds source/")
    options = parser.parse_args(arguments)
    try:
        folder = options.folder or _notebooks_folder()
        changed = out_of_date(folder) if options.check else write(folder)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    for path in changed:
        print(f"out of date: {path}" if options.check else f"written: {path}")
    if options.check and changed:
        print("run `make notebooks` and commit what it writes", file=sys.stderr)
    return 1 if options.check and changed else 0


def _text(name: str, cell: Cell, exercise: Cell | None, *, solutions: bool) -> str:
    if cell.kind == "code":
        return for_solution(cell.text) if solutions else for_learner(cell.text)
    if "hints" in cell.tags:
        shown = exercise is not None and not solutions
        return hint_ladder(cell.text, for_solution(exercise.text) if exercise and shown else None)
    if "title" in cell.tags:
        parts = [title_card(name), _NOTICE if solutions else "", cell.text]
    elif "map" in cell.tags:
        parts = [map_line(name), cell.text]
    elif "lessons" in cell.tags:
        parts = [map_table(), cell.text]
    else:
        parts = [cell.text]
    return "\n\n".join(part for part in parts if part)


def _cell_json(kind: str, identifier: str, text: str) -> dict[str, object]:
    cell: dict[str, object] = {
        "cell_type": kind,
        "id": identifier,
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return cell | {"execution_count": None, "outputs": []} if kind == "code" else cell


def _cell_ids(cells: Sequence[Cell]) -> list[str]:
    """One id per cell, made from its text, so that an edit elsewhere does not change it."""
    seen: Counter[str] = Counter()
    ids = []
    for cell in cells:
        digest = hashlib.sha256(f"{cell.kind}\n{cell.text}".encode()).hexdigest()[:12]
        seen[digest] += 1
        ids.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return ids


def _notebooks_folder() -> Path:
    course = course_folder()
    if course is None:
        raise ConfigurationError("no course here: run this in a clone, or name one with --folder")
    return course / "notebooks"


if __name__ == "__main__":
    sys.exit(main())
