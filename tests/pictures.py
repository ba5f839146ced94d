"""Finding things in pictures by their colours."""

import numpy as np


def shows(image, colour):
    """Where (height, width) a picture shows this colour, lit or in shade."""
    pixels, wanted = image.astype(float), np.array(colour, float)
    directions = pixels / np.maximum(np.linalg.norm(pixels, axis=2, keepdims=True), 1.0)
    return np.linalg.norm(directions - wanted / np.linalg.norm(wanted), axis=2) < 0.06


def where(image, colour):
    """Mean (x, y) of what shows this colour."""
    found = np.argwhere(shows(image, colour))
    assert len(found) > 10, "nothing of this colour"
    return found[:, 1].mean(), found[:, 0].mean()
