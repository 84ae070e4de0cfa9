"""TableBank: the block RAM that answers with rows of partial sums."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Cat, Module, Signal, signed, unsigned
from numpy.typing import NDArray

from .core import Core, Memory
from .counters import loop
from .rom import Rom, pack


class TableBank(Core):
    """One memory per lane; each looks one code up on every clock.

    The steps of one output pixel are, outermost first: blocks of `outputs` output channels,
    groups of `lanes` subspaces, taps. Lane e has the table rows of subspaces e, e + lanes, ...,
    so that a step counter over a code is its address.

    Parameters
    ----------
    tables: (subspaces, taps, K, M) int8.
    lanes: subspaces looked up per beat (S).
    outputs: output channels per lookup (P); divides M.
    bits: of a table entry.

    Members
    -------
    i: `lanes` codes.
    o: ``lanes * outputs`` entries, lane by lane, two clocks later.
    """

    def __init__(self, tables: NDArray[np.int8], lanes: int, outputs: int, bits: int = 8) -> None:
        subspaces, taps, prototypes, channels = tables.shape
        check_folding(subspaces, channels, lanes, outputs)
        self.lanes = lanes
        self.outputs = outputs
        self.bits = bits
        groups = -(-subspaces // lanes)
        self.steps = (channels // outputs) * groups * taps
        filled = np.zeros((groups * lanes, taps, prototypes, channels), np.int8)
        filled[:subspaces] = tables
        # (groups, lanes, taps, K, blocks, outputs) -> lanes, blocks, groups, taps, K, outputs
        self.banks = (
            filled.reshape(groups, lanes, taps, prototypes, channels // outputs, outputs)
            .transpose(1, 4, 0, 2, 3, 5)
            .reshape(lanes, -1, outputs)
        )
        super().__init__(
            i=(unsigned((prototypes - 1).bit_length()), lanes),
            o=(signed(bits), lanes * outputs),
            latency=2,
        )

    def memories(self) -> list[Memory]:
        """Its memories."""
        _, rows, outputs = self.banks.shape
        return [Memory(rows, outputs * self.bits, "rom")] * self.lanes

    def elaborate(self, platform: object) -> Module:
        m = Module()
        step, _ = loop(m, "step", self.steps, self.i.valid)
        entries = []
        for lane, bank in enumerate(self.banks):
            rows = [pack(row, self.bits) for row in bank.tolist()]
            m.submodules[f"bank{lane}"] = rom = Rom(self.outputs * self.bits, rows)
            m.d.comb += rom.address.eq(Cat(self.i.p.data[lane], step))
            entries.append(rom.data)
        valid, last = Signal(), Signal()
        m.d.sync += [
            valid.eq(self.i.valid),
            last.eq(self.i.p.last),
            self.o.valid.eq(valid),
            self.o.p.last.eq(last),
            self.o.p.data.as_value().eq(Cat(entries)),
        ]
        return m


def check_folding(inputs: int, channels: int, lanes: int, outputs: int) -> None:
    """Raise TypeError unless a layer can be folded to `lanes` by `outputs`."""
    if not 1 <= lanes <= inputs:
        raise TypeError(f"lanes must lie in 1..{inputs}, not {lanes!r}")
    if outputs < 1 or channels % outputs:
        raise TypeError(f"outputs must divide the {channels} output channels, not {outputs!r}")
