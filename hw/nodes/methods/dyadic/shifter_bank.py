"""ShifterBank: what a dyadic layer has in the place of multipliers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from amaranth.hdl import Cat, Module, Mux, Shape, Value, signed
from numpy.typing import NDArray

from .....compiler.program import ActivationType
from ....engine.bank_geometry import BankGeometry
from ....logic.counters import unreset
from ....logic.demand import Demand, bits_for
from ....logic.memory import Memory
from ....logic.packing import MemoryOptions
from ..weighted_bank import WeightedBank, weighted_bank_demand

_PLACES_PER_CLOCK = 2
"""Bits of a shift that are done between two registers: wider choices than of four, synthesis makes
of more look-up tables than two narrower ones behind each other."""


class ShifterBank(WeightedBank):
    """For every lane and output that meet, an activation shifted and perhaps inverted, per term.

    A negative term is the inverse of the shifted activation, which is one less than its negative:
    ``~x == -x - 1``. How many negative terms an output has is known beforehand, so the ones are
    added once, in what sums start from (`negatives`), and negating takes no adder.

    Parameters
    ----------
    terms: (T, M, C / groups, kernel height, kernel width) int8, as of `DyadicConv`.
    finest_shift: the largest shift of a term.
    kind: of the activations.
    lanes: input channels per beat (S).
    outputs: output channels per beat (P).
    groups: of the convolution.
    options: how the memory of terms is laid out; its `ports` is not read.

    Members
    -------
    i: `lanes` activations.
    o: ``lanes * lane_outputs`` sums of T terms each in `BankGeometry.lane_order`, `latency` clocks
        later.
    """

    def __init__(
        self,
        terms: NDArray[np.int8],
        finest_shift: int,
        kind: ActivationType,
        lanes: int,
        outputs: int,
        groups: int = 1,
        options: MemoryOptions | None = None,
    ) -> None:
        self.terms = len(terms)
        self.finest_shift = finest_shift
        bits = term_word_bits(finest_shift)
        each = term_words(terms)
        words = (each << (bits * np.arange(len(terms)).reshape(-1, 1, 1, 1, 1))).sum(axis=0)
        super().__init__(
            words,
            bits * len(terms),
            kind,
            lanes,
            outputs,
            groups,
            options,
            shifted_shape(kind, finest_shift, len(terms)),
            term_clocks=shift_clocks(finest_shift) + (len(terms) > 1),
        )

    def term(self, m: Module, name: str, activation: Value, word: Value) -> Value:
        """The shifted activations of a word's terms, added up."""
        bits = term_word_bits(self.finest_shift)
        shifted = [
            self._shifted(m, f"{name}_{n}", activation, word.word_select(n, bits))
            for n in range(self.terms)
        ]
        if len(shifted) == 1:
            return shifted[0]
        total: Value = sum(shifted[1:], shifted[0])
        return unreset(m, f"sum{name}", total).as_signed()

    def _shifted(self, m: Module, name: str, activation: Value, word: Value) -> Value:
        """One term: nothing, or the activation by one bit of the shift after the other."""
        there, negative, shift = word[0], word[1], word[2:]
        value: Value = Mux(there, activation, 0)
        if self.kind.signed:
            value = value.as_signed()
        for place, width in enumerate(_widths(self.kind.bits, self.finest_shift)):
            if place and place % _PLACES_PER_CLOCK == 0:
                value = self._later(m, f"partly{name}_{place}", value)
                negative = unreset(m, f"negative{name}_{place}", negative)
                shift = Cat(shift[:place], unreset(m, f"shift{name}_{place}", shift[place:]))
            value = self._signed(Mux(shift[place], value << (1 << place), value)[:width])
        shape = shifted_shape(self.kind, self.finest_shift)
        inverted = _extend(value, shape) ^ Cat(negative for _ in range(shape.width))
        return unreset(m, f"shifted{name}", inverted).as_signed()

    def _later(self, m: Module, name: str, value: Value) -> Value:
        return self._signed(unreset(m, name, value))

    def _signed(self, value: Value) -> Value:
        return value.as_signed() if self.kind.signed else value

    def demand(self) -> Demand:
        """What it is made of."""
        return shifter_bank_demand(
            geometry=self.geometry,
            input_bits=self.kind.bits,
            finest_shift=self.finest_shift,
            terms=self.terms,
            memories=(self.memory,),
        )


def term_word_bits(finest_shift: int) -> int:
    """Bits that hold a term in memory: whether there is one, its sign, its shift."""
    return 2 + bits_for(finest_shift + 1)


def term_words(terms: NDArray[np.int8]) -> NDArray[np.int64]:
    """The word of each term, as of `DyadicConv.terms`; 0 where there is none."""
    wide = terms.astype(np.int64)
    words = 1 | ((wide < 0) << 1) | ((np.abs(wide) - 1) << 2)
    return np.where(wide == 0, 0, words)


def negatives(terms: NDArray[np.int8]) -> NDArray[np.int64]:
    """(M,) what the bank leaves out of each output channel's sum: one for each negative term."""
    return (terms < 0).sum(axis=(0, 2, 3, 4)).astype(np.int64)


def shifted_shape(kind: ActivationType, finest_shift: int, terms: int = 1) -> Shape:
    """Shape that holds the sum of so many shifted and perhaps inverted activations."""
    return signed(kind.bits + (not kind.signed) + finest_shift + bits_for(terms))


def shift_clocks(finest_shift: int) -> int:
    """Clocks from an activation and a word to a shifted activation."""
    return max(1, -(-bits_for(finest_shift + 1) // _PLACES_PER_CLOCK))


def _widths(bits: int, finest_shift: int) -> list[int]:
    """Of an activation of so many bits, behind each bit of its shift."""
    places = range(1, bits_for(finest_shift + 1) + 1)
    return [bits + min((1 << place) - 1, finest_shift) for place in places]


def shifter_bank_demand(
    *,
    geometry: BankGeometry,
    input_bits: int,
    finest_shift: int,
    terms: int,
    memories: Sequence[Memory],
) -> Demand:
    """What a `ShifterBank` with these memories is made of."""
    width = input_bits + 1 + finest_shift
    widths = _widths(input_bits, finest_shift)
    # The first choice also says whether there is a term, the last one inverts it: with four inputs
    # a bit each. A single choice does both, with five.
    if not widths:
        gates = width
    elif len(widths) == 1:
        gates = 2 * widths[0]
    else:
        gates = sum(widths)
    each = Demand(registers=width, shifts=gates)
    for place in range(_PLACES_PER_CLOCK, len(widths), _PLACES_PER_CLOCK):
        each += Demand(registers=widths[place - 1] + 1 + len(widths) - place)
    term = each.times(terms)
    if terms > 1:
        total = width + bits_for(terms)
        term += Demand(registers=total, adders=(terms - 1) * total)
    return weighted_bank_demand(
        geometry=geometry,
        input_bits=input_bits,
        term=term,
        memories=memories,
    )


def _extend(value: Value, shape: Shape) -> Value:
    """The bits of `value` in the width of `shape`."""
    return Cat(value, Cat(value[-1] if value.shape().signed else 0 for _ in range(shape.width)))[
        : shape.width
    ]
