"""EncoderHardware: what a table layer asks of the hardware of its encoder, whatever its kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import gcd
from typing import ClassVar, Generic, TypeVar

from .....compiler.program import ActivationType, Encoder
from ....engine.folding import Folding
from ....logic.demand import Demand
from ....network.content import Inside
from ....network.stage_list import OpenStream, StageList
from ....stream.elastic import Elastic

EncoderT = TypeVar("EncoderT", bound=Encoder)

ENCODER = "encoder"
"""The part that codes, in the name of its stage."""
ENCODERS = "encoders"
"""The knob: subspaces coded side by side."""


@dataclass(frozen=True)
class EncoderHardware(ABC, Generic[EncoderT]):
    """The encoder of one layer. There is a class of these for each kind of encoder.

    Parameters
    ----------
    encoder: codes for all subspaces.
    kind: of the activations.
    groups: of the convolution.
    """

    knob_names: ClassVar[tuple[str, ...]]
    may_be_slow: ClassVar[bool] = False
    """Whether it can take so much that the planner lets even the least bank wait for it."""

    encoder: EncoderT
    kind: ActivationType
    groups: int

    @abstractmethod
    def check(self, knobs: Mapping[str, int]) -> None:
        """Raise FoldingError unless the encoder can be folded so; knobs that it knows."""

    @abstractmethod
    def choices(self, words: int) -> Iterable[dict[str, int]]:
        """Ways to fold it, from the least on.

        Parameters
        ----------
        words: clocks that there are for a pixel; slower ways may be left out where there are
            others.
        """

    @abstractmethod
    def width(self, folding: Folding) -> int:
        """Codes in a beat of what it gives."""

    @abstractmethod
    def arriving(self, folding: Folding) -> int:
        """Elements of a pixel that it takes in a beat."""

    @abstractmethod
    def clocks(self, folding: Folding) -> int:
        """Clocks that a pixel takes."""

    @abstractmethod
    def build(self, stages: StageList, source: OpenStream, folding: Folding) -> OpenStream:
        """Append what codes the source's pixels, and return the codes."""

    @abstractmethod
    def logic(self, folding: Folding) -> Demand:
        """What it is made of."""

    def by_group(self, stages: StageList, source: OpenStream) -> OpenStream:
        """The source; its groups apart where the last subspace of each has to be filled up."""
        in_group = source.format.elements // self.groups
        if self.groups == 1 or in_group % self.encoder.length == 0:
            return source
        source = stages.lanes(source, gcd(source.format.lanes, in_group))
        return replace(source, format=replace(source.format, groups=self.groups))

    def coded(
        self, stages: StageList, vectors: OpenStream, elastic: Elastic, width: int
    ) -> OpenStream:
        """Append the stage whose answers are codes, `width` of them in a beat."""
        codes = replace(
            vectors.format,
            bits=self.encoder.code_bits,
            is_signed=False,
            lanes=width,
            elements=self.encoder.subspaces,
            groups=1,
        )
        content = Inside(stages.node, "codes")
        return stages.stage(ENCODER, elastic, vectors, codes, content)
