"""Proofs of nearest encoders: distances, the least of them, and the encoder that they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from amaranth.hdl import Array, Mux, signed

from ....compiler.program import ActivationType, NearestEncoder, NearestL1Encoder
from ....hw.nodes.methods.table.distance_bank import DistanceBank
from ....hw.nodes.methods.table.least_distance import LeastDistance
from ....hw.nodes.methods.table.nearest_hardware import NearestHardware
from ....hw.stream.core import Chain
from ..components.cores import Group, core
from ..contents import random_prototypes
from ..formal_bench import FormalBench
from ..proof import Proof


def _squared(x: Any, point: Any) -> Any:
    return (x - point) * (x - point)


def _absolute(x: Any, point: Any) -> Any:
    return Mux(x > point, x - point, point - x)


TERMS: Mapping[type[NearestEncoder], Callable[[Any, Any], Any]] = {
    NearestEncoder: _squared,
    NearestL1Encoder: _absolute,
}
"""What an element adds to the distance, for each class of encoder."""


def distance_bank(bench: FormalBench, dut: DistanceBank, encoder: NearestEncoder) -> None:
    """What every element adds to the distances from the prototypes whose turn it is.

    For one subspace at a time: for each of its blocks of prototypes, each word of its elements.
    """
    term = TERMS[type(encoder)]
    lanes, outputs = dut.input[1], dut.output[1] // dut.input[1]
    subspaces, prototypes, length = encoder.points.shape
    places = [
        (subspace, block, word)
        for subspace in range(subspaces)
        for block in range(0, prototypes, outputs)
        for word in range(0, length, lanes)
    ]

    def point(group: Group, lane: int, n: int) -> Any:
        values = [int(encoder.points[s, block + n, word + lane]) for s, block, word in places]
        return Array(values)[group.number]

    def answer(group: Group) -> list[Any]:
        return [
            term(x, point(group, lane, n))
            for lane, x in enumerate(group.beats[0])
            for n in range(outputs)
        ]

    core(bench, dut, answer, len(places), late=dut.latency - 2)


def least_distance(bench: FormalBench, dut: LeastDistance, subspaces: int) -> None:
    """The lowest number of a distance that no other one is below, for each subspace."""

    def answer(group: Group) -> list[Any]:
        at_once = dut.input[1] // subspaces
        return [
            _number_of_least(
                [
                    value.as_unsigned()[: dut.bits]
                    for beat in group.beats
                    for value in beat[n * at_once : (n + 1) * at_once]
                ]
            )
            for n in range(subspaces)
        ]

    core(bench, dut, answer)


def nearest(
    bench: FormalBench, dut: Chain, hardware: NearestHardware, knobs: Mapping[str, int]
) -> None:
    """The number of the prototype that is nearest to each subspace."""
    encoder, geometry = hardware.encoder, hardware.geometry(knobs)
    term, words = TERMS[type(encoder)], geometry.words
    subspaces, elements, at_once = (
        geometry.parallel,
        geometry.summed_lanes,
        geometry.lane_outputs,
    )

    def distance(beats: Sequence[Sequence[Any]], subspace: int, side: int, number: int) -> Any:
        first = number // at_once * words
        return sum(
            term(
                beats[first + word][side * elements + element],
                int(encoder.points[subspace, number, word * elements + element]),
            )
            for word in range(words)
            for element in range(elements)
        )

    def answer(group: Group) -> list[Any]:
        return [
            Array(
                _number_of_least(
                    [
                        distance(group.beats, subspace, side, number)
                        for number in range(encoder.prototypes)
                    ]
                )
                for subspace in range(side, encoder.subspaces, subspaces)
            )[group.number]
            for side in range(subspaces)
        ]

    core(bench, dut, answer, geometry.sections)


def _number_of_least(values: Sequence[Any]) -> Any:
    least = values[0]
    for value in values[1:]:
        least = Mux(value < least, value, least)
    number: Any = 0
    for n in reversed(range(len(values))):
        number = Mux(values[n] == least, n, number)
    return number


def _bank_proof(encoder: NearestEncoder, type_: ActivationType, lanes: int, outputs: int) -> Proof:
    return Proof(
        "DistanceBank",
        f"{encoder.kind}, random prototypes {encoder.points.shape}, {type_}, {lanes} lanes by "
        f"{outputs} outputs",
        lambda: DistanceBank(encoder, type_, lanes, outputs),
        partial(distance_bank, encoder=encoder),
    )


def _least_proof(prototypes: int, at_once: int, subspaces: int) -> Proof:
    return Proof(
        "LeastDistance",
        f"{prototypes} distances of 3 bits in each of {subspaces} subspaces, {at_once} a beat",
        lambda: LeastDistance(signed(4), 3, prototypes, at_once, subspaces, 2),
        partial(least_distance, subspaces=subspaces),
    )


def _nearest_proof(
    encoder: NearestEncoder,
    type_: ActivationType,
    knobs: Mapping[str, int],
    short: bool = False,
) -> Proof:
    hardware = NearestHardware(encoder, type_, 1)
    folded = ", ".join(f"{name} {count}" for name, count in knobs.items())
    return Proof(
        "Chain",
        f"a {encoder.kind} encoder, random prototypes {encoder.points.shape}, {type_}, {folded}",
        lambda: hardware.core(knobs),
        partial(nearest, hardware=hardware, knobs=knobs),
        short=short,
    )


_UINT2, _INT3 = ActivationType(2, signed=False), ActivationType(3, signed=True)
_SQUARED, _L1 = (
    kind(random_prototypes(2, 2, 2, _UINT2)) for kind in (NearestEncoder, NearestL1Encoder)
)
_L1_OF_4 = NearestL1Encoder(random_prototypes(1, 4, 1, _INT3))

PROOFS = (
    _bank_proof(_L1, _UINT2, 1, 2),
    _bank_proof(_L1_OF_4, _INT3, 1, 2),
    _bank_proof(_SQUARED, _UINT2, 2, 1),
    _least_proof(4, 2, 1),
    _least_proof(4, 4, 2),
    _least_proof(3, 1, 1),
    _nearest_proof(_L1, _UINT2, {"prototypes": 1, "elements": 2}),
    _nearest_proof(_L1, _UINT2, {"prototypes": 2, "elements": 1}),
    _nearest_proof(_L1, _UINT2, {"encoders": 2, "prototypes": 2, "elements": 2}, short=True),
    _nearest_proof(_L1_OF_4, _INT3, {"prototypes": 4}),
    _nearest_proof(_SQUARED, _UINT2, {"prototypes": 2, "elements": 2}),
)
