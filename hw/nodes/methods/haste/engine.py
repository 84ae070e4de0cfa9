"""HasteEngine: from the pixels of patches to their activations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from amaranth.hdl import Cat, Module, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from .....compiler.program import ActivationType, HasteConv
from ....engine.accumulator import Accumulator, accumulator_demand
from ....engine.requantizer import Requantizer, requantizer_demand
from ....logic.component import Component
from ....logic.counters import bounded, late, late_unreset, unreset
from ....logic.demand import Demand, counter
from ....logic.load_port import LoadPort
from ....logic.memory import Memory
from ....logic.packing import MemoryOptions
from ....stream.queue import Queue, queue_demand
from ....stream.streams import elastic, range_shape, shape_of
from ....stream.timing import Rule, Times, shifted
from .block_weights import BLOCKS, WEIGHT_BITS, BlockWeights, block_weights_demand
from .bucket_products import BucketProducts, bucket_products_demand, products_latency
from .bucket_sums import READ_CLOCKS, sum_shape
from .bucket_walk import BucketWalk, bucket_walk_demand
from .channel_codes import sum_bits
from .merger import BANKS, INPUT_DEPTH, PatchMerger, merger_demand
from .patch_geometry import PatchGeometry

_ADDRESS = 1
"""Clocks from a step of the walk to the row that it reads."""


class HasteEngine(Component):
    """Merges channels, adds up weights and multiplies, each for another unit at the same time.

        pixels -> PatchMerger -> sums of buckets -> BucketProducts -> queue
        merged -> BlockWeights -> sums of weights -> BucketProducts

    While the products of one unit are made, the next is merged; while those of one block of outputs
    are, the weights of the next are added up. All three take turns with two banks of memory each.
    How long a unit takes depends on its buckets; what waits for what does not.

    Parameters
    ----------
    node: the layer.
    kind: of its input.
    outputs: output channels at a time (P).
    accumulator: what adds up the products.
    requantizer: what makes activations of the sums.
    options: how the memory of weights is laid out.

    Members
    -------
    i: in, a stream of activations, one a beat: for each patch and group every channel's pixels, one
        channel after another, and then all of them once more.
    o: out, a stream of `outputs` activations a beat, in the order of `PatchGeometry`.
    """

    measure: ClassVar[str] = "buckets"
    """What its clocks depend on, by the name that the golden model has for it."""

    i: stream.Interface
    o: stream.Interface

    def __init__(
        self,
        node: HasteConv,
        kind: ActivationType,
        outputs: int,
        accumulator: Accumulator,
        requantizer: Requantizer,
        options: MemoryOptions | None = None,
    ) -> None:
        self.geometry = PatchGeometry.of(node, outputs)
        planes = node.hyperplanes.reshape(len(node.hyperplanes), -1)
        self._merger = PatchMerger(planes, kind, self.geometry.channels)
        self._weights = BlockWeights(node.weight, node.groups, outputs, options)
        self._products = BucketProducts(
            self._merger.sum_shape,
            node.mean_bounds(kind),
            self._weights.sum_shape,
            node.reciprocals,
            accumulator,
            requantizer,
        )
        self._reading = _ADDRESS + READ_CLOCKS  # clocks from a step to the bucket's sum
        self.latency = engine_latency(node.reciprocals)
        self.depth = queue_depth(self.geometry, node.reciprocals)
        self._weights_row = self._reading + self._products.weights_at - READ_CLOCKS
        self._node, self._kind = node, kind
        self._accumulator_bits = accumulator.output_bits
        super().__init__(
            {"i": In(elastic(shape_of(kind), 1)), "o": Out(elastic(*requantizer.output))}
        )

    # --------------------------------------------------------------------------- timing

    def timing(
        self, counts: Mapping[str, int], buckets: NDArray[np.int64] | None = None
    ) -> list[Rule]:
        """Rules between `i`, `o`, and what happens between them.

        The events between are: ``take``, a pixel is taken; ``merge``, a unit's channels are no
        longer hashed and begin to be merged; ``sum``, the weights of a block begin to be added up;
        ``start``, a position's products begin.

        Parameters
        ----------
        counts: beats of `i` and `o`.
        buckets: of each unit of all images; as many as there are channels if not given.
        """
        g = self.geometry
        images = counts["o"] // g.beats
        buckets = g.most_buckets(images) if buckets is None else buckets.reshape(-1)
        positions = np.tile(g.unit_positions, images)
        return [
            *self._taking(counts["i"], len(buckets)),
            *self._merging(positions, buckets),
            *self._summing(positions, buckets),
            *self._multiplying(positions, buckets),
        ]

    def _taking(self, beats: int, units: int) -> list[Rule]:
        """Pixels."""
        g, merger = self.geometry, self._merger
        pauses = np.zeros((2, g.channels, g.pixels), np.int64)
        pauses[0, 1:, 0] = merger.hash_pause
        pauses[1, 1:, 0] = merger.merge_pause
        first_merged = np.full((units, 2, g.channels, g.pixels), -1)
        first_merged[:, 1, 0, 0] = np.arange(units)
        return [
            Rule("take", "take", shifted(beats, 1), 1 + np.tile(pauses.reshape(-1), units)),
            Rule("take", "i", shifted(beats, 0), 1),
            Rule("take", "merge", first_merged.reshape(-1), merger.numbering),
            Rule("i", "take", shifted(beats, INPUT_DEPTH), 1),
        ]

    def _merging(self, positions: NDArray[np.int64], buckets: NDArray[np.int64]) -> list[Rule]:
        """Units: each has another bank than the one before."""
        g, units = self.geometry, len(buckets)
        hashed = (np.arange(units) + 1) * g.beats_read - g.beats_read // 2 - 1
        last = np.cumsum(positions * g.blocks) - 1
        return [
            Rule("merge", "take", hashed, self._merger.settling),
            _behind("merge", BANKS, last, buckets * g.taps),
        ]

    def _summing(self, positions: NDArray[np.int64], buckets: NDArray[np.int64]) -> list[Rule]:
        """Blocks: each begins when its unit is merged, and has another bank than the one before."""
        g, weights = self.geometry, self._weights
        units = np.repeat(np.arange(len(buckets)), g.blocks)
        last = np.cumsum(positions[units]) - 1
        return [
            Rule("sum", "sum", shifted(len(units), 1), weights.clocks),
            Rule("sum", "take", (units + 1) * g.beats_read - 1, 2),
            _behind("sum", BLOCKS, last, buckets[units] * g.taps + self._weights_row),
        ]

    def _multiplying(self, positions: NDArray[np.int64], buckets: NDArray[np.int64]) -> list[Rule]:
        """Positions, and what comes of them."""
        g = self.geometry
        units = np.repeat(np.arange(len(buckets)), g.blocks)
        blocks = np.repeat(np.arange(len(units)), positions[units])
        steps = buckets[units[blocks]] * g.taps
        begins = np.append(True, np.diff(blocks) > 0)
        beats = len(blocks)
        before = np.append(0, steps[:-1])
        return [
            Rule("start", "start", shifted(beats, 1), before),
            Rule("start", "sum", np.where(begins, blocks, -1), self._weights.latency),
            Rule("start", "o", shifted(beats, self.depth), 1),
            Rule("o", "start", shifted(beats, 0), steps + self.latency),
        ]

    @property
    def reads(self) -> int:
        """Words of weights that are read for an image."""
        g = self.geometry
        return g.units * g.blocks * g.channels * g.taps

    def usual(self, images: int) -> NDArray[np.int64]:
        """Buckets of each unit of so many images, about as many as the calibration images had."""
        each = self._node.buckets.transpose(1, 2, 0).reshape(-1) / self._node.counted
        return np.tile(np.maximum(1, np.rint(each)).astype(np.int64), images)

    # ------------------------------------------------------------------------- hardware

    def load_ports(self) -> list[LoadPort]:
        """Where its weights and biases are loaded."""
        return self._weights.load_ports() + self._products.load_ports()

    def demand(self) -> Demand:
        """What it is made of."""
        return haste_engine_demand(
            self._node,
            self._kind,
            self.geometry,
            accumulator_bits=self._accumulator_bits,
            memories=(self._weights.memory,),
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g = self.geometry
        m.submodules.merger = merger = self._merger
        m.submodules.weights = weights = self._weights
        m.submodules.products = products = self._products
        m.submodules.walk = walk = BucketWalk(g)
        m.submodules.queue = queue = Queue(*self._products.output, self.depth)
        wiring.connect(m, wiring.flipped(self.i), merger.i)
        wiring.connect(m, wiring.flipped(self.o), queue.o)
        started, leave = Signal(), self.o.valid & self.o.ready
        _, room = bounded(m, "under_way", self.depth, started, leave)
        m.d.comb += [
            walk.may.eq(weights.ready & room),
            walk.count.eq(merger.count),
            started.eq(walk.step & walk.first),
            merger.done.eq(walk.unit_end),
            merger.bank.eq(walk.bank),
            merger.row_bank.eq(late(m, "bank", walk.bank, _ADDRESS)),
            merger.row.eq(unreset(m, "row", Cat(walk.bucket, walk.pixel))),
            weights.merged.eq(merger.merged),
            weights.bucket.eq(merger.bucket),
            weights.is_new.eq(merger.is_new),
            merger.channel.eq(weights.channel),
            merger.channel_bank.eq(weights.channel_bank),
            weights.used.eq(walk.block_end),
            weights.done.eq(late(m, "block_done", walk.block_end, self._weights_row)),
            weights.read_bank.eq(late(m, "weight_bank", walk.weight_bank, self._weights_row)),
        ]
        row = Cat(walk.bucket, walk.tap)
        m.d.comb += weights.read_row.eq(late_unreset(m, "weight_row", row, self._weights_row))
        for name in ("position_end", "block_end", "image_end"):
            flag = late(m, name, getattr(walk, name), self._reading)
            m.d.comb += getattr(products, name).eq(flag)
        m.d.comb += [
            products.valid.eq(late(m, "step", walk.step, self._reading)),
            products.sum.eq(merger.sum),
            products.size.eq(merger.size),
            products.weights.eq(weights.sums),
            queue.i.valid.eq(products.o.valid),
            queue.i.p.eq(products.o.p),
        ]
        return m


def _behind(target: str, banks: int, last: Times, delays: NDArray[np.int64]) -> Rule:
    """Each event waits for the last position of what had its bank before.

    Parameters
    ----------
    last: number of each one's last position.
    delays: from where this begins to where the bank is free.
    """
    none = np.full(min(banks, len(last)), -1)
    index = np.concatenate([none, last[: len(last) - len(none)]])
    delay = np.concatenate([0 * none, delays[: len(last) - len(none)]])
    return Rule(target, "start", index, delay)


def haste_engine_demand(
    node: HasteConv,
    kind: ActivationType,
    geometry: PatchGeometry,
    *,
    accumulator_bits: int,
    memories: tuple[Memory, ...],
) -> Demand:
    """What a `HasteEngine` with these memories of weights is made of.

    Parameters
    ----------
    node, kind: the layer, and what it reads.
    geometry: of its patches.
    accumulator_bits: of its sums.
    """
    g, outputs = geometry, geometry.outputs
    planes = node.hyperplanes.reshape(len(node.hyperplanes), -1)
    total = sum_shape(shape_of(kind), g.channels).width
    mean = range_shape(*node.mean_bounds(kind)).width
    weight = sum_shape(signed(WEIGHT_BITS), g.channels).width
    products = bucket_products_demand(
        sum_bits=total,
        mean_bits=mean,
        weight_bits=weight,
        reciprocals=node.reciprocals,
        outputs=outputs,
    )
    blocks = g.groups * g.blocks
    row = g.bucket_bits + (g.pixels - 1).bit_length()
    depth = queue_depth(g, node.reciprocals)
    return (
        merger_demand(
            planes=len(planes),
            pixels=g.pixels,
            channels=g.channels,
            kind=kind,
            bits=sum_bits(planes, kind),
        )
        + block_weights_demand(
            channels=g.channels,
            taps=g.taps,
            outputs=outputs,
            blocks=g.blocks,
            rows=blocks * g.channels * g.taps,
            memories=memories,
        )
        + products
        + accumulator_demand(width=accumulator_bits, outputs=outputs, blocks=blocks, group=1)
        + requantizer_demand(
            width=accumulator_bits,
            bits=node.type.bits,
            shift=node.shift.reshape(-1, outputs),
        )
        + queue_demand(depth=depth, width=outputs * node.type.bits + 1)
        + bucket_walk_demand(g)
        + counter(depth + 1)
        + Demand(registers=2 * row + 8 * (g.bucket_bits + 6) + 16)
    )


def queue_depth(geometry: PatchGeometry, reciprocals: NDArray[np.int32]) -> int:
    """Beats of the queue behind the products, with which they never wait for a ready consumer.

    A position takes as many clocks as there are taps, at least.
    """
    return -(-(engine_latency(reciprocals) + 2) // geometry.taps) + 1


def engine_latency(reciprocals: NDArray[np.int32]) -> int:
    """Clocks from a position's last step to its activations."""
    return _ADDRESS + READ_CLOCKS + products_latency(reciprocals)
