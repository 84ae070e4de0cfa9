#!/usr/bin/env python3
"""Whether unrolled tables are smaller with flattened sums and encoders than with trees.

    bench/flattened.py

The sums of one output: the adder tree that tabfab builds, with a carry chain for each addition,
beside carry-save adders (three numbers become two, without a chain) and one addition in the end.
The code of one subspace: the comparator tree of folded layers, one comparison a level, beside that
of unrolled ones, all comparisons at once. LUTs and flip-flops by the same Yosys commands.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from amaranth.hdl import Module, Shape, Signal, Value, signed
from tabfab.compiler.program import UINT8, TreeEncoder
from tabfab.hw.engine.adder_tree import AdderTree
from tabfab.hw.logic.counters import unreset
from tabfab.hw.nodes.methods.table.encoder import Encoder
from tabfab.hw.nodes.methods.table.flat_encoder import FlatEncoder
from tabfab.hw.stream.core import Core
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.core_synth import synthesize_core

FAMILIES = ("ecp5", "ice40", "xilinx")


class CarrySaveTree(Core):
    """One sum of `terms` signed terms of `bits`, a level of carry-save adders a clock."""

    def __init__(self, bits: int, terms: int) -> None:
        width, left, levels = bits + (terms - 1).bit_length(), terms, 0
        while left > 2:
            left, levels = left - left // 3, levels + 1
        super().__init__(i=(signed(bits), terms), o=(signed(width), 1), latency=levels + 1)

    def elaborate(self, platform: object) -> Module:
        """Each level makes two rows of three."""
        m, shape = Module(), Shape.cast(self.output[0])
        rows: list[Value] = []
        for n, term in enumerate(self.i.p.data):
            row = Signal(shape, name=f"term{n}")
            m.d.comb += row.eq(term)
            rows.append(row)
        for level in range(self.latency - 1):
            fewer: list[Value] = []
            while len(rows) > 2:
                a, b, c, *rows = rows
                fewer += [a ^ b ^ c, (a & b | a & c | b & c) << 1]
            rows = [
                unreset(m, f"level{level}_{n}", row.as_unsigned()[: shape.width])
                for n, row in enumerate(fewer + rows)
            ]
        m.d.sync += self.o.p.data[0].eq(rows[0] + rows[1])
        self.mark_answers(m)
        return m


def random_tree(length: int, levels: int, seed: int) -> TreeEncoder:
    """One subspace's tree, of random nodes."""
    rng = np.random.default_rng(seed)
    shape = (1, (1 << levels) - 1)
    return TreeEncoder(
        rng.integers(0, length, shape).astype(np.int16),
        rng.integers(1, 255, shape).astype(np.int16),
        length,
    )


def pairs(terms: int, bits: int, levels: int, seed: int) -> Sequence[tuple[str, Core, Core]]:
    """What is compared: a name, the tree and what is flattened."""
    tree = random_tree(4, levels, seed)
    return (
        (
            f"sum of {terms} terms of {bits} bits",
            AdderTree(bits, terms, 1),
            CarrySaveTree(bits, terms),
        ),
        (
            f"code of 4 elements, {1 << levels} leaves",
            Encoder(tree, UINT8, 1),
            FlatEncoder(tree, UINT8),
        ),
    )


def main() -> None:
    """Print LUTs, flip-flops and clocks of each pair."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--terms", type=int, default=25, help="of a sum")
    parser.add_argument("--bits", type=int, default=6, help="of a term")
    parser.add_argument("--levels", type=int, default=4, help="of the comparator tree")
    parser.add_argument("--seed", type=int, default=0, help="of the tree")
    options = parser.parse_args()
    print("| what | family | clocks | LUTs | flip-flops | against the tree's LUTs |")
    print("|---|---|---|---|---|---|")
    for name, *cores in pairs(options.terms, options.bits, options.levels, options.seed):
        for family in FAMILIES:
            first = 0.0
            for form, core in zip(("tree", "flattened"), cores, strict=True):
                with tempfile.TemporaryDirectory() as scratch:
                    cells = device_cells(synthesize_core(core, family, Path(scratch)))
                first = first or cells.luts
                print(
                    f"| {name}, {form} | {family} | {core.latency} | {cells.luts} "
                    f"| {cells.flip_flops} | {cells.luts / first:.2f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
