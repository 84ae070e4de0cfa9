"""Cells: amounts of the resources that an FPGA has."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True)
class Cells:
    """So much of each resource.

    Parameters
    ----------
    luts: look-up tables, those counted that carry chains and distributed RAM occupy.
    flip_flops: registers.
    block_rams: blocks of memory.
    multipliers: DSP blocks.
    logic_cells: cells that have a look-up table and a flip-flop each, in families where a
        flip-flop shares one only with the look-up table before it; 0 in others.
    """

    luts: float = 0
    flip_flops: float = 0
    block_rams: float = 0
    multipliers: float = 0
    logic_cells: float = 0

    def __add__(self, other: Cells) -> Cells:
        return Cells(*(a + b for a, b in zip(self.amounts, other.amounts, strict=True)))

    def __sub__(self, other: Cells) -> Cells:
        return Cells(*(a - b for a, b in zip(self.amounts, other.amounts, strict=True)))

    def __mul__(self, factor: float) -> Cells:
        return Cells(*(amount * factor for amount in self.amounts))

    def __le__(self, other: Cells) -> bool:
        """Whether `other` has enough of everything."""
        return all(a <= b for a, b in zip(self.amounts, other.amounts, strict=True))

    @property
    def amounts(self) -> tuple[float, ...]:
        """The amounts, in the order of `RESOURCES`."""
        return (
            self.luts,
            self.flip_flops,
            self.block_rams,
            self.multipliers,
            self.logic_cells,
        )

    def rounded(self) -> Cells:
        """Whole numbers."""
        return Cells(*(round(amount) for amount in self.amounts))


RESOURCES: dict[str, str] = dict(
    zip(
        (field.name for field in dataclasses.fields(Cells)),
        ("LUTs", "flip-flops", "block RAMs", "multipliers", "logic cells"),
        strict=True,
    )
)
"""Every resource, and the words for it."""
