"""Triangles of an STL file, binary or text."""

from pathlib import Path

import numpy as np

from furutalib.facts.errors import ConfigurationError

_TRIANGLE = np.dtype([("normal", "<f4", 3), ("corners", "<f4", 9), ("attribute", "<u2")])
_HEADER = 84  # 80 bytes of anything and the number of triangles


def read_stl(path: Path) -> tuple[float, ...]:
    """Corners of the triangles, 9 numbers each, in metres; the file is in millimetres.

    Raises:
        ConfigurationError: the file is damaged or holds no triangle.
        OSError: the file cannot be read.
    """
    data = path.read_bytes()
    # A binary file may start with "solid" too; only its length tells.
    triangles = int.from_bytes(data[80:_HEADER], "little")
    if len(data) == _HEADER + _TRIANGLE.itemsize * triangles:
        corners = np.frombuffer(data, _TRIANGLE, offset=_HEADER)["corners"].ravel()
    else:
        corners = _from_text(data, path)
    if len(corners) == 0 or len(corners) % 9 or not np.isfinite(corners).all():
        raise ConfigurationError(
            f"{path} holds {len(corners)} coordinates; an STL file has 9 finite ones for each of "
            "its triangles: export the part again"
        )
    return tuple(np.round(corners.astype(float) / 1000, 6).tolist())


def _from_text(data: bytes, path: Path) -> np.ndarray:
    words = [line.split() for line in data.split(b"\n")]
    try:
        found = [[float(w) for w in line[1:]] for line in words if line[:1] == [b"vertex"]]
        return np.array(found, float).ravel()
    except ValueError as error:
        raise ConfigurationError(f"{path} is not an STL file ({error}): export it again") from error
