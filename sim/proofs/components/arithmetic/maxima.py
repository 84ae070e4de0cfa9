"""Proofs of the cores that compare: largest values, and where they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from amaranth.hdl import Mux, Shape, signed, unsigned

from .....hw.engine.argmax import Argmax
from .....hw.nodes.operators.max_reducer import MaxReducer
from ...formal_bench import FormalBench
from ...proof import Proof
from ..cores import Group, core


def max_reducer(bench: FormalBench, dut: MaxReducer) -> None:
    """Lane by lane the largest of a group's beats."""

    def answer(group: Group) -> list[Any]:
        return [
            _largest([value for beat in group.beats for value in beat[first : first + dut.taps]])
            for first in range(0, dut.input[1], dut.taps)
        ]

    core(bench, dut, answer)


def argmax(bench: FormalBench, dut: Argmax) -> None:
    """The lowest number of a channel that no other exceeds."""

    def answer(group: Group) -> list[Any]:
        channels = [channel for beat in group.beats for channel in beat]
        largest = _largest(channels)
        number: Any = 0
        for n in reversed(range(len(channels))):
            number = Mux(channels[n] == largest, n, number)
        return [number]

    core(bench, dut, answer)


def _largest(values: Sequence[Any]) -> Any:
    largest = values[0]
    for value in values[1:]:
        largest = Mux(value > largest, value, largest)
    return largest


def _max_proof(shape: Shape, lanes: int, group: int, taps: int = 1) -> Proof:
    kind = "signed" if shape.signed else "unsigned"
    together = f", {taps} taps at once" if taps > 1 else ""
    return Proof(
        "MaxReducer",
        f"groups of {group}, {lanes} lanes of {shape.width} bits, {kind}{together}",
        lambda: MaxReducer(shape, lanes, group, taps),
        max_reducer,
    )


def _argmax_proof(shape: Shape, channels: int, lanes: int, short: bool = False) -> Proof:
    kind = "signed" if shape.signed else "unsigned"
    return Proof(
        "Argmax",
        f"{channels} channels of {shape.width} bits, {kind}, {lanes} a beat",
        lambda: Argmax(shape, channels, lanes, 4),
        argmax,
        short=short,
    )


PROOFS = (
    _max_proof(signed(3), 1, 3),
    _max_proof(unsigned(2), 2, 4),
    _max_proof(signed(2), 1, 2, taps=3),
    _max_proof(unsigned(2), 2, 1, taps=2),
    _argmax_proof(signed(3), 4, 2, short=True),
    _argmax_proof(signed(4), 6, 2),
    _argmax_proof(unsigned(3), 5, 5),
    _argmax_proof(signed(2), 6, 1),
)
