"""Nodes that need no component of their own: the input, a clamp, flattening."""

from __future__ import annotations

from dataclasses import replace
from math import gcd

import numpy as np

from ....compiler.program import Clamp, Flatten, Input
from ...engine.bank_geometry import divisors
from ...engine.requantizer import Requantizer
from ...network.content import Activations
from ...network.network import Port
from ...network.node_hardware import NodeHardware
from ...network.stage_list import OpenStream, StageList
from ...stream.elastic import Elastic


class InputHardware(NodeHardware[Input]):
    """The network's own input, all channels of a pixel in a beat.

    An image that is nothing but a vector to the network, since it is flattened first, comes in
    larger beats where its pixels would otherwise come more slowly than layers take them.
    """

    @property
    def least_clocks(self) -> int:
        return 1 if self._is_vector else super().least_clocks

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        channels, height, width = self.node.shape
        fmt, elements = self.format(channels), channels * height * width
        if self._is_vector and height * width > stages.clocks > 0:
            ways = [n for n in divisors(elements) if elements <= n * stages.clocks]
            taken = [stages.arriving[name] for name in self._layers() if name in stages.arriving]
            # The fewest that are not to be cut into too many parts for any reader.
            lanes = min(
                ways, key=lambda n: any(elements // gcd(n, m) > stages.clocks for m in taken)
            )
            fmt = replace(fmt, lanes=lanes, elements=elements, height=1, width=1)
        return OpenStream(Port(None, "i"), fmt, Activations(self.node.name))

    def _layers(self) -> list[str]:
        """What reads the vector."""
        flattened = self.program.consumers(self.node.name)
        return [reader.name for flat in flattened for reader in self.program.consumers(flat.name)]

    @property
    def _is_vector(self) -> bool:
        """Whether it is only read flattened."""
        readers = self.program.consumers(self.node.name)
        return bool(readers) and all(isinstance(reader, Flatten) for reader in readers)


class ClampHardware(NodeHardware[Clamp]):
    """A requantizer that shifts nothing."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node, (source,) = self.node, sources
        lanes = source.format.lanes
        unshifted = np.zeros((1, lanes), np.int8)
        core = Requantizer(source.format.shape, node.type, unshifted, node.low, node.high)
        return stages.stage("clamp", Elastic(core), source, self.format(lanes))


class FlattenHardware(NodeHardware[Flatten]):
    """The same beats, seen as one pixel, which must not have fill inside."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        (source,) = sources
        lanes = gcd(source.format.lanes, source.format.elements)
        return replace(stages.lanes(source, lanes), format=self.format(lanes))
