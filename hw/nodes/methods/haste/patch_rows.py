"""PatchRows: what comes patch by patch, row by row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from amaranth.hdl import Cat, Module, Mux, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from .....compiler.program import ActivationType
from ....logic.component import Component
from ....logic.counters import bounded, late, late_unreset, loop, unreset
from ....logic.demand import Demand, bits_for, counter
from ....logic.memory import Memory
from ....logic.ring_memory import ring_memory
from ....stream.queue import Queue, queue_demand
from ....stream.streams import elastic, shape_of
from ....stream.timing import Rule, shifted
from .patch_geometry import PatchGeometry, side

BANDS = 2
"""Rows of patches that are kept: one that is filled, one that is read."""
_READ = 3
"""Clocks from a read step to the queue: its address, the memory, a register."""
DEPTH = _READ + 2
"""Beats of the output queue of one that reads on every clock."""


class PatchRows(Component):
    """Puts the pixels of patches in the order of an image's.

    A row of patches is a band of the image, which is read once it is there as a whole. There are
    two of them, so that one can be filled while the other is read.

    Parameters
    ----------
    geometry: of the patches.
    kind: of the activations.
    depth: beats of the output queue; by default as many as reading on every clock takes.

    Members
    -------
    i: in, a stream of activations in the order of `PatchGeometry`.
    o: out, the same pixel by pixel, row-major.
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(self, geometry: PatchGeometry, kind: ActivationType, depth: int = DEPTH) -> None:
        self.geometry = geometry
        self.kind = kind
        self.depth = depth
        signature = elastic(shape_of(kind), geometry.outputs)
        super().__init__({"i": In(signature), "o": Out(signature)})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i`, `o` and the steps ``read`` that address the memory."""
        g, beats = self.geometry, counts["o"]
        images = beats // g.beats
        row = g.positions[1] * g.groups * g.blocks
        lengths = np.tile(g.sizes(0) * row, images)
        ends = np.cumsum(lengths) - 1
        bands = np.repeat(np.arange(len(lengths)), lengths)
        freed = np.concatenate([np.full(min(BANDS, len(ends)), -1), ends[:-BANDS]])
        starts = np.append(True, np.diff(bands) > 0)
        return [
            Rule("o", "read", shifted(beats, 0), _READ + 1),
            Rule("read", "o", shifted(beats, self.depth), 1),
            Rule("read", "i", np.where(starts, ends[bands], -1), 1),
            Rule("i", "read", np.where(starts, freed[bands], -1), 1),
        ]

    def demand(self) -> Demand:
        """What it is made of."""
        return patch_rows_demand(self.geometry, bits=self.kind.bits, depth=self.depth)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g = self.geometry
        width = g.outputs * self.kind.bits
        m.submodules.bands = ram = ring_memory(width, BANDS << _band_bits(g))
        write, read = ram.write_port(), ram.read_port()
        m.submodules.queue = queue = Queue(shape_of(self.kind), g.outputs, self.depth)
        wiring.connect(m, wiring.flipped(self.o), queue.o)

        accept, step = self.i.valid & self.i.ready, Signal()
        place, filled = self._fill(m, accept)
        taken, image_end = self._drain(m, step)
        bands, free = bounded(m, "bands", BANDS, filled, taken)
        leave = self.o.valid & self.o.ready
        _, room = bounded(m, "under_way", self.depth, step, leave)
        read_place = Signal(_band_bits(g))
        filled_band, read_band = Signal(), Signal()
        with m.If(step):
            m.d.sync += read_place.eq(Mux(taken, 0, read_place + 1))
        m.d.sync += [filled_band.eq(filled_band ^ filled), read_band.eq(read_band ^ taken)]
        wait = _write_clocks(g)
        m.d.comb += [
            self.i.ready.eq(free),
            step.eq((bands != 0) & room),
            write.en.eq(late(m, "arrived", accept, wait)),
            write.addr.eq(late_unreset(m, "arrival_place", Cat(place, filled_band), wait)),
            write.data.eq(late_unreset(m, "arrival", self.i.p.data.as_value(), wait)),
            read.addr.eq(unreset(m, "address", Cat(read_place, read_band))),
        ]
        m.d.comb += [
            queue.i.valid.eq(late(m, "valid", step, _READ)),
            queue.i.p.last.eq(late(m, "last", image_end, _READ)),
            queue.i.p.data.as_value().eq(unreset(m, "answer", read.data)),
        ]
        return m

    def _fill(self, m: Module, accept: Value) -> tuple[Value, Value]:
        """Where a beat belongs in its band, and whether it is the band's last."""
        g = self.geometry
        pixel = g.groups * g.blocks  # its beats
        row = g.positions[1] * pixel
        patch_end = Signal()
        patch_column, band_end = loop(m, "patch_column", g.patches[1], patch_end)
        patch_row, _ = loop(m, "patch_row", g.patches[0], band_end)
        row_end = side(m, "column", g.sizes(1), accept, patch_column)
        block_end = side(m, "row", g.sizes(0), row_end, patch_row)
        _, last_block = loop(m, "block", pixel, block_end)
        m.d.comb += patch_end.eq(last_block)
        place = Signal(_band_bits(g))
        row_start, block_start, patch_start = (
            Signal.like(place, name=name) for name in ("row_start", "block_start", "patch_start")
        )
        next_patch = Mux(band_end, 0, patch_start + g.patch[1] * pixel)
        next_block = Mux(patch_end, next_patch, block_start + 1)
        next_row = Mux(block_end, next_block, row_start + row)
        with m.If(accept):
            m.d.sync += place.eq(Mux(row_end, next_row, place + pixel))
        with m.If(row_end):
            m.d.sync += row_start.eq(next_row)
        with m.If(block_end):
            m.d.sync += block_start.eq(next_block)
        with m.If(patch_end):
            m.d.sync += patch_start.eq(next_patch)
        return place, band_end

    def _drain(self, m: Module, step: Value) -> tuple[Value, Value]:
        """Whether a read step is its band's last, and its image's."""
        g = self.geometry
        _, row_end = loop(m, "read_row", g.positions[1] * g.groups * g.blocks, step)
        band_end = Signal()
        band, image_end = loop(m, "read_bands", g.patches[0], band_end)
        m.d.comb += band_end.eq(side(m, "row_of_band", g.sizes(0), row_end, band))
        return band_end, image_end


def _band_bits(geometry: PatchGeometry) -> int:
    """Bits of a place in a band."""
    g = geometry
    return bits_for(int(g.sizes(0)[0]) * g.positions[1] * g.groups * g.blocks)


def _write_clocks(geometry: PatchGeometry) -> int:
    """Clocks from a beat to the memory.

    A band is free a clock after the step that reads its last beat, and this is the clock on which
    the memory is read. Where bands are of one beat, another one must not be written there yet.
    """
    g = geometry
    return int(g.sizes(0).min() * g.positions[1] * g.groups * g.blocks == 1)


def patch_rows_demand(geometry: PatchGeometry, *, bits: int, depth: int = DEPTH) -> Demand:
    """What `PatchRows` of activations of so many bits are made of."""
    g = geometry
    width, place = g.outputs * bits, _band_bits(g)
    row = g.positions[1] * g.groups * g.blocks
    return (
        queue_demand(depth=depth, width=width + 1)
        + counter(*g.patches, *g.patch, g.groups * g.blocks, row, g.patches[0], g.patch[0])
        + counter(BANDS + 1, depth + 1)
        + Demand(
            registers=6 * place + 2 * _READ + 4 + _write_clocks(g) * (width + place + 2),
            adders=5 * place,
            selects=2 * 4 * place,
            memories=(Memory(BANDS << place, width, "ram"),),
        )
    )
