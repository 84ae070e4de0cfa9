"""The numbers that a weight may be: sums of few signed powers of two.

Cintra, Duffner, Garcia and Leite ("Low-complexity Approximate Convolutional Neural Networks",
IEEE TNNLS 2018, arXiv 2208.00087) take filters to the nearest ones of such numbers, so that a
product is a few shifts and additions. Nothing here imports torch.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...program.nodes.dyadic import MAX_FINEST_SHIFT, MAX_TERMS

Integers = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class DyadicSet:
    """All sums of at most so many signed powers of two, ``+-2^-shift`` with shift 0..finest.

    Numbers are held as integers in units of ``2^-finest``.

    Parameters
    ----------
    terms: powers that a number is the sum of, at most.
    finest_shift: of the smallest power.
    values: (V,) int32, ascending; zero is one of them.
    additions: (V,) int8, the fewest powers that sum up to each.

    Raises
    ------
    ValueError: zero is missing, or the values are not ascending and symmetric about it.

    Example
    -------
    >>> one_term = dyadic_set(terms=1, finest_shift=3)
    >>> one_term.values.tolist()
    [-8, -4, -2, -1, 0, 1, 2, 4, 8]
    """

    terms: int
    finest_shift: int
    values: Integers
    additions: NDArray[np.int8]

    def __post_init__(self) -> None:
        what = f"the set of dyadic values {self.values.tolist()[:9]}"
        if 0 not in self.values:
            raise ValueError(f"{what} lacks zero, which a weight is that takes no addition")
        if (np.diff(self.values) <= 0).any():
            raise ValueError(f"{what} must be ascending")
        if (self.values != -self.values[::-1]).any():
            raise ValueError(f"{what} must be symmetric about zero, as terms have either sign")

    @property
    def unit(self) -> float:
        """What the integer 1 stands for."""
        return 2.0**-self.finest_shift

    def within(self, additions: int) -> Integers:
        """The values that take at most so many additions, ascending."""
        return self.values[self.additions <= additions]

    def additions_of(self, values: NDArray[np.integer]) -> NDArray[np.int8]:
        """The fewest additions for each of `values`, all of which must be in the set.

        Raises
        ------
        ValueError: one of them is not in the set.
        """
        places = np.searchsorted(self.values, values).clip(0, len(self.values) - 1)
        strange = self.values[places] != values
        if strange.any():
            first = np.asarray(values)[strange].flat[0]
            raise ValueError(
                f"{first * self.unit:g} is no sum of {self.terms} signed powers of two down to "
                f"2^-{self.finest_shift}"
            )
        return self.additions[places]

    def decompose(self, values: NDArray[np.integer]) -> NDArray[np.int8]:
        """The terms of each of `values`, the largest power first.

        Returns
        -------
        (terms, *values.shape) int8: ``sign * (1 + exponent)`` of each term ``sign * 2^exponent``
        in units of the set; 0 is no term.

        Raises
        ------
        ValueError: one of the values is not in the set.
        """
        left = np.asarray(values, np.int32).copy()
        needed = self.additions_of(left).copy()
        found = np.zeros((self.terms, *left.shape), np.int8)
        for term in found:
            for exponent in range(self.finest_shift, -1, -1):
                for sign in (1, -1):
                    # What stays must take one addition less.
                    rest = left - sign * (1 << exponent)
                    fits = (term == 0) & (needed > 0) & self._takes(rest, needed - 1)
                    term[fits] = sign * (1 + exponent)
            chosen = term != 0
            powers = np.sign(term).astype(np.int32) << np.maximum(np.abs(term) - 1, 0)
            left[chosen] -= powers[chosen]
            needed[chosen] -= 1
        return found

    def _takes(self, values: Integers, additions: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Whether each value is in the set and takes exactly so many additions."""
        places = np.searchsorted(self.values, values).clip(0, len(self.values) - 1)
        return (self.values[places] == values) & (self.additions[places] == additions)


@lru_cache
def dyadic_set(terms: int, finest_shift: int) -> DyadicSet:
    """The set of all sums of at most `terms` signed powers of two down to ``2^-finest_shift``.

    Raises
    ------
    ValueError: there are no such terms or powers.
    """
    if not 1 <= terms <= MAX_TERMS:
        raise ValueError(f"a dyadic weight has 1 to {MAX_TERMS} terms, not {terms}")
    if not 0 <= finest_shift <= MAX_FINEST_SHIFT:
        raise ValueError(
            f"the finest shift of a dyadic weight is 0 to {MAX_FINEST_SHIFT}, not {finest_shift}"
        )
    powers = 1 << np.arange(finest_shift + 1, dtype=np.int32)
    steps = np.concatenate([-powers, powers])
    known = np.zeros(1, np.int32)
    counts = np.zeros(1, np.int8)
    newest = known
    for count in range(1, terms + 1):
        newest = np.setdiff1d(np.add.outer(newest, steps), known)
        known = np.concatenate([known, newest])
        counts = np.concatenate([counts, np.full(len(newest), count, np.int8)])
    order = np.argsort(known)
    values, additions = known[order], counts[order]
    values.flags.writeable = additions.flags.writeable = False
    return DyadicSet(terms, finest_shift, values, additions)


def nearest(points: Integers, x: NDArray[np.floating]) -> Integers:
    """The nearest of `points` to each of `x`; of two as near, the smaller in magnitude.

    Parameters
    ----------
    points: (V,) ascending, symmetric about zero.
    x: any shape.
    """
    middles = (points[1:] + points[:-1]) / 2
    places = np.searchsorted(middles, np.abs(x), side="left")
    return (np.sign(x) * points[places]).astype(np.int32)
