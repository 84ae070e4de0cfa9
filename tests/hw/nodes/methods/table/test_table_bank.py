from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.methods.table.table_bank import TableBank

from support.streams import Beats, check_core


@pytest.mark.parametrize(
    ("shape", "lanes", "outputs"),
    [
        # (subspaces, taps, K, M)
        ((1, 1, 2, 1), 1, 1),
        ((1, 1, 256, 2), 1, 2),
        ((4, 1, 16, 6), 2, 3),
        ((4, 9, 4, 6), 4, 1),
        ((5, 4, 8, 4), 2, 2),  # lanes do not divide the subspaces
        ((5, 2, 2, 3), 3, 3),
        ((3, 6, 4, 4), 1, 4),
    ],
)
def test_looks_up_block_by_block(
    shape: tuple[int, int, int, int], lanes: int, outputs: int, rng: np.random.Generator
) -> None:
    subspaces, taps, prototypes, channels = shape
    tables = rng.integers(-128, 128, shape).astype(np.int8)
    codes, expected = [], []
    for _ in range(3):  # positions
        for block in range(channels // outputs):
            for group in range(-(-subspaces // lanes)):
                for tap in range(taps):
                    beat = rng.integers(0, prototypes, lanes).tolist()
                    entries: list[int] = []
                    for lane in range(lanes):
                        subspace = group * lanes + lane
                        if subspace < subspaces:
                            row = tables[subspace, tap, beat[lane]].tolist()
                            entries += row[block * outputs : (block + 1) * outputs]
                        else:
                            entries += [0] * outputs
                    codes.append(beat)
                    expected.append(entries)
    bank = TableBank(tables, lanes, outputs)
    assert bank.geometry.steps == len(codes) // 3
    check_core(bank, Beats.of(codes, image=bank.geometry.steps), expected)


OPTIONS = [
    MemoryOptions(),
    MemoryOptions(None, 2),
    MemoryOptions("ecp5", 2, 0),
    MemoryOptions("ecp5", 2, 300),
    MemoryOptions("ecp5", 1, 1e9),
    MemoryOptions("ice40", 2, 100),
]


def grouped_lookups(
    tables: NDArray[np.int8], bank: TableBank, rng: np.random.Generator
) -> tuple[list[list[int]], list[list[int]]]:
    """Random codes for three positions, and the entries that they select."""
    g = bank.geometry
    codes, expected = [], []
    for _ in range(3):
        for section in range(g.sections):
            for block in range(g.blocks):
                for word in range(g.words):
                    for tap in range(g.taps):
                        beat = rng.integers(0, tables.shape[2], g.lanes).tolist()
                        entries: list[int] = []
                        for lane in g.lane_order:
                            subspace = (section * g.words + word) * g.lanes + lane
                            first = block * g.lane_outputs
                            if subspace < len(tables):
                                row = tables[subspace, tap, beat[lane]].tolist()
                                entries += row[first : first + g.lane_outputs]
                            else:
                                entries += [0] * g.lane_outputs
                        codes.append(beat)
                        expected.append(entries)
    return codes, expected


@pytest.mark.parametrize("options", OPTIONS, ids=str)
@pytest.mark.parametrize(
    ("shape", "groups", "lanes", "outputs", "bits"),
    [
        ((1, 1, 2, 1), 1, 1, 1, 8),
        ((5, 9, 16, 12), 1, 3, 6, 5),  # an odd lane, and lanes that do not fill the last group
        ((5, 9, 16, 6), 1, 4, 3, 8),
        ((4, 2, 64, 3), 2, 1, 3, 4),  # a part of one group
        ((8, 3, 4, 2), 4, 4, 4, 8),  # two of four groups side by side
        ((6, 9, 8, 1), 6, 3, 3, 7),  # depthwise
    ],
)
def test_memories_change_nothing_but_the_latency(
    shape: tuple[int, int, int, int],
    groups: int,
    lanes: int,
    outputs: int,
    bits: int,
    options: MemoryOptions,
    rng: np.random.Generator,
) -> None:
    tables = rng.integers(-(1 << (bits - 1)), 1 << (bits - 1), shape).astype(np.int8)
    bank = TableBank(tables, lanes, outputs, groups, options)
    codes, expected = grouped_lookups(tables, bank, rng)
    assert len(bank.demand().memories) == -(-lanes // options.ports)
    check_core(bank, Beats.of(codes, image=bank.geometry.steps), expected)


def test_columns_are_as_wide_as_their_entries() -> None:
    tables = np.zeros((2, 1, 2, 4), np.int8)
    tables[..., 0], tables[1, 0, 1, 1], tables[0, 0, 0, 2] = 127, -8, 8
    bank = TableBank(tables, 1, 4)
    assert bank.column_bits == (8, 4, 5, 1)
    assert bank.bits == 8
    assert [(memory.depth, memory.width) for memory in bank.demand().memories] == [(4, 18)]


@pytest.mark.parametrize(
    ("lanes", "outputs", "message"),
    [
        (0, 2, r"lanes must lie in 1\.\.3, not 0"),
        (4, 2, r"lanes must lie in 1\.\.3, not 4"),
        (1, 0, "outputs must divide the 6 output channels, not 0"),
        (1, 4, "outputs must divide the 6 output channels, not 4"),
    ],
)
def test_refuses_foldings_that_do_not_fit(lanes: int, outputs: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        TableBank(np.zeros((3, 1, 4, 6), np.int8), lanes, outputs)
