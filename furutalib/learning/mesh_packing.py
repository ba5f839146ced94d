"""Triangles as the page takes them: small."""

import base64
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

_MOST = 32767  # what fits into 16 bits, with a sign


def packed(corners: ArrayLike) -> dict[str, Any] | None:
    """Coordinates as whole multiples of a unit, two bytes each; None if there are none.

    The unit is the largest coordinate / 32767: of a part of 0.3 m, a hundredth of a millimetre.
    """
    values = np.asarray(corners, float).ravel()
    if len(values) == 0:
        return None
    unit = float(np.abs(values).max()) / _MOST or 1.0
    whole = np.round(values / unit).astype("<i2")
    return {"unit": unit, "values": base64.b64encode(whole.tobytes()).decode("ascii")}
