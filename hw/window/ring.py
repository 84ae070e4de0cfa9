"""Rings of rows: the memories that line buffers write images into and read windows from.

A `Ring` keeps all its rows in one memory and answers with one pixel's word at a time. A
`BankedRing` has a memory for each row and answers with the words of several rows that follow each
other, one below the other.
"""

from __future__ import annotations

from abc import abstractmethod

from amaranth.hdl import Array, Cat, Module, Signal
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

    def __init__(self, rows: int, length: int, width: int, taps: int, latency: int) -> None:
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
    """

    def __init__(self, rows: int, length: int, width: int, taps: int, dilation: int = 1) -> None:
        self.dilation = dilation
        super().__init__(rows, length, width, taps, latency=BANKED_RING_CLOCKS)

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
        m.d.comb += self.answer.eq(unreset(m, "words", Cat(words)))
        return m
