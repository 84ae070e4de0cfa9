"""NodeHardware: how a node of a program becomes stages."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from ...compiler.program import ActivationType, Node, Program
from ..stream.streams import StreamFormat
from .stage_list import NoHardwareError, OpenStream, StageList

NodeT = TypeVar("NodeT", bound=Node)


class NodeHardware(ABC, Generic[NodeT]):
    """The hardware of one node. There is a class of these for each kind of node, in its own file.

    `tabfab.hw.nodes.catalog` says which class belongs to which kind.

    Parameters
    ----------
    program: that the node is part of.
    node: what to build.
    """

    def __init__(self, program: Program, node: NodeT) -> None:
        self.program = program
        self.node = node

    @abstractmethod
    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        """Append the node's stages and return its output.

        Parameters
        ----------
        stages: where to append them.
        sources: the outputs of the nodes that it reads, in the order of its inputs.

        Raises
        ------
        NoHardwareError: there is no hardware for a node that is set up so.
        """

    @property
    def least_clocks(self) -> int:
        """Clocks per image below which it does not come, however layers are folded."""
        _, height, width = self.node.shape
        return height * width

    @property
    def source_types(self) -> list[ActivationType]:
        """Types of the nodes that it reads, in the order of its inputs."""
        return [self.program[name].type for name in self.node.inputs]

    def format(self, lanes: int) -> StreamFormat:
        """How its output travels, `lanes` channels of a pixel in a beat."""
        type_, (channels, height, width) = self.node.type, self.node.shape
        return StreamFormat(type_.bits, type_.signed, lanes, channels, height, width)


class WithoutHardware(NodeHardware[NodeT]):
    """A kind of node that cannot be built, and that says so by name as soon as it is to be.

    Such a kind has no components, and so nothing that could be proven of them.

    Raises
    ------
    NoHardwareError: always.
    """

    def __init__(self, program: Program, node: NodeT) -> None:
        super().__init__(program, node)
        raise self.refusal()

    @abstractmethod
    def refusal(self) -> NoHardwareError:
        """One sentence: which node, why, and what to do."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        raise self.refusal()
