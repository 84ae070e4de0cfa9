"""What scales and integers have to know of each class of layer."""

from __future__ import annotations

from typing import Any

from ...graph import (
    Activation,
    Add,
    AveragePool,
    ChannelSelect,
    Clamp,
    Concat,
    Conv,
    DepthToSpace,
    Flatten,
    Input,
    Interpolate,
    Layer,
    MaxPool,
    Multiply,
    Outputs,
    Pad,
    Reshape,
    SlicePad,
    Upsample,
    find,
)
from .activation import ActivationOperator
from .channels import ChannelSelectOperator, ConcatOperator, OutputsOperator
from .conv import ConvOperator
from .elementwise import AddOperator, ClampOperator, MultiplyOperator
from .image import InputOperator
from .operator import Operator
from .pools import AveragePoolOperator, MaxPoolOperator
from .resize import DepthToSpaceOperator, InterpolateOperator, UpsampleOperator
from .shapes import FlattenOperator, PadOperator, ReshapeOperator, SlicePadOperator

OPERATORS: dict[type[Layer], Operator[Any]] = {
    Input: InputOperator(),
    Conv: ConvOperator(),
    MaxPool: MaxPoolOperator(),
    AveragePool: AveragePoolOperator(),
    Add: AddOperator(),
    Multiply: MultiplyOperator(),
    Clamp: ClampOperator(),
    Activation: ActivationOperator(),
    SlicePad: SlicePadOperator(),
    Flatten: FlattenOperator(),
    Concat: ConcatOperator(),
    ChannelSelect: ChannelSelectOperator(),
    Upsample: UpsampleOperator(),
    Interpolate: InterpolateOperator(),
    Outputs: OutputsOperator(),
    DepthToSpace: DepthToSpaceOperator(),
    Reshape: ReshapeOperator(),
    Pad: PadOperator(),
}
"""A test may add to it."""


def operator_of(layer: Layer) -> Operator[Any]:
    """What is known of the class of `layer`.

    Raises
    ------
    TabfabError: nothing is.
    """
    return find(OPERATORS, layer, "compiler/scales/operators/catalog.py")
