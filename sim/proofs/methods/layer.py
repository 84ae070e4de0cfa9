"""Proofs of a layer's engine: terms of one method, adder tree, accumulator, requantizer.

The model adds integers of any size, so that these are also the proofs that no accumulator
overflows for its tables or weights.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array

from ....compiler.program import UINT8, Conv, Input, Program, with_bounds
from ....hw.engine.folding import Folding
from ....hw.nodes.assemble import assemble
from ....hw.stream.core import Core
from ..components.arithmetic.sums import clamp
from ..components.cores import Group, core
from ..formal_bench import FormalBench
from ..proof import Proof

_LATE = 3
"""Clocks after which the model computes; of 0 to 3, with 3 the solver is by far the quickest."""

Term = Callable[[Any, int, int, int], Any]
"""What an element of a window adds to a sum: (element, its number in the pixel, tap, channel)."""


def engine(bench: FormalBench, dut: Core, node: Conv, folding: Folding, term: Term) -> None:
    """For each output channel the sum of its terms, rounded, shifted and clamped."""
    blocks, steps = node.shape[0] // folding.outputs, node.taps // folding.taps

    def channel(beats: Any, number: int) -> Any:
        total: Any = int(node.bias[number] + node.half[number])
        for n, beat in enumerate(beats):
            word, step = divmod(n, steps)
            for place, element in enumerate(beat):
                lane, tap = divmod(place, folding.taps)  # one tap a step, or all of a column
                total += term(element, word * folding.lanes + lane, step + tap, number)
        shift = int(node.shift[number])
        if node.factor is not None:
            total, shift = total * int(node.factor[number]), shift + node.factor_bits
        return clamp(total >> shift, node.low, node.high)

    def answer(group: Group) -> list[Any]:
        return [
            Array(channel(group.beats, block * folding.outputs + n) for block in range(blocks))[
                group.number
            ]
            for n in range(folding.outputs)
        ]

    core(bench, dut, answer, blocks, late=_LATE)


def one_layer(layer: Conv, channels: int, height: int) -> Program:
    """A layer named ``layer`` behind an ``image`` of one column."""
    zero = np.zeros(channels, np.int16)
    image = Input(name="image", inputs=(), shape=(channels, height, 1), type=UINT8, zero=zero)
    return Program((image, with_bounds(layer, UINT8)))


def engine_proof(program: Program, folding: Folding, term: Term, what: str) -> Proof:
    """That the engine of `one_layer` computes what its terms add up to.

    Parameters
    ----------
    program: made by `one_layer`.
    folding: of the layer.
    term: what its method adds.
    what: the kind of layer and its contents, in words.
    """
    node = program["layer"]
    assert isinstance(node, Conv)
    knobs = "".join(f", {name} {count}" for name, count in folding.knobs.items())
    knobs += f", {folding.taps} taps at once" if folding.taps > 1 else ""
    return Proof(
        "Chain",
        f"engine of {what}, {folding.lanes} lanes by {folding.outputs} outputs{knobs}",
        lambda: _core_of(program, folding),
        partial(engine, node=node, folding=folding, term=term),
    )


def _core_of(program: Program, folding: Folding) -> Core:
    network = assemble(program, {"layer": folding})
    stage = next(stage for stage in network.stages if stage.name == "layer.engine")
    result: Core = stage.component.core
    return result
