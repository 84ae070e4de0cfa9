"""Hardware of a table layer: encoders in front, and a bank of tables.

In the ``pixel`` layout every pixel of the source is coded once and the windows are of codes. In
the ``patch`` layout the source's windows are coded, and the bank reads each position's codes as
often as it has blocks of outputs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from math import gcd
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .....compiler.program import Pair, Program, TableConv
from .....compiler.program.encoding import padding_codes
from ....engine.bank_geometry import BankGeometry, FoldingError
from ....engine.folding import Folding
from ....logic.demand import Demand
from ....logic.memory import Memory
from ....network.stage_list import OpenStream, StageList
from ....stream.lanes import collector_demand, narrow_demand
from ....stream.streams import StreamFormat
from ....window.window import Kernel
from ....window.window_stages import WindowStages, window_stages, windows_demand
from ..banked_layer import BankedLayer, Front
from ..change import Change
from ..layer import planned_memory
from .encoder_hardware import ENCODER, EncoderHardware
from .encoders import KNOB_NAMES, encoder_hardware
from .smaller import smaller_tables
from .table_bank import ENTRY_BITS, TableBank, table_bank_demand

_SLOWER = 2
"""Times as many clocks as for the one before, of encoders that the planner considers."""
_ANY_CLOCKS = 1 << 62
"""For an image: as many as any encoder takes."""


class TableHardware(BankedLayer[TableConv]):
    """A table layer."""

    knob_names: ClassVar[tuple[str, ...]] = KNOB_NAMES
    shares_memories: ClassVar[bool] = True
    front_parts: ClassVar[tuple[str, ...]] = (ENCODER,)

    @property
    def inputs(self) -> int:
        return self.node.encoder.subspaces

    @property
    def taps(self) -> int:
        return 1 if self._by_patch else self.node.taps

    @property
    def stored_bits(self) -> int:
        per_channel = self.node.tables[..., 0].size
        return per_channel * int(self._column_bits.sum())

    # -------------------------------------------------------------------------- the front

    def front(self, stages: StageList, source: OpenStream, folding: Folding) -> Front:
        zero, kernel = self.source_zero, Kernel.of(self.node)
        if not self._by_patch:
            codes = self.encoder.build(stages, source, folding)
            return Front(codes, kernel, padding_codes(self.node, zero))
        at_once = self.at_once(folding)
        lanes, sections = self._patch_lanes(folding), self._patch_sections(folding)
        patches = stages.windows(source, kernel, lanes, zero, sections=sections, at_once=at_once)
        if at_once != (1, 1) and at_once[1] == 1:
            patches = self._by_channel(stages, patches, lanes, at_once)
        codes = self.encoder.build(stages, patches, folding)
        return Front(codes, Kernel(), np.zeros(codes.format.elements, np.int16))

    def arriving(self, folding: Folding) -> int:
        if self._by_patch:
            return self._patch_lanes(folding)
        return self.encoder.arriving(folding)

    def front_clocks(self, folding: Folding) -> int:
        encoder = self.encoder
        # What the codes' beats have in common, from the encoder to the bank.
        common = gcd(encoder.width(folding), folding.lanes)
        clocks = self._coded * max(encoder.clocks(folding), self.inputs // common)
        if not self._by_patch:
            return clocks
        elements = self.node.taps * self.source_shape[0]
        parts = elements // gcd(self._patch(folding), encoder.arriving(folding))
        return max(clocks, self.positions * parts, self._patches(folding).clocks)

    def knobs(self, folding: Folding, clocks: int) -> dict[str, int]:
        fastest: tuple[int, dict[str, int]] | None = None
        for knobs in self.encoder.choices(clocks // self._coded):
            way = replace(folding, knobs=knobs)
            taken = max(self.front_clocks(way), self.arrival_clocks(way))
            if fastest is None or taken < fastest[0]:
                fastest = taken, knobs
            if taken <= clocks:
                break
        assert fastest is not None  # an encoder can be folded in some way
        return fastest[1]

    def considered(self, folding: Folding) -> Iterable[Folding]:
        """Also slower encoders, where they take so much that the least bank may wait for them."""
        clocks, found = self.bank_clocks(folding), self.matched(folding)
        yield found
        while (
            self.encoder.may_be_slow
            and (folding.lanes, folding.outputs) == self.foldable.foldings()[0]
            and found.knobs != (least := self.slowed(folding, _ANY_CLOCKS)).knobs
        ):
            clocks *= _SLOWER
            found = self.slowed(folding, clocks) if clocks < _ANY_CLOCKS else least
            yield found

    def front_logic(self, folding: Folding) -> Demand:
        geometry, (kind,) = self.geometry(folding), self.source_types
        width, bits = self.encoder.width(folding), self.node.encoder.code_bits
        demand = self.encoder.logic(folding)
        if geometry.lanes > width:
            ratio = -(-geometry.lanes // width)
            demand += collector_demand(narrow=width * bits, size=ratio)
        if self._by_patch:
            demand += self._patches_logic(folding, kind.bits)
        return demand

    def windows(self, folding: Folding) -> WindowStages:
        if not self._by_patch:
            return super().windows(folding)
        return self.windows_of(Kernel(), folding, self.node.shape)  # of codes of patches

    def _patches(self, folding: Folding) -> WindowStages:
        """What collects patches, in the ``patch`` layout."""
        (channels, height, width), (kind,) = self.source_shape, self.source_types
        lanes, sections = self._patch_lanes(folding), self._patch_sections(folding)
        image = StreamFormat(kind.bits, kind.signed, lanes, channels, height, width)
        return window_stages(Kernel.of(self.node), image, 1, sections, self.at_once(folding))

    def _patches_logic(self, folding: Folding, bits: int) -> Demand:
        """What collects patches of activations of `bits`, and cuts them for the encoder."""
        lanes, patch, vector = (
            self._patch_lanes(folding), self._patch(folding), self.encoder.arriving(folding)
        )  # fmt: skip
        demand = windows_demand(self._patches(folding), lanes * bits)
        column = lanes * folding.taps
        common = gcd(patch, vector)
        for narrow, wide in ((column, patch), (common, vector)):
            if narrow < wide:
                ratio = wide // narrow
                demand += collector_demand(narrow=narrow * bits, size=ratio)
        if common < patch:
            ratio = patch // common
            demand += narrow_demand(wide=patch * bits, ratio=ratio, depth=2, groups=(ratio,))
        return demand

    def _patch_lanes(self, folding: Folding) -> int:
        """Channels of a pixel that are put into patches at a time.

        One by single taps, those of as many groups as are read at once by columns, all by all taps.
        """
        channels, groups = self.source_shape[0], self.node.groups
        if folding.taps == 1:
            return 1
        if self.at_once(folding)[1] > 1:
            return channels
        return channels // groups * max(1, folding.lanes * groups // self.inputs)

    def _patch_sections(self, folding: Folding) -> int:
        """Parts of a pixel that are put into patches one after the other."""
        return 1 if folding.taps == 1 else self.source_shape[0] // self._patch_lanes(folding)

    def _patch(self, folding: Folding) -> int:
        """Elements that come together, in the order in which subspaces are cut."""
        return 1 if folding.taps == 1 else self._patch_lanes(folding) * self.node.taps

    def _by_channel(
        self, stages: StageList, columns: OpenStream, channels: int, at_once: Pair
    ) -> OpenStream:
        """Patches whose elements come by channel, of columns of taps of several channels."""
        (high, _), (_, wide) = at_once, self.node.kernel
        patches = stages.lanes(columns, channels * high * wide)
        if wide == 1:
            return patches
        places = np.arange(patches.format.lanes).reshape(wide, channels, high).transpose(1, 2, 0)
        return stages.rearranged(patches, places.reshape(-1).tolist())

    # --------------------------------------------------------------------------- the bank

    def bank(self, folding: Folding) -> TableBank:
        geometry, tables = self.geometry(folding), self.node.tables
        if not self._by_patch:
            by_tap = tables.reshape(len(tables), *self.node.kernel, *tables.shape[2:])
            stacked = self.stacked(by_tap, folding, axis=0)
            tables = stacked.reshape(len(stacked), -1, *tables.shape[2:])
        outputs, groups = folding.outputs, self.node.groups
        return TableBank(tables, geometry.lanes, outputs, groups, folding.memory)

    @property
    def element_bits(self) -> int:
        return self.node.encoder.code_bits

    @property
    def term_bits(self) -> int:
        return int(self._column_bits.max())

    def bank_logic(self, geometry: BankGeometry) -> Demand:
        return table_bank_demand(geometry=geometry, memories=())

    def memories(self, folding: Folding) -> tuple[Memory, ...]:
        geometry, options = self.geometry(folding), folding.memory
        depth = geometry.steps * self.node.encoder.prototypes
        blocks = self._column_bits.reshape(-1, geometry.lane_outputs)
        if options.loadable:  # room for any other tables
            blocks = np.full_like(blocks, ENTRY_BITS)
        width = int(blocks.max(axis=0).sum())
        pairs, alone = divmod(geometry.lanes, options.ports)
        return (planned_memory(depth, width, options, options.ports),) * pairs + (
            planned_memory(depth, width, options),
        ) * alone

    @cached_property
    def _column_bits(self) -> NDArray[np.integer]:
        """Bits that the table entries of each output channel need."""
        tables = self.node.tables
        magnitude = np.maximum(tables.max(axis=(0, 1, 2)), ~tables.min(axis=(0, 1, 2)))
        return np.frexp(np.maximum(magnitude, 0))[1] + 1

    # --------------------------------------------------------------------------- the layer

    @classmethod
    def smaller(cls, program: Program) -> list[Change]:
        return smaller_tables(program)

    def bank_taps(self, folding: Folding) -> Pair:
        return (1, 1) if self._by_patch else super().bank_taps(folding)

    @property
    def tap_choices(self) -> list[int]:
        if not self._by_patch:
            return super().tap_choices
        in_group = self.source_shape[0] * self.node.taps // self.node.groups
        whole = in_group % self.node.encoder.length == 0
        return super().tap_choices if whole else [1]

    def considered_taps(self, lanes: int) -> list[int]:
        """All where patches are coded: whole ones come faster, however few of them are read."""
        return self.tap_choices if self._by_patch else super().considered_taps(lanes)

    def check(self, folding: Folding) -> None:
        super().check(folding)
        unknown = sorted(folding.knobs.keys() - set(self.encoder.knob_names))
        if unknown:
            raise FoldingError(
                f"layer {self.node.name!r} has a {self.node.encoder.kind!r} encoder, which has no "
                f"knob {unknown[0]!r}"
            )
        self.encoder.check(folding.knobs)
        if folding.taps not in self.tap_choices:
            raise FoldingError(
                f"layer {self.node.name!r} codes patches of {self.source_shape[0]} channels and "
                f"{self.node.taps} taps, which can be collected "
                f"{' or '.join(map(str, self.tap_choices))} at a time, not {folding.taps}"
            )

    @property
    def _by_patch(self) -> bool:
        return self.node.layout == "patch"

    @property
    def _coded(self) -> int:
        """Pixels (or patches) per image that are coded."""
        _, height, width = self.node.shape if self._by_patch else self.source_shape
        return height * width

    @cached_property
    def encoder(self) -> EncoderHardware[Any]:
        """What codes its input."""
        (kind,) = self.source_types
        return encoder_hardware(self.node.encoder, kind, self.node.groups)
