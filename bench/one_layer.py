"""One layer of a compiled network as a network of its own, to measure it alone."""

from __future__ import annotations

import dataclasses

import numpy as np
from tabfab.compiler.program import Conv, Input, Program
from tabfab.compiler.store.errors import TabfabError


def one_layer(program: Program, name: str | None = None) -> Program:
    """A program with nothing but one of a program's layers.

    Parameters
    ----------
    program: the whole network.
    name: of a convolution or linear layer; the last by default.

    Raises
    ------
    TabfabError: there is no such layer, or it reads signed activations, which no image has.
    """
    layers = {node.name: node for node in program.convs}
    if name is None:
        name = program.convs[-1].name
    if name not in layers:
        raise TabfabError(f"there is no layer {name!r}; choose one of {', '.join(layers)}")
    layer: Conv = layers[name]
    source = program[layer.inputs[0]]
    if source.type.signed or source.type.bits != 8:
        raise TabfabError(f"layer {name!r} reads {source.type} and an image is uint8")
    image = Input(
        name="activations",
        inputs=(),
        shape=source.shape,
        type=source.type,
        zero=np.zeros(source.shape[0], np.int16),
    )
    return Program((image, dataclasses.replace(layer, inputs=(image.name,))))
