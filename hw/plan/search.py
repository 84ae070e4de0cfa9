"""Search: which folding of each layer makes the slowest one as fast as a budget allows.

Every layer has many foldings; each needs so many clocks per image and so many cells. For a rate,
the cheapest foldings that keep it are found exactly, as a small integer program (one candidate of
each layer, no resource beyond its budget). The fastest rate is found by bisection over the clocks
that foldings take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..device.cells import Cells
from ..engine.folding import Folding

SCARCEST = 0.5
"""Weight of the scarcest resource's share beside the sum of all shares."""
WEIGHTS = Cells(luts=4.0, flip_flops=1.0, block_rams=1.0, multipliers=1.0, logic_cells=4.0)
"""Of the shares of each resource in that sum: a fabric full of logic places and routes badly, while
a block RAM or multiplier that is left over serves nobody."""
_GAP = 0.005
"""Of the cost of foldings, what the integer program may miss the optimum by."""
_SECONDS = 5.0
"""After which it answers with the best foldings so far."""


@dataclass(frozen=True)
class Candidate:
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
    candidates: Mapping[str, Sequence[Candidate]], clocks: int, budget: Cells
) -> dict[str, Candidate] | None:
    """The cheapest candidate of each layer with which none takes more than `clocks`.

    Cost is the sum of the shares of each resource of the budget, logic's counted several times and
    that of the scarcest one half again, so that what there is plenty of stands in for it.

    Returns
    -------
    A candidate per layer; None where no candidates fit the budget.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, hstack

    if not candidates:
        return {}
    fast = {name: [c for c in each if c.clocks <= clocks] for name, each in candidates.items()}
    if not all(fast.values()):
        return None
    every = [candidate for each in fast.values() for candidate in each]
    layer = np.repeat(np.arange(len(fast)), [len(each) for each in fast.values()])
    amounts = np.array([candidate.cells.amounts for candidate in every])
    limits = np.array(budget.amounts)
    if (limits < 0).any():
        return None
    shares = amounts / np.maximum(limits, 1)
    # One variable per candidate, 0 or 1, and the scarcest resource's share.
    layers = csr_array((np.ones(len(every)), (layer, np.arange(len(every)))))
    one_each = hstack([layers, csr_array((len(fast), 1))])
    within = np.hstack([shares.T, -np.ones((shares.shape[1], 1))])
    answer = milp(
        np.append(shares @ np.array(WEIGHTS.amounts), SCARCEST),
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
    candidates: Mapping[str, Sequence[Candidate]], budget: Cells, floor: int = 0
) -> dict[str, Candidate] | None:
    """The candidates whose slowest layer is as fast as the budget allows.

    Parameters
    ----------
    candidates: of each layer.
    budget: of all layers together.
    floor: clocks below which being faster is worth nothing.
    """
    best = max([floor, *(min(way.clocks for way in each) for each in candidates.values())])
    rates = sorted({c.clocks for each in candidates.values() for c in each if c.clocks > best})
    rates.insert(0, best)
    found = cheapest(candidates, rates[-1], budget)
    if found is None:
        return None
    low, high = 0, len(rates) - 1  # rates[high] fits
    while low < high:
        middle = (low + high) // 2
        answer = cheapest(candidates, rates[middle], budget)
        if answer is None:
            low = middle + 1
        else:
            found, high = answer, middle
    return found


def undominated(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates that no other one beats in clocks and every resource."""
    ordered = sorted(candidates, key=lambda c: (c.clocks, c.cells.amounts))
    kept: list[Candidate] = []
    table: NDArray[np.float64] = np.empty((0, 1 + len(Cells().amounts)))
    for candidate in ordered:
        row = np.array([candidate.clocks, *candidate.cells.amounts])
        if not (table <= row).all(axis=1).any():
            kept.append(candidate)
            table = np.vstack([table, row])
    return kept


def least_overload(
    candidates: Mapping[str, Sequence[Candidate]], clocks: int | None, budget: Cells
) -> dict[str, Candidate]:
    """The candidates that exceed a budget least, in the resource that they exceed it most in.

    Parameters
    ----------
    candidates: of each layer.
    clocks: that no layer may exceed; None allows any.
    budget: of all layers together.
    """
    low, high = 0.0, 1.0
    found = None
    while found is None:
        high *= 2
        found = cheapest(candidates, _rate(candidates, clocks), budget * high)
    while high - low > 0.01 * high:
        middle = (low + high) / 2
        answer = cheapest(candidates, _rate(candidates, clocks), budget * middle)
        if answer is None:
            low = middle
        else:
            found, high = answer, middle
    return found


def _rate(candidates: Mapping[str, Sequence[Candidate]], clocks: int | None) -> int:
    slowest = max(candidate.clocks for each in candidates.values() for candidate in each)
    return slowest if clocks is None else clocks
