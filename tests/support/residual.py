"""A small residual network, for tests of queues and rates."""

from __future__ import annotations

import numpy as np
from tabfab.compiler import program as ir

from .programs import ConvOptions, exact_conv, image_input, table_conv


def two_blocks(
    rng: np.random.Generator, *, layout: ir.Layout = "pixel", last_length: int = 2
) -> ir.Program:
    """An exact layer, an identity block, and a block of stride 2 with a slice-and-pad shortcut.

    Parameters
    ----------
    rng: of what tables, weights and padding hold.
    layout: of the identity block's table layer, "second".
    last_length: of the subspaces of the other block's, "third".
    """
    image = image_input(rng, 2, 4, 4)
    same = ConvOptions(4, kernel=(3, 3), padding=(1, 1))
    halved = ConvOptions(8, kernel=(3, 3), stride=(2, 2), padding=(1, 1))
    first = exact_conv(rng, "first", image, same)
    second = table_conv(rng, "second", first, same, length=2, layout=layout)
    add = half_sum("add", second, first)
    third = table_conv(rng, "third", add, halved, length=last_length)
    cut = ir.SlicePad(
        name="cut", inputs=("add",), shape=third.shape, type=add.type, step=(2, 2), channels=(2, 2)
    )
    return ir.Program((image, first, second, add, third, cut, half_sum("end", third, cut)))


def half_sum(name: str, a: ir.Node, b: ir.Node) -> ir.Add:
    """Half the sum of two nodes of one shape."""
    return ir.Add(
        name=name, inputs=(a.name, b.name), shape=a.shape, type=ir.UINT8, low=0, high=255,
        left=(0, 0), shift=1,
    )  # fmt: skip
