"""A drawing from the repository in a notebook, on white, so that it is seen on a dark page too."""

import base64
import html
from pathlib import Path

from furutalib.facts.errors import ConfigurationError


class Picture:
    """An SVG file with words for people who do not see it."""

    def __init__(self, svg: bytes, words: str) -> None:
        self.svg = svg
        self.words = words

    def __repr__(self) -> str:
        return f"Picture: {self.words}"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.svg).decode("ascii")
        words = html.escape(self.words, quote=True)
        return (
            f'<img src="data:image/svg+xml;base64,{data}" alt="{words}" '
            'style="background: white; border-radius: 8px; max-width: 100%; padding: 8px">'
        )


def picture(file: Path, words: str) -> Picture:
    """Show an SVG file.

    Raises:
        ConfigurationError: there is no such file.
    """
    try:
        return Picture(file.read_bytes(), words)
    except OSError as error:
        raise ConfigurationError(f"no picture {file}: {error.strerror}") from error
