"""Proofs of adder graphs: what outputs share changes none of them."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .....compiler.program import ActivationType
from .....hw.engine.accumulator import accumulator_shape
from .....hw.engine.adder_graph import adder_graph
from .....hw.engine.constant_matrix import ConstantMatrix
from ...formal_bench import FormalBench
from ...proof import Proof, induction
from ..cores import Group, core

_REACH = 40
"""Largest weight."""


def constant_matrix(
    bench: FormalBench,
    dut: ConstantMatrix,
    weight: NDArray[np.int64],
    bias: NDArray[np.int64],
    late: int = 0,
) -> None:
    """For each output the plain sum of its products, without any limit to its size."""

    def answer(group: Group) -> list[Any]:
        (x,) = group.beats
        return [
            sum((x[n] * int(w) for n, w in enumerate(row)), int(start))
            for row, start in zip(weight, bias, strict=True)
        ]

    core(bench, dut, answer, late=late)


def _matrix_proof(
    shape: tuple[int, int], kind: ActivationType, levels: int, short: bool = False
) -> Proof:
    rng = np.random.default_rng(0)
    weight = rng.integers(-_REACH, _REACH + 1, shape)
    bias = rng.integers(-100, 100, shape[0])
    ends = np.sort(np.stack([weight * kind.low, weight * kind.high]), axis=0).sum(axis=2) + bias
    accumulator = accumulator_shape((int(ends[0].min()), int(ends[1].max())))
    between = "an addition" if levels == 1 else f"{levels} additions"
    return Proof(
        "ConstantMatrix",
        f"random weights {shape}, {kind}, {between} between registers",
        lambda: ConstantMatrix(
            adder_graph(weight, bias, kind.low, kind.high), kind, accumulator, levels
        ),
        partial(constant_matrix, weight=weight, bias=bias),
        induction(8),
        short=short,
    )


PROOFS = (
    _matrix_proof((2, 2), ActivationType(4, signed=False), 1, short=True),
    _matrix_proof((3, 3), ActivationType(3, signed=True), 2),
    _matrix_proof((4, 2), ActivationType(5, signed=False), 1),
)
