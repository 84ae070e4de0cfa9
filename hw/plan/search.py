"""Search: which folding of each layer makes the slowest one as fast as a budget allows.

Every layer has many foldings; each needs so many clocks per image and so many cells. For a rate,
the cheapest foldings that keep it are found exactly, as a small integer program (one candidate of
each layer, no resource beyond its budget). The fastest rate is found by bisection over the clocks
that foldings take.
"""

from __future__ import annotations

from collections import Counter
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
    if not candidates:
        return {}
    fast = {name: [c for c in each if c.clocks <= clocks] for name, each in candidates.items()}
    if not all(fast.values()):
        return None
    amounts = [np.array([c.cells.amounts for c in each], float) for each in fast.values()]
    chosen = best_mix(amounts, np.array(budget.amounts, float))
    if chosen is None:
        return None
    return {name: each[n] for (name, each), n in zip(fast.items(), chosen, strict=True)}


def best_mix(
    amounts: Sequence[NDArray[np.float64]], limits: NDArray[np.float64]
) -> list[int] | None:
    """The numbers of the cheapest ways, one of each layer, that do not exceed `limits`.

    Parameters
    ----------
    amounts: of each layer, (ways, resources) that each of its ways takes; at least one way each.
        Layers of the same ways are found sooner where they have the very same array.
    limits: (resources,) of all layers together.

    Returns
    -------
    None where no choice is within them. What is cheap is said in `cheapest`.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, hstack

    if (limits < 0).any():
        return None
    kinds = {id(each): each for each in amounts}
    repeats = Counter(map(id, amounts))
    counts = [len(each) for each in kinds.values()]
    kind = np.repeat(np.arange(len(counts)), counts)
    shares = np.concatenate(list(kinds.values())) / np.maximum(limits, 1)
    # For each way, how many layers take it; and the scarcest resource's share.
    ways = csr_array((np.ones(len(shares)), (kind, np.arange(len(shares)))))
    layers = hstack([ways, csr_array((len(counts), 1))])
    within = np.hstack([shares.T, -np.ones((shares.shape[1], 1))])
    of_kind = np.array([repeats[each] for each in kinds], float)
    answer = milp(
        np.append(shares @ np.array(WEIGHTS.amounts), SCARCEST),
        integrality=np.append(np.ones(len(shares)), 0),
        bounds=Bounds(0, np.append(of_kind[kind], 1)),
        constraints=[
            LinearConstraint(layers, of_kind, of_kind),
            LinearConstraint(within, -np.inf, 0),
        ],
        options={"mip_rel_gap": _GAP, "time_limit": _SECONDS},
    )
    if answer.x is None:
        return None
    taken = np.rint(answer.x[:-1]).astype(int)
    chosen = {
        each: iter(np.repeat(np.arange(count), taken[kind == number]).tolist())
        for number, (each, count) in enumerate(zip(kinds, counts, strict=True))
    }
    return [next(chosen[id(each)]) for each in amounts]


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
