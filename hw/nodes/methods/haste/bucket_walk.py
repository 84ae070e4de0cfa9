"""BucketWalk: over the buckets under the window of each position of a patch, block after block."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, Signal, Value
from amaranth.lib.wiring import In, Out

from ....logic.component import Component
from ....logic.counters import loop
from ....logic.demand import Demand, bits_for, counter
from .patch_geometry import PatchGeometry, side


class BucketWalk(Component):
    """Which bucket, and which tap and pixel of it, is multiplied next.

    For each unit, for each block of outputs, for each position: for each tap of the window, every
    bucket. How many steps a position takes is known only when the buckets are.

    Parameters
    ----------
    geometry: of the patches.

    Members
    -------
    may: in, 1 bit; a new position may begin. Within one, there is a step on every clock.
    count: in; buckets of the unit.
    step: out, 1 bit; there is a step on this clock. The following are about this step.
    first: out, 1 bit; it is the first of its position.
    bucket, pixel, tap: out; the bucket's number, the pixel's in the halo, the tap's in the window.
    bank, weight_bank: out, 1 bit each; change with every unit, with every block.
    position_end, block_end, unit_end, image_end: out, 1 bit each; it is the last of these.
    """

    may: Signal
    count: Signal
    step: Signal
    first: Signal
    bucket: Signal
    pixel: Signal
    tap: Signal
    bank: Signal
    weight_bank: Signal
    position_end: Signal
    block_end: Signal
    unit_end: Signal
    image_end: Signal

    def __init__(self, geometry: PatchGeometry) -> None:
        self.geometry = g = geometry
        ends = ("position_end", "block_end", "unit_end", "image_end")
        super().__init__(
            {
                "may": In(1),
                "count": In(range(g.channels + 1)),
                "step": Out(1),
                "first": Out(1),
                "bucket": Out(range(g.channels)),
                "pixel": Out(range(g.pixels)),
                "tap": Out(range(g.taps)),
                "bank": Out(1),
                "weight_bank": Out(1),
            }
            | {end: Out(1) for end in ends}
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g = self.geometry
        begun = Signal()  # the position under way has had its first step
        m.d.comb += [self.step.eq(begun | self.may), self.first.eq(~begun)]
        at_last = self.bucket + 1 == self.count
        with m.If(self.step):
            m.d.sync += [
                self.bucket.eq(Mux(at_last, 0, self.bucket + 1)),
                begun.eq(~self.position_end),
            ]
        buckets_end = self.step & at_last
        tap, position_end = loop(m, "tap_number", g.taps, buckets_end)
        _, tap_row_end = loop(m, "tap_column", g.kernel[1], buckets_end)

        patch_end = Signal()
        patch_column, patch_row_end = loop(m, "patch_column", g.patches[1], patch_end)
        patch_row, image_end = loop(m, "patch_row", g.patches[0], patch_row_end)
        row_end = side(m, "column", g.sizes(1), position_end, patch_column)
        block_end = side(m, "row", g.sizes(0), row_end, patch_row)
        _, unit_end = loop(m, "block", g.blocks, block_end)
        _, group_end = loop(m, "group", g.groups, unit_end)
        m.d.comb += [
            patch_end.eq(group_end),
            self.tap.eq(tap),
            self.position_end.eq(position_end),
            self.block_end.eq(block_end),
            self.unit_end.eq(unit_end),
            self.image_end.eq(image_end),
        ]
        m.d.sync += [
            self.bank.eq(self.bank ^ unit_end),
            self.weight_bank.eq(self.weight_bank ^ block_end),
        ]
        self._pixel(m, buckets_end, tap_row_end, row_end)
        return m

    def _pixel(self, m: Module, tap_end: Value, tap_row_end: Value, row_end: Value) -> None:
        """The tap's pixel, and those where the window, and its row of positions, begin."""
        g = self.geometry
        wide = g.halo[1]
        origin, row_origin = Signal.like(self.pixel), Signal.like(self.pixel)
        below = Mux(self.block_end, 0, row_origin + g.stride[0] * wide)
        following = Mux(row_end, below, origin + g.stride[1])
        with m.If(row_end):
            m.d.sync += row_origin.eq(below)
        with m.If(self.position_end):
            m.d.sync += [origin.eq(following), self.pixel.eq(following)]
        with m.Elif(tap_end):
            m.d.sync += self.pixel.eq(self.pixel + Mux(tap_row_end, wide - g.kernel[1] + 1, 1))


def bucket_walk_demand(geometry: PatchGeometry) -> Demand:
    """What a `BucketWalk` is made of."""
    g = geometry
    return counter(
        g.channels, g.taps, g.kernel[1], *g.patches, *g.patch, g.blocks, g.groups
    ) + Demand(
        registers=3 * bits_for(g.pixels) + 3,
        adders=4 * bits_for(g.pixels),
        selects=2 * 4 * bits_for(g.pixels),
        comparisons=bits_for(g.channels + 1),
    )
