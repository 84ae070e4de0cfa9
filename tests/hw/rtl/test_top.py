from __future__ import annotations

from typing import Any

import numpy as np
from amaranth.sim import Simulator
from tabfab.compiler.program import ActivationType, Clamp, Program
from tabfab.hw.engine.folding import Folding
from tabfab.hw.logic.load_port import load_words
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.rtl.top import Top

from support.programs import ConvOptions, exact_conv, image_input

RNG = np.random.default_rng(2)
IMAGE = image_input(RNG, 3, 2, 2)
PERIOD = 20
"""Clocks from one load to the next."""
INT4 = ActivationType(4, signed=True)
CLAMP = Clamp(name="clamp", inputs=("image",), shape=(3, 2, 2), type=INT4, low=-8, high=7)


def run(top: Top, beats: list[bytes], clocks: int, reset: range) -> list[tuple[int, bytes, int]]:
    """(clock, bytes, tlast) of every answer; reset is held on the clocks `reset`."""
    seen = []

    async def testbench(ctx: Any) -> None:
        sent = 0
        ctx.set(top.m_axis_tready, 1)
        for clock in range(clocks):
            running = clock not in reset
            ctx.set(top.aresetn, running)
            offering = running and sent < len(beats)
            ctx.set(top.s_axis_tvalid, offering)
            if offering:
                ctx.set(top.s_axis_tdata, int.from_bytes(beats[sent], "little"))
                ctx.set(top.s_axis_tlast, sent % 4 == 3)
            if running and ctx.get(top.m_axis_tvalid):
                data = ctx.get(top.m_axis_tdata).to_bytes(3, "little")
                seen.append((clock, data, ctx.get(top.m_axis_tlast)))
            sent += bool(offering and ctx.get(top.s_axis_tready))
            ctx.set(top.aclk, 1)
            await ctx.delay(1e-6)
            ctx.set(top.aclk, 0)
            await ctx.delay(1e-6)

    simulator = Simulator(top)
    simulator.add_testbench(testbench)
    simulator.run()
    return seen


def top() -> Top:
    return Top(assemble(Program((IMAGE, CLAMP)), {}))


def test_every_element_has_a_byte() -> None:
    images = [bytes([0, 7, 200]), bytes([1, 2, 3]), bytes([255, 0, 6]), bytes([9, 9, 9])] * 2
    seen = run(top(), images, clocks=20, reset=range(0))
    assert [data for _, data, _ in seen] == [bytes(min(v, 7) for v in beat) for beat in images]
    assert [last for _, _, last in seen] == [0, 0, 0, 1] * 2


def test_negative_elements_are_sign_extended() -> None:
    negative = Clamp(name="clamp", inputs=("image",), shape=(3, 2, 2), type=INT4, low=-8, high=-3)
    seen = run(Top(assemble(Program((IMAGE, negative)), {})), [bytes(3)] * 4, 12, range(0))
    assert [data for _, data, _ in seen] == [bytes([253] * 3)] * 4


def test_unsigned_elements_are_not() -> None:
    uint4 = ActivationType(4, signed=False)
    large = Clamp(name="clamp", inputs=("image",), shape=(3, 2, 2), type=uint4, low=0, high=15)
    seen = run(Top(assemble(Program((IMAGE, large)), {})), [bytes([1, 8, 99])] * 4, 12, range(0))
    assert [data for _, data, _ in seen] == [bytes([1, 8, 15])] * 4


def test_loaded_is_high_from_the_end_of_a_load_to_the_next_one() -> None:
    memory = MemoryOptions(loadable=True)
    layer = exact_conv(RNG, "layer", IMAGE, ConvOptions(2))
    top = Top(assemble(Program((IMAGE, layer)), {"layer": Folding(3, 1, memory=memory)}))
    words = np.concatenate([load_words(port.bits) for port in top.network.ports]).tolist()
    seen: list[int] = []

    async def testbench(ctx: Any) -> None:
        ctx.set(top.aresetn, 1)
        for clock in range(3 * PERIOD):
            word = clock % PERIOD if clock < 2 * PERIOD else len(words)
            ctx.set(top.s_load_tvalid, word < len(words))
            ctx.set(top.s_load_tdata, words[word] if word < len(words) else 0)
            ctx.set(top.s_load_tlast, word == len(words) - 1)
            assert ctx.get(top.s_load_tready)
            seen.append(ctx.get(top.loaded))
            ctx.set(top.aclk, 1)
            await ctx.delay(1e-6)
            ctx.set(top.aclk, 0)
            await ctx.delay(1e-6)

    simulator = Simulator(top)
    simulator.add_testbench(testbench)
    simulator.run()
    first = seen.index(1)
    assert len(words) < first < PERIOD
    ends = [0] * first + [1] * (PERIOD + 1 - first)  # the next load's first word is taken
    assert seen == [*ends, *[0] * (first - 1), *[1] * (2 * PERIOD - first)]


def test_after_a_reset_in_an_image_its_rest_is_filled_up() -> None:
    beats = [bytes([1 + n % 7] * 3) for n in range(40)]
    seen = run(top(), beats, clocks=40, reset=range(6, 9))
    before = [data for clock, data, _ in seen if clock < 6]
    after = [data for clock, data, _ in seen if clock >= 9]
    assert before == beats[: len(before)]
    assert len(before) < 6  # the reset forgot what was under way
    # Two beats of the second image were taken before the reset; its last two come first.
    assert after[:12] == [*beats[6:8], bytes(3), bytes(3), *beats[8:16]]
