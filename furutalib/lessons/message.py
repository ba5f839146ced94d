"""A result that reads well both in a notebook and as plain text."""

import html
from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """Shown as a box with a coloured edge in a notebook, as plain text everywhere else.

    Attributes:
        title: the first line, in bold in the notebook.
        text: what follows; line breaks are kept.
        colour: of the edge, as CSS writes it.
    """

    title: str
    text: str = ""
    colour: str = "#6e7781"

    def __repr__(self) -> str:
        return f"{self.title}. {self.text}" if self.text else self.title

    def _repr_html_(self) -> str:
        text = html.escape(self.text).replace("\n", "<br>")
        return (
            f'<div role="status" style="border-left: 5px solid {self.colour}; '
            f'padding: 0.4em 0.9em; max-width: 50em"><b>{html.escape(self.title)}</b>'
            f"{'<br>' if text else ''}{text}</div>"
        )
