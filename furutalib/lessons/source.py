"""The source of a lesson: a percent script with a little markup (notebooks/README.md shows it)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from furutalib.facts.errors import ConfigurationError

MAX_CELL_LINES = 15
"""A cell longer than this does not fit on a projector beside its result."""

SETUP = """\
# The same cell opens every lesson.
from furutalib.lessons.notebook import check, predict, setup, show

FAST = True  # False (FULL): trainings take minutes instead of seconds and reach further
setup(FAST)"""

TAGS = ("setup", "title", "map", "lessons", "hints")

_SOLUTION_BLOCK = re.compile(
    r"^(?P<indent>[ ]*)# solution[ ]*\n(?P<body>.*?)^[ ]*# end[ ]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_STRAY_MARK = re.compile(r"^[ ]*# (solution|end)[ ]*$", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """One cell of a source: `kind` is "code" or "markdown"."""

    kind: str
    text: str
    tags: tuple[str, ...] = ()

    @property
    def is_exercise(self) -> bool:
        """Whether the cell holds a solution that the learner version leaves out."""
        return self.kind == "code" and _SOLUTION_BLOCK.search(self.text) is not None


def read_source(path: Path) -> tuple[Cell, ...]:
    """The cells of a percent script, checked against the rules for lessons.

    Raises:
        ConfigurationError: a rule is broken; the message names the file and the cell.
    """
    import jupytext

    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    cells = tuple(
        Cell(cell.cell_type, cell.source.rstrip(), tuple(cell.metadata.get("tags", ())))
        for cell in notebook.cells
    )
    _check(path.name, cells)
    return cells


def for_learner(text: str) -> str:
    """The code of a cell with every solution replaced by a stub."""
    return _SOLUTION_BLOCK.sub(_stub, text).rstrip()


def for_solution(text: str) -> str:
    """The code of a cell with its solution in place and the marks gone."""
    return _SOLUTION_BLOCK.sub(lambda block: block["body"], text).rstrip()


def hint_ladder(hints: str, solution: str | None) -> str:
    """Folded hints, one for each bullet of `hints`, then the folded solution, as Markdown."""
    steps = [(f"Hint {number}", text) for number, text in enumerate(_bullets(hints), start=1)]
    if solution is not None:
        steps.append(("Solution", f"```python\n{solution}\n```"))
    return "\n\n".join(
        f"<details><summary>{title}</summary>\n\n{text}\n\n</details>" for title, text in steps
    )


def _stub(block: re.Match[str]) -> str:
    indent = block["indent"]
    return (
        f"{indent}# Your code here; it takes the place of the next line.\n"
        f'{indent}raise NotImplementedError("not done yet")\n'
    )


def _bullets(hints: str) -> list[str]:
    parts = re.split(r"^- ", hints, flags=re.MULTILINE)[1:]
    return [re.sub(r"\n[ ]*", " ", part.strip()) for part in parts]


def _check(name: str, cells: tuple[Cell, ...]) -> None:
    problems = [
        f"{name}, cell {number} ({_first_line(cell.text)}): {problem}"
        for number, cell in enumerate(cells, start=1)
        for problem in _cell_problems(cell)
    ]
    problems += [f"{name}: {problem}" for problem in _order_problems(cells)]
    if problems:
        raise ConfigurationError("\n".join(problems))


def _cell_problems(cell: Cell) -> Iterator[str]:
    longest = max(
        (len(text.splitlines()) for text in (for_learner(cell.text), for_solution(cell.text))),
    )
    if longest > MAX_CELL_LINES:
        yield f"{longest} lines, allowed are {MAX_CELL_LINES}; split the cell"
    for tag in set(cell.tags).difference(TAGS):
        yield f"unknown tag {tag!r}; known are {', '.join(TAGS)}"
    if cell.kind == "code" and _STRAY_MARK.search(_SOLUTION_BLOCK.sub("", cell.text)):
        yield "a '# solution' without its '# end', or the other way round"
    if "setup" in cell.tags and cell.text != SETUP:
        yield f"the setup cell is the same in every lesson; write exactly\n{SETUP}"
    if "hints" in cell.tags and not _bullets(cell.text):
        yield "hints are bullets: lines that begin with '- '"


def _order_problems(cells: tuple[Cell, ...]) -> Iterator[str]:
    code = [cell for cell in cells if cell.kind == "code"]
    if not code or "setup" not in code[0].tags:
        yield 'the first code cell must be the setup cell (# %% tags=["setup"])'
    if sum("setup" in cell.tags for cell in cells) > 1:
        yield "more than one setup cell"
    if not cells or "title" not in cells[0].tags:
        yield 'the first cell must be the title card (# %% [markdown] tags=["title"])'
    if sum(cell.is_exercise for cell in cells) != sum("hints" in cell.tags for cell in cells):
        yield "every exercise needs one cell of hints, and every cell of hints an exercise"


def _first_line(text: str) -> str:
    return text.splitlines()[0][:60] if text else "empty"
