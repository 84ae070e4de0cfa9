"""Proofs of dyadic layers: shifters, and the engine that adds what they give."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array
from numpy.typing import NDArray

from ....compiler.program import INT8, UINT8, ActivationType, DyadicConv
from ....hw.engine.folding import Folding
from ....hw.nodes.methods.dyadic.shifter_bank import ShifterBank
from ....hw.nodes.methods.unrolled import UNROLLED
from ..components.cores import Group, core
from ..formal_bench import FormalBench
from ..proof import Proof
from .exact import product_of
from .layer import engine_proof, one_layer

_FINEST_SHIFT = 3


def shifter_bank(
    bench: FormalBench, dut: ShifterBank, terms: NDArray[np.int8], lanes: int, outputs: int
) -> None:
    """Activations shifted by the terms whose turn it is, inverted where these are negative."""
    flat = terms.reshape(*terms.shape[:3], -1)
    _, channels, inputs, taps = flat.shape
    words, blocks = -(-inputs // lanes), channels // outputs

    def shifted(x: Any, source: int, tap: int, channel: int) -> Any:
        if source >= inputs:
            return 0
        codes = [int(code) for code in flat[:, channel, source, tap]]
        parts: list[Any] = [
            -(x << (-code - 1)) - 1 if code < 0 else x << (code - 1) for code in codes if code
        ]
        return sum(parts[1:], parts[0]) if parts else 0

    def answer(group: Group) -> list[Any]:
        return [
            Array(
                shifted(x, source, tap, block * outputs + n)
                for block in range(blocks)
                for source in range(lane, words * lanes, lanes)
                for tap in range(taps)
            )[group.number]
            for lane, x in enumerate(group.beats[0])
            for n in range(outputs)
        ]

    core(bench, dut, answer, blocks * words * taps, late=dut.latency - 1)


def random_terms(shape: tuple[int, ...]) -> NDArray[np.int8]:
    """Terms (T, M, C, kernel height, kernel width) of every shift and both signs, and none."""
    most = _FINEST_SHIFT + 1
    return np.random.default_rng(0).integers(-most, most + 1, shape).astype(np.int8)


def dyadic_layer(channels: int, taps: int, outputs: int, has_alpha: bool = False) -> DyadicConv:
    """A dyadic layer with random terms that takes an image of one column to one pixel."""
    rng = np.random.default_rng(0)
    return DyadicConv(
        name="layer", inputs=("image",), shape=(outputs, 1, 1), type=UINT8, low=0, high=255,
        kernel=(taps, 1), finest_shift=_FINEST_SHIFT,
        terms=random_terms((2, outputs, channels, taps, 1)),
        bias=rng.integers(-100, 200, outputs).astype(np.int32),
        shift=rng.integers(2, 5, outputs).astype(np.int8),
        alpha=rng.integers(5, 8, outputs).astype(np.int8) if has_alpha else None,
    )  # fmt: skip


def _shifter_proof(shape: tuple[int, ...], kind: ActivationType, lanes: int, outputs: int) -> Proof:
    terms = random_terms(shape)
    return Proof(
        "ShifterBank",
        f"random terms {shape}, {kind}, {lanes} lanes by {outputs} outputs",
        lambda: ShifterBank(terms, _FINEST_SHIFT, kind, lanes, outputs),
        partial(shifter_bank, terms=terms, lanes=lanes, outputs=outputs),
    )


def _engine_proof(
    channels: int, taps: int, outputs: int, folding: Folding, has_alpha: bool = False
) -> Proof:
    layer = dyadic_layer(channels, taps, outputs, has_alpha)
    return engine_proof(
        one_layer(layer, channels, taps),
        folding,
        product_of(layer.weight),
        f"a dyadic layer, random terms {layer.terms.shape}" + ", alpha" * has_alpha,
    )


PROOFS = (
    _shifter_proof((1, 2, 3, 1, 1), INT8, 2, 1),
    _shifter_proof((2, 2, 2, 2, 1), UINT8, 1, 2),
    _engine_proof(1, 1, 1, Folding(1, 1)),
    _engine_proof(1, 1, 2, Folding(1, 2, {UNROLLED: 1})),
    _engine_proof(1, 1, 1, Folding(1, 1), has_alpha=True),
)
