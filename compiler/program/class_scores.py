"""What a classifier's answers mean: which class an image is put into.

A network with several outputs gives a score for each class. One with a single output tells two
classes apart by its sign: it gives the score of class 1 where that of class 0 is zero, as
`torch.nn.BCEWithLogitsLoss` trains it. Nothing here imports torch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..store.errors import TabfabError
from .activation import Shape

TWO_CLASSES = 2


def classes_of(answers: NDArray[Any]) -> NDArray[np.int64]:
    """(N,) the class of the largest score, the lowest number on a tie.

    Parameters
    ----------
    answers: (N, outputs) of a network.

    Example
    -------
    >>> classes_of(np.array([[3, 5], [2, 2]])).tolist(), classes_of(np.array([[-1], [4]])).tolist()
    ([1, 0], [0, 1])
    """
    scores = np.pad(answers, ((0, 0), (1, 0))) if answers.shape[1] == 1 else answers
    found: NDArray[np.int64] = scores.argmax(axis=1).astype(np.int64)
    return found


def class_count(output: Shape, what: str) -> int:
    """How many classes a network tells apart.

    Parameters
    ----------
    output: shape of its output.
    what: needs to know it, to begin the message with (``--mask auto:accuracy``).

    Raises
    ------
    TabfabError: its output is a map, not a score for each class.
    """
    if output[1:] != (1, 1):
        raise TabfabError(
            f"{what} compares class numbers, but the network answers with a map of "
            f"{'x'.join(map(str, output))} (channels, height, width); it takes a classifier"
        )
    return max(output[0], TWO_CLASSES)
