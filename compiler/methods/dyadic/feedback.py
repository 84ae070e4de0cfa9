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

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from .budget import choose_within, offer, price_of_additions
from .dyadic_set import DyadicSet, Integers

Reals = NDArray[np.float64]

_DAMPING = 0.01
"""Share of the mean square of an input that is added to all, so that H can be inverted."""
_BLOCK = 128
"""Inputs whose errors are handed on together, which makes it one matrix product for the rest."""
_PRICES = 12
"""Prices that are tried for a budget, at most."""
_FIRST_STEP = 0.4
"""How far from the guessed price, as a logarithm, the next one is looked for; then twice as far."""
_NEAR = 0.02
"""Between prices that are so near, as logarithms, none is looked for."""
_PASSES = 8
"""Passes of coordinate descent at most; mostly nothing changes after three or four."""
_SEARCH_PASSES = 1
"""Passes while a price is looked for."""


def choose_by_output(
    weights: Reals,
    products: Reals,
    numbers: DyadicSet,
    scale: Reals,
    additions: int | NDArray[np.int64] | None = None,
    passes: int = _PASSES,
) -> Integers:
    """Values whose output is near that of `weights`.

    With a budget every addition has a price, the lowest that is found at which those who share
    the budget keep within it (the Lagrangian form of the budget's program).

    Parameters
    ----------
    weights: (M, N).
    products: (N, N) sums of products of inputs over all rows, positive semidefinite; or
        (groups, N, N), where each group of outputs has inputs of its own.
    numbers: what a weight may be, in units of the scale.
    scale: (M,) positive, of each output channel.
    additions: that all values together may take, or (M,) those of each output channel; None for
        no bound.
    passes: of coordinate descent, at most.

    Returns
    -------
    (M, N) int32 in units of the set.
    """
    unit = scale * numbers.unit
    groups = products[None] if products.ndim == 2 else products
    rows = len(weights) // len(groups)
    scaled = (weights / unit[:, None]).reshape(len(groups), rows, -1)
    parts = [
        _Group(some, inputs, numbers, passes) for some, inputs in zip(scaled, groups, strict=True)
    ]
    unit_square = (unit**2).reshape(len(groups), rows, 1)

    def at_prices(prices: Reals, thoroughly: bool = True) -> Integers:
        each = np.broadcast_to(prices, len(weights)).reshape(unit_square.shape) / unit_square
        return np.concatenate(
            [part.values(price, thoroughly) for part, price in zip(parts, each, strict=True)]
        )

    if additions is None:
        return at_prices(np.zeros(1))
    budget = np.atleast_1d(np.asarray(additions, np.int64))
    curvatures = np.repeat([part.curvatures for part in parts], rows, axis=0)
    offers = [
        offer(row, numbers, one, curvature)
        for row, one, curvature in zip(weights, scale, curvatures, strict=True)
    ]
    sharing = [offers] if len(budget) == 1 else [[each] for each in offers]
    guesses = [
        price_of_additions(some, int(most)).price
        for some, most in zip(sharing, budget, strict=True)
    ]

    def error(values: Integers) -> Reals:
        left = (weights - unit[:, None] * values).reshape(scaled.shape)
        each = np.concatenate([part.error(some) for part, some in zip(parts, left, strict=True)])
        return each.sum(keepdims=True) if len(budget) == 1 else each

    # Each value by itself, to begin with: what follows is never worse.
    allowed = int(budget[0]) if len(budget) == 1 else budget
    start = choose_within(weights, numbers, scale, allowed, curvatures)
    return _within(budget, at_prices, np.array(guesses), numbers, start, error)


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


class _Chooser:
    """Takes numbers to values, where an addition has a price.

    Parameters
    ----------
    numbers: what a value may be.
    price: (M, 1) of an addition, in the squared units of each output channel.
    """

    def __init__(self, numbers: DyadicSet, price: Reals) -> None:
        priced = bool(price.any())
        counts = range(numbers.terms + 1) if priced else [numbers.terms]
        points = [numbers.within(count).astype(np.float64) for count in counts]
        # By magnitude, as the sets are symmetric: what nearest() does, prepared once.
        self._points = [each[each >= 0] for each in points]
        self._middles = [(each[1:] + each[:-1]) / 2 for each in self._points]
        self._costs = price * np.arange(numbers.terms + 1) if priced else None

    def __call__(self, x: Reals, curvature: float) -> Reals:
        """(M,) values for (M,) `x`, whose squared distance counts `curvature` times."""
        size = np.abs(x)
        found = [
            points[np.searchsorted(middles, size)]
            for points, middles in zip(self._points, self._middles, strict=True)
        ]
        if self._costs is None:
            return np.copysign(found[0], x)
        candidates = np.stack(found, axis=1)
        costs = curvature * (size[:, None] - candidates) ** 2 + self._costs
        return np.copysign(candidates[np.arange(len(x)), costs.argmin(axis=1)], x)


class _Group:
    """Output channels with the same inputs.

    Parameters
    ----------
    scaled: (M, N) weights in units of their values.
    products: (N, N) of the inputs.
    numbers: what a value may be.
    passes: of coordinate descent, at most.

    Attributes
    ----------
    curvatures: (N,) what the squared distance of an input's weight counts, others apart.
    """

    def __init__(self, scaled: Reals, products: Reals, numbers: DyadicSet, passes: int) -> None:
        inputs = len(products)
        level = np.trace(products) / inputs or 1.0
        self._products = products + _DAMPING * level * np.eye(inputs)
        self.curvatures = np.diagonal(self._products)
        self._scaled, self._numbers, self._passes = scaled, numbers, passes
        self._order = np.argsort(-self.curvatures, kind="stable")
        ordered = self._products[np.ix_(self._order, self._order)]
        # Rows of this factor are how an input's error is best made up for by those behind it.
        inverse = linalg.cho_solve(linalg.cho_factor(ordered), np.eye(inputs))
        self._factor = linalg.cholesky(inverse, lower=False)

    def error(self, left: Reals) -> Reals:
        """(M,) squared error of the output where weights lack `left` (M, N), in real units."""
        error: Reals = np.einsum("mn,mn->m", left @ self._products, left)
        return error

    def values(self, price: Reals, thoroughly: bool) -> Integers:
        """(M, N) values where an addition costs (M, 1) `price`, in the units of `scaled`."""
        chooser = _Chooser(self._numbers, price)
        first = _fed_back(self._scaled, self._order, self._factor, chooser)
        passes = self._passes if thoroughly else min(self._passes, _SEARCH_PASSES)
        return _descended(self._scaled, first, self._products, chooser, passes)


def _within(
    budget: NDArray[np.int64],
    at_prices: Callable[[Reals, bool], Integers],
    guesses: Reals,
    numbers: DyadicSet,
    start: Integers,
    error: Callable[[Integers], Reals],
) -> Integers:
    """The best values found that keep within the budgets, by the price of an addition.

    Parameters
    ----------
    budget: (1,) of all output channels together, or (M,) of each.
    at_prices: values where additions have these prices, like `budget`, chosen thoroughly or not.
    guesses: prices to begin with, like `budget`; 0 where additions seem to cost nothing.
    numbers: what a value may be.
    start: (M, N) values that keep within the budgets.
    error: of values, like `budget`.
    """
    best, least = start, error(start)

    def consider(values: Integers) -> NDArray[np.bool_]:
        """Keep what is better; whether each budget is kept."""
        nonlocal best, least
        fits = _fits(values, budget, numbers)
        reached = error(values)
        better = fits & (reached < least)
        best = np.where(better[:, None], values, best)
        least = np.where(better, reached, least)
        return fits

    free = consider(at_prices(np.zeros(1), True))
    sensible = (guesses > 0) & np.isfinite(guesses)
    usual = np.median(guesses[sensible]) if sensible.any() else 1.0
    tried = np.log(np.where(sensible, guesses, usual))
    low, high = np.where(free, 0.0, -np.inf), np.where(free, 0.0, np.inf)
    step = _FIRST_STEP
    for _ in range(_PRICES):
        if (free | (high - low < _NEAR)).all():
            break
        fits = consider(at_prices(np.where(free, 0.0, np.exp(tried)), False))
        high = np.where(fits, np.minimum(high, tried), high)
        low = np.where(fits, low, np.maximum(low, tried))
        bracketed = np.isfinite(low) & np.isfinite(high)
        with np.errstate(invalid="ignore"):
            tried = np.where(bracketed, (low + high) / 2, tried + np.where(fits, -step, step))
        step *= 2
    # A little dearer, since what is chosen thoroughly may take a few additions more.
    found = np.isfinite(high)
    consider(at_prices(np.exp(np.where(found & ~free, high + _NEAR, 0.0)) * ~free, True))
    return best.astype(np.int32)


def _fits(values: Integers, budget: NDArray[np.int64], numbers: DyadicSet) -> NDArray[np.bool_]:
    """Whether each budget is kept."""
    spent = numbers.additions_of(values).sum(axis=1, dtype=np.int64)
    return (spent.sum(keepdims=True) if len(budget) == 1 else spent) <= budget


def _fed_back(scaled: Reals, order: NDArray[np.intp], factor: Reals, chooser: _Chooser) -> Integers:
    """Input after input in that order; `factor` is the upper one of the ordered inverse."""
    left = scaled[:, order].copy()
    values = np.zeros(left.shape)
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
    unordered = np.empty(values.shape, np.int32)
    unordered[:, order] = values
    return unordered


def _descended(
    scaled: Reals, values: Integers, products: Reals, chooser: _Chooser, passes: int
) -> Integers:
    """Every value against all others, until none changes."""
    current = values.astype(np.float64)
    for _ in range(passes):
        before = current.copy()
        slope = (scaled - current) @ products  # half the falling slope of the error
        for start in range(0, scaled.shape[1], _BLOCK):
            stop = min(start + _BLOCK, scaled.shape[1])
            block = products[start:stop, start:stop]
            moves = np.zeros((len(values), stop - start))
            for at in range(start, stop):
                here = slope[:, at] - moves[:, : at - start] @ block[: at - start, at - start]
                best = chooser(current[:, at] + here / products[at, at], products[at, at])
                moves[:, at - start] = best - current[:, at]
                current[:, at] = best
            slope -= moves @ products[start:stop]
        if (current == before).all():
            break
    return current.astype(np.int32)
