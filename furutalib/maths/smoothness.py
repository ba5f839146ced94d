"""How smooth a sequence of actions is. Always report several of these together.

`actions` has time on its last axis: shape (T,) for one run or (n, T) for several; the result is
a float64 array of the shape that remains. Actions are commands in [-1, 1].
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

ACTION_RANGE = 2.0  # from -1 to 1


def _series(actions: ArrayLike, least: int) -> NDArray[np.float64]:
    series = np.asarray(actions, dtype=np.float64)
    if series.ndim == 0 or series.shape[-1] < least:
        raise ValueError(
            f"actions has shape {series.shape}; at least {least} steps are needed on the last axis"
        )
    return series


def mean_squared_change(actions: ArrayLike) -> NDArray[np.float64]:
    """Mean of (a[t+1] - a[t])^2, in squared command units per step."""
    return np.asarray(np.mean(np.square(np.diff(_series(actions, 2))), axis=-1))


def continuity_measure(actions: ArrayLike) -> NDArray[np.float64]:
    """C = 100 E[((a[t+1] - a[t]) / range)^2] of the gSDE paper (Raffin et al., 2021)."""
    return 100.0 * mean_squared_change(actions) / ACTION_RANGE**2


def total_variation(actions: ArrayLike) -> NDArray[np.float64]:
    """Sum of |a[t+1] - a[t]| over the run."""
    return np.asarray(np.sum(np.abs(np.diff(_series(actions, 2))), axis=-1))


def second_difference(actions: ArrayLike) -> NDArray[np.float64]:
    """Mean of (a[t+1] - 2 a[t] + a[t-1])^2."""
    return np.asarray(np.mean(np.square(np.diff(_series(actions, 3), n=2)), axis=-1))


def spectral_smoothness(actions: ArrayLike, rate_hz: float) -> NDArray[np.float64]:
    """Sm = 2 / (n fs) sum M_i f_i of CAPS (Mysore et al., 2021); smaller is smoother.

    M_i are the amplitudes of the n positive frequencies f_i (hertz), fs is the control rate.
    """
    series = _series(actions, 2)
    amplitudes = 2.0 * np.abs(np.fft.rfft(series))[..., 1:] / series.shape[-1]
    frequencies_hz = np.fft.rfftfreq(series.shape[-1], 1.0 / rate_hz)[1:]
    count = frequencies_hz.size
    return np.asarray(2.0 / (count * rate_hz) * np.sum(amplitudes * frequencies_hz, axis=-1))
