"""Drawings that the lessons use, as SVG: sharp at any size, nothing to install or fetch."""

from dataclasses import dataclass

_BLUE, _GREEN, _INK = "#4c6ef5", "#1a7f37", "#24292f"


@dataclass(frozen=True)
class Drawing:
    """An SVG picture with a text for those who cannot see it."""

    svg: str
    description: str

    def __repr__(self) -> str:
        return self.description

    def _repr_html_(self) -> str:
        return self.svg


def agent_loop() -> Drawing:
    """Agent and environment, and what goes round between them."""
    description = (
        "The agent sends an action to the environment; "
        "the environment sends an observation and a reward back."
    )
    shapes = [
        _box(20, "agent", "the policy decides", _BLUE),
        _box(420, "environment", "the cart, the pole, the rules", _GREEN),
        _arrow(210, 60, 415, "action", "push left or right"),
        _arrow(415, 130, 210, "observation, reward", "four numbers, and a score"),
    ]
    return Drawing(
        f'<svg viewBox="0 0 630 190" style="max-width: 630px; width: 100%; background: white" '
        f'role="img" aria-label="{description}" font-family="sans-serif" text-anchor="middle">'
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="{_INK}"/></marker>'
        f"</defs>{''.join(shapes)}</svg>",
        description,
    )


def _box(left: int, title: str, text: str, colour: str) -> str:
    middle = left + 95
    return (
        f'<rect x="{left}" y="35" width="190" height="120" rx="10" fill="{colour}" '
        f'fill-opacity="0.12" stroke="{colour}" stroke-width="2"/>'
        f'<text x="{middle}" y="90" font-size="20" fill="{_INK}">{title}</text>'
        f'<text x="{middle}" y="116" font-size="13" fill="{_INK}">{text}</text>'
    )


def _arrow(start: int, height: int, end: int, title: str, text: str) -> str:
    middle = (start + end) / 2
    return (
        f'<line x1="{start}" y1="{height}" x2="{end}" y2="{height}" stroke="{_INK}" '
        'stroke-width="2" marker-end="url(#tip)"/>'
        f'<text x="{middle}" y="{height - 9}" font-size="15" fill="{_INK}">{title}</text>'
        f'<text x="{middle}" y="{height + 19}" font-size="12" fill="{_INK}">{text}</text>'
    )
