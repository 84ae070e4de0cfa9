"""Estimate: about what a plan comes to, from the foldings of single layers, in milliseconds.

The planner solves integer programs and assembles the network until the whole fits, which takes
seconds. What a layer's foldings cost does not depend on the other layers, so where these are known
(`layer_candidates`) only the choice among them is left. Prices of resources, which rise where they
are short, and descent from there, one layer after the other, tell about which rate the budget
allows; the planner's own integer program, solved a few times and not at every rate, decides. What
lies between the layers is not seen, and has to be told (`unseen`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..device.cells import Cells
from .fit import Aim
from .search import SCARCEST, WEIGHTS, Candidate, best_mix

_OVER = (10.0, 1000.0)
"""What a budget's excess costs, in turn: little at first, so that layers still move."""
_PRICES = 40
"""Prices of resources that are tried."""
_RISE = 8.0
"""By how much the price of a resource that is short twice over rises at first."""
_SWEEPS = 12
"""Times that all layers choose again, at most."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ways:
    """The ways to fold one layer, as arrays.

    Parameters
    ----------
    clocks: (ways,) per image.
    cells: (ways, resources) that each takes.
    """

    clocks: Floats
    cells: Floats

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> Ways:
        """Those of `layer_candidates`."""
        return cls(
            np.array([each.clocks for each in candidates], float),
            np.array([each.cells.amounts for each in candidates], float),
        )

    def worth(self, clocks: float) -> NDArray[np.intp]:
        """The numbers of the ways to choose among at a rate: no faster ones, none that only waste.

        Parameters
        ----------
        clocks: per image, that a way may take.
        """
        return np.flatnonzero((self.clocks <= clocks) & (clocks < self._until))

    @cached_property
    def _until(self) -> Floats:
        """(ways,) clocks from which on another way takes no more of anything."""
        less = (self.cells[:, np.newaxis] <= self.cells).all(axis=2)  # of each pair, the first
        order = np.lexsort((np.arange(len(self.clocks)), self.clocks)).argsort()
        instead = less & (~less.T | (order[:, np.newaxis] < order))
        return np.where(instead, self.clocks[:, np.newaxis], np.inf).min(axis=0)


@dataclass(frozen=True)
class Estimate:
    """About what a plan comes to.

    Parameters
    ----------
    clocks: per image.
    cells: of the whole network, what lies between its layers included.
    chosen: the number of each layer's way.
    fits: whether that is within the budget.
    """

    clocks: int
    cells: Cells
    chosen: Mapping[str, int]
    fits: bool


def estimate(
    ways: Mapping[str, Ways], aim: Aim, unseen: Cells | None = None, floor: int = 0
) -> Estimate:
    """About what a plan of a network comes to.

    Parameters
    ----------
    ways: of each layer; at least one layer.
    aim: as of a plan.
    unseen: what the network takes beside its layers; nothing if not given.
    floor: clocks per image below which no folding brings the network.
    """
    unseen = unseen or Cells()
    choice = _Choice(ways, np.array((aim.budget - unseen).amounts))
    rates = choice.rates(floor)
    if aim.clocks is not None:
        number = max(int(np.searchsorted(rates, aim.clocks, side="right")) - 1, 0)
        found = choice.best(rates[number]) or choice.at(rates[number])
    else:
        found = _fastest(choice, rates)
    clocks = max([floor, *(way.clocks[n] for way, n in zip(ways.values(), found, strict=True))])
    seen = Cells(*choice.total(found))
    return Estimate(
        int(clocks),
        (seen + unseen).rounded(),
        dict(zip(ways, map(int, found), strict=True)),
        choice.fits(found),
    )


def _fastest(choice: _Choice, rates: Floats) -> list[int]:
    """The numbers of the ways that are as fast as the budget allows.

    Descent finds about which rate that is, the planner's integer program what can be bettered.
    """
    low, high = 0, len(rates) - 1
    found = choice.at(rates[high])
    if not choice.fits(found):
        exact = choice.best(rates[high])
        if exact is None:
            return found
        found = exact
    while low < high:
        middle = (low + high) // 2
        tried = choice.at(rates[middle])
        if choice.fits(tried):
            found, high = tried, middle
        else:
            low = middle + 1
    step, low = 1, 0
    while low < high:  # rates[high] fits, those before low do not
        middle = max(high - step, low)
        exact = choice.best(rates[middle])
        if exact is None:
            low, step = middle + 1, max(step // 4, 1)
        else:
            found, high, step = exact, middle, 2 * step
    return found


class _Choice:
    """Which way each layer takes for a budget, at one rate after the other.

    Parameters
    ----------
    ways: of each layer.
    budget: (resources,) of all layers together.
    """

    def __init__(self, ways: Mapping[str, Ways], budget: Floats) -> None:
        self._ways = list(ways.values())
        self._budget = budget
        self._shares = [way.cells / np.maximum(budget, 1.0) for way in self._ways]
        self._weights = np.array(WEIGHTS.amounts)

    def rates(self, floor: int) -> Floats:
        """Clocks per image that networks may have, from the fewest on."""
        best = max([float(floor), *(way.clocks.min() for way in self._ways)])
        every = np.unique(np.concatenate([way.clocks for way in self._ways]))
        return np.concatenate([[best], every[every > best]])

    def total(self, chosen: Sequence[int]) -> Floats:
        """(resources,) that the ways with these numbers take."""
        pairs = zip(self._ways, chosen, strict=True)
        return np.sum([way.cells[n] for way, n in pairs], axis=0)

    def fits(self, chosen: Sequence[int]) -> bool:
        """Whether that is within the budget."""
        return bool((self.total(chosen) <= self._budget + 1e-9).all())

    def best(self, clocks: float) -> list[int] | None:
        """What `at` looks for, by the planner's integer program; None where none fit."""
        allowed = self._worth(clocks)
        # One array of all layers of a kind: `best_mix` counts them, and does not tell them apart.
        amounts = {way: way.cells[some] for way, some in allowed.items()}
        mix = best_mix([amounts[way] for way in self._ways], self._budget)
        return mix and [int(allowed[way][n]) for way, n in zip(self._ways, mix, strict=True)]

    def at(self, clocks: float) -> list[int]:
        """The numbers of the cheapest ways that take no more than `clocks`."""
        allowed = self._worth(clocks)
        shares = [own[allowed[way]] for way, own in zip(self._ways, self._shares, strict=True)]
        chosen = self._improved(shares, self._priced(shares))
        return [int(allowed[way][n]) for way, n in zip(self._ways, chosen, strict=True)]

    def _worth(self, clocks: float) -> dict[Ways, NDArray[np.intp]]:
        return {way: way.worth(clocks) for way in set(self._ways)}

    def _priced(self, shares: Sequence[Floats]) -> list[int]:
        """The best ways that a price for each resource leads to, which rises where it is short."""
        prices = self._weights.copy()
        best, least = [0] * len(shares), np.inf
        for step in range(1, _PRICES):
            chosen = [int((own @ prices).argmin()) for own in shares]
            used = np.sum([own[n] for own, n in zip(shares, chosen, strict=True)], axis=0)
            cost = float(self._cost(used[np.newaxis], _OVER[-1])[0])
            if cost < least:
                best, least = chosen, cost
            if (used <= 1.0).all() and step == 1:
                break
            prices = np.maximum(prices + _RISE / step**0.5 * (used - 1.0), self._weights)
        return best

    def _improved(self, shares: Sequence[Floats], chosen: Sequence[int]) -> list[int]:
        """The choice after each layer took what is best beside all others' until none changes."""
        chosen = list(chosen)
        used = np.sum([own[n] for own, n in zip(shares, chosen, strict=True)], axis=0)
        for over in _OVER:
            for _ in range(_SWEEPS):
                before = list(chosen)
                for layer, own in enumerate(shares):
                    rest = used - own[chosen[layer]]
                    chosen[layer] = int(self._cost(rest + own, over).argmin())
                    used = rest + own[chosen[layer]]
                if chosen == before:
                    break
        return chosen

    def _cost(self, used: Floats, over: float) -> Floats:
        """(ways,) what the planner counts for shares of the budget, and what exceeds it."""
        excess = np.maximum(used - 1.0, 0.0).sum(axis=1)
        cost: Floats = used @ self._weights + SCARCEST * used.max(axis=1) + over * excess
        return cost
