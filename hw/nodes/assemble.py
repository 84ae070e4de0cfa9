"""Program + foldings -> Network: the stages of one node after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ...compiler.program import Program
from ..engine.folding import Folding
from ..network.content import Activations
from ..network.network import Network, Port
from ..network.stage_list import NoHardwareError, OpenStream, StageList
from .catalog import layers, node_hardware

SHORTEST_QUEUE = 2
"""Beats of a queue behind a fork where nobody says otherwise."""


def assemble(
    program: Program,
    foldings: Mapping[str, Folding],
    fork_depths: Mapping[str, tuple[int, ...]] | None = None,
) -> Network:
    """The network of `program`.

    Parameters
    ----------
    program: what to compute.
    foldings: of each of its convolutions.
    fork_depths: of each node with several readers, the queue depth of each reader in program
        order; `SHORTEST_QUEUE` by default.

    Raises
    ------
    NoHardwareError: a node has no hardware.
    FoldingError: a layer does not allow its folding.
    """
    folded = [(layer, foldings[name]) for name, layer in layers(program).items()]
    slowest = max([least_clocks(program), *(layer.clocks(folding) for layer, folding in folded)])
    arriving = {layer.node.name: layer.arriving(folding) for layer, folding in folded}
    stages = StageList(foldings, slowest, arriving)
    readers = [name for node in program for name in node.inputs]
    unread: dict[str, list[OpenStream]] = {}
    for node in program:
        stages.node = node.name
        sources = [unread[name].pop(0) for name in node.inputs]
        result = node_hardware(program, node).build(stages, sources)
        result = replace(result, content=Activations(node.name))
        count = readers.count(node.name)
        if count < 2:
            unread[node.name] = [result]
        else:
            depths = (fork_depths or {}).get(node.name, (SHORTEST_QUEUE,) * count)
            unread[node.name] = stages.fork(result, depths)
    stages.link(unread[program.output.name].pop(), Port(None, "o"))
    for name, streams in unread.items():
        if streams:
            raise NoHardwareError(
                f"nothing reads node {name!r}, so its stream would block the network; "
                "remove it from the program"
            )
    return Network(stages.stages, stages.links)


def least_clocks(program: Program) -> int:
    """Clocks per image below which a network does not come, however its layers are folded."""
    return max(node_hardware(program, node).least_clocks for node in program)
