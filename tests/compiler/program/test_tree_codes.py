"""Trees walked one comparison after another against trees as boxes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.methods.table.lookup import encode
from tabfab.compiler.program.encoders import TreeEncoder
from tabfab.compiler.program.tree_codes import by_boxes, encode_trees, walk


def walked(encoder: TreeEncoder, vectors: np.ndarray) -> np.ndarray:
    """Codes by the definition, vector by vector."""
    codes = np.zeros(vectors.shape[:2], np.uint8)
    for place, subspace in np.ndindex(codes.shape):
        node = 0
        while node < encoder.leaves - 1:
            value = vectors[place, subspace, encoder.dimensions[subspace, node]]
            node = 2 * node + 1 + int(value > encoder.thresholds[subspace, node])
        leaf = node - (encoder.leaves - 1)
        merged = encoder.leaf_codes
        codes[place, subspace] = leaf if merged is None else merged[subspace, leaf]
    return codes


@st.composite
def encoders(draw: st.DrawFn) -> TreeEncoder:
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    subspaces, length = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    leaves = 1 << draw(st.integers(1, 4))
    low = draw(st.sampled_from([-(2**15), -130, 0, 250, 2**15 - 21]))
    high = low + draw(st.integers(0, 20))
    return TreeEncoder(
        dimensions=rng.integers(0, length, (subspaces, leaves - 1)).astype(np.int16),
        thresholds=rng.integers(low, high + 1, (subspaces, leaves - 1)).astype(np.int16),
        length=length,
        leaf_codes=rng.integers(0, 4, (subspaces, leaves)).astype(np.uint16)
        if draw(st.booleans())
        else None,
    )


@given(encoders(), st.integers(0, 2**32))
def test_boxes_have_the_codes_of_a_walk(encoder: TreeEncoder, seed: int) -> None:
    size = (1500, encoder.subspaces, encoder.length)
    low, high = int(encoder.thresholds.min()), int(encoder.thresholds.max())
    rng = np.random.default_rng(seed)
    near = rng.integers(low - 3, high + 4, size)
    vectors = near.clip(-(2**15), 2**15 - 1).astype(np.int16)
    vectors[0], vectors[1] = -(2**15), 2**15 - 1
    codes = by_boxes(encoder, vectors)
    assert codes is not None
    assert codes.dtype == np.uint16
    np.testing.assert_array_equal(codes, walk(encoder, vectors))
    np.testing.assert_array_equal(codes[:20], walked(encoder, vectors[:20]))


@pytest.mark.parametrize(("vectors", "pays"), [(400, True), (10, False)])
def test_boxes_are_left_to_many_vectors(vectors: int, pays: bool) -> None:
    encoder = TreeEncoder(np.zeros((1, 3), np.int16), np.array([[5, 2, 9]], np.int16), 2)
    points = np.zeros((vectors, 1, 2), np.int16)
    assert (by_boxes(encoder, points) is not None) == pays
    assert encode_trees(encoder, points).shape == (vectors, 1)


@given(encoders(), st.integers(0, 2**32), st.sampled_from([7, 1500]))
def test_torch_has_the_same_codes_for_every_type(
    encoder: TreeEncoder, seed: int, count: int
) -> None:
    size = (count, encoder.subspaces, encoder.length)
    low, high = int(encoder.thresholds.min()), int(encoder.thresholds.max())
    near = np.random.default_rng(seed).integers(low - 3, high + 4, size)
    vectors = near.clip(-(2**15), 2**15 - 1).astype(np.int16)
    expected = walk(encoder, vectors).tolist()
    for dtype in (torch.int16, torch.int32, torch.float32):
        codes = encode(encoder, torch.from_numpy(vectors).to(dtype))
        assert codes.dtype == torch.int64
        assert codes.tolist() == expected


def test_long_vectors_have_more_boxes_than_integers_count() -> None:
    nodes, length = 127, 64  # one threshold in every dimension: 2 ** 64 boxes
    dimensions = (np.arange(nodes) % length).astype(np.int16)[None]
    encoder = TreeEncoder(dimensions, np.zeros((1, nodes), np.int16), length)
    vectors = np.random.default_rng(0).integers(-1, 3, (1000, 1, length)).astype(np.int16)
    assert by_boxes(encoder, vectors) is None
    np.testing.assert_array_equal(encode_trees(encoder, vectors), walked(encoder, vectors))
