"""LayerHardware: what the planner asks of a convolution or linear layer, whatever its method.

The planner compares thousands of foldings, so a layer also says in numbers, without building a
component, how many clocks a folding takes and what it is made of. What depends on the neighbours
(conversions of lanes, forks) is not in these; the planner settles the difference on the assembled
network.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from math import gcd
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import Conv, Program
from ...device.families.catalog import FAMILIES
from ...engine.bank_geometry import FoldingError
from ...engine.folding import Foldable, Folding
from ...logic.demand import Demand
from ...logic.memory import Memory
from ...logic.packing import MemoryOptions, pack
from ...network.node_hardware import NodeHardware
from ...window.window_stages import WindowStages
from .change import Change

ENGINE = "engine"
"""The part that holds a layer's memories and sums, in the name of its stage."""

_MANY_BLOCKS = 64
"""Block RAMs above which a memory's odd remainders do not matter."""

ConvT = TypeVar("ConvT", bound=Conv)


class LayerHardware(NodeHardware[ConvT]):
    """One layer, ready to be folded in many ways. A method is a class derived from this one.

    Class variables
    ---------------
    knob_names: of what a folding may say to this method beside lanes and outputs.
    shares_memories: whether two lanes can share a memory that has two read ports.
    """

    knob_names: ClassVar[tuple[str, ...]] = ()
    shares_memories: ClassVar[bool] = False

    # ----------------------------------------------------------------- what a method says

    @property
    @abstractmethod
    def inputs(self) -> int:
        """What `Folding.lanes` divides up, all groups together."""

    @property
    @abstractmethod
    def stored_bits(self) -> int:
        """Bits that the layer's memories hold, at least."""

    @abstractmethod
    def bank_clocks(self, folding: Folding) -> int:
        """Clocks per image for which its tables or weights are read."""

    @abstractmethod
    def windows(self, folding: Folding) -> WindowStages:
        """What collects its windows."""

    @abstractmethod
    def logic(self, folding: Folding) -> Demand:
        """All but the memories of tables or weights."""

    @abstractmethod
    def memories(self, folding: Folding) -> tuple[Memory, ...]:
        """The memories of tables or weights, as `folding.memory` lays them out."""

    # ------------------------------------------------------- what a method may say otherwise

    def knobs(self, folding: Folding, clocks: int) -> dict[str, int]:
        """The least knobs with which a front keeps up with an image in so many clocks.

        Parameters
        ----------
        folding: of the layer; its own knobs do not count.
        clocks: per image; where the front takes more whatever its knobs are, those for the fewest.
        """
        return {}

    @property
    def start(self) -> NDArray[np.int64]:
        """(M,) what each output channel's sum starts from; it may wrap around in its width."""
        return self.node.bias.astype(np.int64) + self.node.half

    @classmethod
    def smaller(cls, program: Program) -> list[Change]:
        """Settings of the compiler with which this method's layers take less.

        Each kind of setting from the mildest on; there are none unless a method says so.
        """
        return []

    # -------------------------------------------------------------------------- foldings

    @property
    def parts(self) -> set[str]:
        """The stages that a plan tells apart, beside the line buffer, by what follows its name."""
        return {ENGINE}

    def check(self, folding: Folding) -> None:
        """Raise FoldingError unless the layer can be folded so."""
        unknown = sorted(folding.knobs.keys() - set(self.knob_names))
        if unknown:
            method = self.node.method
            raise FoldingError(f"layers of the method {method!r} have no knob {unknown[0]!r}")

    @property
    def foldable(self) -> Foldable:
        """What its foldings divide up."""
        return Foldable(self.inputs, self.node.shape[0], self.node.groups)

    def unrolled(self) -> Folding:
        """The folding with which all its weights are constants.

        Raises
        ------
        FoldingError: it has none.
        """
        raise FoldingError(
            f"layer {self.node.name!r} cannot be unrolled: layers of the method "
            f"{self.node.method!r} have no such form"
        )

    def further_foldings(self) -> Iterable[Folding]:
        """Foldings that the planner considers beside those by lanes and outputs, all constant."""
        return ()

    @property
    def tap_choices(self) -> list[int]:
        """How many taps of a window can be read at once."""
        return [1]

    def considered_taps(self, lanes: int) -> list[int]:
        """Those of `tap_choices` that the planner considers for so many lanes.

        Several taps at once are worth it where there are no more inputs to take at once.
        """
        return self.tap_choices if lanes == self.inputs else [1]

    def read_lanes(self, folding: Folding) -> int:
        """Lanes that read tables or weights on a clock."""
        return folding.lanes

    def slowed(self, folding: Folding, clocks: int) -> Folding:
        """`folding` with no more knobs than an image in so many clocks needs."""
        return replace(folding, knobs=self.knobs(folding, clocks))

    def matched(self, folding: Folding) -> Folding:
        """`folding` with the least knobs that keep up with its bank."""
        return replace(folding, knobs=self.knobs(folding, self.bank_clocks(folding)))

    def considered(self, folding: Folding) -> Iterable[Folding]:
        """`folding` with the knobs that the planner considers: those that keep up with its bank."""
        yield self.matched(folding)

    def arriving(self, folding: Folding) -> int:
        """Elements of a pixel of the source that the layer's first stage takes in a beat."""
        return folding.lanes

    def arrival_clocks(self, folding: Folding) -> int:
        """Clocks per image in which the source's pixels come in such beats, at the least.

        Beats are cut to parts that they have in common with those of the source and put together
        again, so that lanes that do not divide a pixel make it slow.
        """
        channels, height, width = self.source_shape
        return height * width * (channels // gcd(channels, self.arriving(folding)))

    def clocks(self, folding: Folding) -> int:
        """Clocks per image of the busiest stage of the layer, at the most."""
        return max(
            self.bank_clocks(folding),
            self.windows(folding).clocks,
            self.arrival_clocks(folding),
        )

    # ------------------------------------------------------------------- what it reads

    @property
    def positions(self) -> int:
        """Output pixels."""
        return self.node.shape[1] * self.node.shape[2]

    @cached_property
    def source_shape(self) -> tuple[int, int, int]:
        """(channels, height, width) of what it reads."""
        return self.program[self.node.inputs[0]].shape

    @property
    def source_zero(self) -> NDArray[np.int16]:
        """(channels,) what stands for a real zero in what it reads."""
        return self.program.padding_value(self.node.inputs[0])


Layers = Mapping[str, LayerHardware[Any]]
"""The layers of a program by name."""


def planned_memory(depth: int, width: int, options: MemoryOptions, lanes: int = 1) -> Memory:
    """The memory that `lanes` lanes share, with `depth` rows for each."""
    family = None if options.family is None else FAMILIES[options.family]
    if family is not None and lanes * depth * width > _MANY_BLOCKS * family.block_bits:
        return Memory(lanes * depth, width, "rom")  # of so many, plain counting is close enough
    reads = tuple((n * depth, (n + 1) * depth) for n in range(lanes))
    packing = pack(lanes * depth, width, options, reads)
    return Memory(lanes * depth, width, "rom", packing)
