"""Proofs of the cores that add and shift."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array, Const, Mux, Shape, signed, unsigned
from numpy.typing import NDArray

from .....compiler.program import INT8, UINT8, ActivationType, Pair
from .....hw.engine.accumulator import Accumulator
from .....hw.engine.adder_tree import AdderTree
from .....hw.engine.blend import Blend
from .....hw.engine.chosen_factor import ChosenFactor
from .....hw.engine.constant_factor import ConstantFactor
from .....hw.engine.quarter_factor import QuarterFactor
from .....hw.engine.requantizer import Requantizer
from .....hw.nodes.methods.exact.channel_factor import ChannelFactor
from .....hw.stream.pipeline_register import PipelineRegister
from ...formal_bench import FormalBench, implies
from ...proof import Proof, induction
from ..cores import Group, core


def adder_tree(bench: FormalBench, dut: AdderTree, outputs: int) -> None:
    """Sums over the lanes, without any limit to their size."""

    def answer(group: Group) -> list[Any]:
        return [sum(group.beats[0][n::outputs]) for n in range(outputs)]

    core(bench, dut, answer)


def accumulator(
    bench: FormalBench, dut: Accumulator, bias: NDArray[np.int64], shape: Shape
) -> None:
    """Biases plus sums, of groups whose result fits: that all do is what `engine` proves."""
    low, high = -(1 << (shape.width - 1)), (1 << (shape.width - 1)) - 1

    def answer(group: Group) -> list[Any]:
        totals = []
        for n, column in enumerate(bias.T.tolist()):
            total = Array(column)[group.number] + sum(beat[n] for beat in group.beats)
            bench.assume(implies(group.complete, (total >= low) & (total <= high)))
            totals.append(total)
        return totals

    starting = bench.register("starting", Const(0, 1), init=1)
    bench.assume(implies(starting, ~dut.i.valid))
    core(bench, dut, answer, len(bias))


def constant_factor(bench: FormalBench, dut: ConstantFactor, factor: int, offset: int) -> None:
    """Products, by as many additions as the factor says, without any limit to their size."""

    def answer(group: Group) -> list[Any]:
        return [sum((x for _ in range(factor)), start=Const(offset)) for x in group.beats[0]]

    core(bench, dut, answer)


def chosen_factor(
    bench: FormalBench, dut: ChosenFactor, factors: NDArray[np.int64], words: int, offset: int
) -> None:
    """Products with the factor of their place, without any limit to their size."""
    of_beats = np.repeat(factors.reshape(-1), words).tolist()

    def answer(group: Group) -> list[Any]:
        return [
            Array(sum((x for _ in range(factor)), start=Const(offset)) for factor in of_beats)[
                group.number
            ]
            for x in group.beats[0]
        ]

    core(bench, dut, answer, len(of_beats))


def quarter_factor(bench: FormalBench, dut: QuarterFactor, quarters: NDArray[np.int8]) -> None:
    """Four to seven times the number, by as many additions."""

    def answer(group: Group) -> list[Any]:
        return [
            Array(sum((x for _ in range(count - 1)), start=x) for count in column)[group.number]
            for x, column in zip(group.beats[0], quarters.T.tolist(), strict=True)
        ]

    core(bench, dut, answer, len(quarters))


def channel_factor(bench: FormalBench, dut: ChannelFactor, factors: NDArray[np.int64]) -> None:
    """Products with the factor whose turn it is, in one piece."""

    def answer(group: Group) -> list[Any]:
        return [
            x * Array(column)[group.number]
            for x, column in zip(group.beats[0], factors.T.tolist(), strict=True)
        ]

    core(bench, dut, answer, len(factors), late=1)


def requantizer(
    bench: FormalBench, dut: Requantizer, shift: NDArray[np.int8], low: int, high: int
) -> None:
    """Division by powers of two, towards minus infinity, then the clamp."""

    def answer(group: Group) -> list[Any]:
        return [
            clamp(Array(x >> amount for amount in shift[:, n].tolist())[group.number], low, high)
            for n, x in enumerate(group.beats[0])
        ]

    core(bench, dut, answer, len(shift))


def pipeline_register(bench: FormalBench, dut: PipelineRegister) -> None:
    """What comes in goes out."""
    core(bench, dut, lambda group: group.beats[0])


def clamp(x: Any, low: int, high: int) -> Any:
    """The nearest value in low..high."""
    return Mux(x < low, low, Mux(x > high, high, x))


def _accumulator_proof(bits: int, bias: list[list[int]], group: int, width: int) -> Proof:
    biases, shape = np.array(bias, np.int64), signed(width)
    return Proof(
        "Accumulator",
        f"groups of {group} {bits}-bit terms, {biases.size} biases in {len(bias)} blocks",
        lambda: Accumulator(signed(bits), shape, biases, group),
        partial(accumulator, bias=biases, shape=shape),
    )


def _requantizer_proof(
    shape: Shape, type_: ActivationType, shift: list[list[int]], clamp_: tuple[int, int],
    short: bool = False,
) -> Proof:  # fmt: skip
    shifts = np.array(shift, np.int8)
    sign = "" if shape.signed else "unsigned "
    return Proof(
        "Requantizer",
        f"{shape.width} {sign}bits to {type_} in {clamp_[0]}..{clamp_[1]}, shifts {shift}",
        lambda: Requantizer(shape, type_, shifts, *clamp_),
        partial(requantizer, shift=shifts, low=clamp_[0], high=clamp_[1]),
        short=short,
    )


def _factor_proof(bits: int, lanes: int, factor: int, offset: int) -> Proof:
    return Proof(
        "ConstantFactor",
        f"{lanes} lanes of {bits} bits, x * {factor} + {offset}",
        lambda: ConstantFactor(signed(bits), lanes, factor, offset),
        partial(constant_factor, factor=factor, offset=offset),
    )


def _chosen_proof(bits: int, factors: list[list[int]], words: int) -> Proof:
    places = np.array(factors, np.int64)
    return Proof(
        "ChosenFactor",
        f"{bits} bits, factors {factors}, {words} beats a pixel",
        lambda: ChosenFactor(signed(bits), 1, places, words, 2),
        partial(chosen_factor, factors=places, words=words, offset=2),
    )


def _quarter_proof(bits: int, quarters: list[list[int]]) -> Proof:
    counts = np.array(quarters, np.int8)
    return Proof(
        "QuarterFactor",
        f"{bits} bits, quarters {quarters}",
        lambda: QuarterFactor(signed(bits), counts),
        partial(quarter_factor, quarters=counts),
    )


def _channel_proof(bits: int, factors: list[list[int]], width: int) -> Proof:
    rows = np.array(factors, np.int64)
    return Proof(
        "ChannelFactor",
        f"{bits} bits, factors {factors}",
        lambda: ChannelFactor(signed(bits), rows, width),
        partial(channel_factor, factors=rows),
    )


def _tree_proof(bits: int, lanes: int, outputs: int, short: bool = False) -> Proof:
    return Proof(
        "AdderTree",
        f"{lanes} lanes of {bits} bits, {outputs} outputs",
        lambda: AdderTree(bits, lanes, outputs),
        partial(adder_tree, outputs=outputs),
        induction(8),
        short=short,
    )


def blend(bench: FormalBench, dut: Blend, factor: Pair, size: Pair) -> None:
    """Means of windows with the weights 1, 2, ..., 2, 1, of the middle alone near an edge."""

    def weights(axis: int, place: int) -> list[int]:
        times = factor[axis]
        if times == 1:
            return [1]
        if times // 2 <= place < size[axis] - times // 2:
            return [1, *[2] * (times - 1), 1]
        return [2 * times if tap == times // 2 else 0 for tap in range(times + 1)]

    def mean(group: Group, lane: int, row: int, column: int) -> Any:
        down, right = weights(0, row), weights(1, column)
        total = sum(
            vertical * horizontal * group.beats[across][lane * len(down) + tap]
            for across, horizontal in enumerate(right)
            for tap, vertical in enumerate(down)
        )
        whole = sum(down) * sum(right)
        return (total + whole // 2) >> (whole.bit_length() - 1)

    def answer(group: Group) -> list[Any]:
        places = [(row, column) for row in range(size[0]) for column in range(size[1])]
        return [
            Array(mean(group, lane, *place) for place in places)[group.number]
            for lane in range(dut.output[1])
        ]

    core(bench, dut, answer, size[0] * size[1])


def _blend_proof(kind: ActivationType, lanes: int, factor: Pair, size: Pair) -> Proof:
    return Proof(
        "Blend",
        f"{lanes} lanes of {kind}, {factor[0]}x{factor[1]} times as large, "
        f"{size[0]}x{size[1]} pixels",
        lambda: Blend(kind, lanes, factor, size, 1),
        partial(blend, factor=factor, size=size),
    )


PROOFS = (
    _tree_proof(8, 2, 1, short=True),
    _tree_proof(8, 5, 2),
    _tree_proof(4, 8, 1),
    _tree_proof(6, 7, 1),
    Proof(
        "PipelineRegister",
        "2 lanes of 3 bits",
        lambda: PipelineRegister(signed(3), 2),
        pipeline_register,
    ),
    _accumulator_proof(4, [[3, -5]], 3, 6),
    _accumulator_proof(3, [[3], [-5], [0]], 2, 5),
    _factor_proof(4, 2, 7, 4),
    _factor_proof(5, 1, 11, 0),
    _chosen_proof(3, [[2, 3], [3, 5]], 1),
    _chosen_proof(3, [[1, 3, 1]], 2),
    _quarter_proof(6, [[4, 5], [6, 7]]),
    _quarter_proof(5, [[7]]),
    _channel_proof(6, [[9, 15], [8, 13]], 4),
    _channel_proof(20, [[5], [6]], 3),
    _requantizer_proof(signed(20), INT8, [[3, 0], [2, 5], [3, 4]], (-100, 90), short=True),
    _requantizer_proof(signed(24), UINT8, [[7, 11]], (0, 255)),
    _requantizer_proof(signed(16), INT8, [[0, 4]], (-128, 127), short=True),
    _requantizer_proof(signed(10), ActivationType(4, signed=True), [[1], [0]], (-8, -1)),
    _requantizer_proof(unsigned(8), INT8, [[0]], (0, 64)),
    _blend_proof(ActivationType(2, signed=False), 1, (2, 1), (4, 1)),
    _blend_proof(ActivationType(2, signed=True), 1, (1, 2), (1, 4)),
    _blend_proof(ActivationType(2, signed=False), 1, (2, 2), (2, 4)),
)
