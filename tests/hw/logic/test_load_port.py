from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from amaranth.back import rtlil
from amaranth.hdl import Module
from amaranth.sim import Simulator
from numpy.typing import NDArray
from tabfab.hw.logic.load_port import LoadedRows, LoadPort, load_words

SHAPES = [(1, 1), (3, 32), (2, 33), (5, 7), (1, 100)]


def load(
    ports: list[LoadPort], words: list[tuple[int, bool]], gaps: NDArray[np.bool_]
) -> list[list[tuple[int, int, int]]]:
    """What each port of a chain writes: (row, data, finished)."""
    m = Module()
    for n, port in enumerate(ports):
        m.submodules[f"port{n}"] = port
        if n:
            m.d.comb += [port.i.valid.eq(ports[n - 1].o.valid), port.i.p.eq(ports[n - 1].o.p)]
    seen: list[list[tuple[int, int, int]]] = [[] for _ in ports]

    async def testbench(ctx: Any) -> None:
        waiting = list(words)
        for clock in range(4 * len(words) + len(ports) + 4):
            offer = bool(waiting) and not gaps[clock % len(gaps)]
            ctx.set(ports[0].i.valid, offer)
            if offer:
                word, first = waiting.pop(0)
                ctx.set(ports[0].i.p.word, word)
                ctx.set(ports[0].i.p.first, first)
            await ctx.tick()
            for writes, port in zip(seen, ports, strict=True):
                if ctx.get(port.write):
                    writes.append((ctx.get(port.row), ctx.get(port.data), ctx.get(port.finished)))

    simulator = Simulator(m)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    return seen


def contents(rng: np.random.Generator) -> list[NDArray[np.bool_]]:
    return [rng.integers(0, 2, shape).astype(bool) for shape in SHAPES]


def writes_of(bits: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    rows = [sum(1 << int(n) for n in np.flatnonzero(row)) for row in bits]
    return [(n, row, int(n == len(rows) - 1)) for n, row in enumerate(rows)]


def marked(words: list[int]) -> list[tuple[int, bool]]:
    return [(word, n == 0) for n, word in enumerate(words)]


@pytest.mark.parametrize("gap", [0.0, 0.5])
def test_every_memory_gets_its_rows(gap: float, rng: np.random.Generator) -> None:
    first, second = contents(rng), contents(rng)
    ports = [LoadPort(bits) for bits in first]
    loads = [
        np.concatenate([load_words(bits) for bits in each]).tolist() for each in (first, second)
    ]
    gaps = rng.random(64) < gap
    gaps[0] = False
    seen = load(ports, [*marked(loads[0]), *marked(loads[1])], gaps)
    for writes, one, other in zip(seen, first, second, strict=True):
        assert writes == writes_of(one) + writes_of(other)


def test_a_load_that_breaks_off_can_begin_again(rng: np.random.Generator) -> None:
    bits = contents(rng)
    words = np.concatenate([load_words(each) for each in bits]).tolist()
    seen = load(
        [LoadPort(each) for each in bits], [*marked(words[:6]), *marked(words)], np.zeros(1, bool)
    )
    for writes, each in zip(seen, bits, strict=True):
        assert writes[-len(each) :] == writes_of(each)


def test_words_outside_a_load_are_dropped(rng: np.random.Generator) -> None:
    bits = contents(rng)
    words = np.concatenate([load_words(each) for each in bits]).tolist()
    unmarked = [(word, False) for word in words[:3]]
    seen = load(
        [LoadPort(each) for each in bits], [*unmarked, *marked(words), *unmarked], np.zeros(1, bool)
    )
    assert [len(writes) for writes in seen] == [len(each) for each in bits]


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_loaded_memory_has_an_address_even_for_a_single_row(rows: int) -> None:
    """Synthesis tools know no memory without one."""
    memory = LoadedRows(np.zeros((rows, 4), bool))
    ports = [memory.address, memory.data, memory.load.i.valid, memory.load.i.p.as_value()]
    text = rtlil.convert(memory, ports=ports, emit_src=False)
    assert f"memory width 4 size {max(rows, 2)} " in text


def test_words_hold_the_lowest_bits_first() -> None:
    bits = np.zeros((2, 40), bool)
    bits[0, 0] = bits[0, 39] = bits[1, 31] = True
    assert load_words(bits).tolist() == [1, 1 << 7, 1 << 31, 0]
