"""Proofs of what adds or multiplies two streams."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from amaranth.hdl import Value

from .....compiler.program import INT8, UINT8, ActivationType, Add, Multiply
from .....hw.nodes.operators.multiply import Product, StreamMultiplier
from .....hw.nodes.operators.pair import StreamPair
from .....hw.nodes.operators.residual import ResidualAdder, ShiftedSum
from ...formal_bench import FormalBench, implies
from ...proof import Proof
from ..cores import Group, core
from ..streams import count, sink, source, watch
from .sums import clamp


def shifted_sum(
    bench: FormalBench, dut: ShiftedSum, left: tuple[int, int], half: int, sign: int = 1
) -> None:
    """Sums of multiples, without any limit to their size."""

    def answer(group: Group) -> list[Any]:
        x = group.beats[0]
        lanes = len(x) // 2
        return [(x[n] << left[0]) + sign * (x[lanes + n] << left[1]) + half for n in range(lanes)]

    core(bench, dut, answer)


def stream_pair(bench: FormalBench, dut: StreamPair, result: Callable[[Any, Any], Any]) -> None:
    """Pairs of beats, and what becomes of both, in order."""
    depth, oldest = dut.inner.depth, dut.inner.core.latency + 1
    moves_a, moves_b = source(bench, dut.a, "a"), source(bench, dut.b, "b")
    leave = sink(bench, dut.o)
    inside = count(bench, "inside", moves_a, leave, depth)
    followed = watch(bench, "result", moves_a, leave, inside, oldest)
    here = followed.next & dut.o.valid
    both = dut.a.valid & dut.b.valid
    bench.check("both operands move on the same clock", moves_a == moves_b)
    bench.check("a pair moves exactly while there is room", moves_a == (both & (inside != depth)))
    bench.check(
        f"a result waits for those before it and {oldest} clocks, no longer",
        implies(followed.next, dut.o.valid == (followed.age == oldest)),
    )
    bench.check("nothing comes out that did not go in", implies(dut.o.valid, inside != 0))
    operands = [
        bench.held(name, followed.enters, port.p.data[0])
        for name, port in (("a", dut.a), ("b", dut.b))
    ]
    bench.check(
        "every result once, in order, right", implies(here, dut.o.p.data[0] == result(*operands))
    )
    last = bench.held("last", followed.enters, dut.a.p.last)
    bench.check("last with the result of the last operands", implies(here, dut.o.p.last == last))


def _sum(node: Add, a: Any, b: Any) -> Any:
    """``clamp(((a << left[0]) + (b << left[1]) + half) >> shift)``, or of the difference."""
    half, sign = (1 << node.shift) >> 1, -1 if node.subtracts else 1
    total = ((a << node.left[0]) + sign * (b << node.left[1]) + half) >> node.shift
    return clamp(total, node.low, node.high)


def _product(node: Multiply, a: Any, b: Any) -> Any:
    """``clamp((a * b + half) >> shift)``."""
    return clamp((a * b + ((1 << node.shift) >> 1)) >> node.shift, node.low, node.high)


def product(bench: FormalBench, dut: Product, lanes: int) -> None:
    """Products of the two halves of a beat."""

    def answer(group: Group) -> list[Any]:
        x = group.beats[0]
        return [of(dut.a, x[n]) * of(dut.b, x[lanes + n]) for n in range(lanes)]

    def of(kind: ActivationType, value: Value) -> Value:
        bits = value.as_unsigned()[: kind.bits]  # of what both types fit in
        return bits.as_signed() if kind.signed else bits

    core(bench, dut, answer)


def _adder_proof(bits: int, subtracts: bool = False) -> Proof:
    a, b = ActivationType(bits, signed=True), ActivationType(bits, signed=False)
    node = Add(
        name="sum", inputs=("a", "b"), shape=(1, 1, 1), type=a,
        low=a.low + 1, high=a.high, left=(1, 0), shift=1, subtracts=subtracts,
    )  # fmt: skip
    sign = "-" if subtracts else "+"
    return Proof(
        "ResidualAdder",
        f"one lane, {a} and {b}, (2 a {sign} b) / 2 in {node.low}..{node.high}",
        lambda: ResidualAdder(a, b, 1, node),
        partial(stream_pair, result=partial(_sum, node)),
    )


def _multiplier_proof(b: ActivationType) -> Proof:
    a = ActivationType(2, signed=True)
    node = Multiply(
        name="product", inputs=("a", "b"), shape=(1, 1, 1), type=a,
        low=a.low + 1, high=a.high, shift=1,
    )  # fmt: skip
    return Proof(
        "StreamMultiplier",
        f"one lane, {a} and {b}, a b / 2 in {node.low}..{node.high}",
        lambda: StreamMultiplier(a, b, 1, node),
        partial(stream_pair, result=partial(_product, node)),
    )


_INT3, _UINT2 = ActivationType(3, signed=True), ActivationType(2, signed=False)

PROOFS = (
    Proof(
        "ShiftedSum",
        "two lanes, int8 << 2 and uint8",
        lambda: ShiftedSum(INT8, UINT8, 2, (2, 0), 4),
        partial(shifted_sum, left=(2, 0), half=4),
    ),
    Proof(
        "ShiftedSum",
        "two lanes, uint8 - (int8 << 1)",
        lambda: ShiftedSum(UINT8, INT8, 2, (0, 1), 0, subtracts=True),
        partial(shifted_sum, left=(0, 1), half=0, sign=-1),
    ),
    _adder_proof(2),
    _adder_proof(2, subtracts=True),
    Proof(
        "Product",
        f"two lanes, {_INT3} and {_UINT2}",
        lambda: Product(_INT3, _UINT2, 2),
        partial(product, lanes=2),
    ),
    Proof(
        "Product",
        f"one lane, {_UINT2} and {_UINT2}",
        lambda: Product(_UINT2, _UINT2, 1),
        partial(product, lanes=1),
    ),
    _multiplier_proof(_UINT2),
)
