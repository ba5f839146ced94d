"""`report`: runs, policies and recordings as one HTML file to send to other people.

The file holds all that it needs: no network, no kernel, no file beside it. A policy of the page
itself forbids the browser to load anything and to run any script but the views' own.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.files import write_atomically
from furutalib.learning.policy_folder import versions
from furutalib.learning.run import Run
from furutalib.view.build import BUNDLE
from furutalib.view.page import page_script
from furutalib.view.report_part import Part, told
from furutalib.view.report_read import read_parts
from furutalib.view.report_sections import sections

_STYLE = BUNDLE.with_name("report.css")


def report(
    *sources: str | Path | Run,
    to: str | Path = "report.html",
    title: str | None = None,
    notes: str = "",
) -> Path:
    """Write one HTML file about training runs, policies and recordings, alone or side by side.

    It tells configuration, versions and hashes, learning curves, figures and telemetry, plays
    episodes, and names what is missing. It tells nothing of this computer: no folder, no name.

    Args:
        sources: run folders (or what `train` returned), policy folders, telemetry files (.csv),
            folders of such files, folders of sweeps.
        to: the file to write, ending in .html; one that is there is replaced.
        title: its heading; by default the names of the sources.
        notes: your own words at its top, for example what you ask.

    Raises:
        ConfigurationError: nothing is given, a source is none of these, `to` is no .html, or it
            cannot be written; an older one there is unchanged.
    """
    target = Path(to)
    if target.suffix.lower() not in (".html", ".htm"):
        raise ConfigurationError(f"a report is a .html file, not {target.name!r}")
    parts = read_parts([each.folder if isinstance(each, Run) else Path(each) for each in sources])
    text = page(parts, title or _title(parts), notes)
    try:
        write_atomically(target, text)
    except OSError as error:
        raise ConfigurationError(
            f"{target} cannot be written ({error.strerror}); give the name of a file in a folder "
            "that is there and in which you may write"
        ) from error
    return target


def page(parts: Sequence[Part], title: str, notes: str = "") -> str:
    """The HTML page about these parts."""
    body = sections(parts, notes)
    script = page_script(BUNDLE.read_text("utf-8")) if "data-furuta-payload" in body else ""
    version = versions().get("furutalib", "")
    made = f"Made {datetime.now(UTC):%Y-%m-%d %H:%M} UTC with furutalib {version}. "
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_allowed(script)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{told(title)}</title><style>{_STYLE.read_text('utf-8')}</style></head>\n"
        f"<body><h1>{told(title)}</h1><p>{made}This file needs no network and nothing else.</p>"
        f"{body}<script>{script}</script></body></html>\n"
    )


def _allowed(script: str) -> str:
    """What the page may do: run this one script, show pictures that it holds itself."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; "
        "style-src 'unsafe-inline'; img-src data: blob:"
    )


def _title(parts: Sequence[Part]) -> str:
    names = [part.name for part in parts]
    if len(names) == 1:
        return f"{names[0]}, a {parts[0].kind}"
    return ", ".join(names) if len(names) <= 4 else f"{names[0]} and {len(names) - 1} more"
