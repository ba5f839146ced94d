"""A page of our own, such as a report, inside a notebook."""

import html
from pathlib import Path


class Inside:
    """An HTML file in a frame of its own, as a copy: it is not loaded from anywhere.

    Args:
        path: the file.
        height_px: of the frame.
    """

    def __init__(self, path: str | Path, height_px: int = 520) -> None:
        self.path, self._height_px = Path(path), height_px
        self._page = self.path.read_text("utf-8")

    def __repr__(self) -> str:
        return f"the page {self.path}"

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self._page)}" sandbox="allow-scripts" width="100%" '
            f'height="{self._height_px}" title="{html.escape(self.path.name)}" '
            'style="border: 1px solid #adb5bd; background: white; color-scheme: light"></iframe>'
        )
