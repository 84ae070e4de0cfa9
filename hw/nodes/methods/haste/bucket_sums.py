"""BucketSums: words added up by bucket, in two memories of which one fills while one is read."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Shape, Signal, Value
from amaranth.lib.wiring import In, Out

from ....logic.component import Component
from ....logic.counters import registered, unreset
from ....logic.demand import Demand, bits_for
from ....logic.memory import Memory
from ....logic.ring_memory import ring_memory
from ....stream.streams import range_shape

READ_CLOCKS = 2
"""From a row's number to the row: the memory, a register."""
WORD_CLOCKS = READ_CLOCKS
"""From a row's number to the word that is added to it."""
DISTANCE = 4
"""Clocks between two words that are added to the same row, at least."""


class BucketSums(Component):
    """Adds words to rows, each row's first one to nothing, so that no row is ever cleared.

    A row is a bucket's sum at one of its places: a pixel, or a tap of the weights. There are two
    banks of rows. While words are added in one of them, the other can be read.

    Parameters
    ----------
    shape: of an element of a word.
    lanes: elements of a word, which are added by themselves.
    buckets: there are at the most, which is also the most words of a sum.
    places: of each.

    Members
    -------
    put: in, 1 bit; the word that comes `WORD_CLOCKS` later is added to row `row` of `bank`.
    bank: in, 1 bit.
    row: in, the bucket's number in the low bits, the place above it.
    first: in, 1 bit; it is the first word of this row.
    word: in, `lanes` elements side by side.
    read_bank, read_row: in; what to read. From the bank that words are put in, nothing is read.
    sums: out, `lanes` sums of `sum_shape` side by side, `READ_CLOCKS` later.
    """

    put: Signal
    bank: Signal
    row: Signal
    first: Signal
    word: Signal
    read_bank: Signal
    read_row: Signal
    sums: Signal

    def __init__(self, shape: Shape, lanes: int, buckets: int, places: int) -> None:
        self.shape = shape
        self.lanes = lanes
        self.sum_shape = sum_shape(shape, buckets)
        self.bucket_bits = bits_for(buckets)
        self.depth = max(2, places << self.bucket_bits)
        row = bits_for(self.depth)
        super().__init__(
            {
                "put": In(1),
                "bank": In(1),
                "row": In(row),
                "first": In(1),
                "word": In(lanes * shape.width),
                "read_bank": In(1),
                "read_row": In(row),
                "sums": Out(lanes * self.sum_shape.width),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        put, bank, first, row = self.put, self.bank, self.first, self.row
        read_bank = self.read_bank
        for clock in range(READ_CLOCKS):
            put, bank, first, read_bank = (
                registered(m, f"{name}{clock}", value)
                for name, value in (
                    ("put", put), ("bank", bank), ("first", first), ("read_bank", read_bank)
                )
            )  # fmt: skip
            row = unreset(m, f"row{clock}", row)
        writing = [registered(m, f"writing{number}", put & (bank == number)) for number in range(2)]
        written_row = unreset(m, "written_row", row)
        total = Signal(len(self.sums), reset_less=True)
        rows = [self._bank(m, number, writing[number], written_row, total) for number in range(2)]
        before = Mux(bank, rows[1], rows[0])
        m.d.sync += total.eq(self._added(before, first))
        m.d.comb += self.sums.eq(Mux(read_bank, rows[1], rows[0]))
        return m

    def _bank(self, m: Module, number: int, writing: Value, row: Value, total: Value) -> Value:
        """One of the memories; what it answers."""
        m.submodules[f"bank{number}"] = ram = ring_memory(len(self.sums), self.depth)
        write, read = ram.write_port(), ram.read_port()
        adding = self.put & (self.bank == number)
        m.d.comb += [
            write.en.eq(writing),
            write.addr.eq(row),
            write.data.eq(total),
            read.addr.eq(Mux(adding, self.row, self.read_row)),
        ]
        return unreset(m, f"answer{number}", read.data)

    def _added(self, before: Value, first: Value) -> Value:
        """Each sum with its element of the word added."""
        width, element = self.sum_shape.width, self.shape.width
        sums = []
        for lane in range(self.lanes):
            word = self.word.word_select(lane, element)
            word = word.as_signed() if self.shape.signed else word
            held = before.word_select(lane, width)
            held = held.as_signed() if self.shape.signed else held
            sums.append((Mux(first, 0, held) + word)[:width])
        return Cat(sums)


def sum_shape(shape: Shape, buckets: int) -> Shape:
    """Of the sum of so many elements of `shape`."""
    if shape.signed:
        return range_shape(-(1 << (shape.width - 1)) * buckets, 0)
    return range_shape(0, ((1 << shape.width) - 1) * buckets)


def bucket_sums_demand(*, shape: Shape, lanes: int, buckets: int, places: int) -> Demand:
    """What `BucketSums` are made of."""
    width, depth = lanes * sum_shape(shape, buckets).width, max(2, places << bits_for(buckets))
    row = bits_for(depth)
    return Demand(
        registers=width + 3 * row + 4 * READ_CLOCKS + 2,
        adders=width,
        selects=2 * 2 * width + 2 * 2 * row,
        memories=(Memory(depth, width, "ram"),) * 2,
    )
