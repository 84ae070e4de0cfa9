"""Error feedback: values chosen one input after another against what is left of the output.

The nearest value of each weight by itself is not the best choice for the layer's output, since
inputs are correlated: what one weight's rounding adds to the output, the next ones can take away.
With ``H`` the products of the inputs (X^T X over the calibration images) the squared error of an
output channel is ``(w - s v)^T H (w - s v)``. Values are chosen greedily, input after input, each
error being handed on to the inputs that are still open (Frantar et al., "GPTQ", ICLR 2023, arXiv
2210.17323, after "Optimal Brain Surgeon"); afterwards every value is chosen anew against all
others until nothing changes (cyclic coordinate descent, Behdin et al., "QuantEase", arXiv
2309.01885). All output channels go side by side. Nothing here imports torch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from .dyadic_set import DyadicSet, Integers, nearest

Reals = NDArray[np.float64]

_DAMPING = 0.01
"""Share of the mean square of an input that is added to all, so that H can be inverted."""
_BLOCK = 128
"""Inputs whose errors are handed on together, which makes it one matrix product for the rest."""
_PRICE_RANGE = 40.0
"""How far below the highest price, as a logarithm, a price is looked for."""
_BISECTIONS = 16
"""Prices that are tried for a budget."""
_PASSES = 8
"""Passes of coordinate descent at most; mostly nothing changes after three or four."""


def choose_by_output(
    weights: Reals,
    products: Reals,
    numbers: DyadicSet,
    scale: Reals,
    additions: int | None = None,
    passes: int = _PASSES,
) -> Integers:
    """Values whose output is near that of `weights`.

    With a budget every addition has a price, the same for all weights: the lowest at which they
    keep within the budget (the Lagrangian form of the budget's program).

    Parameters
    ----------
    weights: (M, N).
    products: (N, N) sums of products of inputs over all rows, positive semidefinite.
    numbers: what a weight may be, in units of the scale.
    scale: (M,) positive, of each output channel.
    additions: that all values together may take; None for no bound.
    passes: of coordinate descent, at most.

    Returns
    -------
    (M, N) int32 in units of the set.
    """
    damped = products + _DAMPING * (np.trace(products) / len(products) or 1.0) * np.eye(
        len(products)
    )
    unit = scale * numbers.unit
    scaled = weights / unit[:, None]
    unit_square = (unit**2)[:, None]

    def at_price(price: float) -> Integers:
        chooser = _Chooser(numbers, price / unit_square)
        return _descended(scaled, _fed_back(scaled, damped, chooser), damped, chooser, passes)

    values = at_price(0.0)
    if additions is None or numbers.additions_of(values).sum() <= additions:
        return values
    return _within(additions, at_price, numbers, _highest_price(weights, damped))


def output_error(weights: Reals, products: Reals, approximation: Reals) -> Reals:
    """(M,) squared error of each output channel, summed over all rows.

    Parameters
    ----------
    weights, approximation: (M, N).
    products: (N, N).
    """
    left = weights - approximation
    error: Reals = np.einsum("mn,mn->m", left @ products, left)
    return error


@dataclass(frozen=True, eq=False)
class _Chooser:
    """Takes numbers to values, where an addition has a price.

    Parameters
    ----------
    numbers: what a value may be.
    price: (M, 1) of an addition, in the squared units of each output channel.
    """

    numbers: DyadicSet
    price: Reals

    def __call__(self, x: Reals, curvature: float) -> Integers:
        """(M,) values for (M,) `x`, whose squared distance counts `curvature` times."""
        if not self.price.any():
            return nearest(self.numbers.values, x)
        candidates = np.stack(
            [nearest(self.numbers.within(n), x) for n in range(self.numbers.terms + 1)], axis=1
        )
        costs = curvature * (x[:, None] - candidates) ** 2
        costs += self.price * np.arange(self.numbers.terms + 1)
        chosen: Integers = np.take_along_axis(candidates, costs.argmin(axis=1)[:, None], axis=1)
        return chosen[:, 0]


def _within(
    additions: int, at_price: Callable[[float], Integers], numbers: DyadicSet, highest: float
) -> Integers:
    """Values of the lowest price that is found, by bisection, to keep within the budget."""
    best = np.zeros_like(at_price(highest))
    low, high = np.log(highest) - _PRICE_RANGE, np.log(highest)
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        values = at_price(float(np.exp(middle)))
        if numbers.additions_of(values).sum() <= additions:
            best, high = values, middle
        else:
            low = middle
    return best


def _highest_price(weights: Reals, products: Reals) -> float:
    """A price at which no weight is worth an addition."""
    return float((weights**2 * np.diagonal(products)).max()) * len(products) + 1e-300


def _fed_back(scaled: Reals, products: Reals, chooser: _Chooser) -> Integers:
    """Input after input, those with the largest products first."""
    order = np.argsort(-np.diagonal(products), kind="stable")
    ordered = products[np.ix_(order, order)]
    # Rows of this factor are how an input's error is best made up for by those behind it.
    inverse = linalg.cho_solve(linalg.cho_factor(ordered), np.eye(len(ordered)))
    factor = linalg.cholesky(inverse, lower=False)
    left = scaled[:, order].copy()
    values = np.zeros(left.shape, np.int32)
    inputs = left.shape[1]
    for start in range(0, inputs, _BLOCK):
        stop = min(start + _BLOCK, inputs)
        errors = np.empty((len(left), stop - start))
        for at in range(start, stop):
            values[:, at] = chooser(left[:, at], factor[at, at] ** -2)
            error = (left[:, at] - values[:, at]) / factor[at, at]
            left[:, at + 1 : stop] -= np.outer(error, factor[at, at + 1 : stop])
            errors[:, at - start] = error
        left[:, stop:] -= errors @ factor[start:stop, stop:]
    unordered = np.empty_like(values)
    unordered[:, order] = values
    return unordered


def _descended(
    scaled: Reals, values: Integers, products: Reals, chooser: _Chooser, passes: int
) -> Integers:
    """Every value against all others, until none changes."""
    values = values.copy()
    for _ in range(passes):
        before = values.copy()
        slope = (scaled - values) @ products  # half the falling slope of the error
        for start in range(0, scaled.shape[1], _BLOCK):
            stop = min(start + _BLOCK, scaled.shape[1])
            block = products[start:stop, start:stop]
            moves = np.zeros((len(values), stop - start))
            for at in range(start, stop):
                here = slope[:, at] - moves[:, : at - start] @ block[: at - start, at - start]
                best = chooser(values[:, at] + here / products[at, at], products[at, at])
                moves[:, at - start] = best - values[:, at]
                values[:, at] = best
            slope -= moves @ products[start:stop]
        if (values == before).all():
            break
    return values
