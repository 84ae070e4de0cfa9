"""TableBank: the memories that answer with rows of partial sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from amaranth.hdl import Cat, Module, Mux, Signal, Value, signed, unsigned
from numpy.typing import NDArray

from ....engine.bank_geometry import BankGeometry
from ....logic.counters import late, registered
from ....logic.demand import Demand, bits_for, counter
from ....logic.load_port import LoadPort
from ....logic.memory import Memory
from ....logic.packed_rom import PackedRom
from ....logic.packing import MemoryOptions, pack
from ....stream.core import Core

ENTRY_BITS = 8
"""Bits of the widest entry."""


@dataclass(frozen=True, eq=False)
class _Shared:
    """The memory of one or two lanes.

    Parameters
    ----------
    lanes: that read it; the second one's rows follow the first one's.
    rom: the memory.
    """

    lanes: tuple[int, ...]
    rom: PackedRom


class TableBank(Core):
    """Looks one code up in every lane on every clock.

    Lane e has the table rows of its subspaces in the order of the steps (`BankGeometry`), so
    that a step counter over a code is its address. With two read ports, lanes 0 and 1, 2 and 3,
    ... share a memory of twice the depth; the second one's counter starts behind the first one's
    rows. An odd last lane has a memory of its own. Entries take as many bits as their column of
    the memory needs, or all of their eight where other tables can be loaded.

    Parameters
    ----------
    tables: (subspaces, taps, K, M / groups) int8; K is a power of two.
    lanes: subspaces looked up per beat (S).
    outputs: output channels per beat (P).
    groups: of the convolution.
    options: how the memories are laid out.

    Attributes
    ----------
    bits: of an entry on the way out.

    Members
    -------
    i: in, `lanes` codes of log2(K) bits.
    o: out, ``lanes * lane_outputs`` entries of ``signed(bits)`` in `BankGeometry.lane_order`; 5
        clocks later, or 7 where a memory joins several rows of pieces.

    Examples
    --------
    >>> tables = np.zeros((4, 9, 16, 8), np.int8)  # subspaces, taps, K, M
    >>> bank = TableBank(tables, lanes=2, outputs=4)
    >>> bank.geometry.steps  # 2 words of 2 subspaces, 9 taps, 2 blocks of 4 channels
    36
    >>> [(memory.depth, memory.width) for memory in bank.demand().memories]  # a bit is enough
    [(576, 4), (576, 4)]
    """

    def __init__(
        self,
        tables: NDArray[np.int8],
        lanes: int,
        outputs: int,
        groups: int = 1,
        options: MemoryOptions | None = None,
    ) -> None:
        subspaces, taps, prototypes, channels = tables.shape
        self.geometry = BankGeometry(subspaces, channels * groups, taps, lanes, outputs, groups)
        rows = self.geometry.arrange(tables)
        options = options or MemoryOptions()
        self.column_bits = (ENTRY_BITS,) * rows.shape[2] if options.loadable else _signed_bits(rows)
        self.bits = max(self.column_bits)
        self._shared = _share(rows, self.column_bits, options)
        self._rom_latency = max(shared.rom.latency for shared in self._shared)
        super().__init__(
            i=(unsigned((prototypes - 1).bit_length()), lanes),
            o=(signed(self.bits), lanes * self.geometry.lane_outputs),
            latency=1 + self._rom_latency,
        )

    def demand(self) -> Demand:
        """What it is made of."""
        packings = [shared.rom.packing for shared in self._shared]
        memories = [Memory(packing.depth, packing.width, "rom", packing) for packing in packings]
        return table_bank_demand(geometry=self.geometry, memories=memories)

    def load_ports(self) -> list[LoadPort]:
        """Where its memories are loaded."""
        return [shared.rom.load for shared in self._shared if shared.rom.load is not None]

    def elaborate(self, platform: object) -> Module:
        m = Module()
        steps = self.geometry.steps
        counters = [_counter(m, f"step{n}", n * steps, steps, self.i.valid) for n in (0, 1)]
        rows: dict[int, Value] = {}
        for shared in self._shared:
            rom = shared.rom
            m.submodules["memory" + "_".join(map(str, shared.lanes))] = rom
            for port, lane in enumerate(shared.lanes):
                address = getattr(rom, f"address{port}")
                row = Cat(self.i.p.data[lane], counters[port])[: len(address)]
                m.d.comb += address.eq(registered(m, f"address{lane}", row))
                answer = getattr(rom, f"data{port}")
                rows[lane] = late(m, f"row{lane}_", answer, self._rom_latency - rom.latency)
        entries = [
            entry for lane in self.geometry.lane_order for entry in self._entries(rows[lane])
        ]
        m.d.comb += [self.o.p.data[n].eq(entry) for n, entry in enumerate(entries)]
        self.mark_answers(m)
        return m

    def _entries(self, row: Value) -> list[Value]:
        """The entries of a row."""
        ends = np.cumsum(self.column_bits).tolist()
        return [
            row[end - bits : end].as_signed()
            for end, bits in zip(ends, self.column_bits, strict=True)
        ]


def table_bank_demand(*, geometry: BankGeometry, memories: Sequence[Memory]) -> Demand:
    """What a `TableBank` with these memories is made of."""
    addresses = sum(bits_for(memory.depth) for memory in memories)
    return counter(geometry.steps, 2 * geometry.steps) + Demand(
        registers=6 + addresses, memories=tuple(memories)
    )


def _signed_bits(rows: NDArray[np.int8]) -> tuple[int, ...]:
    """Bits that the entries of each column need: rows (lanes, rows, columns)."""
    values = rows.astype(np.int16)
    magnitude = np.where(values < 0, ~values, values).max(axis=(0, 1))
    return tuple(int(value).bit_length() + 1 for value in magnitude)


def _share(
    rows: NDArray[np.int8], column_bits: tuple[int, ...], options: MemoryOptions
) -> list[_Shared]:
    """The memories: one for each lane, or for every two."""
    lanes, depth, _ = rows.shape
    bits = np.unpackbits(rows.view(np.uint8)[..., None], axis=3, bitorder="little")
    kept = np.concatenate([bits[:, :, n, :count] for n, count in enumerate(column_bits)], axis=2)
    memories = []
    for first in range(0, lanes, options.ports):
        together = tuple(range(first, min(first + options.ports, lanes)))
        contents = kept[first : first + len(together)].reshape(-1, kept.shape[2]).astype(bool)
        reads = tuple((n * depth, (n + 1) * depth) for n in range(len(together)))
        packing = pack(len(contents), contents.shape[1], options, reads)
        memories.append(_Shared(together, PackedRom(contents, packing, options.loadable)))
    return memories


def _counter(m: Module, name: str, first: int, count: int, step: Value) -> Value:
    """A counter first..first+count-1, over and over."""
    value = Signal(range(first + count), name=name, init=first)
    if count > 1:
        at_end = Signal(name=f"{name}_at_end")
        with m.If(step):
            m.d.sync += [
                value.eq(Mux(at_end, first, value + 1)),
                at_end.eq(value == first + count - 2),
            ]
    return value
