"""LoadPort: how the contents of a memory are replaced at run time.

All memories that can be loaded form a chain. A load is a sequence of 32-bit words, the contents
of one memory after another. Each port takes the words of its own memory off the front and hands
the rest on, so that no word needs an address and no signal reaches across the whole device.
"""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Cat, Module, Mux, Signal, unsigned
from amaranth.lib import data, stream
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from .component import Component
from .filled_memory import FilledMemory

WORD_BITS = 32
"""Bits of a word of the load."""
LEAST_ROWS = 2
"""Of a memory that has an address."""
LOADABLE: dict[str, str | int] = {"loadable": 1, "no_rw_check": 1}
"""Attributes of memories that can be loaded. The first is tabfab's own mark: contents that come
with the bitstream, which a reset leaves alone. The second tells Yosys that nothing is read while
it is written, so that no logic has to see to what such reads give."""


def load_signature() -> stream.Signature:
    """Signature of the chain: words, the load's first one marked. It never stalls."""
    return stream.Signature(
        data.StructLayout({"word": unsigned(WORD_BITS), "first": 1}), always_ready=True
    )


class LoadPort(Component):
    """One memory's place in the chain.

    A row comes in as many words as it needs, its lowest bits first; rows follow each other from
    row 0 on. What follows the last row goes on to the next port, a clock later. Words before
    the first load, and those after the chain's last row, are dropped.

    Parameters
    ----------
    bits: (depth, width) bool, the memory's initial contents, the lowest bit of a row first.

    Members
    -------
    i: in, a stream of words that never stalls: the load, from this memory's first word on, which
        is marked as the first.
    o: out, the same for the next memory.
    write: out, 1 bit; whether to write on this clock, one after a row's last word.
    row: out, ``range(depth)``; where to.
    data: out, `width` bits; what.
    finished: out, 1 bit; high for one clock together with `write` of the last row.
    """

    i: stream.Interface
    o: stream.Interface
    write: Signal
    row: Signal
    data: Signal
    finished: Signal

    def __init__(self, bits: NDArray[np.bool_]) -> None:
        self.bits = bits
        depth, width = bits.shape
        self.row_words = -(-width // WORD_BITS)
        super().__init__(
            {
                "i": In(load_signature()),
                "o": Out(load_signature()),
                "write": Out(1),
                "row": Out(range(depth)),
                "data": Out(width),
                "finished": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        depth, width = self.bits.shape
        word = self.i.p.word
        start = self.i.valid & self.i.p.first
        mine = Signal()  # whether the next word is this memory's
        row, place = Signal(range(depth)), Signal(range(self.row_words))
        row_now, place_now = Mux(start, 0, row), Mux(start, 0, place)
        take = self.i.valid & (self.i.p.first | mine)
        row_end = place_now == self.row_words - 1
        last = row_end & (row_now == depth - 1)
        held = Signal((self.row_words - 1) * WORD_BITS)
        m.d.sync += [self.write.eq(take & row_end), self.finished.eq(take & last)]
        with m.If(take):
            m.d.sync += [
                mine.eq(~last),
                place.eq(Mux(row_end, 0, place_now + 1)),
                row.eq(row_now + row_end),
                held.eq(Cat(held, word)[WORD_BITS:]),
                self.row.eq(row_now),
                self.data.eq(Cat(held, word)[:width]),
            ]
        begun, handed_on = Signal(), Signal()
        with m.If(start):
            m.d.sync += [begun.eq(1), handed_on.eq(0)]
        hand_on = self.i.valid & ~take & begun
        with m.If(hand_on):
            m.d.sync += handed_on.eq(1)
        m.d.sync += [
            self.o.valid.eq(hand_on),
            self.o.p.word.eq(word),
            self.o.p.first.eq(~handed_on),
        ]
        return m


class LoadedRows(Component):
    """A small memory that can be loaded: `data` holds row `address` of the previous clock.

    Parameters
    ----------
    bits: (depth, width) bool, initial contents, the lowest bit of a row first.

    Attributes
    ----------
    load: its place in the chain.

    Members
    -------
    address: in, ``range(depth)``; row to read.
    data: out, `width` bits; the row that was addressed one clock before; undefined while it is
        loaded.
    """

    address: Signal
    data: Signal

    def __init__(self, bits: NDArray[np.bool_]) -> None:
        self.load = LoadPort(bits)
        depth, width = bits.shape
        super().__init__({"address": In(range(depth)), "data": Out(width)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.load = load = self.load
        rows = row_integers(load.bits)
        m.submodules.memory = ram = FilledMemory(
            len(self.data), rows, depth=max(len(rows), LEAST_ROWS), attrs=LOADABLE
        )
        write, read = ram.write_port(), ram.read_port()
        m.d.comb += [
            write.en.eq(load.write),
            write.addr.eq(load.row),
            write.data.eq(load.data),
            read.addr.eq(self.address),
            self.data.eq(read.data),
        ]
        return m


def row_integers(bits: NDArray[np.bool_]) -> list[int]:
    """Each row (depth, width) as an integer, the lowest bit first."""
    packed = np.packbits(bits, axis=1, bitorder="little")
    return [int.from_bytes(row.tobytes(), "little") for row in packed]


def load_words(bits: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """The words that load a memory with `bits` (depth, width)."""
    depth, width = bits.shape
    filled = np.zeros((depth, -(-width // WORD_BITS) * WORD_BITS), bool)
    filled[:, :width] = bits
    packed = np.packbits(filled, axis=1, bitorder="little")
    words: NDArray[np.uint32] = packed.view("<u4").astype(np.uint32).reshape(-1)
    return words
