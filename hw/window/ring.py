"""Rings of rows: the memories that line buffers write images into and read windows from.

A `Ring` keeps all its rows in one memory and answers with one pixel's word at a time. A
`BankedRing` has a memory for each row and answers with the words of several rows that follow each
other, one below the other.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

from amaranth.hdl import Array, Cat, Const, Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.counters import late, unreset
from ..logic.ring_memory import fill, ring_memory

RING_CLOCKS = 3
"""From a word's address to the word: the registered address, the memory, a register."""
BANKED_RING_CLOCKS = RING_CLOCKS + 1
"""The same, and the choice among the banks."""


class RowRing(Component):
    """What both kinds of ring share: how they are written and asked.

    Parameters
    ----------
    rows: of the ring.
    length: words of a row.
    width: bits of a word.
    taps: rows that are read at a time.
    latency: clocks from a question to its answer.
    members: further ones.

    Members
    -------
    put: in, 1 bit; write `word` behind what was written last.
    word: in, `width` bits.
    row: in, ``range(rows)``; row of the ring to read, the uppermost where there are several.
    place: in, signed; the word in this row. Outside of 0..length-1 the answer means nothing.
    answer: out, ``taps * width`` bits, the uppermost row's word in the lowest, `latency` clocks
        after `row` and `place`.
    """

    put: Signal
    word: Signal
    row: Signal
    place: Signal
    answer: Signal

    def __init__(
        self,
        rows: int,
        length: int,
        width: int,
        taps: int,
        latency: int,
        members: Mapping[str, wiring.Member] | None = None,
    ) -> None:
        self.rows = rows
        self.length = length
        self.width = width
        self.taps = taps
        self.latency = latency
        super().__init__(
            {
                "put": In(1),
                "word": In(width),
                "row": In(range(rows)),
                "place": In(range(-rows * length, rows * length)),
                "answer": Out(taps * width),
            }
            | dict(members or {})
        )

    @abstractmethod
    def elaborate(self, platform: object) -> Module:
        """Its memories."""


class Ring(RowRing):
    """All rows in one memory, one word at a time: the registered address, the memory, a register.

    Parameters
    ----------
    rows, length, width: see `RowRing`.
    """

    def __init__(self, rows: int, length: int, width: int) -> None:
        super().__init__(rows, length, width, taps=1, latency=RING_CLOCKS)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        depth = self.rows * self.length
        m.submodules.memory = ram = ring_memory(self.width, depth)
        fill(m, [ram.write_port()], depth, self.put, self.word)
        port = ram.read_port()
        row_starts = Array(row * self.length for row in range(self.rows))
        address = Signal(range(depth))
        m.d.sync += address.eq(row_starts[self.row] + self.place)
        m.d.comb += [port.addr.eq(address), self.answer.eq(unreset(m, "data", port.data))]
        return m


class BankedRing(RowRing):
    """A memory for each row, as many of them read at a time as there are taps.

    Parameters
    ----------
    rows, length, width, taps: see `RowRing`.
    dilation: rows from one that is read to the next.
    padding: the word that is answered for taps outside of the image.

    Members
    -------
    outside: in, `taps` bits, a clock before the answer; which taps are.
    """

    outside: Signal

    def __init__(
        self, rows: int, length: int, width: int, taps: int, dilation: int = 1, padding: int = 0
    ) -> None:
        self.dilation = dilation
        self.padding = padding
        members = {"outside": In(taps)}
        super().__init__(rows, length, width, taps, BANKED_RING_CLOCKS, members)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        address = Signal(range(self.length))
        m.d.sync += address.eq(self.place)
        row = late(m, "row", self.row, RING_CLOCKS)
        banks, writes = [], []
        for n in range(self.rows):
            m.submodules[f"memory{n}"] = ram = ring_memory(self.width, self.length)
            read = ram.read_port()
            m.d.comb += read.addr.eq(address)
            banks.append(unreset(m, f"data{n}", read.data))
            writes.append(ram.write_port())
        fill(m, writes, self.length, self.put, self.word)
        words = [
            Array(banks[(n + tap * self.dilation) % self.rows] for n in range(self.rows))[row]
            for tap in range(self.taps)
        ]
        # A constant instead of a word is a reset of its register, which takes no look-up table.
        padding = Const(self.padding, self.width)
        chosen = [
            Mux(outside, padding, word) for outside, word in zip(self.outside, words, strict=True)
        ]
        m.d.comb += self.answer.eq(unreset(m, "words", Cat(chosen)))
        return m
