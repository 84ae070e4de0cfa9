"""The fast coder gives what the encoders mean."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tabfab.compiler.methods.table.lookup import encode
from tabfab.compiler.methods.table.training.coding import Coder
from tabfab.compiler.program import INT8, UINT8, ActivationType, NearestEncoder, TreeEncoder


@pytest.mark.parametrize("kind", [UINT8, INT8], ids=str)
@pytest.mark.parametrize("levels", [1, 3, 4, 5, 8, 9])
@pytest.mark.parametrize("length", [1, 4, 9])
def test_trees_of_any_depth(kind: ActivationType, levels: int, length: int) -> None:
    random = np.random.default_rng(levels)
    subspaces, nodes = 3, (1 << levels) - 1
    merged = levels > 8
    encoder = TreeEncoder(
        random.integers(0, length, (subspaces, nodes)).astype(np.int16),
        random.integers(kind.low - 1, kind.high + 2, (subspaces, nodes)).astype(np.int16),
        length,
        random.integers(0, 16, (subspaces, nodes + 1)).astype(np.uint16) if merged else None,
    )
    points = random.integers(kind.low, kind.high + 1, (400, subspaces, length))
    vectors = torch.from_numpy(points.astype(np.int16))
    expected = encode(encoder, vectors)
    for dtype in (torch.int16, torch.bfloat16, torch.float32):  # all hold the integers exactly
        assert torch.equal(Coder(encoder, kind)(vectors.to(dtype)).long(), expected)


def test_thresholds_beyond_the_type() -> None:
    ends = np.array([[-32768, 32767, 0]], np.int16)
    encoder = TreeEncoder(np.zeros((1, 3), np.int16), ends, 1)
    vectors = torch.arange(256, dtype=torch.int16).view(-1, 1, 1)
    assert torch.equal(Coder(encoder, UINT8)(vectors).long(), encode(encoder, vectors))


def test_nearest_prototypes() -> None:
    random = np.random.default_rng(0)
    encoder = NearestEncoder(random.integers(0, 256, (2, 8, 3)).astype(np.int16))
    vectors = torch.from_numpy(random.integers(0, 256, (50, 2, 3)).astype(np.int16))
    codes = Coder(encoder, UINT8)(vectors.bfloat16())
    assert torch.equal(codes.long(), encode(encoder, vectors))
