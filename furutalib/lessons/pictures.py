"""A drawing from the repository in a notebook, on white, so that it is seen on a dark page too."""

import base64
import html
from pathlib import Path

from furutalib.facts.errors import ConfigurationError

_WIDE_PX = 1500


class Picture:
    """An SVG file with words for people who do not see it."""

    def __init__(self, svg: bytes, words: str, *, wide: bool = False) -> None:
        self.svg = svg
        self.words = words
        self.wide = wide

    def __repr__(self) -> str:
        return f"Picture: {self.words}"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.svg).decode("ascii")
        words = html.escape(self.words, quote=True)
        width = f"min-width: {_WIDE_PX}px" if self.wide else "max-width: 100%"
        return (
            '<div style="overflow-x: auto; background: white; border-radius: 8px" tabindex="0">'
            f'<img src="data:image/svg+xml;base64,{data}" alt="{words}" '
            f'style="{width}; padding: 8px; box-sizing: border-box"></div>'
        )


def picture(file: Path, words: str, *, wide: bool = False) -> Picture:
    """Show an SVG file; a wide one keeps a readable size and scrolls sideways.

    Raises:
        ConfigurationError: there is no such file.
    """
    try:
        return Picture(file.read_bytes(), words, wide=wide)
    except OSError as error:
        raise ConfigurationError(f"no picture {file}: {error.strerror}") from error
