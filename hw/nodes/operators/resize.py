"""Larger images: rows in another order, by a `Reorderer`."""

from __future__ import annotations

from math import gcd, prod

import numpy as np

from ....compiler.program import DepthToSpace, Interpolate, Pair, Upsample
from ...engine.bank_geometry import divisors
from ...engine.blend import Blend, blend_taps
from ...network.content import Inside
from ...network.node_hardware import NodeHardware
from ...network.stage_list import OpenStream, StageList
from ...stream.elastic import Elastic
from ...stream.streams import StreamFormat
from ...window.reorderer import Loops, Reorderer
from ...window.window import Kernel


def _lanes(shape: tuple[int, int, int], lanes: int, clocks: int) -> int:
    """The fewest lanes, no fewer than now, in which an image passes in so many clocks.

    Parameters
    ----------
    shape: (channels, height, width) of what goes out.
    lanes: of what comes in.
    clocks: per image, of the network's slowest layer.
    """
    ways = [n for n in divisors(shape[0]) if n >= gcd(lanes, shape[0])]
    return next((n for n in ways if prod(shape) <= n * clocks), shape[0])


def _repeater(fmt: StreamFormat, factor: Pair) -> Reorderer:
    """What gives every row of an image several times, every pixel of it several times."""
    (rows, columns), beats = factor, fmt.beats_per_pixel
    width = fmt.width if rows > 1 else 1  # where rows stay as they are, pixels are repeated
    loops = ((rows, 0), (width, beats), (columns, 0), (beats, 1))
    return Reorderer(fmt.shape, fmt.lanes, width * beats, loops)


class UpsampleHardware(NodeHardware[Upsample]):
    """Every row several times, every pixel of it several times."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node, (source,) = self.node, sources
        source = stages.lanes(source, _lanes(node.shape, source.format.lanes, stages.clocks))
        reorderer = _repeater(source.format, node.factor)
        return stages.stage("repeat", reorderer, source, self.format(source.format.lanes))


class DepthToSpaceHardware(NodeHardware[DepthToSpace]):
    """The first rows of all blocks, then the second, and so on."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node, (source,) = self.node, sources
        source = stages.lanes(source, _lanes(node.shape, source.format.lanes, stages.clocks))
        fmt, (rows, columns) = source.format, node.block
        part = columns * node.shape[0] // fmt.lanes
        width = fmt.width if rows > 1 else 1
        loops: Loops = ((rows, part), (width, rows * part), (part, 1))
        reorderer = Reorderer(fmt.shape, fmt.lanes, width * rows * part, loops)
        return stages.stage("spread", reorderer, source, self.format(fmt.lanes))


class InterpolateHardware(NodeHardware[Interpolate]):
    """Every pixel several times, and a `Blend` of what is around each of them."""

    @property
    def least_clocks(self) -> int:
        return super().least_clocks * blend_taps(self.node.factor)[1]

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node, (source,), (kind,) = self.node, sources, self.source_types
        rows, columns = blend_taps(node.factor)
        clocks = stages.clocks // columns
        source = stages.lanes(source, _lanes(node.shape, source.format.lanes, clocks))
        fmt = self.format(source.format.lanes)
        repeats = Inside(node.name, "repeated")
        reorderer = _repeater(source.format, node.factor)
        repeated = stages.stage("repeat", reorderer, source, fmt, repeats)
        kernel = Kernel((rows, columns), padding=(rows // 2, columns // 2))
        zero = np.zeros(node.shape[0], np.int16)
        windows = stages.windows(repeated, kernel, fmt.lanes, zero, at_once=(rows, 1))
        core = Blend(kind, fmt.lanes, node.factor, (fmt.height, fmt.width), fmt.beats_per_pixel)
        return stages.stage("blend", Elastic(core), windows, fmt)
