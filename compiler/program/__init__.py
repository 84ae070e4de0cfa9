"""The Program: a network in integers, fully defined, with no hardware in it.

A `Program` is a list of nodes in topological order. Each node names its inputs and describes
one tensor, its output. The golden model (`tabfab.sim.models.golden`) is the meaning of every node;
the RTL must agree with it bit for bit. Nothing here imports torch.

Conventions, for all nodes:

* A tensor is described without its image axis, as ``(channels, height, width)``.
* Activations are integers of 2 to 8 bits, signed or unsigned; integer ``q`` stands for the real
  number ``q * scale``. Scales document the network; inference never reads one.
* Requantization is ``clamp((accumulator + bias + half) >> shift, low, high)`` with
  ``half = 1 << (shift - 1)`` (0 where the shift is 0) and an arithmetic (flooring) shift.
* Layouts are channel-minor: pixels row-major, the channels of one pixel together.
"""

from __future__ import annotations

from .activation import INT8, UINT8, ActivationType, Layout, Pair, ProgramError, Shape
from .bounds import accumulator_bounds, channel_bounds, with_bounds
from .encoders import Encoder, NearestEncoder, NearestL1Encoder, TreeEncoder
from .nodes.activation import ActivationTable
from .nodes.catalog import NODE_KINDS, find
from .nodes.conv import Conv
from .nodes.dyadic import DyadicConv
from .nodes.exact import ExactConv
from .nodes.haste import HasteConv
from .nodes.input import Input
from .nodes.node import MAX_SHIFT, Node, Requantized, Window
from .nodes.plain import Add, Argmax, Clamp, Flatten, Multiply, Pad, Reshape, SlicePad
from .nodes.pools import AveragePool, MaxPool
from .nodes.rearranged import ChannelSelect, Concat, DepthToSpace, Interpolate, Outputs, Upsample
from .nodes.table import TableConv
from .program import Program
from .shapes import (
    NO_EDGES,
    Edges,
    counted_pixels,
    edges,
    kept_pixels,
    kept_slices,
    reach,
    subspaces_per_group,
    window_output,
)
from .signed_digits import signed_digits

__all__ = [
    "INT8",
    "MAX_SHIFT",
    "NODE_KINDS",
    "NO_EDGES",
    "UINT8",
    "ActivationTable",
    "ActivationType",
    "Add",
    "Argmax",
    "AveragePool",
    "ChannelSelect",
    "Clamp",
    "Concat",
    "Conv",
    "DepthToSpace",
    "DyadicConv",
    "Edges",
    "Encoder",
    "ExactConv",
    "Flatten",
    "HasteConv",
    "Input",
    "Interpolate",
    "Layout",
    "MaxPool",
    "Multiply",
    "NearestEncoder",
    "NearestL1Encoder",
    "Node",
    "Outputs",
    "Pad",
    "Pair",
    "Program",
    "ProgramError",
    "Requantized",
    "Reshape",
    "Shape",
    "SlicePad",
    "TableConv",
    "TreeEncoder",
    "Upsample",
    "Window",
    "accumulator_bounds",
    "channel_bounds",
    "counted_pixels",
    "edges",
    "find",
    "kept_pixels",
    "kept_slices",
    "reach",
    "signed_digits",
    "subspaces_per_group",
    "window_output",
    "with_bounds",
]
