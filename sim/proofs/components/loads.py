"""Proofs of memories whose contents are replaced at run time."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array, Cat, Mux, Signal, Value

from ....hw.logic.load_port import WORD_BITS, LoadedRows, LoadPort
from ..formal_bench import FormalBench, implies
from ..proof import Proof


def load_port(bench: FormalBench, dut: LoadPort, depth: int, width: int) -> None:
    """Words counted from the load's first one: this memory's, then the next ones'."""
    m = bench.m
    row_words = -(-width // WORD_BITS)
    total = depth * row_words
    valid, first, word = _words(bench, dut)
    begun, position, passed = Signal(), Signal(range(total + 1)), Signal()
    number = Mux(first, 0, position)
    known = valid & (first | begun)
    mine, beyond = known & (number < total), known & (number == total)
    with m.If(known):
        m.d.sync += [
            begun.eq(1),
            position.eq(Mux(number == total, total, number + 1)),
            passed.eq(beyond),
        ]
    ends = mine & Array(n % row_words == row_words - 1 for n in range(total))[number]
    earlier: list[Value] = []
    for n in range(1, row_words):
        earlier.insert(0, bench.held(f"word_before{n}", mine, earlier[0] if earlier else word))
    contents = bench.register("contents", Cat(*earlier, word)[:width])
    row = bench.register("row", Array(n // row_words for n in range(total))[number])
    written = bench.register("written", ends)
    handed_on = bench.register("handed_on", beyond)
    bench.check("writes one clock after a row's last word and never else", dut.write == written)
    bench.check(
        "every row gets its words",
        implies(written, (dut.row == row) & (dut.data == contents)),
    )
    bench.check(
        "finished with the last row and no other",
        dut.finished == bench.register("finished", ends & (number == total - 1)),
    )
    bench.check(
        "hands on every word behind its last row and no other",
        (dut.o.valid == handed_on)
        & implies(handed_on, dut.o.p.word == bench.register("handed_word", word)),
    )
    bench.check(
        "marks the first word that it hands on",
        implies(handed_on, dut.o.p.first == ~bench.register("passed_before", passed & ~first)),
    )


def loaded_rows(bench: FormalBench, dut: LoadedRows) -> None:
    """One row, any one, from when it is written on."""
    m = bench.m
    _words(bench, dut.load)
    address = bench.free("address", len(dut.address))
    m.d.comb += dut.address.eq(address)
    write, row, data = dut.load.write, dut.load.row, dut.load.data
    followed, number, contents = Signal(), Signal.like(row), Signal.like(data)
    same = followed & (number == row)
    with m.If(write & (same | (bench.free("chosen") & ~followed))):
        m.d.sync += [followed.eq(1), number.eq(row), contents.eq(data)]
    asked = bench.register("asked", followed & (address == number) & ~(write & same))
    bench.check(
        "a row holds what was last written to it",
        implies(asked, dut.data == bench.register("expected", contents)),
    )


def _words(bench: FormalBench, port: LoadPort) -> tuple[Any, Any, Any]:
    """Any load; returns whether there is a word, whether it is the first, and the word."""
    valid, first = bench.free("valid"), bench.free("first")
    word = bench.free("word", WORD_BITS)
    bench.m.d.comb += [
        port.i.valid.eq(valid),
        port.i.p.first.eq(first),
        port.i.p.word.eq(word),
    ]
    return valid, first, word


def _port_proof(depth: int, width: int) -> Proof:
    return Proof(
        "LoadPort",
        f"{depth} rows of {width} bits",
        lambda: LoadPort(np.zeros((depth, width), bool)),
        partial(load_port, depth=depth, width=width),
    )


PROOFS = (
    _port_proof(3, 20),
    _port_proof(2, 70),
    Proof(
        "LoadedRows",
        "3 rows of 4 bits",
        lambda: LoadedRows(np.zeros((3, 4), bool)),
        loaded_rows,
    ),
)
