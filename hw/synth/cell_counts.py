"""Cell counts of synthesis: by kind of cell, and in the terms of a device's data sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..device.cells import Cells


@dataclass(frozen=True)
class _Kind:
    """Cells of one kind.

    Parameters
    ----------
    name: what `summarize` calls them; empty where it passes them over.
    pattern: regular expression on the whole name that Yosys gives them.
    each: what one takes of a device.
    """

    name: str
    pattern: str
    each: Cells


_KINDS: tuple[_Kind, ...] = (
    _Kind("luts", r"LUT[1-6]|SB_LUT4", Cells(luts=1)),
    _Kind("", r"INV", Cells(luts=1)),
    _Kind("flip_flops", r"TRELLIS_FF|SB_DFF\w*|FD[CPRS]E(_1)?|DFF\w*", Cells(flip_flops=1)),
    _Kind("carries", r"CCU2C", Cells(luts=2)),  # ECP5: both look-up tables of a slice
    _Kind("carries", r"ALU", Cells(luts=1)),  # Gowin: one of a slice
    _Kind("carries", r"SB_CARRY|CARRY[48]", Cells()),  # beside the look-up tables that they add in
    _Kind("block_rams", r"RAMB36E[12]", Cells(block_rams=2)),  # two 18 Kbit halves
    _Kind(
        "block_rams",
        r"DP16KD|PDPW16KD|SB_RAM40_4K\w*|RAMB18E[12]|SDP(X9)?B|DP(X9)?B|SPX?9?|p?ROM(X9)?",
        Cells(block_rams=1),
    ),
    _Kind("distributed_rams", r"TRELLIS_DPR16X4|RAM16S\w*", Cells(luts=6)),
    _Kind("distributed_rams", r"RAM(32M16|64M8|32X16DR8|64X8SW|256X1D|512X1S)", Cells(luts=8)),
    _Kind("distributed_rams", r"RAM(32M|64M|128X1D|256X1S)", Cells(luts=4)),
    _Kind("distributed_rams", r"RAM(32X1D|64X1D|128X1S)", Cells(luts=2)),
    _Kind("distributed_rams", r"RAM(32|64)X1S", Cells(luts=1)),
    _Kind("multipliers", r"MULT\w+|SB_MAC16|DSP48E[12]", Cells(multipliers=1)),
)
"""Every cell that counts belongs to one of them."""


def summarize(counts: Mapping[str, int]) -> dict[str, int]:
    """Cells by kind: luts, flip_flops, carries, block_rams, distributed_rams, multipliers.

    Parameters
    ----------
    counts: Yosys cell -> count, as in `tabfab.hw.synth.synth.SynthReport`.
    """
    total = {kind.name: 0 for kind in _KINDS if kind.name}
    for kind, count in _counted(counts):
        if kind.name:
            total[kind.name] += count
    return total


def device_cells(counts: Mapping[str, int]) -> Cells:
    """What a design takes of a device.

    Parameters
    ----------
    counts: Yosys cell -> count, as in `tabfab.hw.synth.synth.SynthReport`.
    """
    return sum((kind.each * count for kind, count in _counted(counts)), Cells())


def _counted(counts: Mapping[str, int]) -> list[tuple[_Kind, int]]:
    """The kind and the count of each cell that counts."""
    return [
        (kind, count)
        for cell, count in counts.items()
        for kind in _KINDS
        if re.fullmatch(kind.pattern, cell)
    ]
