#!/usr/bin/env python3
"""Tables of sigmoid and tanh against the formulas by shifts and additions that stand in for them.

    bench/activations.py
    bench/activations.py --families ecp5 ice40 --bits 8

The dyadic paper (arXiv 2208.00087) has no memory for its activation functions: it takes pieces of
lines (PLAN: Amin, Curtis and Hayes-Gill, "Piecewise linear approximation applied to nonlinear
function of a neural network", 1997) or parabolas (Zhang, Vassiliadis and Delgado-Frias,
"Sigmoid generators for neural computing using piecewise approximations", 1996). For each of them,
and for the table that tabfab builds in logic and in block RAM, this prints what Yosys counts for
one lane, and how far the integers that come out are from the function, over all integers that may
come in: mean and worst, in steps of the output. A table is never further away than half a step.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from amaranth.hdl import Const, Module, Mux, Signal, Value, signed, unsigned
from numpy.typing import NDArray
from tabfab.compiler.graph import Activation
from tabfab.compiler.program import ActivationType
from tabfab.compiler.scales.operators.activation import activation_tables
from tabfab.compiler.scales.tensor_scale import TensorScale
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.logic.demand import Demand
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.operators.activation import ActivationLookup
from tabfab.hw.stream.core import Core
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.core_synth import synthesize_core

REACH = 8.0
"""What the largest input stands for, as the argument of a sigmoid; tanh takes twice its own."""
FRACTION = 8
"""Bits behind the point in the formulas: those of the output of a sigmoid, of 0 to 1."""


@dataclass(frozen=True)
class Line:
    """``y = x / 2^shift + offset`` of the magnitude, from `start` on.

    Parameters
    ----------
    start, offset: real.
    shift: None is a constant.
    """

    start: float
    shift: int | None
    offset: float


PLAN = (
    Line(0.0, 2, 0.5),
    Line(1.0, 3, 0.625),
    Line(2.375, 5, 0.84375),
    Line(5.0, None, 1.0),
)
"""Amin, Curtis and Hayes-Gill's pieces of the sigmoid."""


class Formula(Core):
    """A sigmoid of an integer's magnitude, mirrored: ``y(-x) = 1 - y(x)``; tanh from the same.

    tanh(x) is ``2 sigmoid(2 x) - 1``, so that both take one circuit, apart from what scales mean.

    Parameters
    ----------
    bits: of the signed input.
    is_tanh: whether the answer is signed.
    """

    def __init__(self, bits: int, is_tanh: bool) -> None:
        self.bits = bits
        self.is_tanh = is_tanh
        self.per_unit = (1 << (bits - 1)) / REACH  # tanh takes x twice
        shape = signed(8) if is_tanh else unsigned(8)
        super().__init__(i=(signed(bits), 1), o=(shape, 1), latency=3)

    def demand(self) -> Demand:
        """Not priced: this is no part of tabfab's hardware."""
        return Demand()

    def elaborate(self, platform: object) -> Module:
        """See `Core`."""
        m = Module()
        x = self.i.p.data[0]
        magnitude, negative = Signal(self.bits), Signal()
        half, negative1, result = Signal(FRACTION + 1), Signal(), Signal(signed(FRACTION + 2))
        m.d.sync += [magnitude.eq(Mux(x < 0, -x, x)), negative.eq(x < 0)]
        m.d.sync += [half.eq(self.above_half(m, magnitude)), negative1.eq(negative)]
        most = 127 if self.is_tanh else 255
        middle = Const(0) if self.is_tanh else Const(1 << (FRACTION - 1))
        m.d.comb += result.eq(middle + Mux(negative1, -half, half))
        limited = Mux(result > most, most, result)
        m.d.sync += self.o.p.data[0].eq(limited)
        valid, last = self.i.valid, self.i.p.last
        for clock in range(self.latency):
            later, later_last = Signal(name=f"valid{clock}"), Signal(name=f"last{clock}")
            m.d.sync += [later.eq(valid), later_last.eq(last)]
            valid, last = later, later_last
        m.d.comb += [self.o.valid.eq(valid), self.o.p.last.eq(last)]
        return m

    def above_half(self, m: Module, magnitude: Value) -> Value:
        """``sigmoid - 1/2`` of the magnitude, `FRACTION` bits behind the point."""
        raise NotImplementedError

    def steps(self, real: float) -> int:
        """A real argument of the sigmoid in steps of the input."""
        return round(real * self.per_unit)


class PiecewiseLinear(Formula):
    """PLAN: four lines whose slopes are powers of two."""

    def above_half(self, m: Module, magnitude: Value) -> Value:
        """See `Formula.above_half`."""
        scale = int(np.log2(self.per_unit))  # steps of an argument of 1, a power of two
        value: Value = Const(0)
        for line in PLAN:
            offset = Const(round((line.offset - 0.5) * (1 << FRACTION)))
            if line.shift is None:
                piece = offset
            else:
                up = FRACTION - line.shift - scale
                piece = ((magnitude << up) if up >= 0 else (magnitude >> -up)) + offset
            value = Mux(magnitude >= self.steps(line.start), piece, value)
        return value


class PiecewiseQuadratic(Formula):
    """One parabola a side: ``1 - (1 - |x| / 4)^2 / 2`` up to 4, then 1.

    The square is the paper's only product; it takes a multiplier or the like in look-up tables.
    """

    def above_half(self, m: Module, magnitude: Value) -> Value:
        """See `Formula.above_half`."""
        four = self.steps(4.0)
        rest = Signal(range(four + 1))
        m.d.comb += rest.eq(Mux(magnitude >= four, 0, four - magnitude))
        square = rest * rest  # (1 - |x| / 4)^2 in units of 1 / four^2, `four` a power of two
        shift = 2 * int(np.log2(four)) + 1 - FRACTION
        whole = (square >> shift) if shift >= 0 else square << -shift
        return Const(1 << (FRACTION - 1)) - whole


def table_of(function: str, bits: int) -> NDArray[np.int16]:
    """The table of a function as tabfab makes it."""
    source, scale, _ = scales(function, bits)
    layer = Activation(name="f", inputs=("x",), shape=(1, 1, 1), function=function)
    return activation_tables(layer, scale, source)


def scales(function: str, bits: int) -> tuple[TensorScale, TensorScale, ActivationType]:
    """Of the input and the output, and the output's type."""
    kind = ActivationType(8, function == "tanh")
    reach = REACH / 2 if function == "tanh" else REACH
    step = reach / (1 << (bits - 1))
    steps = 1 / 128 if function == "tanh" else 1 / 256
    source = TensorScale(ActivationType(bits, signed=True), np.array([step]), np.zeros(1))
    return source, TensorScale(kind, np.array([steps]), np.zeros(1)), kind


def answers(core: Core, bits: int) -> NDArray[np.int64]:
    """What a core answers to every integer, the smallest first."""
    from amaranth.sim import Simulator

    values = np.arange(-(1 << (bits - 1)), 1 << (bits - 1))
    seen: list[int] = []

    async def bench(context: object) -> None:
        for value in [*values.tolist(), *([0] * core.latency)]:
            context.set(core.i.valid, 1)  # type: ignore[attr-defined]
            context.set(core.i.p.data[0], value)  # type: ignore[attr-defined]
            await context.tick()  # type: ignore[attr-defined]
            seen.append(context.get(core.o.p.data[0]))  # type: ignore[attr-defined]

    simulator = Simulator(core)
    simulator.add_clock(1e-6)
    simulator.add_testbench(bench)
    simulator.run()
    return np.array(seen[core.latency - 1 :][: len(values)])


def errors(reached: NDArray[np.int64], function: str, bits: int) -> tuple[float, float]:
    """Mean and worst distance to the function, in steps of the output; clipped alike."""
    source, scale, kind = scales(function, bits)
    values = np.arange(source.type.low, source.type.high + 1) * source.step
    real = np.tanh(values) if function == "tanh" else 1 / (1 + np.exp(-values))
    wanted = (real / scale.step).clip(kind.low, kind.high)
    distance = np.abs(reached - wanted)
    return float(distance.mean()), float(distance.max())


def forms(function: str, bits: int, family: str) -> dict[str, Callable[[], Core]]:
    """What is compared, by what the table calls it."""
    tables = table_of(function, bits)
    source, _, kind = scales(function, bits)

    def lookup(worth: float) -> Core:
        options = MemoryOptions(family, 1, worth)
        return ActivationLookup(tables, source.type, kind, 1, options)

    is_tanh = function == "tanh"
    return {
        "table in logic": lambda: lookup(1e6),
        "table in block RAM": lambda: lookup(0.0),
        "PLAN": lambda: PiecewiseLinear(bits, is_tanh),
        "PLAN's values as a table in logic": lambda: ActivationLookup(
            answers(PiecewiseLinear(bits, is_tanh), bits)[None],
            source.type,
            kind,
            1,
            MemoryOptions(family, 1, 1e6),
        ),
        "quadratic": lambda: PiecewiseQuadratic(bits, is_tanh),
    }


def print_row(*cells: str) -> None:
    """One row of a Markdown table."""
    print("| " + " | ".join(cells) + " |", flush=True)


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--families", nargs="+", default=["ecp5", "ice40", "xilinx"], choices=sorted(FAMILIES)
    )
    parser.add_argument(
        "--functions", nargs="+", default=["sigmoid", "tanh"], choices=["sigmoid", "tanh"]
    )
    parser.add_argument("--bits", type=int, default=8, choices=range(4, 9), help="of the input")
    return parser.parse_args()


def main() -> int:
    """Print the comparison."""
    options = arguments()
    heads = ("function", "form", "family", "LUTs", "flip-flops", "block RAMs", "multipliers")
    print_row(*heads, "mean error", "worst error")
    print_row(*("---" for _ in range(len(heads) + 2)))
    for function in options.functions:
        for family in options.families:
            for name, make in forms(function, options.bits, family).items():
                with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
                    cells = device_cells(synthesize_core(make(), family, Path(scratch)))
                reached = answers(make(), options.bits)
                mean, worst = errors(reached, function, options.bits)
                amounts = (cells.luts, cells.flip_flops, cells.block_rams, cells.multipliers)
                counts = (f"{amount:,.0f}" for amount in amounts)
                print_row(function, name, family, *counts, f"{mean:.2f}", f"{worst:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
