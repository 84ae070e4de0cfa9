"""ActivationLookup: activation functions, as memories that answer with their values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import gcd

import numpy as np
from amaranth.hdl import Cat, Module
from numpy.typing import NDArray

from ....compiler.program import ActivationTable, ActivationType, Conv, Flatten
from ...device.families.catalog import FAMILIES
from ...engine.bank_geometry import divisors
from ...logic.counters import late, loop
from ...logic.demand import Demand, counter
from ...logic.memory import Memory
from ...logic.packed_rom import PackedRom
from ...logic.packing import MemoryOptions, Packing, pack
from ...network.node_hardware import NodeHardware
from ...network.stage_list import OpenStream, StageList
from ...stream.core import Core
from ...stream.elastic import Elastic
from ...stream.streams import shape_of

_NOT_NARROWED = 2
"""Lanes of which all are looked up in any case."""
_HEADROOM = 2
"""How much faster than needed on average the lookups are, as values may come in bursts."""


class ActivationLookup(Core):
    """Looks every value of a beat up in the table of its channel.

    Each lane reads one memory, that of its channels' tables one behind the other, and a counter
    over the beats of a pixel is the upper part of the address. With two read ports, lanes 0 and 1,
    2 and 3, ... share a memory: the same table where all channels have one, or else both lanes'
    tables one behind the other. The memory is block RAM or LUTs, whichever its packing says.

    Parameters
    ----------
    tables: (1 or channels, 2^bits of the source) values of `kind`, from the smallest input on.
    source, kind: types of what comes in and goes out.
    lanes: values of a beat; where channels have tables of their own, it divides the channels.
    options: how the memories are laid out.

    Members
    -------
    i: in, `lanes` values of the type `source`.
    o: out, `lanes` values of the type `kind`, 4 clocks later, or 6 where a memory joins several
        rows of pieces.
    """

    def __init__(
        self,
        tables: NDArray[np.integer],
        source: ActivationType,
        kind: ActivationType,
        lanes: int,
        options: MemoryOptions | None = None,
    ) -> None:
        if tables.shape[1] != 1 << source.bits:
            raise ValueError(f"a table for {source} has no {tables.shape[1]} entries")
        if tables.min() < kind.low or tables.max() > kind.high:
            raise ValueError(f"a table holds values that are no {kind}")
        if lanes < 1 or (len(tables) > 1 and len(tables) % lanes):
            raise ValueError(f"lanes must divide the {len(tables)} tables, not {lanes!r}")
        self.beats = max(1, len(tables) // lanes)
        self._lanes = [
            tuple(range(first, min(first + _ports(lanes, options), lanes)))
            for first in range(0, lanes, _ports(lanes, options))
        ]
        self._shared = len(tables) == 1
        rows = _rows(tables, source, kind)
        self._roms = []
        for together in self._lanes:
            contents = [rows[n % len(rows) :: lanes].reshape(-1, kind.bits) for n in together]
            bits = contents[0] if self._shared else np.concatenate(contents)
            packing = lookup_packing(
                self.beats << source.bits, kind.bits, len(together), self._shared, options
            )
            self._roms.append(PackedRom(bits, packing))
        super().__init__(
            i=(shape_of(source), lanes),
            o=(shape_of(kind), lanes),
            latency=max(rom.latency for rom in self._roms),
        )

    def demand(self) -> Demand:
        """What it is made of."""
        return activation_lookup_demand(
            beats=self.beats, latency=self.latency, packings=[rom.packing for rom in self._roms]
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        beat, _ = loop(m, "beat", self.beats, self.i.valid)
        for together, rom in zip(self._lanes, self._roms, strict=True):
            m.submodules["memory" + "_".join(map(str, together))] = rom
            for port, lane in enumerate(together):
                x = self.i.p.data[lane]
                start = 0 if self._shared else (port * self.beats) << len(x)
                address = getattr(rom, f"address{port}")
                m.d.comb += address.eq(Cat(x, beat) + start)
                value = getattr(rom, f"data{port}")
                value = late(m, f"value{lane}_", value, self.latency - rom.latency)
                m.d.comb += self.o.p.data[lane].eq(value)
        self.mark_answers(m)
        return m


def activation_lookup_demand(*, beats: int, latency: int, packings: Sequence[Packing]) -> Demand:
    """What an `ActivationLookup` with these memories is made of."""
    memories = tuple(Memory(packing.depth, packing.width, "rom", packing) for packing in packings)
    return counter(beats) + Demand(registers=2 * latency, memories=memories)


def lookup_packing(
    depth: int, width: int, lanes: int, shared: bool, options: MemoryOptions | None
) -> Packing:
    """The memory of one or two lanes with `depth` rows of tables each, or together.

    Parameters
    ----------
    depth, width: rows of a lane, and bits of a row.
    lanes: that read it, 1 or 2.
    shared: whether both read the same rows.
    options: how it is laid out.
    """
    if shared:
        reads, rows = ((0, depth),) * lanes, depth
    else:
        reads, rows = tuple((n * depth, (n + 1) * depth) for n in range(lanes)), lanes * depth
    return pack(rows, width, options or MemoryOptions(), reads)


def _ports(lanes: int, options: MemoryOptions | None) -> int:
    """Lanes that share a memory."""
    return min(lanes, options.ports) if options is not None else 1


def _rows(
    tables: NDArray[np.integer], source: ActivationType, kind: ActivationType
) -> NDArray[np.bool_]:
    """(tables, 2^bits, bits of `kind`) in the order of the source's bit patterns."""
    patterns = np.roll(tables.astype(np.int64), source.low, axis=1)
    bits: NDArray[np.bool_] = (patterns[..., None] >> np.arange(kind.bits) & 1).astype(bool)
    return bits


class ActivationHardware(NodeHardware[ActivationTable]):
    """Lookups, as many a clock as the network's slowest layer leaves necessary."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node, (source,), (kind,) = self.node, sources, self.source_types
        whole = gcd(source.format.lanes, node.shape[0])
        lanes = self._lanes(whole, stages.clocks)
        options = self._options(stages, lanes)
        core = ActivationLookup(node.tables, kind, node.type, lanes, options)
        result = stages.stage(
            "lookup", Elastic(core), stages.lanes(source, lanes), self.format(lanes)
        )
        if self._feeds_layers(node.name):
            return result  # which bring their inputs to the lanes that they want anyway
        return stages.lanes(result, whole)

    def _feeds_layers(self, name: str) -> bool:
        """Whether only layers read a node, or what flattens it for them."""
        readers = self.program.consumers(name)
        return bool(readers) and all(
            isinstance(reader, Conv)
            or (isinstance(reader, Flatten) and self._feeds_layers(reader.name))
            for reader in readers
        )

    def _lanes(self, most: int, clocks: int) -> int:
        """The fewest lanes that keep up with an image in so many clocks.

        Of two lanes none is left out: to bring values to one lane takes as much as it saves.
        """
        if most <= _NOT_NARROWED:
            return most
        channels, height, width = self.node.shape
        values = _HEADROOM * channels * height * width
        enough = (n for n in divisors(most) if values <= n * clocks)
        return next(enough, most)

    def _options(self, stages: StageList, lanes: int) -> MemoryOptions:
        """As the memories of the layer before it are; two lanes share one where they can."""
        layers = [name for name in self._chain() if name in stages.foldings]
        if not layers:
            layers = list(stages.foldings)
        options = stages.foldings[layers[0]].memory if layers else MemoryOptions()
        family = None if options.family is None else FAMILIES[options.family]
        shareable = lanes > 1 and (family is None or bool(family.dual_port))
        return replace(options, ports=2 if shareable else 1, loadable=False)

    def _chain(self) -> Iterator[str]:
        """Names of what comes before it, the nearest first, along the first inputs."""
        inputs = self.node.inputs
        while inputs:
            yield inputs[0]
            inputs = self.program[inputs[0]].inputs
