"""Scripts: what the bench of the mutants plays on every clock, and what it must see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...compiler.program import Program
from ...hw.network.network import Link, Measured, Network
from ...hw.rtl.top import LANE_BITS
from ...hw.stream.timing import Times
from ..models.beats import cut
from ..models.cycles import ARRIVE, ERROR, Pattern, Stalls, all_times, allowed
from ..models.packets import Packets, random_lengths
from .cut_values import cut_beats, cut_measures, image_counts, random_tensors, shares

Bits = NDArray[np.bool_]
"""(clocks, bits), lowest first."""

_PERIOD = 20_011
"""Clocks after which stalls repeat."""
_EXTRA_CLOCKS = 64
"""Played after the last expected beat, in which a surplus one would show."""
_LONGEST_WAIT = 5
"""Clocks for which a sink that keeps a beat lets the next one wait with it at times."""


@dataclass(frozen=True)
class Flow:
    """On which clocks one end of a stream acts.

    Parameters
    ----------
    flow: probability with which a beat is offered, or taken, on a clock outside pauses.
    slowest: where it is less than `flow`, each pattern has a probability of its own between the
        two, evenly in the logarithm: then some components starve while others are full.
    pause: probability with which a stretch of clocks is a pause.
    burst: clocks of the longest stretch; all lengths up to it are as likely.
    """

    flow: float = 1.0
    slowest: float = 1.0
    pause: float = 0.0
    burst: int = 1

    def pattern(self, rng: np.random.Generator, share: float = 1.0) -> Pattern:
        """One of this kind, with so many times its beats."""
        lengths = rng.integers(1, self.burst + 1, _PERIOD)
        runs = np.repeat(rng.random(_PERIOD) >= self.pause, lengths)[:_PERIOD]
        flow = share * self.flow * (min(self.slowest, self.flow) / self.flow) ** rng.random()
        pattern: Pattern = runs & (rng.random(_PERIOD) < flow)
        pattern[0] = True  # one that never acts would wait for ever
        return pattern


@dataclass(frozen=True)
class CutTraffic:
    """How beats come and go at every cut and at both ports, each with a pattern of its own.

    Parameters
    ----------
    beats: about how many of each component's busiest stream (`tabfab.sim.mutation.cut_values`).
    offered: how they come to components.
    taken: how they are taken from them; None is like `offered`.
    disorder: probability with which the packet of an image is too short or too long.
    keeping: whether what follows a component keeps a beat waiting until the next one comes.
        Streams are then offered slower the fewer beats they have, so that no component is always
        ahead of it.
    """

    beats: int
    offered: Flow
    taken: Flow | None = None
    disorder: float = 0.2
    keeping: bool = False

    def stalls(self, network: Network, rng: np.random.Generator) -> Stalls:
        """Patterns for a network with cuts."""
        taken, offered = self.taken or self.offered, self.offered
        arriving, behind = network.links[::2], network.links[1::2]
        share = shares(network)
        if not self.keeping:
            share = dict.fromkeys(share, 1.0)
        return Stalls(
            offered.pattern(rng),
            taken.pattern(rng),
            {link.name: taken.pattern(rng) for link in arriving},
            {link.name: offered.pattern(rng, share[link.name]) for link in behind},
        )


@dataclass(frozen=True, eq=False)
class Script:
    """What is played and what must be seen.

    Parameters
    ----------
    played: per cut {offer, offered, ready}; of the input port {tlast, tdata, tvalid}; `tready` of
        the output port.
    seen: per cut whether the offer is accepted and, where a beat comes and is taken, {beat, 1};
        the same of the output port, {tlast, tdata, 1}; whether a beat is taken at the input port;
        `frame_error`.
    """

    played: Bits
    seen: Bits

    @classmethod
    def of_traffic(
        cls, program: Program, network: Network, traffic: CutTraffic, seed: int, turn: int = 0
    ) -> Script:
        """Random values in random traffic.

        Parameters
        ----------
        program, network: what is computed, and where, with cuts.
        traffic: how.
        seed: of all that is random.
        turn: of several scripts, whose images are of other kinds (`random_tensors`).
        """
        rng = np.random.default_rng(seed)
        fmt = network.input.format
        counts = image_counts(network, traffic.beats)
        fed = random_tensors(program, max(counts.values()), rng, turn)
        images = fed[program.input.name][: counts[network.input.name]]
        packets = _packets(images, network, traffic.disorder, rng)
        received = packets.images(fmt.beats_per_image).reshape(*images.shape[:3], -1)
        received = received[..., : images.shape[3]]
        beats = cut_beats(program, network, received.astype(np.uint8), fed, counts)
        made = cut_measures(program, network, fed, counts)
        stalls = traffic.stalls(network, rng)
        lengths = {name: len(each) for name, each in beats.items()}
        if traffic.keeping:
            stalls = keeping(stalls, network, packets.lengths, lengths, rng, made)
        times = all_times(network, packets.lengths, lengths, stalls, made)
        clocks = 1 + _EXTRA_CLOCKS + max(int(each[-1]) for each in times.values() if len(each))

        def beat(link: Link, bits: int = 0) -> Bits:
            return _beat_bits(
                beats[link.name], bits or link.format.bits, link.format.beats_per_image
            )

        played, seen = [], []
        for arriving, offered in zip(network.links[::2], network.links[1::2], strict=True):
            ready = _repeat(stalls.taken[arriving.name], clocks)
            pattern = stalls.offered[offered.name]
            played += [ready, _offers(beat(offered), times[offered.name], pattern, clocks, rng)]
            seen += [_moves(beat(arriving), times[arriving.name], clocks)]
            seen += [_moves(None, times[offered.name], clocks)]
        data = np.unpackbits(packets.beats.astype(np.uint8), axis=1, bitorder="little")
        sent = np.concatenate([data.astype(bool), packets.last[:, None]], axis=1)
        played += [_offers(sent, times[ARRIVE], stalls.source, clocks, rng)]
        played += [_repeat(stalls.sink, clocks)]
        answer = beat(network.output, LANE_BITS)
        seen += [_moves(answer, times[network.output.name], clocks)]
        seen += [_moves(None, times[ARRIVE], clocks), _moves(None, times[ERROR], clocks)]
        return cls(np.concatenate(played, axis=1), np.concatenate(seen, axis=1))

    def write(self, directory: Path) -> None:
        """Write the files that the bench reads."""
        for name, bits in (("played", self.played), ("seen", self.seen)):
            packed = np.ascontiguousarray(np.packbits(bits, axis=1, bitorder="little")[:, ::-1])
            rows = (row.tobytes().hex() for row in packed)
            (directory / f"{name}.mem").write_text("\n".join([*rows, ""]))
        (directory / "clocks.mem").write_text(f"{len(self.played):x}\n")


def keeping(
    stalls: Stalls,
    network: Network,
    packets: NDArray[np.int64],
    lengths: Mapping[str, int],
    rng: np.random.Generator,
    measured: Measured | None = None,
) -> Stalls:
    """The same with sinks that mostly take a beat on the clock before the next one could leave.

    That is the clock on which the next one enters the queue. At times they take it as soon as
    they can, or so late that the next one has waited with it: then it leaves a fuller queue.

    Parameters
    ----------
    stalls: of a network with cuts.
    network: with cuts.
    packets: lengths of the packets at the input port.
    lengths: beats of each stream.
    rng: says how long each beat is kept.
    measured: what the images make of stages; see `tabfab.sim.models.cycles.predict`.
    """
    kept = {
        name: rng.choice([-1, 0, 0, int(rng.integers(1, _LONGEST_WAIT + 1))], lengths[name])
        for name in stalls.taken
    }
    taken = dict(stalls.taken) | dict.fromkeys(kept, np.ones(1, bool))
    kept_stalls = replace(stalls, taken=taken, kept=kept)
    times = all_times(network, packets, lengths, kept_stalls, measured)
    clocks = 1 + max(int(times[name][-1]) for name in kept)
    for name in kept:
        taken[name] = np.zeros(clocks, bool)
        taken[name][times[name]] = True
    return replace(stalls, taken=taken)


def _packets(
    images: NDArray[np.int16], network: Network, disorder: float, rng: np.random.Generator
) -> Packets:
    """What arrives at the input port."""
    fmt = network.input.format
    lengths = random_lengths(rng, len(images), fmt.beats_per_image, disorder)
    return Packets.of_images(cut(images, fmt.lanes).reshape(-1, fmt.lanes), lengths, rng)


def _beat_bits(beats: NDArray[np.int16], bits: int, per_image: int) -> Bits:
    """{last, data} of beats, each element in so many bits."""
    elements = (beats[:, :, None] >> np.arange(bits)) & 1
    last = (np.arange(len(beats)) + 1) % per_image == 0
    return np.concatenate([elements.reshape(len(beats), -1), last[:, None]], axis=1).astype(bool)


def _repeat(pattern: Pattern, clocks: int) -> Bits:
    return pattern[np.arange(clocks) % len(pattern)][:, None]


def _offers(
    beats: Bits, taken: Times, pattern: Pattern, clocks: int, rng: np.random.Generator
) -> Bits:
    """{beat, valid} of a source: each beat from its offer until it is taken, else noise."""
    before = np.concatenate([[0], taken[:-1] + 1])
    offered = allowed(before, pattern)
    offers = rng.random((clocks, 1 + beats.shape[1])) < 0.5
    offers[:, 0] = False
    lengths = taken - offered + 1
    starts = np.cumsum(lengths) - lengths
    beat = np.repeat(np.arange(len(beats)), lengths)
    clock = offered[beat] + np.arange(len(beat)) - starts[beat]
    offers[clock, 0] = True
    offers[clock, 1:] = beats[beat]
    return offers


def _moves(beats: Bits | None, times: Times, clocks: int) -> Bits:
    """{beat, 1} on the clocks on which one moves, else zeros."""
    moves = np.zeros((clocks, 1 + (0 if beats is None else beats.shape[1])), bool)
    moves[times, 0] = True
    if beats is not None:
        moves[times, 1:] = beats
    return moves


def longest(scripts: Sequence[Script]) -> int:
    """Clocks of the longest script."""
    return max(len(script.played) for script in scripts)
