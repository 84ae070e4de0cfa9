"""When a shortened accumulator still holds everything."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.engine.folding import Folding
from tabfab.hw.nodes.assemble import assemble
from tabfab.sim.mutation.accumulator_range import holds_all_sums
from tabfab.sim.mutation.cuts import cut_network
from tabfab.sim.mutation.mutant import Mutant

from support.programs import ConvOptions, image_input, table_conv

RNG = np.random.default_rng(5)
IMAGE = image_input(RNG, 2, 4, 4)
TABLE = table_conv(RNG, "table", IMAGE, ConvOptions(4, kernel=(3, 3), padding=(1, 1)), length=2)
PROGRAM = ir.Program((IMAGE, TABLE))
NETWORK = cut_network(assemble(PROGRAM, {"table": Folding(1, 2)}))


def shortened(lane: int, bits: int, kind: str = "shorten accumulator") -> Mutant:
    module = "tabfab_top.network.table_engine.core.accumulator"
    before = f"$signed(_3_) + $signed(i__payload[{9 * lane + 8}:{9 * lane}])"
    return Mutant(kind, module, 0, 0, before, f"$signed({bits}'({before}))", "")


@pytest.mark.parametrize("lane", [0, 1])
def test_the_channels_of_the_lane_decide(lane: int) -> None:
    least, most = ir.channel_bounds(TABLE, IMAGE.type)
    ends = [*least[lane::2], *most[lane::2]]  # channels take turns on two lanes
    bits = 1 + max(int(end if end >= 0 else ~end).bit_length() for end in ends)
    assert holds_all_sums(PROGRAM, NETWORK, shortened(lane, bits))
    assert not holds_all_sums(PROGRAM, NETWORK, shortened(lane, bits - 1))
    assert not holds_all_sums(PROGRAM, NETWORK, shortened(lane, bits, "subtract"))


def test_bounds_of_the_channels_are_those_of_the_layer() -> None:
    least, most = ir.channel_bounds(TABLE, IMAGE.type)
    assert least.shape == most.shape == (4,)
    assert (least.min(), most.max()) == ir.accumulator_bounds(TABLE, IMAGE.type)
