"""BucketNumbers: codes to buckets, numbered by their first channels."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Mux, Signal
from amaranth.lib import memory
from amaranth.lib.wiring import In, Out

from ....logic.component import Component
from ....logic.counters import unreset
from ....logic.demand import Demand, bits_for
from ....logic.memory import Memory

NUMBER_CLOCKS = 6
"""From a code to its bucket."""
MAX_CODE_BITS = 16
"""Hyperplanes whose codes a memory has a row for each of."""
ANY_CONTENTS: dict[str, str | int] = {"any_contents": 1, "no_rw_check": 1}
"""Attributes of memories that may hold anything when they are first read. The first is tabfab's own
mark, for simulators that know unknown bits: whatever the bits are, they are 0 or 1."""


class BucketNumbers(Component):
    """Finds the bucket of a code, or makes a new one.

    A memory says for each code which bucket it has, another one for each bucket its code. A row of
    the first counts only if the bucket that it names is there and has this code; so neither is ever
    cleared, and what they hold at first does not matter (Briggs and Torczon, "An efficient
    representation for sparse sets", 1993).

    Parameters
    ----------
    code_bits: of a code, `MAX_CODE_BITS` at most.
    channels: the most buckets that there can be.

    Members
    -------
    clear: in, 1 bit; forget all buckets.
    ask: in, 1 bit; `code` is the next channel's, and stays for `NUMBER_CLOCKS`.
    code: in, `code_bits` bits.
    valid: out, 1 bit; high for one clock, `NUMBER_CLOCKS` after the question.
    bucket: out, ``range(channels)``; its number; stays until the next is known.
    is_new: out, 1 bit; it has no channel but this one yet.
    size: out, ``range(channels + 1)``; how many it has, this one included.
    count: out, ``range(channels + 1)``; buckets that there are.
    """

    clear: Signal
    ask: Signal
    code: Signal
    valid: Signal
    bucket: Signal
    is_new: Signal
    size: Signal
    count: Signal

    def __init__(self, code_bits: int, channels: int) -> None:
        if not 1 <= code_bits <= MAX_CODE_BITS:
            raise ValueError(f"codes have 1 to {MAX_CODE_BITS} bits, not {code_bits!r}")
        if channels < 1:
            raise ValueError(f"there is at least one channel, not {channels!r}")
        self.code_bits = code_bits
        self.channels = channels
        super().__init__(
            {
                "clear": In(1),
                "ask": In(1),
                "code": In(code_bits),
                "valid": Out(1),
                "bucket": Out(range(channels)),
                "is_new": Out(1),
                "size": Out(range(channels + 1)),
                "count": Out(range(channels + 1)),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        number_bits, size_bits = bits_for(self.channels), bits_for(self.channels + 1)
        m.submodules.by_code = by_code = _memory(max(1, number_bits), 1 << self.code_bits)
        width = self.code_bits + size_bits
        m.submodules.by_bucket = by_bucket = _memory(width, max(2, self.channels))
        asked = Signal(NUMBER_CLOCKS)  # how many clocks ago the question was
        m.d.sync += asked.eq(Cat(self.ask, asked))
        m.d.comb += self.valid.eq(asked[-1])

        read_code, read_bucket = by_code.read_port(), by_bucket.read_port()
        m.d.comb += read_code.addr.eq(self.code)
        found = unreset(m, "found", read_code.data)
        m.d.comb += read_bucket.addr.eq(found)
        row = unreset(m, "row", read_bucket.data)
        there = Signal()
        m.d.sync += there.eq((row[: self.code_bits] == self.code) & (found < self.count))
        deciding = asked[4]

        bucket = Mux(there, found, self.count)
        size = Mux(there, row[self.code_bits :], 0) + 1
        write_code, write_bucket = by_code.write_port(), by_bucket.write_port()
        m.d.comb += [
            write_code.en.eq(deciding & ~there),
            write_code.addr.eq(self.code),
            write_code.data.eq(self.count),
            write_bucket.en.eq(deciding),
            write_bucket.addr.eq(bucket),
            write_bucket.data.eq(Cat(self.code, size[:size_bits])),
        ]
        with m.If(self.clear):
            m.d.sync += self.count.eq(0)
        with m.Elif(deciding & ~there):
            m.d.sync += self.count.eq(self.count + 1)
        with m.If(deciding):
            m.d.sync += [self.bucket.eq(bucket), self.size.eq(size), self.is_new.eq(~there)]
        return m


def _memory(width: int, depth: int) -> memory.Memory:
    return memory.Memory(shape=width, depth=depth, init=[], attrs=ANY_CONTENTS)


def bucket_numbers_demand(*, code_bits: int, channels: int) -> Demand:
    """What `BucketNumbers` are made of."""
    number, size = bits_for(channels), bits_for(channels + 1)
    return Demand(
        registers=NUMBER_CLOCKS + 2 * number + 2 * size + 2,
        adders=2 * size,
        selects=2 * (number + size),
        comparisons=code_bits + number,
        memories=(
            Memory(1 << code_bits, max(1, number), "ram"),
            Memory(channels, code_bits + size, "ram"),
        ),
    )
