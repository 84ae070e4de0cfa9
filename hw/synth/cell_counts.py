"""Cell counts of synthesis: by kind of cell, and in the terms of a device's data sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..device.cells import Cells
from ..device.families.catalog import FAMILIES
from ..device.family import CellKind

SUMMARY = ("luts", "flip_flops", "carries", "block_rams", "distributed_rams", "multipliers")
"""Names of kinds of cells, in the order in which they are told."""


_KINDS = tuple(dict.fromkeys(kind for family in FAMILIES.values() for kind in family.cells))
"""Of the cells of all families. Where two have a cell of the same name, it is of the same kind."""


def summarize(counts: Mapping[str, int]) -> dict[str, int]:
    """Cells by kind, one entry for each of `SUMMARY`.

    Parameters
    ----------
    counts: Yosys cell -> count, as in `tabfab.hw.synth.synth.SynthReport`.
    """
    total = dict.fromkeys(SUMMARY, 0)
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


def _counted(counts: Mapping[str, int]) -> Iterator[tuple[CellKind, int]]:
    """The kind and the count of each cell that counts."""
    for cell, count in counts.items():
        kind = next((kind for kind in _KINDS if re.fullmatch(kind.pattern, cell)), None)
        if kind is not None:
            yield kind, count
