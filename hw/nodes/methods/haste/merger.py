"""PatchMerger: from the pixels of a patch to the sums of its buckets."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Cat, Module, Mux, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from .....compiler.program import ActivationType
from ....logic.component import Component
from ....logic.counters import bounded, late_unreset, loop, registered, unreset
from ....logic.demand import Demand, bits_for, counter
from ....logic.memory import Memory
from ....logic.ring_memory import ring_memory
from ....stream.queue import Queue, queue_demand
from ....stream.streams import elastic, shape_of
from .bucket_numbers import NUMBER_CLOCKS, BucketNumbers, bucket_numbers_demand
from .bucket_sums import DISTANCE, READ_CLOCKS, BucketSums, bucket_sums_demand
from .channel_codes import ChannelCodes, channel_codes_demand, code_latency

INPUT_DEPTH = 2
"""Beats of the queue in front."""
BANKS = 2
"""Units whose buckets are kept: one that is filled, one that is read."""


class PatchMerger(Component):
    """Hashes the channels of a unit and adds up the pixels of those that are alike.

    It reads a unit's pixels twice, channel after channel. At first the channels are hashed. Then
    each of them, now that its bucket is known, is added to the bucket's sums, while the code of the
    next one is made and its bucket found. Two banks of sums take turns, so that a unit's can be
    read while the next is merged.

    Parameters
    ----------
    hyperplanes: (L, pixels of a halo) int8.
    kind: of the activations.
    channels: of a group.

    Attributes
    ----------
    hash_pause, merge_pause: clocks on which no pixel is taken between two channels.
    settling: clocks from the last pixel that is hashed to the first question for a code.
    numbering: clocks from this to the first pixel that is merged.

    Members
    -------
    i: in, a stream of activations, one a beat: each unit's pixels, twice.
    merged: out, 1 bit; high for one clock, a clock after the last pixel of a unit was taken. Then
        `counts` says how many buckets it has, and what is read from a clock later on is right.
    done: in, 1 bit; high for one clock when the sums of the oldest unit are no longer needed.
    bank: in, 1 bit; the bank of the unit that `count` is of.
    count: out; its buckets.
    row_bank, row: in; what to read: a bucket's number in the low bits, the pixel above it.
    sum, size: out; a bucket's sum in this pixel and how many channels it has, `READ_CLOCKS` later.
    channel_bank, channel: in; which channel of the unit in which bank to read the bucket of.
    bucket, is_new: out; its number and whether no earlier channel is in it, `READ_CLOCKS` later.
    """

    i: stream.Interface
    merged: Signal
    done: Signal
    bank: Signal
    count: Signal
    row_bank: Signal
    row: Signal
    sum: Signal
    size: Signal
    channel_bank: Signal
    channel: Signal
    bucket: Signal
    is_new: Signal

    def __init__(self, hyperplanes: NDArray[np.int8], kind: ActivationType, channels: int) -> None:
        self.hyperplanes = hyperplanes
        self.kind = kind
        self.channels = channels
        planes, pixels = hyperplanes.shape
        self._codes = ChannelCodes(hyperplanes, kind, channels)
        self._numbers = BucketNumbers(planes, channels)
        self._sums = BucketSums(shape_of(kind), 1, channels, pixels)
        self.sum_shape = self._sums.sum_shape
        self.settling = self._codes.settling
        self.numbering = numbering_clocks(planes, channels)
        self.hash_pause = max(planes, pixels) - pixels
        self.merge_pause = max(self.numbering, DISTANCE, pixels) - pixels
        super().__init__(
            {
                "i": In(elastic(shape_of(kind), 1)),
                "merged": Out(1),
                "done": In(1),
                "bank": In(1),
                "count": Out(range(channels + 1)),
                "row_bank": In(1),
                "row": In(len(self._sums.row)),
                "sum": Out(self.sum_shape),
                "size": Out(range(channels + 1)),
                "channel_bank": In(1),
                "channel": In(range(channels)),
                "bucket": Out(range(channels)),
                "is_new": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.queue = queue = Queue(shape_of(self.kind), 1, INPUT_DEPTH)
        wiring.connect(m, wiring.flipped(self.i), queue.i)
        m.submodules.codes = codes = self._codes
        m.submodules.numbers = numbers = self._numbers
        m.submodules.sums = sums = self._sums
        take, hashing, begin, pixel, ask, unit_end = self._passes(m, queue.o.valid)
        value = queue.o.p.data[0]
        bank = Signal()  # of the unit that is merged
        m.d.sync += [self.merged.eq(unit_end), bank.eq(bank ^ self.merged)]
        m.d.comb += [
            queue.o.ready.eq(take),
            codes.put.eq(take & hashing),
            codes.value.eq(value),
            codes.pixel.eq(pixel),
            codes.ask.eq(ask),
            numbers.clear.eq(begin),
            numbers.code.eq(codes.code),
            numbers.ask.eq(codes.valid),
        ]
        # A channel keeps its bucket while the next one's is found.
        held = Signal(len(numbers.bucket) + 1)
        known = Cat(numbers.bucket, numbers.is_new)
        now = Mux(pixel == 0, known, held)
        m.d.sync += held.eq(now)
        m.d.comb += [
            sums.put.eq(registered(m, "put", take & ~hashing)),
            sums.bank.eq(bank),
            sums.row.eq(unreset(m, "place", Cat(now[:-1], pixel))),
            sums.first.eq(unreset(m, "first", now[-1])),
            sums.word.eq(late_unreset(m, "word", value, 1 + READ_CLOCKS)),
            sums.read_bank.eq(self.row_bank),
            sums.read_row.eq(self.row),
            self.sum.eq(sums.sums),
        ]
        self._keep(m, numbers, bank)
        return m

    def _passes(self, m: Module, valid: Value) -> tuple[Value, ...]:
        """Whether a pixel is taken, and hashed (or merged); which; and what happens beside."""
        pixels = self.hyperplanes.shape[1]
        hashing, settling = Signal(init=1), Signal()
        pauses = (self.hash_pause, self.merge_pause, self.settling - 1, self.numbering - 1)
        pause = Signal(range(max(pauses) + 1))
        going = Signal(init=1)  # no pause
        take = valid & going & ~settling
        pixel, channel_end = loop(m, "pixel", pixels, take)
        channel, pass_end = loop(m, "hashed_or_merged", self.channels, channel_end)
        _, room = bounded(m, "units", BANKS, begin := Signal(name="begin"), self.done)
        m.d.comb += begin.eq(settling & going & room)

        longer = Signal.like(pause)
        with m.If(begin):
            m.d.comb += longer.eq(self.numbering - 1)
            m.d.sync += [settling.eq(0), hashing.eq(0)]
        with m.Elif(pass_end & hashing):
            m.d.comb += longer.eq(self.settling - 1)
            m.d.sync += settling.eq(1)
        with m.Elif(pass_end):
            m.d.sync += hashing.eq(1)
        with m.Elif(channel_end):
            m.d.comb += longer.eq(Mux(hashing, self.hash_pause, self.merge_pause))
        with m.If(going):
            m.d.sync += [pause.eq(longer), going.eq(longer == 0)]
        with m.Else():
            m.d.sync += [pause.eq(pause - 1), going.eq(pause == 1)]
        another = take & ~hashing & (pixel == 0) & (channel != self.channels - 1)
        return take, hashing, begin, pixel, begin | another, pass_end & ~hashing

    def _keep(self, m: Module, numbers: BucketNumbers, bank: Value) -> None:
        """What is known of the buckets of both units, beside their sums."""
        counts = [Signal(range(self.channels + 1), name=f"count{n}") for n in range(BANKS)]
        for number, count in enumerate(counts):
            with m.If(numbers.valid & (bank == number)):
                m.d.sync += count.eq(numbers.count)
        m.d.comb += self.count.eq(Mux(self.bank, counts[1], counts[0]))
        channel, _ = loop(m, "numbered", self.channels, numbers.valid)
        merged = Cat(numbers.is_new, numbers.bucket)
        written = (Cat(channel, bank), merged)
        read = Cat(self.channel, self.channel_bank)
        of_channel = self._memory(m, "of_channel", numbers.valid, *written, read)
        m.d.comb += Cat(self.is_new, self.bucket).eq(of_channel)
        bucket = self.row[: len(numbers.bucket)]
        written = (Cat(numbers.bucket, bank), numbers.size)
        size = self._memory(m, "sizes", numbers.valid, *written, Cat(bucket, self.row_bank))
        m.d.comb += self.size.eq(size)

    def _memory(
        self, m: Module, name: str, put: Value, where: Value, what: Value, read_row: Value
    ) -> Value:
        """A memory with a row for each channel of both units; what is in `read_row`."""
        m.submodules[name] = ram = ring_memory(len(what), 1 << len(where))
        write, read = ram.write_port(), ram.read_port()
        m.d.comb += [
            write.en.eq(put),
            write.addr.eq(where),
            write.data.eq(what),
            read.addr.eq(read_row),
        ]
        return unreset(m, f"{name}_answer", read.data)


def numbering_clocks(planes: int, channels: int) -> int:
    """Clocks from the question for a channel's code to its bucket."""
    return code_latency(planes, channels) + NUMBER_CLOCKS


def merger_demand(
    *, planes: int, pixels: int, channels: int, kind: ActivationType, bits: int
) -> Demand:
    """What a `PatchMerger` is made of.

    Parameters
    ----------
    planes, pixels: hyperplanes, and pixels of each.
    channels: of a group.
    kind: of the activations.
    bits: of a channel's sums.
    """
    number, size = bits_for(channels), bits_for(channels + 1)
    pause = numbering_clocks(planes, channels) + planes + pixels
    return (
        queue_demand(depth=INPUT_DEPTH, width=kind.bits + 1)
        + channel_codes_demand(
            planes=planes, pixels=pixels, channels=channels, value_bits=kind.bits, bits=bits
        )
        + bucket_numbers_demand(code_bits=planes, channels=channels)
        + bucket_sums_demand(shape=shape_of(kind), lanes=1, buckets=channels, places=pixels)
        + counter(pixels, channels, channels, pause)
        + Demand(
            registers=3 * kind.bits + 2 * (number + 1) + bits_for(pixels) + 2 * size + 8,
            selects=2 * (number + 1) + 2 * size,
            memories=(
                Memory(BANKS << number, number + 1, "ram"),
                Memory(BANKS << number, size, "ram"),
            ),
        )
    )
