from __future__ import annotations

import numpy as np
import pytest
from amaranth.hdl import Shape, signed, unsigned
from tabfab.compiler.program import INT8, UINT8, ActivationType
from tabfab.hw.nodes.operators.pair import StreamPair, common_shape
from tabfab.hw.nodes.operators.residual import ShiftedSum
from tabfab.hw.stream.core import Chain
from tabfab.hw.stream.pipeline_register import PipelineRegister

from support.pairs import check_pair
from support.streams import Traffic

INT3 = ActivationType(3, signed=True)
UINT2 = ActivationType(2, signed=False)
INT7 = ActivationType(7, signed=True)


@pytest.mark.parametrize("lanes", [1, 3])
def test_beats_of_both_streams_meet(lanes: int, traffic: Traffic, rng: np.random.Generator) -> None:
    x, y = rng.integers(-64, 64, (2, 24, lanes))
    total = ShiftedSum(INT7, INT7, lanes, (0, 0), half=0)
    core = Chain(arrival=PipelineRegister(*total.input), total=total)
    check_pair(StreamPair(INT7, INT7, INT8, lanes, core), x, y, x + y, traffic)


@pytest.mark.parametrize(
    ("a", "b", "shape"),
    [
        (UINT8, UINT2, unsigned(8)),
        (INT8, INT3, signed(8)),
        (INT8, UINT8, signed(9)),
        (UINT8, INT8, signed(9)),
        (UINT2, INT8, signed(8)),
        (INT3, UINT2, signed(3)),
    ],
)
def test_common_shape_holds_both(a: ActivationType, b: ActivationType, shape: Shape) -> None:
    assert common_shape(a, b) == shape
