"""Moving pictures from frames: .gif and .webp with Pillow, .mp4 with imageio-ffmpeg."""

import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from furutalib.facts.errors import ConfigurationError
from furutalib.facts.files import write_atomically


def save_animation(frames: Sequence[NDArray[np.uint8]], path: str | Path, rate_hz: float) -> Path:
    """Write a moving picture that runs for ever (.gif, .webp) or once (.mp4).

    Args:
        frames: arrays of shape (height, width, 3), all of one size.
        path: its ending says the format.
        rate_hz: frames per second.

    Raises:
        ConfigurationError: there is no frame or no such folder, or the ending is not known.
        OSError: the file cannot be written; nothing is left of it.
    """
    file = Path(path)
    if len(frames) == 0:
        raise ConfigurationError(f"no frames for {file.name}; record at least one step")
    if not file.parent.is_dir():
        raise ConfigurationError(f"cannot write {file}; make the folder {file.parent} first")
    if file.suffix == ".mp4":
        content = _mp4(frames, rate_hz)
    elif file.suffix in (".gif", ".webp"):
        content = _looping(frames, rate_hz, file.suffix)
    else:
        raise ConfigurationError(f"cannot write {file.name}; use .gif, .webp or .mp4")
    write_atomically(file, content)
    return file


def _looping(frames: Sequence[NDArray[np.uint8]], rate_hz: float, suffix: str) -> bytes:
    # GIF counts in hundredths of a second. The times of the frames are rounded, not their
    # durations, so that a long film keeps its speed.
    tick_ms = 10 if suffix == ".gif" else 1
    times = np.rint(np.arange(len(frames) + 1) * 1000.0 / rate_hz / tick_ms).astype(int) * tick_ms
    pictures = [Image.fromarray(frame) for frame in frames]
    options: dict[str, Any] = {"optimize": False} if suffix == ".gif" else {"quality": 80}
    buffer = io.BytesIO()
    pictures[0].save(
        buffer,
        format=suffix[1:],
        save_all=True,
        append_images=pictures[1:],
        duration=np.diff(times).tolist(),
        loop=0,
        **options,
    )
    return buffer.getvalue()


def _mp4(frames: Sequence[NDArray[np.uint8]], rate_hz: float) -> bytes:
    import imageio_ffmpeg

    height, width = frames[0].shape[:2]
    even = (width // 2 * 2, height // 2 * 2)  # the usual pixel format wants even sizes
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "film.mp4"
        writer = imageio_ffmpeg.write_frames(
            str(file), even, fps=rate_hz, macro_block_size=2, quality=7, ffmpeg_log_level="error"
        )
        writer.send(None)
        for frame in frames:
            writer.send(np.ascontiguousarray(frame[: even[1], : even[0]]))
        writer.close()
        return file.read_bytes()
