"""Hardware of trees: an `Encoder` behind whole subspaces, or a `FlatEncoder` of all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from .....compiler.program import TreeEncoder
from ....engine.bank_geometry import divisors
from ....engine.folding import Folding
from ....logic.demand import Demand
from ....network.stage_list import OpenStream, StageList
from ....stream.core import Chain
from ....stream.elastic import Elastic, elastic_demand
from ....stream.pipeline_register import PipelineRegister, pipeline_register_demand
from .encoder import Encoder, encoder_demand
from .encoder_hardware import ENCODERS, EncoderHardware
from .flat_encoder import MOST_LEVELS, FlatEncoder, flat_encoder_demand


@dataclass(frozen=True)
class TreeHardware(EncoderHardware[TreeEncoder]):
    """As many trees side by side as the knob says, or as arrive per clock where it says nothing."""

    knob_names: ClassVar[tuple[str, ...]] = (ENCODERS,)

    def check(self, knobs: Mapping[str, int]) -> None:
        """Any number of trees will do."""

    def choices(self, words: int) -> Iterable[dict[str, int]]:
        inputs = self.encoder.subspaces
        words = max(1, min(inputs, words))
        return ({ENCODERS: encoders} for encoders in range(-(-inputs // words), inputs + 1))

    def width(self, folding: Folding) -> int:
        inputs = self.encoder.subspaces
        return min(inputs, folding.knobs.get(ENCODERS, inputs))

    def arriving(self, folding: Folding) -> int:
        return self.width(folding) * self.encoder.length

    def clocks(self, folding: Folding) -> int:
        return -(-self.encoder.subspaces // self.width(folding))

    def build(self, stages: StageList, source: OpenStream, folding: Folding) -> OpenStream:
        trees = self.encoder
        arriving = -(-source.format.lanes // trees.length)
        width = min(trees.subspaces, folding.knobs.get(ENCODERS, arriving))
        source = self.by_group(stages, source)
        if source.format.groups > 1:
            in_group = trees.subspaces // self.groups
            width = max(n for n in divisors(in_group) if n <= width)
        vectors = stages.lanes(source, width * trees.length)
        flat = self._is_flat(width)
        encoder = FlatEncoder(trees, self.kind) if flat else Encoder(trees, self.kind, width)
        core = Chain(arrival=PipelineRegister(*encoder.input), trees=encoder)
        return self.coded(stages, vectors, Elastic(core), width)

    def logic(self, folding: Folding) -> Demand:
        trees, width = self.encoder, self.width(folding)
        demand = pipeline_register_demand(width=width * trees.length * self.kind.bits)
        if self._is_flat(width):
            demand += flat_encoder_demand(trees=trees, kind=self.kind)
            depth = 5
        else:
            demand += encoder_demand(trees=trees, width=width, bits=self.kind.bits)
            depth = trees.levels + 4
        codes = width * trees.code_bits + 1
        return demand + elastic_demand(depth=depth, width=codes, groups=(1,))

    def _is_flat(self, width: int) -> bool:
        """Whether each tree has comparators of its own, and few enough of them."""
        return width == self.encoder.subspaces and self.encoder.levels <= MOST_LEVELS
