"""The kernel's half of every view: a widget with a payload that the page's half shows.

Needs a notebook, but no network and no file beside the package.
"""

import functools
import html
import json
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

_HERE = Path(__file__).resolve().parent


@functools.lru_cache(maxsize=1)
def library() -> Any:
    """The bundle of all views as the one model of this kernel that holds it; see js/loader.js."""
    code = (_HERE / "static" / "view.js").read_text("utf-8")
    model: Any = ipywidgets.Widget()
    version = code[: code.index("\n")]
    traits = {"code": code, "version": version}
    model.add_traits(
        **{name: traitlets.Unicode(text).tag(sync=True) for name, text in traits.items()}
    )
    return model


class View(anywidget.AnyWidget):
    """A widget of one `kind` (see js/index.js) that shows a payload of plain values.

    Subclasses say what the payload means. `still_html` stands in for the widget where no kernel
    runs; the pages of `make book` bring it to life with the same payload.
    """

    _esm = _HERE / "js" / "loader.js"
    kind = ""
    library = traitlets.Unicode().tag(sync=True)
    payload = traitlets.Dict().tag(sync=True)

    def __init__(self, payload: dict[str, Any]) -> None:
        self.add_traits(kind=traitlets.Unicode(self.kind).tag(sync=True))
        super().__init__(library=library().model_id, payload=payload)

    def still_html(self) -> str:
        """What an exported page shows in place of the widget; without scripts, to begin with."""
        return f"<em>{html.escape(self.payload.get('label', ''))}</em>"

    def _repr_mimebundle_(self, **options: Any) -> Any:
        bundle = dict((super()._repr_mimebundle_(**options) or ({}, {}))[0])
        payload = html.escape(json.dumps(self.payload, separators=(",", ":")), quote=True)
        bundle["text/html"] = (
            f'<div data-furuta-kind="{self.kind}" data-furuta-payload="{payload}">'
            f"{self.still_html()}</div>"
        )
        bundle["text/plain"] = repr(self)
        return bundle

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self.payload.get('label', '')}"
