"""The 0/1 program: which values of the set, when only so many additions may be spent.

One 0/1 variable for each weight and each number of additions that it may take, one of them 1 for
each weight, the additions together within the budget, the distance from the weights least: the
program of Cintra et al. (arXiv 2208.00087) with a budget, a multiple-choice knapsack. Among the
values with the same number of additions only the nearest can be in a solution, so the variables
are few. Nothing here imports torch.

The relaxation takes the steps that gain most for an addition first, all but one of which are whole
(Lagrange's price of an addition lies between the last step taken and the next one). Where nothing
of the budget is left, it is the optimum, which is nearly always so: a weight's next addition
gains less than the one before it and is a step by itself. Where something is left, a small
program is solved exactly (SciPy's `milp`, which is HiGHS); of a large one the relaxation is kept,
and it is no further from the optimum than what is left would gain at that price.

`choose_values` is for the weights that share one budget, `price_of_additions` for those of a whole
network, which need not all be held at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from ...store.errors import TabfabError
from .dyadic_set import DyadicSet, Integers, nearest
from .scale import nearest_values

Reals = NDArray[np.float64]

Allowed: TypeAlias = int | NDArray[np.int64] | None
"""Additions that a layer's weights may take, all together or (M,) those of each filter; None where
there is no bound."""

EXACT_WEIGHTS = 2000
"""So many weights at most are chosen by `milp` where the relaxation leaves a gap."""


class BudgetError(TabfabError):
    """A budget of additions that no choice meets."""


@dataclass(frozen=True, eq=False)
class Choice:
    """Values for weights.

    Parameters
    ----------
    values: int32, in units of the set, in the shape of the weights.
    additions: that they take together.
    distance: the sum of squared distances from the weights.
    gap: how far `distance` may be from the least possible one; 0 where it is the least.
    """

    values: Integers
    additions: int
    distance: float
    gap: float


def choose_values(
    weights: Reals,
    numbers: DyadicSet,
    scale: Reals | float,
    additions: int | None = None,
    importance: Reals | float | None = None,
    exact_weights: int = EXACT_WEIGHTS,
) -> Choice:
    """The values nearest to ``weights / scale`` that take at most so many additions.

    Parameters
    ----------
    weights: any shape.
    numbers: what a weight may be, in units of the scale.
    scale: of each weight, or one for all; anything that broadcasts to `weights`.
    additions: the budget for all weights together; None for no bound.
    importance: factor of each weight's squared distance, broadcast likewise; 1 if not given.
    exact_weights: up to so many weights the program is solved exactly where the relaxation is not
        the optimum.

    Raises
    ------
    BudgetError: the budget is negative.

    Example
    -------
    >>> from .dyadic_set import dyadic_set
    >>> weights = np.array([0.9, 0.3, -0.55, 0.02])
    >>> choose_values(weights, dyadic_set(2, 3), 1.0, additions=3).values.tolist()
    [8, 2, -4, 0]
    """
    if additions is not None:
        _check(additions)
    options = _options(weights, numbers, scale, importance)
    taken, distances = options.additions, options.distances
    if additions is None or taken[-1].sum() <= additions:
        chosen, gap = np.full(taken.shape[1], numbers.terms), 0.0
    else:
        chosen, gap = _relaxed(distances, taken, additions)
        if gap > 0 and taken.shape[1] <= exact_weights:
            chosen, gap = _exact(distances, taken, additions), 0.0
    return options.choice(chosen, weights.shape, gap)


def choose_within(
    weights: Reals,
    numbers: DyadicSet,
    scale: Reals,
    budget: Allowed,
    importance: Reals | None = None,
    exact_weights: int = EXACT_WEIGHTS,
) -> Integers:
    """The values nearest to a layer's weights, each by itself, within a budget of additions.

    Parameters
    ----------
    weights: (M, N).
    numbers: what a weight may be, in units of the scale.
    scale: (M,) of each filter.
    budget: additions that they may take.
    importance: (M, N) factor of each weight's squared distance; 1 if not given.
    exact_weights: as for `choose_values`.
    """
    if budget is None:
        return nearest_values(weights, numbers, scale[:, None])
    if isinstance(budget, int):
        return choose_values(
            weights, numbers, scale[:, None], budget, importance, exact_weights
        ).values
    every = [None] * len(weights) if importance is None else importance
    return np.stack(
        [
            choose_values(row, numbers, one, int(most), factor, exact_weights).values
            for row, one, most, factor in zip(weights, scale, budget, every, strict=True)
        ]
    )


@dataclass(frozen=True, eq=False)
class Offer:
    """What additions are worth to a part of the weights that share a budget.

    Parameters
    ----------
    rates: (S,) float32, what each step gains for an addition, in any order.
    additions: (S,) int8, how many it takes.
    distance: the sum of squared distances where no addition is taken.
    """

    rates: NDArray[np.float32]
    additions: NDArray[np.int8]
    distance: float

    def taken_at(self, price: float | np.float32) -> int:
        """The additions of all steps that are worth the price."""
        return int(self.additions[self.rates >= price].sum(dtype=np.int64))

    def distance_at(self, price: float) -> float:
        """The sum of squared distances that they leave."""
        taken = self.rates >= price
        return self.distance - float((self.rates[taken] * self.additions[taken]).sum(dtype=float))


def offer(
    weights: Reals,
    numbers: DyadicSet,
    scale: Reals | float,
    importance: Reals | float | None = None,
) -> Offer:
    """What additions are worth to `weights`; parameters as of `choose_values`."""
    options = _options(weights, numbers, scale, importance)
    steps = _hull_steps(options.distances, options.additions)
    distance = float(options.distances[0].sum())
    return Offer(steps.rate.astype(np.float32), steps.additions.astype(np.int8), distance)


@dataclass(frozen=True)
class Price:
    """What an addition costs where all weights share one budget.

    Parameters
    ----------
    price: steps that gain less for an addition are not taken.
    additions: that the steps taken need.
    gap: how far the sum of distances may be from the least possible one.
    """

    price: float
    additions: int
    gap: float


def price_of_additions(offers: Sequence[Offer], additions: int) -> Price:
    """The lowest price at which the steps taken keep within a budget: the relaxation's optimum.

    Parameters
    ----------
    offers: of all weights that share the budget.
    additions: the budget.

    Raises
    ------
    BudgetError: the budget is negative.
    """
    _check(additions)
    # Positive floats are ordered as the integers that their bits are: a bisection of those ends
    # at a rate, or a hair above one, and nothing needs to be sorted or put side by side.
    low, high = 0, int(np.float32(np.inf).view(np.int32))
    if _spent(offers, _rate(low)) > additions:
        while high - low > 1:
            middle = (low + high) // 2
            if _spent(offers, _rate(middle)) <= additions:
                high = middle
            else:
                low = middle
        price = _rate(high)
        left = additions - _spent(offers, price)
        # Steps of one rate are all taken or none, as a price cannot tell one from another.
        return Price(float(price), additions - left, float(_rate(low)) * left)
    return Price(0.0, _spent(offers, _rate(low)), 0.0)


def values_at(
    price: float,
    weights: Reals,
    numbers: DyadicSet,
    scale: Reals | float,
    importance: Reals | float | None = None,
) -> Choice:
    """The values that a price leaves; other parameters as of `choose_values`.

    Together they take the additions that `offer` of the same weights says (`Offer.taken_at`).
    """
    options = _options(weights, numbers, scale, importance)
    steps = _hull_steps(options.distances, options.additions)
    worth = steps.rate.astype(np.float32) >= np.float32(price)
    chosen = np.zeros(weights.size, np.int64)
    np.maximum.at(chosen, steps.weight[worth], steps.choice[worth])
    return options.choice(chosen, weights.shape, 0.0)


def _rate(bits: int) -> np.float32:
    rate: np.float32 = np.int32(bits).view(np.float32)
    return rate


def _spent(offers: Sequence[Offer], price: np.float32) -> int:
    return sum(each.taken_at(price) for each in offers)


@dataclass(frozen=True, eq=False)
class _Options:
    """The nearest value to each weight for each number of additions.

    Parameters
    ----------
    values, distances, additions: (choices, weights); a value may take fewer additions than its
        choice allows.
    """

    values: Integers
    distances: Reals
    additions: NDArray[np.int64]

    def choice(self, chosen: NDArray[np.int64], shape: tuple[int, ...], gap: float) -> Choice:
        """The number of additions that is `chosen` for each weight."""
        each = np.arange(len(chosen))
        return Choice(
            self.values[chosen, each].reshape(shape),
            int(self.additions[chosen, each].sum()),
            float(self.distances[chosen, each].sum()),
            gap,
        )


def _options(
    weights: Reals, numbers: DyadicSet, scale: Reals | float, importance: Reals | float | None
) -> _Options:
    shape = weights.shape
    in_units = np.broadcast_to(weights / (np.asarray(scale) * numbers.unit), shape).ravel()
    unit = np.broadcast_to(np.asarray(scale) * numbers.unit, shape).ravel()
    factor = unit**2 * np.broadcast_to(1.0 if importance is None else importance, shape).ravel()
    values = np.stack(
        [nearest(numbers.within(count), in_units) for count in range(numbers.terms + 1)]
    )
    taken = np.stack([numbers.additions_of(each) for each in values]).astype(np.int64)
    return _Options(values, factor * (in_units - values) ** 2, taken)


def _check(additions: int) -> None:
    if additions < 0:
        raise BudgetError(
            f"a budget of {additions} additions cannot be met; all weights zero take 0, which is "
            "the least"
        )


def _exact(distances: Reals, additions: NDArray[np.int64], budget: int) -> NDArray[np.int64]:
    """The number of each weight's choice in the optimum.

    Parameters
    ----------
    distances, additions: (choices, weights).
    budget: additions in all.
    """
    choices, weights = distances.shape
    one_each = sparse.hstack([sparse.identity(weights, format="csr")] * choices)
    spent = sparse.csr_array(additions.reshape(1, -1).astype(np.float64))
    scale = distances.max() or 1.0
    result = optimize.milp(
        distances.ravel() / scale,
        integrality=np.ones(distances.size),
        bounds=optimize.Bounds(0, 1),
        constraints=[
            optimize.LinearConstraint(one_each, 1, 1),
            optimize.LinearConstraint(spent, 0, budget),
        ],
        options={"mip_rel_gap": 0.0},
    )
    if not result.success:
        raise BudgetError(f"the program of {weights} weights was not solved: {result.message}")
    chosen: NDArray[np.int64] = result.x.reshape(choices, weights).argmax(axis=0)
    return chosen


def _relaxed(
    distances: Reals, additions: NDArray[np.int64], budget: int
) -> tuple[NDArray[np.int64], float]:
    """The whole steps of the relaxation's optimum, and how far from the optimum they may be."""
    weights = distances.shape[1]
    steps = _hull_steps(distances, additions)
    order = np.argsort(-steps.rate, kind="stable")
    spent = np.cumsum(steps.additions[order])
    fits = spent <= budget
    taken = order[fits]
    chosen = np.zeros(weights, np.int64)
    np.maximum.at(chosen, steps.weight[taken], steps.choice[taken])
    left = budget - (int(spent[fits][-1]) if fits.any() else 0)
    following = order[~fits]
    gap = float(steps.rate[following[0]] * left) if len(following) else 0.0
    return chosen, gap


@dataclass(frozen=True, eq=False)
class _Steps:
    """Steps from one choice of a weight to its next, along the lower convex hull.

    Parameters
    ----------
    weight, choice: (S,) whose step it is, and to which choice it goes.
    additions, rate: (S,) what it takes, and what an addition gains.
    """

    weight: NDArray[np.int64]
    choice: NDArray[np.int64]
    additions: NDArray[np.int64]
    rate: Reals


def _hull_steps(distances: Reals, additions: NDArray[np.int64]) -> _Steps:
    """All steps; a weight's own come with falling rates, so that a prefix of them is a choice."""
    choices, weights = distances.shape
    at = np.zeros(weights, np.int64)
    each = np.arange(weights)
    parts: list[tuple[NDArray[np.int64], ...]] = []
    rates: list[Reals] = []
    for _ in range(choices - 1):
        more = additions - additions[at, each]
        gain = distances[at, each] - distances
        rate = np.where((more > 0) & (gain > 0), gain / np.maximum(more, 1), 0.0)
        best = rate.argmax(axis=0)
        moves = rate[best, each] > 0
        if not moves.any():
            break
        parts.append((each[moves], best[moves], more[best, each][moves]))
        rates.append(rate[best, each][moves])
        at = np.where(moves, best, at)
    if not parts:
        empty = np.zeros(0, np.int64)
        return _Steps(empty, empty, empty, np.zeros(0))
    weight, choice, taken = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _Steps(weight, choice, taken, np.concatenate(rates))
