"""The cycle model: the clock on which every beat of every stream moves.

It composes the timing rules that each component states (`tabfab.hw.stream.timing`) over the network
and solves them. Clock 0 is the first one on which the source offers a beat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ...hw.network.network import Measured, Network, network_rules
from ...hw.stream.frame_guard import PacketLengths, packet_rules
from ...hw.stream.timing import Gate, Rule, Times, serialize, shifted, solve

_OFFER = "(offer for {})"
_BEFORE_NEXT = "(before the next of {})"
ARRIVE = "(input port)"
ERROR = "(frame error)"

Pattern = NDArray[np.bool_]
"""Per clock, repeated for ever: whether a port of the outside world acts."""


@dataclass(frozen=True, eq=False)
class Stalls:
    """When the world around a network is ready.

    Parameters
    ----------
    source: on which clocks a new beat may be offered; an offered beat stays until it is taken.
    sink: on which clocks an answer is accepted.
    taken, offered: the same for streams that end or begin at a cut (`tabfab.sim.mutation.cuts`), by
        name.
    kept: for streams that end at a cut, for each beat, how many clocks after the one before the
        next beat could be taken it is taken at the earliest; negative where it need not wait.
        Nor does it where the next beat cannot come before it has left.
    """

    source: Pattern
    sink: Pattern
    taken: Mapping[str, Pattern] = field(default_factory=dict)
    offered: Mapping[str, Pattern] = field(default_factory=dict)
    kept: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)

    @classmethod
    def none(cls) -> Stalls:
        """Always ready."""
        return cls(np.ones(1, bool), np.ones(1, bool))

    @classmethod
    def random(
        cls, seed: int, probability: float = 0.5, period: int = 4099, burst: int = 1
    ) -> Stalls:
        """Both sides stall with the same probability, anew every `burst` clocks."""
        rng = np.random.default_rng(seed)
        source, sink = np.repeat(rng.random((2, period)) >= probability, burst, axis=1)
        source[0] = sink[0] = True  # a pattern that never acts would stop the network
        return cls(source, sink)


def predict(
    network: Network,
    images: int,
    stalls: Stalls | None = None,
    measured: Measured | None = None,
) -> dict[str, Times]:
    """The clock of every beat of every stream, by the stream's name.

    Parameters
    ----------
    network: the hardware.
    images: how many follow each other.
    stalls: of source and sink; none by default.
    measured: what the images make of stages whose clocks depend on them
        (`tabfab.sim.models.measures`); at the slowest if not given.
    """
    lengths = np.full(images, network.input.format.beats_per_image, np.int64)
    return predict_packets(network, lengths, stalls, measured)[0]


def predict_packets(
    network: Network,
    packets: PacketLengths,
    stalls: Stalls | None = None,
    measured: Measured | None = None,
) -> tuple[dict[str, Times], Times]:
    """The same for packets of any length, which a `FrameGuard` makes images of.

    Parameters
    ----------
    network: the hardware.
    packets: beats of each packet.
    stalls: of source and sink; none by default.
    measured: what the images that the guard makes of them make of stages; see `predict`.

    Returns
    -------
    The clock of every beat of every stream, by the stream's name; the clocks on which the guard
    tells of a packet of the wrong length.
    """
    beats = {link.name: len(packets) * link.format.beats_per_image for link in network.links}
    times = all_times(network, packets, beats, stalls or Stalls.none(), measured)
    return {link.name: times[link.name] for link in network.links}, times[ERROR]


def all_times(
    network: Network,
    packets: PacketLengths,
    beats: Mapping[str, int],
    stalls: Stalls,
    measured: Measured | None = None,
) -> dict[str, Times]:
    """The same for so many `beats` of each stream, with the names `ARRIVE` and `ERROR` as well."""
    entrance = network.input.name
    lengths = dict(beats)
    rules = network_rules(network, lengths, measured)
    lengths[ARRIVE] = int(packets.sum())
    ports = {"i": ARRIVE, "o": entrance, "error": ERROR}
    guard = packet_rules(packets, network.input.format.beats_per_image)
    rules += [rule.renamed(ports.__getitem__) for rule in guard]
    patterns = {network.output.name: stalls.sink} | dict(stalls.taken)
    for name, pattern in ({ARRIVE: stalls.source} | dict(stalls.offered)).items():
        # A source offers a beat on the first clock that its pattern allows after the beat before.
        offer = _OFFER.format(name)
        rules += [
            Rule(offer, name, shifted(lengths[name], 1), 1),
            Rule(name, offer, shifted(lengths[name], 0), 0),
        ]
        patterns[offer] = pattern
    for name, waits in stalls.kept.items():
        rules += _keep(name, waits, rules)
    for rule in rules:
        lengths.setdefault(rule.target, len(rule.index))
    gates: dict[str, Gate] = {
        name: partial(allowed, pattern=pattern) for name, pattern in patterns.items()
    }
    return solve(lengths, rules, gates)


def _keep(name: str, waits: NDArray[np.int64], rules: Sequence[Rule]) -> list[Rule]:
    """The rules of `Stalls.kept` for a stream that has all of `rules` to obey."""
    before = _BEFORE_NEXT.format(name)
    beats = np.arange(len(waits))
    next_waits_for = np.append(_leaving_first(name, beats, rules)[1:], len(beats))
    waits = np.where(next_waits_for < beats, waits, -1)
    return [
        *(
            Rule(before, rule.source, np.append(rule.waits_for[1:], -1), _of_next(rule) - 1)
            for rule in rules
            if rule.target == name
        ),
        *(
            Rule(name, before, np.where(waits == wait, beats, -1), int(wait))
            for wait in np.unique(waits[waits >= 0])
        ),
    ]


def _of_next(rule: Rule) -> int | NDArray[np.int64]:
    """The delay of each target event's successor."""
    return rule.delay if isinstance(rule.delay, int) else np.append(rule.delay[1:], 0)


def _leaving_first(name: str, beats: NDArray[np.int64], rules: Sequence[Rule]) -> NDArray[np.int64]:
    """For each beat of a stream the last of its `beats` that must leave before it can; -1 if none.

    That is what the rules say; that a beat leaves after the one before it goes without saying.
    """
    first = {name: beats}

    def bound(rule: Rule) -> NDArray[np.int64]:
        index = rule.waits_for
        return np.where(index < 0, -1, first[rule.source][np.maximum(index, 0)])

    changed = {name}
    while changed:
        known, changed = changed, set()
        for rule in rules:
            if rule.source not in known or rule.target == name:
                continue
            old = first.get(rule.target, np.full(len(rule.index), -1))
            new = np.maximum.accumulate(np.maximum(old, bound(rule)))
            if not np.array_equal(old, new):
                first[rule.target] = new
                changed.add(rule.target)
    bounds = [bound(rule) for rule in rules if rule.target == name and rule.source in first]
    return np.maximum.accumulate(np.max([np.full(len(beats), -1), *bounds], axis=0))


def allowed(earliest: Times, pattern: Pattern) -> Times:
    """The first clocks at or after `earliest` on which `pattern` acts, all different."""
    acting = np.flatnonzero(pattern)
    period, rate = len(pattern), len(acting)
    # Number the clocks on which the pattern acts: there, one event per clock is one per number.
    cycle, phase = np.divmod(earliest, period)
    numbers = serialize(cycle * rate + np.searchsorted(acting, phase))
    cycle, place = np.divmod(numbers, rate)
    return cycle * period + acting[place]
