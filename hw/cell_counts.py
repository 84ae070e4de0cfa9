"""Cell counts of synthesis in the terms of a device's data sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .cells import Cells

_LUT_SITES: tuple[tuple[str, float], ...] = (
    (r"LUT[1-6]|SB_LUT4|INV", 1),
    (r"CCU2C", 2),  # ECP5: both look-up tables of a slice
    (r"ALU", 1),  # Gowin: one of a slice
    (r"TRELLIS_DPR16X4|RAM16SDP4", 6),
    (r"RAM32M16|RAM64M8", 8),
    (r"RAM(32|64)M", 4),
    (r"RAM(32|64)X1D", 2),
    (r"RAM(32|64)X1S", 1),
    (r"RAM128X1D", 4),
)
"""Look-up tables that a cell occupies; the carry chains of other families share theirs."""
_FLIP_FLOP = r"TRELLIS_FF|SB_DFF\w*|FD[CPRS]E(_1)?|DFF\w*"
_BLOCKS: tuple[tuple[str, float], ...] = (
    (r"RAMB36E[12]", 2),  # two 18 Kbit halves
    (r"DP16KD|PDPW16KD|SB_RAM40_4K\w*|RAMB18E[12]|SDP(X9)?B|DP(X9)?B|SPX?9?|p?ROM(X9)?", 1),
)
_MULTIPLIER = r"MULT\w+|SB_MAC16|DSP48E[12]"


def device_cells(counts: Mapping[str, int]) -> Cells:
    """What a design takes of a device.

    Parameters
    ----------
    counts: Yosys cell -> count, as in `SynthReport`.
    """
    return Cells(
        luts=_weighed(counts, _LUT_SITES),
        flip_flops=_weighed(counts, ((_FLIP_FLOP, 1),)),
        block_rams=_weighed(counts, _BLOCKS),
        multipliers=_weighed(counts, ((_MULTIPLIER, 1),)),
    )


def _weighed(counts: Mapping[str, int], weights: tuple[tuple[str, float], ...]) -> float:
    return sum(
        count * weight
        for cell, count in counts.items()
        for pattern, weight in weights
        if re.fullmatch(pattern, cell)
    )
