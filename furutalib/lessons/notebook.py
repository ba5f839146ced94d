"""What every lesson uses: `setup`, `predict`, `check` and `show`."""

import base64
import html
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.lessons.exercises import check
from furutalib.lessons.message import Message
from furutalib.lessons.predict import predict

__all__ = ["MovingPicture", "check", "predict", "setup", "show"]

Frames = Sequence[NDArray[np.uint8]]

_PLOT_STYLE: dict[str, Any] = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.figsize": (8.0, 3.6),
    "font.size": 11,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
}


def setup(fast: bool) -> Message:
    """Prepare the notebook: readable plots, and one line that says how long trainings take."""
    import matplotlib.pyplot as plt

    import furutalib

    plt.style.use(_PLOT_STYLE)
    mode = "FAST: trainings take seconds" if fast else "FULL: trainings take minutes"
    return Message("Ready", f"furutalib {furutalib.__version__}. {mode}.", "#1a7f37")


@dataclass(frozen=True)
class MovingPicture:
    """Animations side by side, each a WebP inside the page: no file, no server, no player."""

    clips: Mapping[str, bytes]
    width: int

    def __repr__(self) -> str:
        return f"moving picture: {', '.join(self.clips)}"

    def _repr_html_(self) -> str:
        figures = "".join(self._figure(caption, clip) for caption, clip in self.clips.items())
        return f'<div style="display: flex; flex-wrap: wrap; gap: 1em">{figures}</div>'

    def _figure(self, caption: str, clip: bytes) -> str:
        text = html.escape(caption, quote=True)
        data = base64.b64encode(clip).decode()
        return (
            f'<figure style="margin: 0"><img src="data:image/webp;base64,{data}" alt="{text}" '
            f'width="{self.width}" style="max-width: 100%"><figcaption>{text}</figcaption></figure>'
        )


def show(clips: Mapping[str, Frames], rate_hz: float = 25.0) -> MovingPicture:
    """Play sequences of images (height, width, 3; uint8) beside one another.

    Args:
        clips: the frames of each animation under its caption.
        rate_hz: frames per second.

    Raises:
        ValueError: a clip holds no frame; the message names it.
    """
    for caption, frames in clips.items():
        if len(frames) == 0:
            raise ValueError(f"show: the clip {caption!r} holds no frame; it needs at least one")
    width = max(int(frames[0].shape[1]) for frames in clips.values())
    return MovingPicture({name: _webp(frames, rate_hz) for name, frames in clips.items()}, width)


def _webp(frames: Frames, rate_hz: float) -> bytes:
    from furutalib.learning.render import save_animation

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.webp"
        save_animation(frames, path, rate_hz)
        return path.read_bytes()
