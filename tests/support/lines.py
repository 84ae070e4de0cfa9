"""Streams and serial lines in Amaranth's simulator: put this, expect that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import numpy as np
from amaranth.hdl import Elaboratable
from amaranth.sim import Simulator

_LONGEST = 30_000
_CLOCK = 1e-6
"""Seconds between two clocks."""

Testbench = Callable[[Any], Awaitable[None]]


def run(dut: Elaboratable, *testbenches: Testbench, background: Sequence[Testbench] = ()) -> None:
    """Simulate until all `testbenches` end, which they must do within `_LONGEST` clocks."""

    async def limit(ctx: Any) -> None:
        await ctx.delay(_LONGEST * _CLOCK)
        raise AssertionError(f"not over after {_LONGEST} clocks")

    simulator = Simulator(dut)
    simulator.add_clock(_CLOCK)
    for testbench in testbenches:
        simulator.add_testbench(testbench)
    for testbench in (*background, limit):
        simulator.add_testbench(testbench, background=True)
    simulator.run()


async def clock(ctx: Any, count: int) -> None:
    """Wait for so many clocks, and wake only for the first one and the last one."""
    if count:
        await ctx.tick()
    if count > 1:
        await ctx.delay((count - 1) * _CLOCK)


async def put(ctx: Any, stream: Any, payload: Any) -> None:
    """Offer a payload until it is taken."""
    ctx.set(stream.valid, 1)
    ctx.set(stream.payload, payload)
    await ctx.tick().until(stream.ready)
    ctx.set(stream.valid, 0)


async def get(ctx: Any, stream: Any) -> Any:
    """Take the next payload."""
    ctx.set(stream.ready, 1)
    (payload,) = await ctx.tick().sample(stream.payload).until(stream.valid)
    ctx.set(stream.ready, 0)
    return payload


async def put_frames(ctx: Any, stream: Any, frames: Sequence[bytes], pauses: float = 0.0) -> None:
    """Offer the bytes of frames, each frame's last one marked, with pauses at random."""
    rng = np.random.default_rng(len(frames))
    for frame in frames:
        for n, byte in enumerate(frame):
            while rng.random() < pauses:
                await ctx.tick()
            await put(ctx, stream, {"byte": byte, "last": n == len(frame) - 1})


async def send_bytes(ctx: Any, line: Any, sent: bytes, divisor: int) -> None:
    """Put bytes on a serial line as a UART does."""
    for byte in sent:
        for bit in (0, *(byte >> n & 1 for n in range(8)), 1):
            ctx.set(line, bit)
            await clock(ctx, divisor)


async def read_byte(ctx: Any, line: Any, divisor: int) -> int:
    """The next byte on a serial line; its stop bit must be there."""
    if ctx.get(line):
        await ctx.negedge(line)
    await clock(ctx, divisor // 2)
    byte = 0
    for n in range(8):
        await clock(ctx, divisor)
        byte |= ctx.get(line) << n
    await clock(ctx, divisor)
    assert ctx.get(line) == 1, "a byte without a stop bit"
    return byte
