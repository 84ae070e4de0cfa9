"""Functions that networks end in and programs leave out, since no decision changes by them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..store.errors import TabfabError

Values = NDArray[np.float64]
Ending = Callable[[Values], Values]


def _sigmoid(values: Values) -> Values:
    from scipy.special import expit

    result: Values = expit(values)
    return result


def _log_sigmoid(values: Values) -> Values:
    from scipy.special import log_expit

    result: Values = log_expit(values)
    return result


def _softmax(values: Values) -> Values:
    from scipy.special import softmax

    result: Values = softmax(values, axis=-1)
    return result


def _log_softmax(values: Values) -> Values:
    from scipy.special import log_softmax

    result: Values = log_softmax(values, axis=-1)
    return result


ENDINGS: dict[str, Ending] = {
    "sigmoid": _sigmoid,
    "log_sigmoid": _log_sigmoid,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
}
"""By the name of torch's operator; channels are the last axis."""


def find_ending(name: str) -> Ending:
    """The function `name`.

    Raises
    ------
    TabfabError: there is none; the message lists all.
    """
    if name not in ENDINGS:
        raise TabfabError(
            f"a network is said to end in {name!r}, which is none of {', '.join(ENDINGS)}; add it "
            "to compiler/tasks/endings.py"
        )
    return ENDINGS[name]
