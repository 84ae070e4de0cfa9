"""Nodes that need no component of their own: the input, a clamp, flattening."""

from __future__ import annotations

from dataclasses import replace
from math import gcd

import numpy as np

from ....compiler.program import Clamp, Flatten, Input
from ...engine.requantizer import Requantizer
from ...network.content import Activations
from ...network.network import Port
from ...network.node_hardware import NodeHardware
from ...network.stage_list import OpenStream, StageList
from ...stream.elastic import Elastic


class InputHardware(NodeHardware[Input]):
    """The network's own input, all channels of a pixel in a beat."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        fmt = self.format(self.node.shape[0])
        return OpenStream(Port(None, "i"), fmt, Activations(self.node.name))


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
