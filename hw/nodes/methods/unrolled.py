"""Unrolled layers: every weight a constant, a result on every clock.

Folded, a layer reads its weights from memory, step by step. At its largest folding, all taps of all
inputs by all outputs, it has one step: its weights never change, and each becomes what it is worth
in adders, many of which outputs share (`tabfab.hw.engine.adder_graph`).

    source -> arrival, matrix, requantizer, departure
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import Conv
from ...engine.accumulator import accumulator_shape
from ...engine.adder_graph import AdderGraph, adder_graph
from ...engine.bank_geometry import FoldingError
from ...engine.constant_matrix import ConstantMatrix, constant_matrix_demand, matrix_clocks
from ...engine.folding import Folding
from ...engine.requantizer import REQUANTIZER_CLOCKS
from ...logic.demand import Demand
from ...logic.memory import Memory
from ...stream.core import Chain
from ...stream.elastic import elastic_demand
from ...stream.pipeline_register import PipelineRegister, pipeline_register_demand
from .banked_layer import BankedLayer
from .layer import ConvT

UNROLLED = "unrolled"
"""The knob that unrolls a layer: so many additions are behind each other between two registers."""

_MOST_DIGITS = 1 << 12
"""Signed digits of weights above which the planner does not consider it by itself: finding what
outputs share would take longer than all else."""

_GRAPHS: WeakKeyDictionary[Conv, AdderGraph] = WeakKeyDictionary()
"""Of the layers that were unrolled so far: a plan asks for the same one many times."""


class UnrollableHardware(BankedLayer[ConvT]):
    """A layer whose sums are those of activations times integers, folded or unrolled."""

    knob_names: ClassVar[tuple[str, ...]] = (UNROLLED,)

    @property
    @abstractmethod
    def weight(self) -> NDArray[np.integer[Any]]:
        """(M, C / groups, kernel height, kernel width) what activations are multiplied by."""

    # -------------------------------------------------------------------------- foldings

    def unrolled(self) -> Folding:
        return Folding(self.inputs, self.node.shape[0], {UNROLLED: 1}, taps=self.taps)

    def further_foldings(self) -> Iterator[Folding]:
        if self._digits <= _MOST_DIGITS:
            yield self.unrolled()

    @property
    def stored_bits(self) -> int:
        return 0 if any(self.further_foldings()) else self.bank_bits

    @property
    @abstractmethod
    def bank_bits(self) -> int:
        """Bits that its memories hold where it is folded; see `LayerHardware.stored_bits`."""

    def matched(self, folding: Folding) -> Folding:
        return folding if UNROLLED in folding.knobs else super().matched(folding)

    def slowed(self, folding: Folding, clocks: int) -> Folding:
        return folding if UNROLLED in folding.knobs else super().slowed(folding, clocks)

    def check(self, folding: Folding) -> None:
        super().check(folding)
        if UNROLLED not in folding.knobs:
            return
        whole, asked = self.unrolled(), (folding.lanes, folding.taps, folding.outputs)
        if asked != (whole.lanes, whole.taps, whole.outputs):
            raise FoldingError(
                f"layer {self.node.name!r} is unrolled with all its {whole.lanes} inputs and "
                f"{whole.taps} taps by {whole.outputs} outputs, not with {asked[0]}, {asked[1]} "
                f"and {asked[2]}"
            )
        if folding.memory.loadable:
            raise FoldingError(
                f"layer {self.node.name!r} is unrolled: its weights are logic, and nothing can be "
                "loaded in their place; fold it, or leave run-time loading out"
            )

    # -------------------------------------------------------------------------- hardware

    def engine(self, folding: Folding) -> Chain:
        if UNROLLED not in folding.knobs:
            return super().engine(folding)
        (kind,) = self.source_types
        shape, outputs = accumulator_shape(self.node.accumulator), self.node.shape[0]
        matrix = ConstantMatrix(self._graph, kind, shape, folding.knobs[UNROLLED])
        requantizer = self.requantizer(shape, outputs)
        return Chain(
            arrival=PipelineRegister(*matrix.input),
            matrix=matrix,
            requantizer=requantizer,
            departure=PipelineRegister(*requantizer.output),
        )

    def logic(self, folding: Folding) -> Demand:
        if UNROLLED not in folding.knobs:
            return super().logic(folding)
        levels, outputs = folding.knobs[UNROLLED], folding.outputs
        width = accumulator_shape(self.node.accumulator).width
        clocks = matrix_clocks(self._graph, levels) + REQUANTIZER_CLOCKS + 2
        beat = outputs * self.node.type.bits
        return (
            self.windows_logic(folding)
            + pipeline_register_demand(width=self.geometry(folding).lanes * self.element_bits)
            + constant_matrix_demand(self._graph, width, levels)
            + self.requantizer_logic(width, outputs)
            + pipeline_register_demand(width=beat)
            + elastic_demand(depth=clocks + 2, width=beat + 1, groups=(1,))
        )

    def memories(self, folding: Folding) -> tuple[Memory, ...]:
        return () if UNROLLED in folding.knobs else self.bank_memories(folding)

    @abstractmethod
    def bank_memories(self, folding: Folding) -> tuple[Memory, ...]:
        """What it stores where it is folded; see `LayerHardware.memories`."""

    # ------------------------------------------------------------------------- its graph

    @property
    def _digits(self) -> int:
        """Signed digits of its weights: of each, those places where ``w`` and ``3 w`` differ."""
        weight = np.abs(self.weight.astype(np.int64))
        return int(np.bitwise_count(weight ^ (3 * weight)).sum())

    @property
    def _graph(self) -> AdderGraph:
        """What it computes before the requantizer."""
        (kind,) = self.source_types
        graph = _GRAPHS.get(self.node)
        if graph is None or (graph.low, graph.high) != (kind.low, kind.high):
            start = self.node.bias.astype(np.int64) + self.node.half
            graph = adder_graph(self._matrix, start, kind.low, kind.high)
            _GRAPHS[self.node] = graph
        return graph

    @property
    def _matrix(self) -> NDArray[np.int64]:
        """(M, C * taps): the weights of each group, and zeros for the inputs of others."""
        groups = self.node.groups
        by_group = self.weight.astype(np.int64).reshape(groups, self.node.shape[0] // groups, -1)
        matrix = np.zeros((*by_group.shape[:2], groups, by_group.shape[2]), np.int64)
        every = np.arange(groups)
        matrix[every, :, every] = by_group
        return matrix.reshape(self.node.shape[0], -1)
