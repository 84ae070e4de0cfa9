"""Search: which folding of each layer makes the slowest one as fast as a budget allows.

Every layer has many foldings; each needs so many clocks per image and so many cells. For a rate,
the cheapest foldings that keep it are found exactly, as a small integer program (one choice per
layer, no resource beyond its budget). The fastest rate is found by bisection over the clocks that
foldings take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..device.cells import Cells
from ..engine.folding import Folding

_SCARCEST = 0.5
"""Weight of the scarcest resource's share beside the sum of all shares."""
_GAP = 0.005
"""Of the cost of foldings, what the integer program may miss the optimum by."""
_SECONDS = 5.0
"""After which it answers with the best foldings so far."""


@dataclass(frozen=True)
class Choice:
    """One way to fold a layer.

    Parameters
    ----------
    folding: the way.
    clocks: per image.
    cells: what it costs.
    """

    folding: Folding
    clocks: int
    cells: Cells


def cheapest(
    choices: Mapping[str, Sequence[Choice]], clocks: int, budget: Cells
) -> dict[str, Choice] | None:
    """The cheapest choice of each layer with which none takes more than `clocks`.

    Cost is the sum of the shares of each resource of the budget, that of the scarcest one counted
    half again, so that what there is plenty of stands in for it.

    Returns
    -------
    A choice per layer; None where no choices fit the budget.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, hstack

    fast = {name: [c for c in each if c.clocks <= clocks] for name, each in choices.items()}
    if not all(fast.values()):
        return None
    every = [choice for each in fast.values() for choice in each]
    layer = np.repeat(np.arange(len(fast)), [len(each) for each in fast.values()])
    amounts = np.array([choice.cells.amounts for choice in every])
    limits = np.array(budget.amounts)
    if (limits < 0).any():
        return None
    shares = amounts / np.maximum(limits, 1)
    # One variable per choice, 0 or 1, and the scarcest resource's share.
    layers = csr_array((np.ones(len(every)), (layer, np.arange(len(every)))))
    one_each = hstack([layers, csr_array((len(fast), 1))])
    within = np.hstack([shares.T, -np.ones((shares.shape[1], 1))])
    answer = milp(
        np.append(shares.sum(axis=1), _SCARCEST),
        integrality=np.append(np.ones(len(every)), 0),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(one_each, 1, 1),
            LinearConstraint(within, -np.inf, 0),
        ],
        options={"mip_rel_gap": _GAP, "time_limit": _SECONDS},
    )
    if answer.x is None:
        return None
    chosen = [every[n] for n in np.flatnonzero(answer.x[:-1] > 0.5)]
    return dict(zip(fast, chosen, strict=True))


def fastest(
    choices: Mapping[str, Sequence[Choice]], budget: Cells, floor: int = 0
) -> dict[str, Choice] | None:
    """The choices whose slowest layer is as fast as the budget allows.

    Parameters
    ----------
    choices: of each layer.
    budget: of all layers together.
    floor: clocks below which being faster is worth nothing.
    """
    best = max([floor, *(min(choice.clocks for choice in each) for each in choices.values())])
    rates = sorted({c.clocks for each in choices.values() for c in each if c.clocks > best})
    rates.insert(0, best)
    found = cheapest(choices, rates[-1], budget)
    if found is None:
        return None
    low, high = 0, len(rates) - 1  # rates[high] fits
    while low < high:
        middle = (low + high) // 2
        answer = cheapest(choices, rates[middle], budget)
        if answer is None:
            low = middle + 1
        else:
            found, high = answer, middle
    return found


def undominated(choices: Iterable[Choice]) -> list[Choice]:
    """The choices that no other one beats in clocks and every resource."""
    ordered = sorted(choices, key=lambda c: (c.clocks, c.cells.amounts))
    kept: list[Choice] = []
    table: NDArray[np.float64] = np.empty((0, 1 + len(Cells().amounts)))
    for choice in ordered:
        row = np.array([choice.clocks, *choice.cells.amounts])
        if not (table <= row).all(axis=1).any():
            kept.append(choice)
            table = np.vstack([table, row])
    return kept


def least_overload(
    choices: Mapping[str, Sequence[Choice]], clocks: int | None, budget: Cells
) -> dict[str, Choice]:
    """The choices that exceed a budget least, in the resource that they exceed it most in.

    Parameters
    ----------
    choices: of each layer.
    clocks: that no layer may exceed; None allows any.
    budget: of all layers together.
    """
    low, high = 0.0, 1.0
    found = None
    while found is None:
        high *= 2
        found = cheapest(choices, _rate(choices, clocks), budget * high)
    while high - low > 0.01 * high:
        middle = (low + high) / 2
        answer = cheapest(choices, _rate(choices, clocks), budget * middle)
        if answer is None:
            low = middle
        else:
            found, high = answer, middle
    return found


def _rate(choices: Mapping[str, Sequence[Choice]], clocks: int | None) -> int:
    slowest = max(choice.clocks for each in choices.values() for choice in each)
    return slowest if clocks is None else clocks
