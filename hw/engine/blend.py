"""Blend: bilinear interpolation of pixels that were repeated, by shifts and additions."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Const, Module, Mux, Signal, Value, signed

from ...compiler.program import ActivationType, Pair
from ..logic.counters import late, loop, registered
from ..logic.demand import Demand, bits_for, counter
from ..stream.core import Core
from ..stream.streams import shape_of
from .adder_tree import add_pairs, adder_tree_demand


class Blend(Core):
    """Weighted means of the pixels under a window, column of taps by column.

    With pixels repeated f times, bilinear interpolation (``align_corners=False``) is a mean of
    f + 1 of them, the weights 1, 2, ..., 2, 1 in each direction. Within f / 2 of an edge all of
    these that are in the image are the same pixel.

    Parameters
    ----------
    kind: of the activations.
    lanes: elements of a beat, each under a column of taps.
    factor: of upsampling, (vertical, horizontal), powers of two.
    size: (height, width) of the image.
    words: beats of a pixel.

    Members
    -------
    i: in, ``lanes * rows`` activations: of each element all taps of a column; the columns of a
        window one after another.
    o: out, `lanes` activations, `latency` clocks after a window's last column.
    """

    def __init__(
        self, kind: ActivationType, lanes: int, factor: Pair, size: Pair, words: int
    ) -> None:
        self.kind = kind
        self.factor = factor
        self.size = size
        self.words = words
        self.rows, self.columns = blend_taps(factor)
        self.levels = bits_for(self.rows)
        super().__init__(
            i=(shape_of(kind), lanes * self.rows),
            o=(shape_of(kind), lanes),
            latency=self.levels + 2,
            groups=(self.columns,),
        )

    def demand(self) -> Demand:
        """What it is made of."""
        return blend_demand(
            bits=self.kind.bits,
            lanes=self.output[1],
            factor=self.factor,
            size=self.size,
            words=self.words,
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        valid = late(m, "valid", self.i.valid, self.levels)
        last = late(m, "last", self.i.p.last, self.levels)
        tap, word_end = loop(m, "tap", self.columns, valid)
        _, pixel_end = loop(m, "word", self.words, word_end)
        column, row_end = loop(m, "column", self.size[1], pixel_end)
        row, _ = loop(m, "row", self.size[0], row_end)
        at_row, at_column = Signal(), Signal()
        m.d.comb += at_row.eq(_at_edge(row, self.size[0], self.factor[0]))
        m.d.sync += at_column.eq(_at_edge(column, self.size[1], self.factor[1]))
        later = registered(m, "tap_later", tap)
        valid, last, end = (
            registered(m, name, value)
            for name, value in (("summed", valid), ("summed_last", last), ("end", word_end))
        )
        for lane in range(self.output[1]):
            taps = [self._signed(self.i.p.data[lane * self.rows + tap]) for tap in range(self.rows)]
            total, middle = self._column(m, lane, taps)
            down = Signal(
                signed(self.kind.bits + 1 + _weight_bits(self.factor[0])), name=f"s{lane}"
            )
            m.d.sync += down.eq(Mux(at_row, middle << _weight_bits(self.factor[0]), total))
            self._accumulate(m, lane, down, later, at_column, valid)
        m.d.sync += [self.o.valid.eq(valid & end), self.o.p.last.eq(last)]
        return m

    def _signed(self, value: Value) -> Value:
        """An activation, signed, a bit wider."""
        return (value + Const(0, signed(1)))[: self.kind.bits + 1].as_signed()

    def _column(self, m: Module, lane: int, taps: Sequence[Value]) -> tuple[Value, Value]:
        """The weighted sum of a column of taps and its middle one, both `levels` clocks later."""
        ends = (0, len(taps) - 1)
        middle = taps[len(taps) // 2]
        terms = [x if n in ends else x << 1 for n, x in enumerate(taps)]
        for level in range(self.levels):
            terms = add_pairs(m, f"lane{lane}_level{level}", terms)
        return terms[0], late(m, f"lane{lane}_middle", middle, self.levels).as_signed()

    def _accumulate(
        self, m: Module, lane: int, down: Value, tap: Value, at_edge: Value, valid: Value
    ) -> None:
        """Add the columns of a window up, and shift their sum."""
        shift = sum(map(_weight_bits, self.factor))
        horizontal = _weight_bits(self.factor[1])
        is_end = (tap == 0) | (tap == self.columns - 1)
        is_middle = tap == self.columns // 2
        term = Signal(signed(len(down) + horizontal), name=f"term{lane}")
        if horizontal:
            inside = Mux(is_end, down, down << 1)
            m.d.comb += term.eq(Mux(at_edge, Mux(is_middle, down << horizontal, 0), inside))
        else:
            m.d.comb += term.eq(down)
        total = Signal(signed(len(term) + 1), name=f"total{lane}")
        with m.If(valid):
            m.d.sync += total.eq(Mux(tap == 0, (1 << shift) >> 1, total) + term)
        m.d.comb += self.o.p.data[lane].eq(total >> shift)


def blend_taps(factor: Pair) -> Pair:
    """(rows, columns) of the window of repeated pixels that an interpolated one is made of."""
    rows, columns = (times + 1 if times > 1 else 1 for times in factor)
    return rows, columns


def _weight_bits(times: int) -> int:
    """log2 of the sum of the weights in a direction."""
    return times.bit_length() if times > 1 else 0


def _at_edge(place: Value, size: int, times: int) -> Value:
    """Whether a row or column is so near to an edge that all its taps are the same pixel."""
    if times == 1:
        return Const(0)
    return (place < times // 2) | (place >= size - times // 2)


def blend_demand(*, bits: int, lanes: int, factor: Pair, size: Pair, words: int) -> Demand:
    """What a `Blend` of activations of `bits` is made of."""
    rows, columns = blend_taps(factor)
    width = bits + 1 + _weight_bits(factor[0])
    total = width + _weight_bits(factor[1]) + 1
    demand = counter(columns, words, *reversed(size)) + Demand(
        registers=5 + bits_for(columns) + lanes * (width + total),
        adders=lanes * total,
        selects=lanes * (2 * width * (rows > 1) + 5 * total * (columns > 1)),
        comparisons=2 * sum(map(bits_for, size)),
    )
    demand += adder_tree_demand(bits=bits + 1, lanes=rows, outputs=lanes)
    return demand + Demand(registers=lanes * bits * bits_for(rows))  # the middle ones beside
