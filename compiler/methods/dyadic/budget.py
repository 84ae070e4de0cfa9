"""The 0/1 program: which values of the set, when only so many additions may be spent.

One 0/1 variable for each weight and each number of additions that it may take, one of them 1 for
each weight, the additions together within the budget, the distance from the weights least: the
program of Cintra et al. (arXiv 2208.00087) with a budget, a multiple-choice knapsack. Among the
values with the same number of additions only the nearest can be in a solution, so the variables
are few. Nothing here imports torch.

Small programs are solved exactly (SciPy's `milp`, which is HiGHS). Of large ones the relaxation
is: it takes the steps that gain most for an addition first, all but one of which are whole, and
the distance it is from the optimum is at most what that one step gains.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from ...store.errors import TabfabError
from .dyadic_set import DyadicSet, Integers, nearest

Reals = NDArray[np.float64]

EXACT_WEIGHTS = 2000
"""So many weights at most are chosen by the exact program."""


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
    importance: Reals | None = None,
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
    exact_weights: up to so many weights the program is solved exactly.

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
    if additions is not None and additions < 0:
        raise BudgetError(
            f"a budget of {additions} additions cannot be met; all weights zero take 0, which is "
            "the least"
        )
    shape = weights.shape
    in_units = np.broadcast_to(weights / (np.asarray(scale) * numbers.unit), shape).ravel()
    unit = np.broadcast_to(np.asarray(scale) * numbers.unit, shape).ravel()
    factor = unit**2 * np.broadcast_to(1.0 if importance is None else importance, shape).ravel()
    candidates = np.stack(
        [nearest(numbers.within(count), in_units) for count in range(numbers.terms + 1)]
    )
    distances = factor * (in_units - candidates) ** 2
    # A value that takes more additions is worth them only where it is nearer.
    taken = np.stack([numbers.additions_of(values) for values in candidates]).astype(np.int64)
    if additions is None or taken[-1].sum() <= additions:
        chosen, gap = np.full(len(unit), numbers.terms), 0.0
    elif len(unit) <= exact_weights:
        chosen, gap = _exact(distances, taken, additions), 0.0
    else:
        chosen, gap = _relaxed(distances, taken, additions)
    each = np.arange(len(unit))
    return Choice(
        candidates[chosen, each].reshape(shape),
        int(taken[chosen, each].sum()),
        float(distances[chosen, each].sum()),
        gap,
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
