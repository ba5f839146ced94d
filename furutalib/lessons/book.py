"""`python -m furutalib.lessons.book`: the executed solutions as HTML pages for reading.

The pages carry their style, pictures and formulas (MathML) in themselves, and one script beside
them plays the episodes: they read the same without a network and when opened as plain files.
"""

import argparse
import html
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from furutalib.facts.files import write_atomically
from furutalib.facts.paths import course_folder
from furutalib.lessons.catalogue import LESSONS
from furutalib.view.build import BUNDLE
from furutalib.view.page import page_script

_STYLE = """\
:root { color-scheme: light dark; }
body { font: 1.05rem/1.55 system-ui, sans-serif; max-width: 54rem; margin: 0 auto; padding: 1rem;
  overflow-wrap: break-word; }
pre { font-size: 0.9rem; line-height: 1.4; overflow-x: auto; margin: 0; }
.highlight { background: #f6f8fa; color: #24292f; border-radius: 6px; padding: 0.7rem 0.9rem;
  margin: 0.6rem 0; }
img, svg { max-width: 100%; height: auto; background: white; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 0.6rem 0; }
td, th { border: 1px solid #8886; padding: 0.3rem 0.6rem; text-align: left; }
code { background: #8882; border-radius: 3px; padding: 0.1em 0.25em; }
pre code { background: none; padding: 0; }
details { border: 1px solid #8886; border-radius: 6px; padding: 0.4rem 0.8rem; margin: 0.4rem 0; }
.jp-InputPrompt, .jp-OutputPrompt, .prompt, .anchor-link { display: none; }
nav { display: flex; gap: 1.5rem; border-bottom: 1px solid #8886; padding-bottom: 0.5rem; }
"""

_WIDGET = "application/vnd.jupyter.widget-view+json"
_INTERACTIVE = "In the notebook there is something here that moves or that you can move."

_SCRIPT = "view.js"

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_MATH = re.compile(
    r"\$\$(?P<block>.+?)\$\$|(?<![\\$])\$(?P<inline>(?:[^$\n]|\n(?!\n))+?)\$", re.DOTALL
)


def page(name: str, notebook: Any) -> str:
    """The HTML page of an executed notebook."""
    import nbconvert
    from pygments.formatters import HtmlFormatter

    for cell in notebook.cells:
        _prepare(cell)
    make_exporter: Any = nbconvert.HTMLExporter
    body, _ = make_exporter(template_name="basic").from_notebook_node(notebook)
    body = re.sub(r'href="(\d\d_\w+)\.ipynb"', r'href="\1.html"', body)
    if "data-furuta-payload" in body:
        body += f'<script src="{_SCRIPT}"></script>'
    return _document(name, _STYLE + HtmlFormatter().get_style_defs(".highlight"), body)


def with_mathml(markdown: str) -> str:
    """Markdown with every formula between dollar signs, outside code, turned into MathML."""
    pieces = _CODE.split(markdown)
    return "".join(
        piece if piece.startswith("`") else _MATH.sub(_formula, piece) for piece in pieces
    )


def execute(path: Path) -> Any:
    """Run a notebook in an empty working folder and return it with its outputs."""
    import nbclient
    import nbformat

    read: Any = nbformat.read
    notebook = read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        client = nbclient.NotebookClient(notebook, resources={"metadata": {"path": folder}})
        client.execute()
    return notebook


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m furutalib.lessons.book", description=__doc__)
    parser.add_argument("--to", type=Path, help="the folder to write into; default: book/")
    options = parser.parse_args(arguments)
    course = course_folder()
    if course is None:
        print("no course here: run this in a clone of the course", file=sys.stderr)
        return 1
    target = options.to or course / "book"
    target.mkdir(parents=True, exist_ok=True)
    sources = sorted((course / "notebooks" / "solutions").glob("*.ipynb"))
    for source in sources:
        print(f"running {source.name}", flush=True)
        write_atomically(target / f"{source.stem}.html", page(source.stem, execute(source)))
    write_atomically(target / _SCRIPT, page_script(BUNDLE.read_text("utf-8")))
    write_atomically(target / "index.html", _index([source.stem for source in sources]))
    print(f"open {target / 'index.html'}")
    return 0


def _prepare(cell: Any) -> None:
    """Formulas to MathML; widgets, which need a kernel, to the still text beside them."""
    if cell.cell_type == "markdown":
        cell.source = with_mathml(cell.source)
        return
    alive = [output for output in cell.outputs if _WIDGET in output.get("data", {})]
    for output in alive:
        del output.data[_WIDGET]
    bare = [output for output in alive if "text/html" not in output.data]
    for output in bare[:1]:
        output.data["text/html"] = f"<em>{_INTERACTIVE}</em>"
    cell.outputs = [output for output in cell.outputs if output not in bare[1:]]


def _formula(match: re.Match[str]) -> str:
    from latex2mathml.converter import convert

    if match["block"] is not None:
        return convert(match["block"].strip(), display="block")
    return convert(match["inline"])


def _document(title: str, style: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{style}</style></head>"
        f'<body><nav><a href="index.html">all lessons</a></nav>{body}</body></html>\n'
    )


def _index(names: Sequence[str]) -> str:
    items = "".join(
        f'<li><a href="{each.name}.html">{each.number} {html.escape(each.title)}</a>: '
        f"{html.escape(each.question)}</li>"
        for each in LESSONS
        if each.name in names
    )
    return _document("The course", _STYLE, f"<h1>The course</h1><ul>{items}</ul>")


if __name__ == "__main__":
    sys.exit(main())
