from __future__ import annotations

import numpy as np
import pytest
from tabfab.hw.table_bank import TableBank

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
    with pytest.raises(TypeError, match=message):
        TableBank(np.zeros((3, 1, 4, 6), np.int8), lanes, outputs)
