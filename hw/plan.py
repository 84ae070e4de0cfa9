"""Plan: a program mapped to hardware, and the planner that makes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from ..compiler.errors import TabfabError
from ..compiler.program import Program, Window
from .assemble import assemble
from .devices import Device, find_device
from .folding import Folding, clocks_per_position, nearest_folding
from .network import Network, network_rules
from .timing import Times, TimingError, solve

DEFAULT_LANES = 2
DEFAULT_OUTPUTS = 4
_DISTRIBUTED_BITS = 512
"""Smaller memories go into logic or distributed RAM."""
_SHORTEST_QUEUE = 2
_UNLIMITED = 1 << 40
_IMAGES = 3
"""Images that the planner follows: the rate is steady from the second on."""


class PlanError(TabfabError):
    """A program that cannot be mapped as asked."""


@dataclass(frozen=True)
class PlanOptions:
    """What the user wants.

    Parameters
    ----------
    device: name of the device that must suffice; None plans without a limit.
    subspaces: subspaces (or input channels of exact layers) per clock in every layer (S).
    outputs: output channels per clock in every layer (P).
    """

    device: str | None = None
    subspaces: int | None = None
    outputs: int | None = None

    def __post_init__(self) -> None:
        for name, value in (("subspaces", self.subspaces), ("outputs", self.outputs)):
            if value is not None and value < 1:
                raise PlanError(f"--{name} must be at least 1, not {value}")


@dataclass(frozen=True)
class Plan:
    """How a program becomes hardware.

    Parameters
    ----------
    device: the device that it was made for, if any.
    foldings: per convolution.
    fork_depths: queue depths per reader of each node with several readers.
    clocks_per_image: clocks between two answers, images back to back.
    first_answer: clock of the first image's last output beat.
    block_rams: blocks that its memories need on the device; None without a device.
    """

    device: str | None
    foldings: dict[str, Folding]
    fork_depths: dict[str, tuple[int, ...]]
    clocks_per_image: int
    first_answer: int
    block_rams: int | None


def make_plan(program: Program, options: PlanOptions | None = None) -> Plan:
    """Map `program` to hardware.

    Every layer gets the folding that was asked for, as far as its size allows. Queues behind
    forks are made as deep as the cycle model says that they fill, so that no path waits for
    another and none can deadlock.

    Raises
    ------
    PlanError: the device is too small.
    NoHardwareError: a node has no hardware.
    TabfabError: there is no such device.
    """
    options = options or PlanOptions()
    device = None if options.device is None else find_device(options.device)
    lanes = options.subspaces or DEFAULT_LANES
    outputs = options.outputs or DEFAULT_OUTPUTS
    foldings = {node.name: nearest_folding(node, lanes, outputs) for node in program.convs}
    fork_depths = _fork_depths(program, foldings)
    network = assemble(program, foldings, fork_depths)
    blocks = None if device is None else _check_device(network, device)
    answers = _answers(network)
    return Plan(
        device=options.device,
        foldings=foldings,
        fork_depths=fork_depths,
        clocks_per_image=int(answers[-1] - answers[-2]),
        first_answer=int(answers[0]),
        block_rams=blocks,
    )


def build_network(program: Program, plan: Plan) -> Network:
    """The network that `plan` describes."""
    return assemble(program, plan.foldings, plan.fork_depths)


def layer_clocks(program: Program, plan: Plan) -> dict[str, int]:
    """Clocks per image that each convolution is busy; the largest bounds the rate."""
    return {
        node.name: node.shape[1]
        * node.shape[2]
        * clocks_per_position(node, plan.foldings[node.name])
        for node in program.convs
    }


# ------------------------------------------------------------------------------- timing


def _times(network: Network) -> dict[str, Times]:
    lengths = {link.name: _IMAGES * link.format.beats_per_image for link in network.links}
    rules = network_rules(network, lengths)
    return solve(lengths | {rule.target: len(rule.index) for rule in rules}, rules)


def _answers(network: Network) -> Times:
    """Clock of the last output beat of each image."""
    times = _times(network)[network.output.name]
    return times.reshape(_IMAGES, -1)[:, -1]


def _fork_depths(program: Program, foldings: dict[str, Folding]) -> dict[str, tuple[int, ...]]:
    """Queue depths with which no reader of a fork holds the others up.

    The reader with the longest way to the output sets the pace: its queue is short, so that a
    fast source cannot run ahead of it. The others get what then piles up in theirs.
    """
    readers = {node.name: _distances(program, node.name) for node in program}
    forks = {name: ways for name, ways in readers.items() if len(ways) > 1}
    if not forks:
        return {}
    pace = {name: ways.index(max(ways)) for name, ways in forks.items()}
    depth = _SHORTEST_QUEUE
    while True:
        depths = {
            name: tuple(depth if n == pace[name] else _UNLIMITED for n in range(len(ways)))
            for name, ways in forks.items()
        }
        network = assemble(program, foldings, depths)
        try:
            times = _times(network)
        except TimingError:  # the pace-setting path itself holds more than its queue
            depth *= 2
            continue
        return {
            name: tuple(
                depth if n == pace[name] else max(depth, _fork_occupancy(network, times, name, n))
                for n in range(len(ways))
            )
            for name, ways in forks.items()
        }


def _distances(program: Program, name: str) -> list[int]:
    """For each reader of `name` the most windows on a way from it to the output."""
    longest: dict[str, int] = {}
    for node in reversed(program.nodes):
        onward = [longest[other.name] for other in program.consumers(node.name)]
        longest[node.name] = isinstance(node, Window) + max(onward, default=0)
    return [longest[other.name] for other in program for source in other.inputs if source == name]


def _fork_occupancy(network: Network, times: Mapping[str, Times], name: str, reader: int) -> int:
    entry = next(link for link in network.links if link.sink.stage == f"{name}.fork")
    return _occupancy(times[entry.name], times[f"{name}.fork.o{reader}"])


def _occupancy(arrived: Times, left: Times) -> int:
    """Depth of a queue that never makes these arrivals wait."""
    gone = np.searchsorted(left, arrived - 1, side="right")
    return int((np.arange(len(arrived)) - gone).max()) + 1


# ---------------------------------------------------------------------------- resources


def memories(network: Network) -> Iterator[tuple[str, int, int]]:
    """(stage, depth, width) of every memory of a network."""
    for stage in network.stages:
        for memory in stage.component.memories():
            yield stage.name, memory.depth, memory.width


def _check_device(network: Network, device: Device) -> int:
    blocks = sum(
        device.family.blocks(depth, width)
        for _, depth, width in memories(network)
        if depth * width > _DISTRIBUTED_BITS
    )
    if blocks > device.block_rams:
        raise PlanError(
            f"the tables and buffers need {blocks} block RAMs and {device.name} has "
            f"{device.block_rams}, {blocks - device.block_rams} too few; choose a larger device, "
            "longer subspaces, fewer prototypes or more exact layers"
        )
    return blocks
