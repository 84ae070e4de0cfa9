"""Proofs of what joins the channels of streams, and of what chooses among them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from amaranth.hdl import Array, Cat, Value, unsigned

from ....compiler.program import INT8, UINT8, ActivationType
from ....hw.nodes.operators.channel_select import BeatSelector
from ....hw.nodes.operators.concat import (
    JOINER_DEPTH,
    BeatJoiner,
    Clamped,
    Part,
    PixelJoiner,
    ShiftedInput,
)
from ....hw.stream.wires import ChannelWires
from ..formal_bench import FormalBench, implies
from ..proof import Proof
from .cores import Group, core
from .streams import count, numbered, sink, source, watch


def shifted_input(bench: FormalBench, dut: ShiftedInput, left: int, half: int) -> None:
    """Multiples, without any limit to their size."""

    def answer(group: Group) -> list[Any]:
        return [(x << left) + half for x in group.beats[0]]

    core(bench, dut, answer)


def beat_joiner(bench: FormalBench, dut: BeatJoiner, beats: Sequence[int]) -> None:
    """A queue of beats that come from one input after the other."""
    ports = [getattr(dut, f"i{n}") for n in range(len(beats))]
    moves = [source(bench, port, f"i{n}") for n, port in enumerate(ports)]
    enter, leave = Cat(moves).any(), sink(bench, dut.o)
    place, _ = numbered(bench.m, "place", sum(beats), enter)
    turn = Array(n for n, size in enumerate(beats) for _ in range(size))[place]
    inside = count(bench, "inside", enter, leave, JOINER_DEPTH)
    for n, port in enumerate(ports):
        ready = (turn == n) & (inside != JOINER_DEPTH)
        bench.check(f"i{n}: ready exactly in its turn, while there is room", port.ready == ready)
    last = (turn == len(beats) - 1) & ports[-1].p.last
    contents = Array(port.p.data.as_value() for port in ports)[turn]
    _in_order(bench, dut.o, inside, watch(bench, "beat", enter, leave, inside), contents, last)


def pixel_joiner(bench: FormalBench, dut: PixelJoiner, inputs: int) -> None:
    """A queue of pixels that come from all inputs at once."""
    ports = [getattr(dut, f"i{n}") for n in range(inputs)]
    moves = [source(bench, port, f"i{n}") for n, port in enumerate(ports)]
    leave = sink(bench, dut.o)
    inside = count(bench, "inside", moves[0], leave, JOINER_DEPTH)
    there = Cat(port.valid for port in ports).all() & (inside != JOINER_DEPTH)
    bench.check(
        "all parts move on the same clock, exactly while all are there and there is room",
        (Cat(moves) == there.replicate(inputs)),
    )
    contents = Cat(port.p.data.as_value() for port in ports)
    followed = watch(bench, "pixel", moves[0], leave, inside)
    _in_order(bench, dut.o, inside, followed, contents, ports[0].p.last)


def _in_order(
    bench: FormalBench, port: Any, inside: Value, followed: Any, contents: Value, last: Value
) -> None:
    """What went in comes out of `port`, joined."""
    contents, last = (
        bench.held(name, followed.enters, value)
        for name, value in (("contents", contents), ("last", last))
    )
    bench.check("valid exactly while it holds a beat", port.valid == (inside != 0))
    bench.check(
        "every beat once, in order, unchanged",
        implies(followed.next, port.p.data.as_value() == contents),
    )
    bench.check(
        "last where the last part says so, and nowhere else",
        implies(followed.next, port.p.last == last),
    )


def beat_selector(
    bench: FormalBench, dut: BeatSelector, beats: int, first: int, end: int, pixels: int
) -> None:
    """Beats at some places of a pixel, on the clock on which they come."""
    moves = _patient_source(bench, dut.i)
    sink(bench, dut.o)
    number, _ = numbered(bench.m, "number", beats * pixels, moves)
    passed = Array(first <= n % beats < end for n in range(beats * pixels))[number]
    final = Array(n == beats * (pixels - 1) + end - 1 for n in range(beats * pixels))[number]
    bench.check(
        "valid exactly while a chosen beat is offered", dut.o.valid == (dut.i.valid & passed)
    )
    bench.check("drops a beat at once, or hands it on", dut.i.ready == (dut.o.ready | ~passed))
    bench.check("unchanged", implies(dut.o.valid, dut.o.p.data == dut.i.p.data))
    bench.check(
        "last on the last chosen beat of each image and no other",
        implies(dut.o.valid, dut.o.p.last == final),
    )


def channel_wires(bench: FormalBench, dut: ChannelWires, places: Sequence[int]) -> None:
    """Elements in other places."""
    _patient_source(bench, dut.i)
    sink(bench, dut.o)
    bench.check(
        "every beat on its clock",
        (dut.o.valid == dut.i.valid)
        & (dut.i.ready == dut.o.ready)
        & (dut.o.p.last == dut.i.p.last),
    )
    chosen = [dut.o.p.data[n] == dut.i.p.data[place] for n, place in enumerate(places)]
    bench.check("every element in its place", Cat(chosen).all())


def _patient_source(bench: FormalBench, port: Any) -> Value:
    """Offer beats that stay until they are taken, as every stage does; returns whether one moves.

    What passes without a register is held by its source alone.
    """
    moves = source(bench, port)
    waiting = bench.register("i_waiting", port.valid & ~port.ready)
    offered = bench.register("i_offered", port.p.as_value())
    bench.assume(implies(waiting, port.valid & (port.p.as_value() == offered)))
    return moves


_BIT = ActivationType(2, signed=False)
_AS_IT_IS = Clamped(_BIT, _BIT.low, _BIT.high)


def _shifted_input_proof(kind: ActivationType, left: int, half: int) -> Proof:
    return Proof(
        "ShiftedInput",
        f"two lanes, {kind} << {left}, plus {half}",
        lambda: ShiftedInput(kind, 2, left, half),
        partial(shifted_input, left=left, half=half),
    )


def _beat_joiner_proof(beats: tuple[int, ...], short: bool = False) -> Proof:
    return Proof(
        "BeatJoiner",
        f"{' + '.join(map(str, beats))} beats of 2 bits",
        lambda: BeatJoiner([Part(_BIT)] * len(beats), beats, 1, _AS_IT_IS),
        partial(beat_joiner, beats=beats),
        short=short,
    )


def _pixel_joiner_proof(channels: tuple[int, ...]) -> Proof:
    return Proof(
        "PixelJoiner",
        f"{' + '.join(map(str, channels))} channels of 2 bits",
        lambda: PixelJoiner([Part(_BIT)] * len(channels), channels, _AS_IT_IS),
        partial(pixel_joiner, inputs=len(channels)),
    )


def _beat_selector_proof(beats: int, first: int, end: int, pixels: int) -> Proof:
    return Proof(
        "BeatSelector",
        f"beats {first}..{end - 1} of {beats}, {pixels} pixels",
        lambda: BeatSelector(unsigned(2), 1, beats, first, end, pixels),
        partial(beat_selector, beats=beats, first=first, end=end, pixels=pixels),
    )


def _channel_wires_proof(lanes: int, places: tuple[int, ...]) -> Proof:
    return Proof(
        "ChannelWires",
        f"{lanes} lanes to {places}",
        lambda: ChannelWires(unsigned(2), lanes, places),
        partial(channel_wires, places=places),
    )


PROOFS = (
    _shifted_input_proof(INT8, 2, 0),
    _shifted_input_proof(UINT8, 0, 4),
    _beat_joiner_proof((1, 2), short=True),
    _beat_joiner_proof((2, 1, 1)),
    _pixel_joiner_proof((1, 2)),
    _pixel_joiner_proof((2, 1, 1)),
    _beat_selector_proof(3, 1, 2, 2),
    _beat_selector_proof(4, 0, 2, 3),
    _channel_wires_proof(3, (2, 0, 2, 1)),
)
