"""Convolutions: what fits them, and how large their sums get."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import program as ir

from support.programs import ConvOptions, exact_conv, image_input, table_conv

RNG = np.random.default_rng(6)
IMAGE = image_input(RNG, 4, 4, 4)
EXACT = exact_conv(RNG, "exact", IMAGE, ConvOptions(6, kernel=(2, 1), groups=2))
TABLE = table_conv(RNG, "table", IMAGE, ConvOptions(6, groups=2))
TYPES = st.builds(ir.ActivationType, st.integers(2, 8), signed=st.booleans())


@given(seed=st.integers(0, 2**32 - 1), source=TYPES, groups=st.sampled_from([1, 2, 4]))
def test_an_exact_layer_reaches_both_of_its_bounds(
    seed: int, source: ir.ActivationType, groups: int
) -> None:
    """Some input gives every channel its largest sum, another its smallest, and none more."""
    rng = np.random.default_rng(seed)
    node = exact_conv(rng, "conv", IMAGE, ConvOptions(8, kernel=(2, 2), groups=groups))
    node = replace(node, bias=rng.integers(-(1 << 20), 1 << 20, 8).astype(np.int32))
    low, high = node.channel_bounds(source)
    weight = node.weight.astype(np.int64).reshape(8, -1)
    offset = node.bias + node.half
    reached = [
        (weight * np.where(above, source.high, source.low)).sum(axis=1) + offset
        for above in (weight < 0, weight > 0, rng.random(weight.shape) < 0.5)
    ]
    np.testing.assert_array_equal(reached[0], low)
    np.testing.assert_array_equal(reached[1], high)
    assert ((low <= reached[2]) & (reached[2] <= high)).all()


@given(
    seed=st.integers(0, 2**32 - 1),
    groups=st.sampled_from([1, 2, 4]),
    layout=st.sampled_from(["pixel", "patch"]),
    length=st.integers(1, 5),
)
def test_a_table_layer_reaches_both_of_its_bounds(
    seed: int, groups: int, layout: ir.Layout, length: int
) -> None:
    """With the codes that have each table's extreme rows, whatever its input's type."""
    rng = np.random.default_rng(seed)
    options = ConvOptions(8, kernel=(2, 1), groups=groups)
    node = table_conv(rng, "conv", IMAGE, options, layout=layout, length=length)
    low, high = node.channel_bounds(ir.UINT8)
    subspaces, taps, _, per_group = node.tables.shape
    for channel in range(8):
        group, column = divmod(channel, per_group)
        mine = range(group * subspaces // groups, (group + 1) * subspaces // groups)
        rows = [node.tables[s, tap, :, column] for s in mine for tap in range(taps)]
        offset = int(node.bias[channel]) + int(node.half[channel])
        assert low[channel] == sum(int(row.min()) for row in rows) + offset
        assert high[channel] == sum(int(row.max()) for row in rows) + offset
    for bound, of_int8 in zip((low, high), node.channel_bounds(ir.INT8), strict=True):
        np.testing.assert_array_equal(bound, of_int8)


@pytest.mark.parametrize("node", [EXACT, TABLE], ids=["exact", "table"])
def test_groups_divide_channels(node: ir.Conv) -> None:
    narrow = image_input(RNG, 3, 4, 4)
    with pytest.raises(ir.ProgramError, match="2 groups must divide 3 input and 6 output channels"):
        ir.Program((narrow, node))


def test_weights_reach_all_channels() -> None:
    wide = image_input(RNG, 8, 4, 4)
    with pytest.raises(ir.ProgramError, match=r"weights have shape \(6, 2, 2, 1\) instead of"):
        ir.Program((wide, EXACT))


def test_subspaces_cover_all_channels() -> None:
    wide = image_input(RNG, 16, 4, 4)
    with pytest.raises(ir.ProgramError, match=r"'table' has \d+ subspaces instead of \d+"):
        ir.Program((wide, TABLE))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"groups": 0}, "groups must be at least 1"),
        ({"dropped_taps": -1}, "fewer than 0 taps"),
        ({"bias": np.zeros(5, np.int32)}, "one element per output channel"),
        ({"shift": np.full(6, ir.MAX_SHIFT + 1, np.int8)}, "shifts must lie in"),
        ({"low": -1}, "must lie within uint8"),
    ],
)
@pytest.mark.parametrize("node", [EXACT, TABLE], ids=["exact", "table"])
def test_what_no_convolution_may_be(node: ir.Conv, change: dict[str, object], words: str) -> None:
    with pytest.raises(ir.ProgramError, match=words):
        replace(node, **change)  # type: ignore[arg-type]


def test_tables_have_a_row_for_every_code() -> None:
    with pytest.raises(ir.ProgramError, match="tables have shape"):
        replace(TABLE, tables=TABLE.tables[:, :, :-1])
