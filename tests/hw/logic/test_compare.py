from __future__ import annotations

from typing import Any

import pytest
from amaranth.hdl import Module, Shape, Signal, signed, unsigned
from amaranth.sim import Simulator
from hypothesis import given
from hypothesis import strategies as st
from tabfab.hw.logic.compare import exceeds

from support.profiles import examples

SHAPES = [unsigned(1), signed(1), unsigned(4), signed(4), signed(7)]


def reach(shape: Shape) -> tuple[int, int]:
    """Lowest and highest number."""
    if shape.signed:
        return -(1 << shape.width - 1), (1 << shape.width - 1) - 1
    return 0, (1 << shape.width) - 1


@pytest.mark.parametrize("one", SHAPES, ids=str)
@pytest.mark.parametrize("other", SHAPES, ids=str)
@examples(5)
@given(data=st.data())
def test_says_which_number_is_greater(one: Shape, other: Shape, data: st.DataObject) -> None:
    pairs = data.draw(
        st.lists(
            st.tuples(st.integers(*reach(one)), st.integers(*reach(other))), min_size=1, max_size=8
        )
    )
    pairs += [(a, b) for a in reach(one) for b in reach(other)]
    left, right, answer = Signal(one), Signal(other), Signal()
    m = Module()
    m.d.comb += answer.eq(exceeds(left, right))

    async def testbench(ctx: Any) -> None:
        for a, b in pairs:
            ctx.set(left, a)
            ctx.set(right, b)
            assert ctx.get(answer) == (a > b), (a, b)

    simulator = Simulator(m)
    simulator.add_testbench(testbench)
    simulator.run()
