"""BlockWeights: the weights of a block of outputs, added up by bucket."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Cat, Module, Signal, signed
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from ....logic.component import Component
from ....logic.counters import bounded, late, late_unreset, loop
from ....logic.demand import Demand, bits_for, counter
from ....logic.load_port import LoadPort
from ....logic.memory import Memory
from ....logic.packed_rom import PackedRom
from ....logic.packing import PIECE_LATENCY, MemoryOptions, pack
from .bucket_sums import DISTANCE, WORD_CLOCKS, BucketSums, bucket_sums_demand

WEIGHT_BITS = 8
BLOCKS = 2
"""Of weights that are kept: one that is filled, one that is read."""
_WRITTEN = 4
"""Clocks from a word's row to the first reading of its sum."""


class BlockWeights(Component):
    """Reads the weights of one block of outputs after another and adds up those of each bucket.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) int8.
    groups: of the convolution.
    outputs: output channels of a block.
    options: how the memory of weights is laid out; its `ports` is not read.

    Attributes
    ----------
    clocks: that a block takes.
    latency: clocks from a block's first weight to the first reading of the sums.

    Members
    -------
    merged: in, 1 bit; high for one clock when the buckets of the next unit are known.
    channel_bank, channel: out; of which channel of the unit in which bank to read the bucket.
    bucket, is_new: in; its number and whether it is the first in it, `READ_CLOCKS` later.
    ready: out, 1 bit; the sums of the oldest block can be read.
    used: in, 1 bit; high for one clock when all reading of them has begun.
    done: in, 1 bit; high for one clock when they are no longer needed, behind `used`.
    read_bank, read_row: in; what to read: the bucket's number in the low bits, the tap above it.
    sums: out, `outputs` sums side by side, `READ_CLOCKS` later.
    """

    merged: Signal
    channel_bank: Signal
    channel: Signal
    bucket: Signal
    is_new: Signal
    ready: Signal
    used: Signal
    done: Signal
    read_bank: Signal
    read_row: Signal
    sums: Signal

    def __init__(
        self,
        weight: NDArray[np.int8],
        groups: int,
        outputs: int,
        options: MemoryOptions | None = None,
    ) -> None:
        size, channels, height, width = weight.shape
        self.channels, self.taps, self.outputs = channels, height * width, outputs
        self.blocks = size // (groups * outputs)  # of a unit
        by_block = weight.reshape(size // outputs, outputs, channels, self.taps)
        rows = by_block.transpose(0, 2, 3, 1).reshape(-1, outputs).astype(np.int64)
        places = (rows[..., None] >> np.arange(WEIGHT_BITS)) & 1
        bits = places.reshape(len(rows), -1).astype(np.bool_)
        options = options or MemoryOptions()
        self._packing = None if options.family is None else pack(*bits.shape, options)
        packing = self._packing or pack(*bits.shape, MemoryOptions())
        self._rom = PackedRom(bits, packing, options.loadable)
        self._sums = BucketSums(signed(WEIGHT_BITS), outputs, channels, self.taps)
        self.sum_shape = self._sums.sum_shape
        self.pace = max(self.taps, DISTANCE)
        self.clocks = channels * self.pace
        last = (channels - 1) * self.pace + self.taps - 1
        self.latency = last + self._rom.latency - WORD_CLOCKS + _WRITTEN
        super().__init__(
            {
                "merged": In(1),
                "channel_bank": Out(1),
                "channel": Out(range(channels)),
                "bucket": In(range(channels)),
                "is_new": In(1),
                "ready": Out(1),
                "used": In(1),
                "done": In(1),
                "read_bank": In(1),
                "read_row": In(len(self._sums.row)),
                "sums": Out(len(self._sums.sums)),
            }
        )

    def load_ports(self) -> list[LoadPort]:
        """Where its memory is loaded."""
        return [] if self._rom.load is None else [self._rom.load]

    @property
    def memory(self) -> Memory:
        """The memory of weights."""
        packing = self._rom.packing
        return Memory(packing.depth, packing.width, "rom", self._packing)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.weights = rom = self._rom
        m.submodules.sums = sums = self._sums
        at_start = Signal(init=1)  # the next clock would be a block's first
        begin, unit_end = Signal(), Signal()
        _, room = bounded(m, "blocks", BLOCKS, begin, self.done)
        units, _ = bounded(m, "units", 2, self.merged, unit_end)
        tick = Signal()
        m.d.comb += [begin.eq(at_start & room & (units != 0)), tick.eq(~at_start | begin)]
        place, channel_end = loop(m, "tap", self.pace, tick)
        channel, block_end = loop(m, "channel_number", self.channels, channel_end)
        _, last_block = loop(m, "block", self.blocks, block_end)
        with m.If(tick):
            m.d.sync += at_start.eq(block_end)
        m.d.comb += [unit_end.eq(last_block), self.channel.eq(channel)]
        m.d.sync += self.channel_bank.eq(self.channel_bank ^ unit_end)

        step = tick & (place < self.taps) if self.pace > self.taps else tick
        row, _ = loop(m, "row", self._rom.packing.depth, step)
        m.d.comb += rom.address0.eq(row)
        # A word must come so many clocks after its row.
        ahead = rom.latency - WORD_CLOCKS
        filled_bank = Signal()
        m.d.sync += filled_bank.eq(filled_bank ^ block_end)
        tap = late_unreset(m, "tap", place[: bits_for(self.taps)], ahead)
        merged = late_unreset(m, "merged", Cat(self.bucket, self.is_new), ahead - WORD_CLOCKS)
        m.d.comb += [
            sums.put.eq(late(m, "put", step, ahead)),
            sums.bank.eq(late(m, "bank", filled_bank, ahead)),
            sums.row.eq(Cat(merged[:-1], tap)),
            sums.first.eq(merged[-1]),
            sums.word.eq(rom.data0),
            sums.read_bank.eq(self.read_bank),
            sums.read_row.eq(self.read_row),
            self.sums.eq(sums.sums),
        ]
        # A block's last tick is behind its last word where a channel has few taps.
        ending = step & (channel == self.channels - 1) & (place == self.taps - 1)
        ended = late(m, "ending", ending, ahead + _WRITTEN - 1)
        filled, _ = bounded(m, "filled", BLOCKS, ended, self.used)
        m.d.comb += self.ready.eq(filled != 0)
        return m


def block_weights_demand(
    *,
    channels: int,
    taps: int,
    outputs: int,
    blocks: int,
    rows: int,
    memories: tuple[Memory, ...],
) -> Demand:
    """What `BlockWeights` with these memories are made of; `rows` are those of all weights."""
    ahead = PIECE_LATENCY - WORD_CLOCKS
    return (
        bucket_sums_demand(shape=signed(WEIGHT_BITS), lanes=outputs, buckets=channels, places=taps)
        + counter(max(taps, DISTANCE), channels, blocks, rows, 3, 3, 3)
        + Demand(
            registers=ahead * (bits_for(taps) + 3) + _WRITTEN + 6,
            comparisons=bits_for(max(taps, DISTANCE)),
            memories=memories,
        )
    )
