"""The Graph: a small typed float network, between torch and the Program.

`tabfab.compiler.frontend` makes one from an exported `nn.Module`: batch norm is folded into
convolutions, activation functions into their producers, dropout dropped, linear layers are 1x1
convolutions of a 1x1 image whose weights are permuted to the channel-minor order of `Flatten`.
Shapes are (channels, height, width) of one image. Nothing here imports torch.
"""

from .graph import Graph
from .layers.activation import Activation
from .layers.channels import ChannelSelect, Concat, Outputs
from .layers.conv import Conv
from .layers.elementwise import Add, Clamp, Multiply
from .layers.input import Floats, Input
from .layers.layer import Layer, Window, find
from .layers.pools import AveragePool, MaxPool
from .layers.resize import DepthToSpace, Interpolate, Upsample
from .layers.shapes import Flatten, Pad, Reshape, SlicePad

__all__ = [
    "Activation",
    "Add",
    "AveragePool",
    "ChannelSelect",
    "Clamp",
    "Concat",
    "Conv",
    "DepthToSpace",
    "Flatten",
    "Floats",
    "Graph",
    "Input",
    "Interpolate",
    "Layer",
    "MaxPool",
    "Multiply",
    "Outputs",
    "Pad",
    "Reshape",
    "SlicePad",
    "Upsample",
    "Window",
    "find",
]
