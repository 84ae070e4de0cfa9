"""Argmax: one answer an image, the number of its largest channel."""

from __future__ import annotations

from ....compiler import program as ir
from ...engine.argmax import Argmax
from ...network.node_hardware import NodeHardware
from ...network.stage_list import OpenStream, StageList
from ...stream.elastic import Elastic


class ArgmaxHardware(NodeHardware[ir.Argmax]):
    """One answer an image."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        (source,) = sources
        fmt = source.format
        core = Argmax(fmt.shape, fmt.elements, fmt.lanes, self.node.type.bits)
        return stages.stage("argmax", Elastic(core), source, self.format(1))
