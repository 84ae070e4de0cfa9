"""Proofs of exact layers: multipliers, and the engine that adds their products up."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array
from numpy.typing import NDArray

from ....compiler.program import INT8, UINT8, ActivationType, ExactConv
from ....hw.engine.folding import Folding
from ....hw.nodes.methods.exact.multiplier_bank import MultiplierBank
from ....hw.nodes.methods.unrolled import UNROLLED
from ..components.cores import Group, core
from ..formal_bench import FormalBench
from ..proof import Proof
from .layer import Term, engine_proof, one_layer


def multiplier_bank(
    bench: FormalBench, dut: MultiplierBank, weight: NDArray[np.int8], lanes: int, outputs: int
) -> None:
    """Products with the weights whose turn it is; those of the fill are zero."""
    weights = weight.reshape(*weight.shape[:2], -1)
    channels, inputs, taps = weights.shape
    words, blocks = -(-inputs // lanes), channels // outputs

    def factor(group: Group, lane: int, n: int) -> Any:
        factors = [
            int(weights[block * outputs + n, source, tap]) if source < inputs else 0
            for block in range(blocks)
            for source in range(lane, words * lanes, lanes)
            for tap in range(taps)
        ]
        return Array(factors)[group.number]

    def answer(group: Group) -> list[Any]:
        return [
            x * factor(group, lane, n)
            for lane, x in enumerate(group.beats[0])
            for n in range(outputs)
        ]

    core(bench, dut, answer, blocks * words * taps, late=dut.latency - 1)


def exact_layer(channels: int, taps: int, outputs: int, multiplier: int | None = None) -> ExactConv:
    """An exact layer with random weights that takes an image of one column to one pixel.

    Its sums are multiplied by `multiplier`, if that is given.
    """
    rng = np.random.default_rng(0)
    return ExactConv(
        name="layer", inputs=("image",), shape=(outputs, 1, 1), type=UINT8, low=0, high=255,
        kernel=(taps, 1),
        weight=rng.integers(-128, 128, (outputs, channels, taps, 1)).astype(np.int8),
        bias=rng.integers(-100, 200, outputs).astype(np.int32),
        shift=rng.integers(6, 9, outputs).astype(np.int8),
        multiplier=None if multiplier is None else np.full(outputs, multiplier, np.int16),
    )  # fmt: skip


def product_of(weight: NDArray[np.integer[Any]]) -> Term:
    """The product of an activation with its weight; 0 for the fill of a pixel's last beat."""
    weights = weight.reshape(*weight.shape[:2], -1)

    def product(x: Any, source: int, tap: int, channel: int) -> Any:
        return x * int(weights[channel, source, tap]) if source < weights.shape[1] else 0

    return product


def _multiplier_proof(
    shape: tuple[int, ...], type_: ActivationType, lanes: int, outputs: int
) -> Proof:
    weight = np.random.default_rng(0).integers(-128, 128, shape).astype(np.int8)
    return Proof(
        "MultiplierBank",
        f"random weights {shape}, {type_}, {lanes} lanes by {outputs} outputs",
        lambda: MultiplierBank(weight, type_, lanes, outputs),
        partial(multiplier_bank, weight=weight, lanes=lanes, outputs=outputs),
    )


def _engine_proof(
    channels: int, taps: int, outputs: int, folding: Folding, multiplier: int | None = None
) -> Proof:
    layer = exact_layer(channels, taps, outputs, multiplier)
    return engine_proof(
        one_layer(layer, channels, taps),
        folding,
        product_of(layer.weight),
        f"an exact layer, random weights {layer.weight.shape}"
        + ("" if multiplier is None else f", times {multiplier}"),
    )


PROOFS = (
    _multiplier_proof((2, 3, 1, 1), INT8, 2, 1),
    _multiplier_proof((2, 2, 2, 1), UINT8, 1, 2),
    _engine_proof(1, 1, 1, Folding(1, 1)),
    _engine_proof(1, 1, 2, Folding(1, 2, {UNROLLED: 2})),
    _engine_proof(1, 1, 1, Folding(1, 1), multiplier=(3 << 13) + 1),
)
