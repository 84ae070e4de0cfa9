"""How deep the queues must be behind a node that several others read.

A residual block reads the same tensor twice, at once by the shortcut and rows later by the sum.
What the fork has given to the shortcut waits in its queue until the longer path answers: too
short a queue and both wait for each other for ever.

Queues are as deep as the cycle model sees them fill. That also proves them free of deadlock: the
model's rules say which event waits for which; they have a solution only if no event waits for
itself, and stalls of the outside world or of any stream delay events without adding a rule. Neither
do images that some stages take less time for: only delays depend on them, none of which is below
the one that an event's place behind another takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import ceil

import numpy as np

from ...compiler.program import DepthToSpace, Interpolate, Node, Program, Upsample, Window, reach
from ...compiler.store.errors import TabfabError
from ..network.network import Measured, Network, network_rules
from ..nodes.assemble import SHORTEST_QUEUE
from ..stream.timing import Times, TimingError, solve

_UNLIMITED = 1 << 40
_SLACK = 16
"""Beats beyond what rows and columns explain, in a guess."""

ForkDepths = dict[str, tuple[int, ...]]
"""Queue depths per reader of each node with several readers, readers in program order."""


class DeadlockError(TabfabError):
    """A network that stops for ever, whatever its queues hold."""


def network_times(
    network: Network, images: int, measured: Measured | None = None
) -> dict[str, Times]:
    """The clock of every event of `images` images that follow each other without a pause.

    Parameters
    ----------
    network: the stages.
    images: how many.
    measured: what they make of stages whose clocks depend on them; at the slowest if not given.
    """
    lengths = {link.name: images * link.format.beats_per_image for link in network.links}
    rules = network_rules(network, lengths, measured)
    return solve(lengths | {rule.target: len(rule.index) for rule in rules}, rules)


def fork_depths(
    program: Program, network: Network, images: int
) -> tuple[ForkDepths, Network, dict[str, Times]]:
    """Queue depths with which no reader of a fork holds the others up.

    The reader with the longest way to the output sets the pace: its queue is short, so that a
    fast source cannot run ahead of it. The others get what then piles up in theirs.

    Parameters
    ----------
    program, network: what is built; the depths of the network's queues do not matter.
    images: how many to follow.

    Returns
    -------
    The depths, the network with them, and the clocks of its events.

    Raises
    ------
    DeadlockError: the network stops for ever however deep the queues are.
    """
    depths = _depths(program, network, images)
    # Queues this deep make nobody wait; but shallow ones may be faster than unlimited ones.
    network = network.with_fork_depths(depths)
    return depths, network, network_times(network, images)


def _depths(program: Program, network: Network, images: int) -> ForkDepths:
    readers = {node.name: _distances(program, node.name) for node in program}
    forks = {name: ways for name, ways in readers.items() if len(ways) > 1}
    pace = {name: ways.index(max(ways)) for name, ways in forks.items()}
    depth, times = _paced(network, forks, pace, images)
    return {
        name: tuple(
            depth if n == pace[name] else max(depth, _fork_occupancy(network, times, name, n))
            for n in range(len(ways))
        )
        for name, ways in forks.items()
    }


def _paced(
    network: Network, forks: Mapping[str, Sequence[int]], pace: Mapping[str, int], images: int
) -> tuple[int, dict[str, Times]]:
    """The shortest queue that pace-setting readers can have, and the clocks where all others wait
    for nobody.

    It is a power of two: a path may hold more than its own queue before it answers.
    """
    entries = [link.format for link in network.links if link.sink.stage in _fork_stages(forks)]
    most = images * max((entry.beats_per_image for entry in entries), default=1)
    depth = SHORTEST_QUEUE
    while True:
        unlimited = {
            name: tuple(depth if n == pace[name] else _UNLIMITED for n in range(len(ways)))
            for name, ways in forks.items()
        }
        try:
            return depth, network_times(network.with_fork_depths(unlimited), images)
        except TimingError as error:
            if depth >= most:  # all beats that there are fit, so more room changes nothing
                raise DeadlockError(
                    f"no depth of queues helps: {error}; this is a fault of tabfab, so please "
                    "report it with the program"
                ) from error
            depth *= 2


def _fork_stages(forks: Iterable[str]) -> set[str]:
    return {f"{name}.fork" for name in forks}


def guessed_fork_depths(program: Program, network: Network) -> ForkDepths:
    """About what `fork_depths` finds, at once: the rows that the longest way holds back."""
    beats = {
        link.sink.stage: link.format.beats_per_pixel * link.format.width
        for link in network.links
        if link.sink.stage is not None
    }
    depths = {}
    for node in program:
        rows = _rows_held(program, node.name)
        if len(rows) > 1:
            row = beats[f"{node.name}.fork"]
            most = max(rows)
            depths[node.name] = tuple(
                SHORTEST_QUEUE if held == most else ceil((most - held) * row) + _SLACK
                for held in rows
            )
    return depths


def _rows_held(program: Program, name: str) -> list[float]:
    """For each reader of `name` the rows, in its own, that pass before the paths' end answers."""
    held: dict[str, float] = {}
    for node in reversed(program.nodes):
        onward = max((held[other.name] for other in program.consumers(node.name)), default=0.0)
        held[node.name] = _rows_before(node, onward)
    return [held[other.name] for other in program for source in other.inputs if source == name]


def _rows_before(node: Node, rows: float) -> float:
    """Rows of what `node` reads that pass before it has given so many."""
    if isinstance(node, Window):
        behind = reach(node.kernel[0], node.dilation[0]) - 1 - node.padding[0]
        return behind + node.stride[0] * rows
    if isinstance(node, Upsample):
        return 1 + rows / node.factor[0]
    if isinstance(node, Interpolate):
        return 2 + rows / node.factor[0]
    if isinstance(node, DepthToSpace):
        return 1 + rows / node.block[0]
    return rows


def _distances(program: Program, name: str) -> list[int]:
    """For each reader of `name` the most nodes on a way from it to the output that collect rows."""
    longest: dict[str, int] = {}
    for node in reversed(program.nodes):
        onward = [longest[other.name] for other in program.consumers(node.name)]
        waits = isinstance(node, Window | Upsample | Interpolate | DepthToSpace)
        longest[node.name] = waits + max(onward, default=0)
    return [longest[other.name] for other in program for source in other.inputs if source == name]


def _fork_occupancy(network: Network, times: Mapping[str, Times], name: str, reader: int) -> int:
    entry = next(link for link in network.links if link.sink.stage == f"{name}.fork")
    return _occupancy(times[entry.name], times[f"{name}.fork.o{reader}"])


def _occupancy(arrived: Times, left: Times) -> int:
    """Depth of a queue that never makes these arrivals wait."""
    gone = np.searchsorted(left, arrived - 1, side="right")
    return int((np.arange(len(arrived)) - gone).max()) + 1
