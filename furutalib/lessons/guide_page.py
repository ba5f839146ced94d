"""`assembly/guide.md` from its source: `python -m furutalib.lessons.guide_page [--check]`."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.files import write_atomically
from furutalib.facts.paths import assembly_folder
from furutalib.lessons.board_plan import Plan, board_plan, plan_rows, plan_svg
from furutalib.lessons.finished import finished_rows
from furutalib.lessons.guide import Guide, Reading, Step, load_guide
from furutalib.lessons.part_tables import PartTables, number, read_part_tables

_MADE = "<!-- Made from guide.toml and the tables of the parts; edit those, then `make guide`. -->"
PAGE, PLAN = "guide.md", "board-plan.svg"
_OPEN_OHM = 1e6
_COUNTED = ("piece", "strip")


def guide_page(
    guide: Guide,
    tables: PartTables,
    pictures: frozenset[str],
    plan: Plan | None = None,
    finished: Sequence[tuple[str, str]] = (),
) -> str:
    """The whole guide as Markdown.

    Args:
        pictures: the drawings that there are, from the assembly folder.
        plan: of the wooden board.
        finished: what is known of size and weight.
    """
    blocks = [
        _MADE,
        f"# {guide.title}: the build guide",
        f"Hardware {guide.hardware}. {hours_text(guide, tables)}",
        guide.text["status"].strip(),
        guide.text["overview"].strip(),
        *_picture("pictures/finished.svg", "the finished robot", pictures),
        "## Safety",
        *(f"**{note.title}.** {note.text}" for note in guide.safety),
        "## Tools",
        _list(tables.name(tool) for tool in _tools(guide)),
        "## What is printed",
        guide.text["printing"].strip(),
        print_list(tables),
        *(_plan(plan) if plan else ()),
        *_stages(guide, tables, pictures),
        "## Finished weight and size",
        _table(("what", "calculated, never measured"), finished),
        guide.text["weighing"].strip(),
        "## Repair",
        _table(("what", "how"), ((each.what, each.how) for each in guide.repairs)),
        "## Changes of the hardware",
        _table(("version", "date", "what"), ((c.version, c.date, c.text) for c in guide.changes)),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def hours_text(guide: Guide, tables: PartTables) -> str:
    """How long building and printing take, as one sentence."""
    hands = sum(step.minutes for step in guide.steps) / 60
    text = f"About {hands:.0f} hours of work (estimated, nobody has built it yet)"
    seconds = [
        (number(row, "print_time_s") or 0.0) * (number(tables.printed.get(part), "quantity") or 1.0)
        for part, row in tables.sliced.items()
    ]
    return f"{text} and {sum(seconds) / 3600:.0f} hours of printing." if seconds else f"{text}."


def print_list(tables: PartTables) -> str:
    """Every printed part with orientation, material, infill, supports, time and grams."""
    heads = (
        "part",
        "number",
        "material",
        "infill",
        "walls",
        "lies",
        "supports",
        "time",
        "filament",
    )
    return _table(heads, (_print_row(part, tables) for part in sorted(tables.printed)))


def range_text(reading: Reading) -> str:
    """The range of a reading as a person reads it."""
    if reading.low == -float("inf"):
        return f"at most {value_text(reading.high, reading.unit)}"
    if reading.high == float("inf"):
        return f"at least {value_text(reading.low, reading.unit)}"
    return f"{value_text(reading.low, reading.unit)} to {value_text(reading.high, reading.unit)}"


def value_text(value: float, unit: str) -> str:
    """A reading as the display of a multimeter shows it."""
    if unit == "Ω" and value > _OPEN_OHM:
        return "OL (open)"
    for limit, prefix in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.3g} {prefix}{unit}"
    return f"{value:.3g} {unit}"


def _plan(plan: Plan) -> Iterable[str]:
    yield "## The plan of the board"
    yield (
        "Lengths in millimetres, to the middle of each part, from the corner beside the "
        "electronics: along the long side, then across. Crosses are screws."
    )
    yield f"![the board from above]({PLAN})"
    yield _table(("part", "along", "across"), plan_rows(plan))


def _stages(guide: Guide, tables: PartTables, pictures: frozenset[str]) -> Iterable[str]:
    count = 0
    for stage in guide.stages:
        yield f"## {stage.title}"
        yield stage.text
        for step in guide.of_stage(stage.id):
            count += 1
            yield from _step(count, step, guide, tables, pictures)


def _step(
    count: int, step: Step, guide: Guide, tables: PartTables, pictures: frozenset[str]
) -> Iterable[str]:
    yield f'### <a id="{step.id}"></a>{count}. {step.title}'
    yield f"**{step.action}** ({step.minutes:g} min)"
    yield from _picture(step.shown, step.title, pictures)
    if step.parts:
        yield "Parts: " + ", ".join(
            f"{part_text(part, number_of, step, tables)} `{part}`"
            for part, number_of in step.parts.items()
        )
    if step.tools:
        yield "Tools: " + ", ".join(tables.name(tool) for tool in step.tools)
    readings = guide.readings_at(step.id)
    if readings:
        heads = ("between", "must be", "if not")
        yield _table(heads, ((each.between, range_text(each), each.wrong) for each in readings))
    source = f" *({step.source})*" if step.source else ""
    yield f"- [ ] **Check:** {step.check}{source}\n- **If not:** {step.trouble}"


def part_text(part: str, count: float, step: Step, tables: PartTables) -> str:
    """A part of a step with its number or amount, and what another variant has in its place."""
    unit = tables.bom.get(part, {}).get("unit", "piece")
    amount = f"{count:g} ×" if unit in _COUNTED else f"{count:g} {unit} of"
    other = step.instead.get(part)
    return f"{amount} {tables.name(part)}" + (f" (or {tables.name(other)})" if other else "")


def _picture(file: str, title: str, pictures: frozenset[str]) -> list[str]:
    return [f"![{title}]({file})"] if file in pictures else []


def _tools(guide: Guide) -> list[str]:
    return sorted({tool for step in guide.steps for tool in step.tools})


def _print_row(part: str, tables: PartTables) -> list[str]:
    row, slices = tables.printed[part], tables.sliced.get(part)
    seconds, grams = number(slices, "print_time_s"), number(slices, "filament_g")
    return [
        f"[{part}](parts/{part}.stl)",
        row["quantity"],
        row["material"],
        f"{number(row, 'infill_percent') or 0:g} %",
        row["walls"],
        row["orientation"],
        row["supports"] or "none",
        "" if seconds is None else f"{seconds // 3600:.0f}:{seconds % 3600 // 60:02.0f} h",
        "" if grams is None else f"{grams:.1f} g",
    ]


def _table(heads: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
        for row in (heads, ["---"] * len(heads), *rows)
    ]
    return "\n".join(lines) if len(lines) > 2 else ""


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def made(assembly: Path | None = None, bom: Path | None = None) -> dict[str, str]:
    """The page and the plan of the board as their sources give them now, by their file names."""
    folder = assembly or assembly_folder()
    pictures = frozenset(file.relative_to(folder).as_posix() for file in folder.glob("*/*.svg"))
    guide, tables = load_guide(folder / "guide.toml"), read_part_tables(folder, bom)
    if not (folder / "placement.json").is_file():
        return {PAGE: guide_page(guide, tables, pictures)}
    plan = board_plan(folder)
    page = guide_page(guide, tables, pictures, plan, finished_rows(folder))
    return {PAGE: page, PLAN: plan_svg(plan)}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m furutalib.lessons.guide_page", description=__doc__
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    parser.add_argument("--folder", type=Path, help="the folder that holds guide.toml")
    options = parser.parse_args(arguments)
    folder = options.folder or assembly_folder()
    try:
        files = made(options.folder)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    stale = [name for name, text in files.items() if not _same(folder / name, text)]
    for name in stale:
        if not options.check:
            write_atomically(folder / name, files[name])
        print(f"{'out of date' if options.check else 'written'}: {folder / name}")
    if stale and options.check:
        print("run `make guide` and commit what it writes", file=sys.stderr)
    return int(bool(stale) and options.check)


def _same(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text("utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
