from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.program import INT8, UINT8, ActivationType, NearestEncoder, NearestL1Encoder
from tabfab.hw.nodes.methods.table.distance_bank import (
    METRICS,
    Differences,
    DistanceBank,
    greatest_distance,
)

from support.profiles import examples
from support.streams import Beats, check_core

KINDS = (NearestEncoder, NearestL1Encoder)


def prototypes(rng: np.random.Generator, shape: tuple[int, int, int], kind: ActivationType):
    return rng.integers(kind.low, kind.high + 1, shape).astype(np.int16)


@examples(25)
@given(
    encoder_kind=st.sampled_from(KINDS),
    kind=st.builds(ActivationType, st.integers(2, 8), st.booleans()),
    shape=st.tuples(st.integers(1, 3), st.sampled_from([2, 4, 8]), st.sampled_from([1, 2, 4])),
    lanes=st.sampled_from([1, 2, 4]),
    outputs=st.sampled_from([1, 2, 4, 8]),
    seed=st.integers(0, 1 << 16),
)
def test_gives_what_each_element_adds(encoder_kind, kind, shape, lanes, outputs, seed) -> None:
    rng = np.random.default_rng(seed)
    subspaces, count, length = shape
    lanes, outputs = min(lanes, length), min(outputs, count)
    encoder = encoder_kind(prototypes(rng, shape, kind))
    core = DistanceBank(encoder, kind, lanes, outputs)
    beats, expected = [], []
    for x in rng.integers(kind.low, kind.high + 1, (2, subspaces, length)):
        for subspace in range(subspaces):
            for block in range(0, count, outputs):
                for word in range(0, length, lanes):
                    part = x[subspace, word : word + lanes]
                    points = encoder.points[subspace, block : block + outputs, word : word + lanes]
                    beats.append(part)
                    differences = part[:, None] - points.T.astype(np.int64)
                    expected.append(METRICS[encoder_kind].value(differences).ravel())
    check_core(core, Beats.of(beats, image=len(beats) // 2), expected)


@pytest.mark.parametrize("kind", [INT8, UINT8])
@pytest.mark.parametrize("reach", [0, 200])
def test_bits_hold_every_difference(kind: ActivationType, reach: int) -> None:
    ends = np.array([[[kind.low - reach]], [[kind.high + reach]]], np.int16)
    found = Differences.of(NearestEncoder(ends.reshape(1, 2, 1)), kind)
    differences = np.subtract.outer([kind.low, kind.high], ends.ravel().astype(int))
    assert (found.least, found.greatest) == (differences.min(), differences.max())
    assert -(1 << (found.bits - 1)) <= found.least
    assert found.greatest < 1 << (found.bits - 1)
    assert found.magnitude_bits == int(np.abs(differences).max()).bit_length()


def test_the_greatest_distance_is_between_corners() -> None:
    points = np.array([[[0, 255], [255, 255]]], np.int16)
    assert greatest_distance(NearestEncoder(points), UINT8) == 2 * 255**2
    assert greatest_distance(NearestL1Encoder(points), UINT8) == 2 * 255
