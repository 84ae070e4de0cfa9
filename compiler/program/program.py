"""`Program`: nodes in topological order, checked against one another."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..store.printable import html_table
from .activation import require
from .nodes.conv import Conv
from .nodes.input import Input
from .nodes.node import Node


@dataclass(frozen=True, eq=False)
class Program:
    """An integer network.

    Parameters
    ----------
    nodes: in topological order; the first is the only `Input`, the last is the output.
    classes: names of the output channels, or empty.
    meta: what made it (settings, data, seed): any JSON values.
    """

    nodes: tuple[Node, ...]
    classes: tuple[str, ...] = ()
    meta: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require(
            bool(self.nodes) and isinstance(self.nodes[0], Input),
            "a program starts with its input node",
        )
        seen: dict[str, Node] = {}
        for node in self.nodes:
            require(node.name not in seen, f"two nodes are named {node.name!r}")
            for name in node.inputs:
                require(
                    name in seen,
                    f"node {node.name!r} reads {name!r}, which does not come before it",
                )
            node.check([seen[name] for name in node.inputs])
            seen[node.name] = node

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __getitem__(self, name: str) -> Node:
        for node in self.nodes:
            if node.name == name:
                return node
        raise KeyError(name)

    @property
    def input(self) -> Input:
        """The first node."""
        first = self.nodes[0]
        assert isinstance(first, Input)
        return first

    @property
    def output(self) -> Node:
        """The last node."""
        return self.nodes[-1]

    @property
    def convs(self) -> tuple[Conv, ...]:
        """The maskable layers (convolutions and linear layers) in mask order."""
        return tuple(node for node in self.nodes if isinstance(node, Conv))

    def _repr_html_(self) -> str:
        """A row for each layer, as notebooks show it: what it is, and what it costs."""
        from .cost import program_cost

        costs = program_cost(self).layers
        rows = [
            (node.name, node.method, "x".join(map(str, node.shape)),
             "x".join(map(str, node.kernel)),
             None if math.isnan(node.similarity) else f"{node.similarity:.4f}",
             cost.exact, cost.operations, cost.stored_bytes)
            for node, cost in zip(self.convs, costs, strict=True)
        ]  # fmt: skip
        heads = ["layer", "method", "output", "kernel", "similarity", "operations, exact",
                 "as compiled", "bytes stored"]  # fmt: skip
        total = sum(cost.operations for cost in costs)
        title = f"program of {len(self.nodes)} nodes, {total:,} operations an image"
        return html_table(title, heads, rows)

    def consumers(self, name: str) -> tuple[Node, ...]:
        """The nodes that read `name`."""
        return tuple(node for node in self.nodes if name in node.inputs)

    def padding_value(self, name: str) -> NDArray[np.int16]:
        """(channels,) int16: what stands for a real zero in the tensor `name`."""
        return padding_value(self.__getitem__, name)


def padding_value(node_of: Callable[[str], Node], name: str) -> NDArray[np.int16]:
    """(channels,) int16: what stands for a real zero in a tensor.

    Parameters
    ----------
    node_of: gives the node of a name: the tensor's, and those before it.
    name: of the tensor.
    """
    node = node_of(name)
    while node.keeps_zero:
        node = node_of(node.inputs[0])
    return node.padding_value
