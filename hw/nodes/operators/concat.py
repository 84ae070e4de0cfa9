"""Joiners: the channels of several streams in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import gcd, prod
from typing import Any

import numpy as np
from amaranth.hdl import Cat, Module, Shape, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from ....compiler.program import ActivationType, Concat
from ...engine.bank_geometry import divisors
from ...engine.requantizer import Requantizer
from ...logic.component import Component
from ...logic.counters import loop
from ...logic.demand import Demand, counter, select
from ...network.content import Activations
from ...network.network import Port
from ...network.node_hardware import NodeHardware
from ...network.stage_list import OpenStream, StageList
from ...stream.core import Chain, Core
from ...stream.elastic import Elastic
from ...stream.queue import Queue, queue_demand
from ...stream.streams import elastic, range_shape, shape_of
from ...stream.timing import Rule, shifted

JOINER_DEPTH = 2
"""Beats of the queue behind a joiner, which moves one on every clock."""


@dataclass(frozen=True)
class Part:
    """What becomes of one input's values: ``clamp(((x << left) + half) >> shift)``.

    Parameters
    ----------
    kind: type of the input.
    left, shift: shifts.
    """

    kind: ActivationType
    left: int = 0
    shift: int = 0


@dataclass(frozen=True)
class Clamped:
    """What comes out of a joiner.

    Parameters
    ----------
    kind: its type.
    low, high: the clamp.
    """

    kind: ActivationType
    low: int
    high: int

    def requantizer(self, part: Part, lanes: int) -> Elastic | None:
        """What brings `lanes` values of a part to this; None where they are it already."""
        kind, unshifted = part.kind, part.left == part.shift == 0
        if unshifted and self.kind == kind and self.low <= kind.low and kind.high <= self.high:
            return None
        moved = ShiftedInput(kind, lanes, part.left, (1 << part.shift) >> 1)
        shifts = np.full((1, lanes), part.shift)
        requantizer = Requantizer(
            Shape.cast(moved.output[0]), self.kind, shifts, self.low, self.high
        )
        return Elastic(Chain(moved=moved, requantizer=requantizer))


class ShiftedInput(Core):
    """``(x << left) + half`` of every value.

    Parameters
    ----------
    kind: type of a value.
    lanes: values of a beat.
    left: left shift.
    half: constant that rounds the shift to come.

    Members
    -------
    i: in, `lanes` values of `kind`.
    o: out, `lanes` values in the smallest shape that holds them all, one clock later.
    """

    def __init__(self, kind: ActivationType, lanes: int, left: int, half: int) -> None:
        self.left = left
        self.half = half
        low, high = (kind.low << left) + half, (kind.high << left) + half
        super().__init__(i=(shape_of(kind), lanes), o=(range_shape(low, high), lanes), latency=1)

    def demand(self) -> Demand:
        """What it is made of."""
        return shifted_input_demand(
            bits=self.input_bits, width=self.output_bits, lanes=self.input[1], half=self.half
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        for x, moved in zip(self.i.p.data, self.o.p.data, strict=True):
            m.d.sync += moved.eq((x << self.left) + self.half)
        m.d.sync += [self.o.valid.eq(self.i.valid), self.o.p.last.eq(self.i.p.last)]
        return m


def shifted_input_demand(*, bits: int, width: int, lanes: int, half: int) -> Demand:
    """What a `ShiftedInput` of `bits` to `width` bits is made of."""
    adders = lanes * width if half else 0
    return Demand(registers=2 + lanes * (width if half else bits), adders=adders)


class Joiner(Component):
    """Several streams of parts of a pixel as one stream of whole pixels.

    Parameters
    ----------
    parts: what the inputs carry, in the order of their channels.
    lanes: of each input.
    result: what the output carries.
    wide: lanes of the output.

    Members
    -------
    i0, i1, ...: in, streams of the parts.
    o: out, a stream of `wide` values.
    """

    o: stream.Interface

    def __init__(
        self, parts: Sequence[Part], lanes: Sequence[int], result: Clamped, wide: int
    ) -> None:
        if len(parts) < 2 or len(parts) != len(lanes) or min(lanes) < 1:
            raise ValueError(f"{len(parts)} parts of {list(lanes)} lanes cannot be joined")
        self.shape = shape_of(result.kind)
        self.wide = wide
        self.requantizers = [
            result.requantizer(part, count) for part, count in zip(parts, lanes, strict=True)
        ]
        inputs = {
            f"i{n}": In(elastic(shape_of(part.kind), count))
            for n, (part, count) in enumerate(zip(parts, lanes, strict=True))
        }
        super().__init__({**inputs, "o": Out(elastic(self.shape, wide))})

    def requantized_rules(self, counts: Mapping[str, int]) -> tuple[list[str], list[Rule]]:
        """Names of the requantized streams, and the rules between the inputs and them."""
        names, rules = [], []
        for n, requantizer in enumerate(self.requantizers):
            names.append(f"i{n}" if requantizer is None else f"part{n}")
            if requantizer is not None:
                ends = {"i": f"i{n}", "o": f"part{n}"}
                inside = requantizer.timing({"o": counts[f"i{n}"]})
                rules += [rule.renamed(ends.__getitem__) for rule in inside]
        return names, rules

    def queue_rules(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between the steps that join beats and the output."""
        beats = counts["o"]
        return [
            Rule("o", "step", shifted(beats, 0), 1),
            Rule("step", "o", shifted(beats, JOINER_DEPTH), 1),
        ]

    def requantized_demand(self) -> Demand:
        """What the requantizers and the queue are made of."""
        queue = queue_demand(depth=JOINER_DEPTH, width=self.shape.width * self.wide + 1)
        return sum((each.demand() for each in self.requantizers if each is not None), queue)

    def requantized(self, m: Module) -> tuple[list[Any], Queue]:
        """The requantized streams, and the queue in front of the output."""
        sources: list[Any] = []
        for n, requantizer in enumerate(self.requantizers):
            port = wiring.flipped(getattr(self, f"i{n}"))
            if requantizer is None:
                sources.append(getattr(self, f"i{n}"))
                continue
            m.submodules[f"requantizer{n}"] = requantizer
            wiring.connect(m, port, requantizer.i)
            sources.append(requantizer.o)
        m.submodules.queue = queue = Queue(self.shape, self.wide, JOINER_DEPTH)
        wiring.connect(m, wiring.flipped(self.o), queue.o)
        return sources, queue


class PixelJoiner(Joiner):
    """Joins streams of whole pixels: one beat of each is one beat of the output.

    All move on the same clock: `ready` of one depends on `valid` of the others without a register
    between.

    Parameters
    ----------
    parts: what the inputs carry, in the order of their channels.
    channels: of each of them, all in one beat.
    result: what the output carries.

    Members
    -------
    i0, i1, ...: in, streams of whole pixels.
    o: out, a stream of whole pixels of all channels.
    """

    def __init__(self, parts: Sequence[Part], channels: Sequence[int], result: Clamped) -> None:
        super().__init__(parts, channels, result, sum(channels))

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """All parts move together, and the output follows."""
        names, rules = self.requantized_rules(counts)
        together = shifted(counts["o"], 0)
        for name in names:
            rules += [Rule("step", name, together, 0), Rule(name, "step", together, 0)]
        return rules + self.queue_rules(counts)

    def demand(self) -> Demand:
        """What it is made of."""
        return self.requantized_demand()

    def elaborate(self, platform: object) -> Module:
        m = Module()
        sources, queue = self.requantized(m)
        there = Cat(source.valid for source in sources).all()
        m.d.comb += [
            queue.i.valid.eq(there),
            queue.i.p.data.as_value().eq(Cat(source.p.data.as_value() for source in sources)),
            queue.i.p.last.eq(sources[0].p.last),
        ]
        m.d.comb += [source.ready.eq(there & queue.i.ready) for source in sources]
        return m


class BeatJoiner(Joiner):
    """Joins streams of the same lanes: the beats of a pixel, one input after the other.

    Parameters
    ----------
    parts: what the inputs carry, in the order of their channels.
    beats: of each of them for a pixel.
    lanes: values of a beat.
    result: what the output carries.

    Members
    -------
    i0, i1, ...: in, streams of `lanes` values.
    o: out, the same.
    """

    def __init__(
        self, parts: Sequence[Part], beats: Sequence[int], lanes: int, result: Clamped
    ) -> None:
        if len(beats) != len(parts) or min(beats) < 1:
            raise ValueError(f"{len(parts)} parts cannot have {list(beats)} beats")
        self.beats = tuple(beats)
        super().__init__(parts, [lanes] * len(parts), result, lanes)

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Each beat waits for its turn."""
        names, rules = self.requantized_rules(counts)
        turns = np.repeat(np.arange(len(names)), self.beats)
        steps = np.resize(turns, counts["o"])
        for n, name in enumerate(names):
            mine = steps == n
            rules += [
                Rule("step", name, np.where(mine, np.cumsum(mine) - 1, -1), 0),
                Rule(name, "step", np.flatnonzero(mine), 0),
            ]
        return rules + self.queue_rules(counts)

    def demand(self) -> Demand:
        """What it is made of."""
        width = self.shape.width * self.wide
        turns = counter(sum(self.beats)) + select(len(self.beats), width + 1)
        return self.requantized_demand() + turns

    def elaborate(self, platform: object) -> Module:
        m = Module()
        sources, queue = self.requantized(m)
        step = queue.i.valid & queue.i.ready
        place, _ = loop(m, "place", sum(self.beats), step)
        ends = list(accumulate(self.beats))
        is_final = Signal()
        with m.Switch(place):
            for n, source in enumerate(sources):
                with m.Case(*range(ends[n] - self.beats[n], ends[n])):
                    m.d.comb += [
                        queue.i.valid.eq(source.valid),
                        queue.i.p.data.as_value().eq(source.p.data.as_value()),
                        source.ready.eq(queue.i.ready),
                        is_final.eq(n == len(sources) - 1),
                    ]
        m.d.comb += queue.i.p.last.eq(is_final & sources[-1].p.last)
        return m


class ConcatHardware(NodeHardware[Concat]):
    """The beats of a pixel one after the other, in as few lanes as keep up, or pixels at once."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node = self.node
        parts = [
            Part(kind, left, shift)
            for kind, left, shift in zip(self.source_types, node.left, node.shift, strict=True)
        ]
        result = Clamped(node.type, node.low, node.high)
        channels = [source.format.elements for source in sources]
        lanes = self._lanes(sources, stages.clocks)
        joiner: Joiner
        if lanes is None:
            taken, wide = channels, sum(channels)
            joiner = PixelJoiner(parts, channels, result)
        else:
            taken, wide = [lanes] * len(channels), lanes
            joiner = BeatJoiner(parts, [count // lanes for count in channels], lanes, result)
        brought = [
            stages.lanes(source, count, str(n))
            for n, (source, count) in enumerate(zip(sources, taken, strict=True))
        ]
        name = stages.append("join", joiner)
        for n, source in enumerate(brought):
            stages.link(source, Port(name, f"i{n}"))
        return OpenStream(Port(name, "o"), self.format(wide), Activations(node.name))

    def _lanes(self, sources: Sequence[OpenStream], clocks: int) -> int | None:
        """The fewest lanes of beats one after the other that keep up; None where none do.

        No fewer than all inputs have already: cutting beats takes more than it saves.
        """
        channels = [source.format.elements for source in sources]
        common = gcd(*channels)
        least = gcd(common, *(source.format.lanes for source in sources))
        values = prod(self.node.shape)
        enough = (n for n in divisors(common) if n >= least and values <= n * clocks)
        return next(enough, None)
