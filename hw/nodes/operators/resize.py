"""Larger images: rows in another order, by a `Reorderer`."""

from __future__ import annotations

from math import gcd, prod

from ....compiler.program import DepthToSpace, Upsample
from ...engine.bank_geometry import divisors
from ...network.node_hardware import NodeHardware
from ...network.stage_list import OpenStream, StageList
from ...window.reorderer import Loops, Reorderer


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


class UpsampleHardware(NodeHardware[Upsample]):
    """Every row several times, every pixel of it several times."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node, (source,) = self.node, sources
        source = stages.lanes(source, _lanes(node.shape, source.format.lanes, stages.clocks))
        fmt, (rows, columns) = source.format, node.factor
        beats = fmt.beats_per_pixel
        width = fmt.width if rows > 1 else 1  # where rows stay as they are, pixels are repeated
        loops = ((rows, 0), (width, beats), (columns, 0), (beats, 1))
        reorderer = Reorderer(fmt.shape, fmt.lanes, width * beats, loops)
        return stages.stage("repeat", reorderer, source, self.format(fmt.lanes))


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
