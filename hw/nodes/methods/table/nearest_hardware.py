"""Hardware of nearest encoders: distances, and which of them is least.

    activations -> PixelBuffer -> DistanceBank -> AdderTree -> Accumulator -> LeastDistance
                   subspaces      terms           sums         distances      codes

A subspace's elements are read once for every few of its prototypes, as an exact layer's activations
are for every few of its outputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np
from amaranth.hdl import Shape, signed

from .....compiler.program import NearestEncoder
from ....engine.accumulator import Accumulator, accumulator_demand
from ....engine.adder_tree import AdderTree, adder_tree_demand
from ....engine.bank_geometry import BankGeometry, FoldingError, grouped_foldings
from ....engine.folding import Folding
from ....logic.demand import Demand
from ....logic.packing import MemoryOptions
from ....network.content import Filled
from ....network.stage_list import OpenStream, StageList
from ....stream.core import Chain, Core
from ....stream.elastic import Elastic, elastic_demand
from ....stream.pipeline_register import PipelineRegister, pipeline_register_demand
from ....stream.streams import StreamFormat
from ....window.window import Kernel
from ....window.window_stages import window_stages, windows_demand
from ..layer import planned_memory
from .distance_bank import (
    METRICS,
    Differences,
    DistanceBank,
    distance_bank_demand,
    greatest_distance,
    memory_options,
)
from .encoder_hardware import ENCODERS, EncoderHardware
from .least_distance import LeastDistance, least_distance_demand

PROTOTYPES = "prototypes"
"""The knob: prototypes of a subspace that are compared with it per clock."""
ELEMENTS = "elements"
"""The knob: elements of a subspace that are compared per clock."""

_MOST_TERMS = 1 << 9
"""Elements of prototypes per clock above which the planner looks at no folding: few devices have as
many multipliers, and writing the Verilog of so many takes minutes."""

_PIPELINE = 12
"""Clocks through it, adder tree and comparisons left out: what the queue behind it holds."""


@dataclass(frozen=True)
class NearestHardware(EncoderHardware[NearestEncoder]):
    """Some elements of some prototypes of a subspace per clock, or all of several subspaces.

    Where a folding does not say, it is one element of one prototype.
    """

    knob_names: ClassVar[tuple[str, ...]] = (ENCODERS, PROTOTYPES, ELEMENTS)
    may_be_slow: ClassVar[bool] = True

    def check(self, knobs: Mapping[str, int]) -> None:
        encoder = self.encoder
        subspaces, prototypes, elements = (knobs.get(name, 1) for name in self.knob_names)
        ways = grouped_foldings(encoder.length, encoder.prototypes, encoder.subspaces)
        if (subspaces * elements, subspaces * prototypes) not in ways or (
            subspaces > 1 and (elements, prototypes) != (encoder.length, encoder.prototypes)
        ):
            raise FoldingError(
                f"a nearest encoder compares a part of the {encoder.length} elements of a subspace "
                f"with a part of its {encoder.prototypes} prototypes per clock, or all of these in "
                f"a part of the {encoder.subspaces} subspaces, not {elements} with {prototypes} "
                f"in {subspaces}"
            )

    def choices(self, words: int) -> Iterable[dict[str, int]]:
        fast = [knobs for clocks, knobs in self._ways if clocks <= words]
        return fast or [self._ways[-1][1]]

    @cached_property
    def _ways(self) -> list[tuple[int, dict[str, int]]]:
        """Clocks a pixel and knobs of ways to fold it, the fewest distances at a time first.

        Of ways that take as many, those with the most elements come first: fewer sums are compared.
        """
        encoder, found = self.encoder, []
        ways = grouped_foldings(encoder.length, encoder.prototypes, encoder.subspaces)
        for lanes, outputs in ways:
            side_by_side = max(1, lanes // encoder.length)
            knobs = {
                ENCODERS: side_by_side,
                PROTOTYPES: outputs // side_by_side,
                ELEMENTS: lanes // side_by_side,
            }
            geometry, terms = self.geometry(knobs), lanes * outputs // side_by_side
            if terms <= _MOST_TERMS:
                found.append(((terms, -knobs[ELEMENTS]), geometry.steps, knobs))
        return [(steps, knobs) for _, steps, knobs in sorted(found, key=lambda way: way[0])]

    def geometry(self, knobs: Mapping[str, int]) -> BankGeometry:
        """How prototypes are read: a group for each subspace.

        Raises
        ------
        FoldingError: there are no such knobs.
        """
        self.check(knobs)
        encoder = self.encoder
        subspaces, prototypes, elements = (knobs.get(name, 1) for name in self.knob_names)
        return BankGeometry(
            inputs=encoder.subspaces * encoder.length,
            channels=encoder.subspaces * encoder.prototypes,
            taps=1,
            lanes=subspaces * elements,
            outputs=subspaces * prototypes,
            groups=encoder.subspaces,
        )

    def width(self, folding: Folding) -> int:
        return folding.knobs.get(ENCODERS, 1)

    def arriving(self, folding: Folding) -> int:
        return self.width(folding) * folding.knobs.get(ELEMENTS, 1)

    def clocks(self, folding: Folding) -> int:
        return self.geometry(folding.knobs).steps

    def build(self, stages: StageList, source: OpenStream, folding: Folding) -> OpenStream:
        geometry = self.geometry(folding.knobs)
        source = self._whole(stages, source)
        zero = np.zeros(source.format.elements, np.int64)
        vectors = stages.windows(
            source, Kernel(), geometry.lanes, zero, geometry.blocks, geometry.sections
        )
        core = self.core(folding.knobs, folding.memory)
        return self.coded(stages, vectors, Elastic(core), self.width(folding))

    def _whole(self, stages: StageList, source: OpenStream) -> OpenStream:
        """The source, each group's last subspace filled up."""
        encoder, groups = self.encoder, self.groups
        if source.format.elements // groups % encoder.length == 0:
            return source
        source = stages.lanes(self.by_group(stages, source), encoder.length)
        elements = encoder.subspaces * encoder.length
        return OpenStream(
            source.port,
            replace(source.format, elements=elements, groups=1),
            Filled(source.content, groups, elements // groups),
        )

    def core(self, knobs: Mapping[str, int], memory: MemoryOptions | None = None) -> Chain:
        """From beats of subspaces, each read as often as it has blocks of prototypes, to codes."""
        geometry, encoder = self.geometry(knobs), self.encoder
        bank = DistanceBank(encoder, self.kind, geometry.lanes, geometry.outputs, memory)
        tree = AdderTree(bank.output_bits, geometry.summed_lanes, geometry.outputs)
        cores: dict[str, Core] = {
            "arrival": PipelineRegister(*bank.input),
            "distances": bank,
            "crossing": PipelineRegister(*bank.output),
            "adder_tree": tree,
        }
        distances = Shape.cast(tree.output[0])
        if geometry.words > 1:
            distances = signed(self._distance_bits + 1)
            start = np.zeros((1, geometry.outputs), np.int64)
            cores["accumulator"] = Accumulator(
                Shape.cast(tree.output[0]), distances, start, geometry.words
            )
        cores["least"] = LeastDistance(
            distances,
            self._distance_bits,
            encoder.prototypes,
            geometry.lane_outputs,
            geometry.parallel,
            encoder.code_bits,
        )
        return Chain(**cores)

    @cached_property
    def _distance_bits(self) -> int:
        """Bits of the greatest distance."""
        return max(1, greatest_distance(self.encoder, self.kind).bit_length())

    @cached_property
    def _differences(self) -> Differences:
        return Differences.of(self.encoder, self.kind)

    def logic(self, folding: Folding) -> Demand:
        geometry, encoder, kind = self.geometry(folding.knobs), self.encoder, self.kind
        metric, differences = METRICS[type(encoder)], self._differences
        term = metric.shape(differences).width
        terms = geometry.lanes * geometry.lane_outputs
        width = terms * differences.point.width
        memory = planned_memory(geometry.steps, width, memory_options(folding.memory))
        demand = pipeline_register_demand(width=geometry.lanes * kind.bits)
        demand += distance_bank_demand(
            geometry=geometry,
            metric=metric,
            input_bits=kind.bits,
            differences=differences,
            memories=(memory,),
        )
        demand += pipeline_register_demand(width=terms * term)
        demand += adder_tree_demand(
            bits=term, lanes=geometry.summed_lanes, outputs=geometry.outputs
        )
        if geometry.words > 1:
            demand += accumulator_demand(
                width=self._distance_bits + 1,
                outputs=geometry.outputs,
                blocks=1,
                group=geometry.words,
            )
        demand += least_distance_demand(
            bits=self._distance_bits,
            at_once=geometry.lane_outputs,
            subspaces=geometry.parallel,
            code_bits=encoder.code_bits,
            group=geometry.blocks,
        )
        beats = geometry.words * geometry.blocks
        depth = -(-_PIPELINE // beats) + 1
        codes = geometry.parallel * encoder.code_bits + 1
        demand += elastic_demand(depth=depth, width=codes, groups=(beats,))
        return demand + self._buffer_logic(geometry)

    def _buffer_logic(self, geometry: BankGeometry) -> Demand:
        """What gives subspaces several times is made of; how many pixels there are is no matter."""
        kind, elements = self.kind, self.encoder.subspaces * self.encoder.length
        image = StreamFormat(kind.bits, kind.signed, geometry.lanes, elements, 1, 1)
        stages = window_stages(Kernel(), image, geometry.blocks, geometry.sections, (1, 1))
        return windows_demand(stages, geometry.lanes * kind.bits)
