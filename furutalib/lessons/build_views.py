"""What lesson 06 shows: the parts in the scene, and the guide as a list to tick."""

from collections.abc import Sequence
from pathlib import Path

from furutalib.facts.paths import assembly_folder
from furutalib.learning.placement import Instance, chosen, load_placement
from furutalib.lessons.guide import Guide, Step, load_guide
from furutalib.lessons.guide_page import part_text, range_text
from furutalib.lessons.part_tables import PartTables, Row, number, read_part_tables
from furutalib.lessons.ticks import Ticks
from furutalib.view.parts_view import BuildStep, PartNote, PartsView
from furutalib.view.steps_view import ShownStep, StepsView

TICKS = "build-ticks.json"
UNPLACED = ("fit-gauge",)  # printed, but no part of the robot


def robot_parts(folder: Path | None = None) -> PartsView:
    """Every part of the robot at its place, with what is known of it, and the guide's steps.

    Raises:
        ConfigurationError: placement, guide or a mesh is damaged.
    """
    assembly = folder or assembly_folder()
    instances = load_placement(assembly)
    tables = read_part_tables(assembly)
    return PartsView(
        instances,
        assembly,
        part_notes(instances, tables),
        steps=build_steps(load_guide(), instances),
        label="The robot, part by part",
    )


def checklist(file: str | Path = TICKS) -> StepsView:
    """The guide, one step at a time; ticks are kept in `file`, beside the notebook."""
    guide, tables = load_guide(), read_part_tables()
    titles = {stage.id: stage.title for stage in guide.stages}
    steps = [_shown(step, titles[step.stage], guide, tables) for step in guide.steps]
    shown = {step.id: step.shown for step in guide.steps}

    def picture(step: str) -> bytes | None:
        return drawing(shown[step])

    return StepsView(steps, Ticks(file), picture, "The build guide, step by step")


def drawing(name: str) -> bytes | None:
    """A file of the assembly folder, as SVG; None where there is none."""
    file = assembly_folder() / name
    return file.read_bytes() if file.is_file() else None


def part_notes(instances: Sequence[Instance], tables: PartTables) -> dict[str, PartNote]:
    """What is known of each part: its line of the bill of materials, or how it is printed."""
    counts: dict[str, int] = {}
    for each in instances:
        counts[each.part] = counts.get(each.part, 0) + 1
    return {
        part: PartNote(tables.name(part), [("id", part), ("in the robot", str(count)), *lines])
        for part, count in counts.items()
        for lines in [_lines(part, tables)]
    }


def build_steps(guide: Guide, instances: Sequence[Instance]) -> list[BuildStep]:
    """The steps that have a picture, with the instances that it shows.

    Raises:
        ConfigurationError: a picture names what is not in the placement.
    """
    return [
        BuildStep(
            f"{count}. {step.title}",
            chosen(instances, [*step.picture.present, *step.picture.new]),
            chosen(instances, step.picture.new),
        )
        for count, step in enumerate(guide.steps, 1)
        if step.picture is not None and not {*step.picture.new} & {*UNPLACED}
    ]


def _shown(step: Step, stage: str, guide: Guide, tables: PartTables) -> ShownStep:
    source = f" ({step.source})" if step.source else ""
    return ShownStep(
        id=step.id,
        stage=stage,
        title=step.title,
        action=step.action,
        check=step.check + source,
        trouble=step.trouble,
        parts=[part_text(part, count, step, tables) for part, count in step.parts.items()],
        tools=[tables.name(tool) for tool in step.tools],
        readings=[
            (each.between, range_text(each), each.wrong) for each in guide.readings_at(step.id)
        ],
    )


def _lines(part: str, tables: PartTables) -> list[tuple[str, str]]:
    if part in tables.printed:
        return _print_lines(tables.printed[part], tables.sliced.get(part))
    row = tables.bom.get(part, {})
    named = (
        ("for", "purpose"),
        ("supplier", "supplier"),
        ("part number", "part_number"),
        ("alternatives", "alternatives"),
        ("data sheet", "datasheet"),
    )
    lines = [(title, row[key]) for title, key in named if row.get(key)]
    price = number(row, "price_eur")
    if price is not None:
        lines.append(("price", f"{price:g} EUR ({row['price_status']}, {row['price_date']})"))
    return lines


def _print_lines(row: Row, slices: Row | None) -> list[tuple[str, str]]:
    lines = [
        ("printed", f"{row['material']}, infill {row['infill_percent']} %, {row['walls']} walls"),
        ("lies", row["orientation"]),
        ("supports", row["supports"] or "none"),
        ("size", f"{row['size_x_mm']} × {row['size_y_mm']} × {row['size_z_mm']} mm"),
        ("mass", f"{row['printed_mass_g']} g (calculated)"),
    ]
    seconds, grams = number(slices, "print_time_s"), number(slices, "filament_g")
    if seconds is not None and grams is not None:
        lines.append(("slicer says", f"{seconds / 3600:.1f} h, {grams:.1f} g of filament"))
    return lines
