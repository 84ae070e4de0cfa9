"""Reset at any clock: whatever happened before, the network then behaves as after power-up."""

from __future__ import annotations

from typing import Any

import numpy as np
from amaranth.sim import Simulator
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.hw.rtl.top import Top
from tabfab.sim.models.beats import cut

from support.networks import network_of
from support.programs import Case, cases

INPUTS = ("s_axis_tvalid", "s_axis_tlast", "s_axis_tdata", "m_axis_tready")
CLOCKS = 60


def stimulus(top: Top, beats: list[int], rng: np.random.Generator, clocks: int) -> list[Any]:
    """Values of `INPUTS` for each clock, without regard for the stream rules.

    The data are those of images, so that their answers differ.
    """
    flags = rng.random((clocks, 3)) < rng.choice([0.1, 0.5, 0.9], 3)
    data = [beats[clock % len(beats)] for clock in range(clocks)]
    return [
        (int(valid), int(last), word, int(ready))
        for (valid, last, ready), word in zip(flags, data, strict=True)
    ]


def transcript(top: Top, before: list[Any], reset: int, after: list[Any]) -> list[Any]:
    """What the outputs show on each clock of `after`, which follows `before` and a reset."""
    shown = []

    async def tick(ctx: Any, values: tuple[int, ...], running: bool) -> None:
        ctx.set(top.aresetn, running)
        for name, value in zip(INPUTS, values, strict=True):
            ctx.set(getattr(top, name), value)
        valid = ctx.get(top.m_axis_tvalid)
        answer = (ctx.get(top.m_axis_tdata), ctx.get(top.m_axis_tlast)) if valid else None
        shown.append((answer, ctx.get(top.s_axis_tready), ctx.get(top.frame_error)))
        ctx.set(top.aclk, 1)
        await ctx.delay(1e-6)
        ctx.set(top.aclk, 0)
        await ctx.delay(1e-6)

    async def testbench(ctx: Any) -> None:
        for values in before:
            await tick(ctx, values, True)
        for values in after[:reset]:
            await tick(ctx, values, False)
        shown.clear()
        for values in after:
            await tick(ctx, values, True)

    simulator = Simulator(top)
    simulator.add_testbench(testbench)
    simulator.run()
    return shown


def words(images: NDArray[np.uint8]) -> list[int]:
    """The beats of `images` as `s_axis_tdata`."""
    beats = cut(images.astype(np.int16), images.shape[3]).reshape(-1, images.shape[3])
    return [int.from_bytes(bytes(row.tolist()), "little") for row in beats]


@given(cases(max_layers=2), st.integers(1, 3 * CLOCKS), st.integers(1, 3), st.integers(0, 999))
def test_nothing_outlives_a_reset(case: Case, before: int, reset: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    beats = words(case.images)
    top = Top(network_of(case))
    past = stimulus(top, beats, rng, before)
    future = stimulus(top, beats, rng, CLOCKS)
    seen = transcript(top, past, reset, future)
    fresh = transcript(Top(network_of(case)), [], reset, future)
    assert seen == fresh
