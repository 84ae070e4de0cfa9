"""Nodes that need no component of their own: the input, a clamp, flattening."""

from __future__ import annotations

from dataclasses import replace
from math import gcd

import numpy as np

from ....compiler.program import Clamp, Flatten, Input, Pad, Reshape
from ...engine.bank_geometry import divisors
from ...engine.requantizer import Requantizer
from ...network.content import Activations
from ...network.network import Port
from ...network.node_hardware import NodeHardware
from ...network.stage_list import OpenStream, StageList
from ...stream.elastic import Elastic


class InputHardware(NodeHardware[Input]):
    """The network's own input, all channels of a pixel in a beat.

    An image that is nothing but a vector to the network, since it is flattened first or has one
    pixel, comes in beats as large as layers take them: larger than pixels where these would come
    more slowly, smaller where a vector has more features than are read on a clock.
    """

    @property
    def least_clocks(self) -> int:
        return 1 if self._is_vector else super().least_clocks

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        channels, height, width = self.node.shape
        fmt, elements = self.format(channels), channels * height * width
        slow, features = height * width > stages.clocks, height * width == 1
        if self._is_vector and (slow or features) and stages.clocks > 0:
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
        readers = self.program.consumers(self.node.name)
        return [
            behind.name
            for reader in readers
            for behind in (
                self.program.consumers(reader.name) if isinstance(reader, Flatten) else [reader]
            )
        ]

    @property
    def _is_vector(self) -> bool:
        """Whether it is only read flattened, or has one pixel."""
        readers = self.program.consumers(self.node.name)
        flat = bool(readers) and all(isinstance(reader, Flatten) for reader in readers)
        return flat or self.node.shape[1:] == (1, 1)


class ClampHardware(NodeHardware[Clamp]):
    """A requantizer that shifts nothing."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node, (source,) = self.node, sources
        lanes = source.format.lanes
        unshifted = np.zeros((1, lanes), np.int8)
        core = Requantizer(source.format.shape, node.type, unshifted, node.low, node.high)
        return stages.stage("clamp", Elastic(core), source, self.format(lanes))


class ReshapeHardware(NodeHardware[Flatten | Reshape]):
    """The same beats, seen as other pixels or as one, which must have no fill inside."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        (source,) = sources
        lanes = gcd(source.format.lanes, source.format.elements, self.node.shape[0])
        return replace(stages.lanes(source, lanes), format=self.format(lanes))


class PadHardware(NodeHardware[Pad]):
    """Pixels of zeros around an image."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        (source,) = sources
        zeros = np.zeros(source.format.elements, np.int16)
        padded = stages.bordered(source, self.node.border, zeros)
        return replace(padded, content=Activations(self.node.name))
