"""The sections of a report, in their order; a section about nothing is left out."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import numpy as np

from furutalib.learning.scene import furuta_scene
from furutalib.view import report_tables as tables
from furutalib.view.curves import same_settings
from furutalib.view.report_charts import COLOURS, MAIN, learning_curves, telemetry_charts
from furutalib.view.report_part import Part, told
from furutalib.view.report_recording import LATENESS, trips
from furutalib.view.scene_view import STANDARD_PLOTS, Player
from furutalib.view.tracks import Track

_MOST_PLAYED = 6
_MOST_OPEN = 2  # recordings whose charts are not folded away
_WHERE = {
    "simulated": "In simulation",
    "emulated": "On an emulated robot (the real driver code, emulated chips, a simulated plant)",
    "real robot": "On a real robot",
}


def sections(parts: Sequence[Part], notes: str) -> str:
    """The body of the page."""
    curves, figures = _curves(parts), tables.figures(parts)
    shown = (
        ("", _where(parts) + _quote(notes)),
        ("At a glance", tables.at_a_glance(parts)),
        ("Notes", _texts(parts, "notes")),
        ("What is missing", _missing(parts)),
        ("Episode", _player(parts)),
        ("Learning curves", curves),
        ("Figures", figures),
        ("Telemetry", _telemetry(parts)),
        ("Settings", _settings(parts)),
        ("Versions and hashes", _made_with(parts)),
        ("The end of the log", _texts(parts, "log")),
    )
    return "\n".join(
        (f"<section><h2>{title}</h2>" if title else "<section>") + f"{body}</section>"
        for title, body in shown
        if body
    )


def _where(parts: Sequence[Part]) -> str:
    """Whether what is shown was simulated, emulated or real."""
    lines = []
    for place in dict.fromkeys(part.place for part in parts):
        names = [part.name for part in parts if part.place == place]
        what = told(_WHERE.get(place, "On a robot of which nobody noted whether it is real"))
        lines.append(f"<div>{what}: <b>{told(names)}</b></div>")
    return f'<div class="where">{"".join(lines)}</div>'


def _quote(text: str) -> str:
    return f"<blockquote>{told(text)}</blockquote>" if text.strip() else ""


def _texts(parts: Sequence[Part], name: str) -> str:
    """A text of every part that has one."""
    by_text: dict[str, list[str]] = {}
    for part in parts:
        by_text.setdefault(getattr(part, name), []).append(part.name)
    return "".join(
        f"<h3>{told(names)}</h3><pre>{told(text)}</pre>" for text, names in by_text.items() if text
    )


def _missing(parts: Sequence[Part]) -> str:
    lines = [f"<li><b>{told(p.name)}</b>: {told(what)}</li>" for p in parts for what in p.missing]
    return f"<ul>{''.join(lines)}</ul>" if lines else ""


def _player(parts: Sequence[Part]) -> str:
    """Episodes over one another: of one part all that it has, else the first of each."""
    played = list(parts[0].tracks) if len(parts) == 1 else _first_episodes(parts)
    if not played:
        return ""
    played = _with_lateness(played)
    robot = next((part.robot for part in parts if part.tracks), None)
    plots = (*STANDARD_PLOTS, LATENESS)
    player = Player(furuta_scene(robot), played[:_MOST_PLAYED], plots=plots, height=380)
    left_out = len(played) - _MOST_PLAYED
    more = f"<p>{left_out} more are not played.</p>" if left_out > 0 else ""
    return str(player._repr_mimebundle_()["text/html"]) + _about_episodes(parts, played) + more


def _first_episodes(parts: Sequence[Part]) -> list[Track]:
    """The first episode of each part, but of one run only where others differ in the seed alone."""
    groups = list(_groups(parts).values())
    seeds = [run for group in groups[: len(groups) * (len(groups) > 1)] for run in group[1:]]
    colours = _colours(parts)
    return [
        replace(part.tracks[0], colour=colours[part.name])
        for part in parts
        if part.tracks and part not in seeds
    ]


def _with_lateness(played: Sequence[Track]) -> list[Track]:
    """The same tracks; if one knows how late it was, all have that curve, or time axes differ."""
    if not any(LATENESS in track.signals for track in played):
        return list(played)
    unknown = [{LATENESS: np.full(len(track.times_s), np.nan)} for track in played]
    return [
        replace(track, signals={**nothing, **track.signals})
        for track, nothing in zip(played, unknown, strict=True)
    ]


def _about_episodes(parts: Sequence[Part], played: Sequence[Track]) -> str:
    trained = any(part.kind == "training" and part.tracks for part in parts)
    said = "Of a training, the first validation start is shown, under its best policy" * trained
    if len(parts) == 1 and len(played) > 1:
        said += " and, as ghosts, under those of the first and the last validation" * trained
    return f"<p>{said}.</p>" if said else ""


def _groups(parts: Sequence[Part]) -> dict[str, list[Part]]:
    """The trainings by what sets them apart, seeds together."""
    runs = [part for part in parts if part.progress or part.evaluations]
    groups = same_settings([run.settings for run in runs]) if runs else {}
    return {
        _called(name, [runs[i] for i in places]): [runs[i] for i in places]
        for name, places in groups.items()
    }


def _called(setting: str, runs: Sequence[Part]) -> str:
    """What the legend calls runs of one setting."""
    if len(runs) > 1:
        return f"{setting} ({len(runs)} seeds)".strip()
    told_apart = setting and not setting.startswith("setting ")  # else it is but a number
    return f"{runs[0].name}: {setting}" if told_apart else runs[0].name


def _colours(parts: Sequence[Part]) -> dict[str, str | None]:
    """A colour for each part that is not in the page's main colour: that of its curve."""
    groups = list(_groups(parts).values())
    if len(groups) == 1:
        groups = [[run] for run in groups[0]]
    others = [part for part in parts if not any(part in group for group in groups)]
    return {
        part.name: None if (colour := COLOURS[i % len(COLOURS)]) == MAIN else colour
        for i, group in enumerate([*groups, *([part] for part in others)])
        for part in group
    }


def _curves(parts: Sequence[Part]) -> str:
    groups = _groups(parts)
    coloured = [
        (COLOURS[i % len(COLOURS)], name, group) for i, (name, group) in enumerate(groups.items())
    ]
    charts = learning_curves([(colour, group) for colour, _, group in coloured])
    if not charts:
        return ""
    entries = [
        f'<span><i style="background:{colour}"></i>{told(name)}</span>'
        for colour, name, _ in coloured
    ]
    legend = f'<p class="legend">{"".join(entries)}</p>' if len(entries) > 1 else ""
    seeds = any(len(group) > 1 for group in groups.values())
    spread = "<p>Thick: median; thin: each seed; band: from the lowest to the highest.</p>" * seeds
    return f'{legend}<div class="charts">{"".join(charts)}</div>{spread}'


def _telemetry(parts: Sequence[Part]) -> str:
    found = tables.recorded(parts)
    pieces = []
    for place, part in enumerate(found):
        recording = part.recording
        if recording is None or not len(recording):
            continue
        charts = f'<div class="charts">{"".join(telemetry_charts(recording))}</div>'
        why = "".join(f"<li>at {time:.2f} s: {told(text)}</li>" for time, text in trips(recording))
        tripped = f"<p>Safety switched the motor off:</p><ul>{why}</ul>" if why else ""
        name = escape(f"{part.name}, {part.place}: {len(recording)} ticks")
        is_open = " open" if place < _MOST_OPEN else ""
        pieces.append(f"<details{is_open}><summary>{name}</summary>{tripped}{charts}</details>")
    return "".join(pieces)


def _settings(parts: Sequence[Part]) -> str:
    kinds = list(dict.fromkeys(part.kind for part in parts))
    if len(kinds) > 1:  # a recording has other settings than a training
        alike = [[part for part in parts if part.kind == kind] for kind in kinds]
        bodies = [(group[0].kind, _settings(group)) for group in alike]
        return "".join(f"<h3>Each {kind}</h3>{body}" for kind, body in bodies if body)
    apart, common = tables.settings(parts)
    commands = [(part.name, part.command) for part in parts if part.command]
    pieces = [f"<p>What differs:</p>{apart}"] if apart else []
    if commands:
        calls = "".join(f"<p>{told(name)}</p><pre>{told(call)}</pre>" for name, call in commands)
        folded = " open" if len(commands) <= _MOST_OPEN else ""
        pieces.append(
            f"<details{folded}><summary>The calls that do it again</summary>{calls}</details>"
        )
    title = "Everything that they have in common" if len(parts) > 1 else "All settings"
    pieces += [f"<details><summary>{title}</summary>{common}</details>"] if common else []
    pieces += [
        f"<details><summary>The reward of {told(p.name)}</summary><pre>{told(p.reward)}</pre>"
        "</details>"
        for p in parts
        if p.reward
    ]
    return "".join(pieces)


def _made_with(parts: Sequence[Part]) -> str:
    other = tables.other_than_here(parts)
    warning = f"<p><b>Other code or another plant than this library's: {told(other)}.</b></p>"
    return (warning if other else "") + tables.made_with(parts)
