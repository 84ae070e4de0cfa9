"""Consistency of a Program's nodes with what they read."""

from __future__ import annotations

from .activation import Layout, Shape, require
from .nodes.conv import Conv
from .nodes.exact import ExactConv
from .nodes.input import Input
from .nodes.node import Node, Window
from .nodes.plain import Add, Argmax, Flatten, SlicePad
from .nodes.pools import MaxPool
from .nodes.table import TableConv


def window_output(size: int, kernel: int, stride: int, padding: int) -> int:
    """Positions of a window along one axis."""
    return (size + 2 * padding - kernel) // stride + 1


def _expected_shape(node: Node, sources: list[Node]) -> Shape:
    """Output shape that follows from the node's inputs."""
    channels, height, width = sources[0].shape
    if isinstance(node, Window):
        rows, columns = (
            window_output(size, node.kernel[axis], node.stride[axis], node.padding[axis])
            for axis, size in enumerate((height, width))
        )
        return (node.shape[0] if isinstance(node, Conv) else channels, rows, columns)
    if isinstance(node, SlicePad):
        return (
            channels + sum(node.channels),
            -(-height // node.step[0]),
            -(-width // node.step[1]),
        )
    if isinstance(node, Flatten):
        return (channels * height * width, 1, 1)
    if isinstance(node, Argmax):
        return (1, 1, 1)
    return (channels, height, width)


def check_node(node: Node, sources: list[Node]) -> None:
    """Raise `ProgramError` unless `node` fits the nodes that it reads."""
    count = 0 if isinstance(node, Input) else 2 if isinstance(node, Add) else 1
    require(
        len(sources) == count,
        f"node {node.name!r} ({node.kind}) takes {count} inputs, not {len(sources)}",
    )
    if count == 0:
        return
    expected = _expected_shape(node, sources)
    require(
        node.shape == expected,
        f"node {node.name!r} has shape {node.shape}, but its input makes it {expected}",
    )
    if isinstance(node, Add):
        require(
            sources[0].shape == sources[1].shape,
            f"node {node.name!r} adds shapes {sources[0].shape} and {sources[1].shape}",
        )
    if isinstance(node, MaxPool | Flatten | SlicePad):
        require(
            node.type == sources[0].type,
            f"node {node.name!r} passes values on, so it must have its input's type, "
            f"{sources[0].type}, not {node.type}",
        )
    if isinstance(node, Argmax):
        require(
            sources[0].shape[1:] == (1, 1), f"node {node.name!r} needs a 1x1 image as its input"
        )
        require(
            sources[0].shape[0] - 1 <= node.type.high,
            f"node {node.name!r} numbers {sources[0].shape[0]} channels, too many for {node.type}",
        )
    if isinstance(node, Conv):
        _check_conv(node, sources[0].shape[0])


def subspaces_per_group(channels: int, taps: int, length: int, layout: Layout) -> int:
    """Subspaces of length `length` that cover one group's `channels` input channels."""
    return -(-channels * (taps if layout == "patch" else 1) // length)


def _check_conv(node: Conv, channels: int) -> None:
    require(
        channels % node.groups == 0 and node.shape[0] % node.groups == 0,
        f"node {node.name!r}: {node.groups} groups must divide {channels} input and "
        f"{node.shape[0]} output channels",
    )
    per_group = channels // node.groups
    if isinstance(node, ExactConv):
        expected = (node.shape[0], per_group, *node.kernel)
        require(
            node.weight.shape == expected,
            f"node {node.name!r}: weights have shape {node.weight.shape} instead of {expected}",
        )
    if isinstance(node, TableConv):
        count = node.groups * subspaces_per_group(
            per_group, node.taps, node.encoder.length, node.layout
        )
        require(
            node.encoder.subspaces == count,
            f"node {node.name!r} has {node.encoder.subspaces} subspaces instead of {count}",
        )
