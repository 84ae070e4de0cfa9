"""Reference model: the same network as the golden model, one integer at a time.

Nested loops over Python's own integers, which have no width to overflow, and no NumPy
arithmetic: slow, and as close to the words that define each kind of node
(`tabfab.compiler.program.nodes`) as code can be. It imports those definitions and shares nothing
with `tabfab.sim.models`; the tests hold the two against each other.
Use it to decide what a node means, and the golden model for everything else.
"""

from __future__ import annotations

from ...compiler.program import (
    ActivationTable,
    Input,
    Interpolate,
    MaxPool,
    Node,
    Program,
    Upsample,
    find,
)
from .catalog import MEANINGS
from .parts import Pixel, Source, Tensor


def run_reference(program: Program, image: Tensor) -> dict[str, Tensor]:
    """What every node of `program` gives for one image.

    Parameters
    ----------
    program: what to run.
    image: ``image[row][column][channel]``, each in 0..255; `numpy.ndarray.tolist` makes one of
        an (height, width, channels) array.

    Returns
    -------
    Node name -> its output, as ``output[row][column][channel]``.

    Raises
    ------
    AssertionError: a value leaves its type or an accumulator its bounds, which would be a fault
        of the program.
    TabfabError: a kind of node has no meaning here.
    """
    tensors = {program.input.name: image}
    _check_tensor(program.input, image)
    for node in program.nodes[1:]:
        meaning = find(MEANINGS, node, "sim/reference/catalog.py")
        sources = [Source(tensors[name], _real_zero(program, name)) for name in node.inputs]
        tensors[node.name] = meaning(node, *sources)
        _check_tensor(node, tensors[node.name])
    return tensors


def _real_zero(program: Program, name: str) -> Pixel:
    """What stands for a real zero in the output of a node, channel by channel.

    Integer q stands for q steps of the scale, so it is the integer 0, but in an image, whose
    normalization puts it elsewhere, and where an activation function has a zero point. The largest
    of integers is one of them, so a maximum pool hands it on, and so does what repeats pixels.
    """
    node = program[name]
    while isinstance(node, MaxPool | Upsample | Interpolate):
        node = program[node.inputs[0]]
    if isinstance(node, Input):
        return [int(value) for value in node.zero]
    if isinstance(node, ActivationTable):
        return [node.zero] * node.shape[0]
    return [0] * node.shape[0]


def _check_tensor(node: Node, tensor: Tensor) -> None:
    channels, height, width = node.shape
    assert len(tensor) == height, node.name
    for row in tensor:
        assert len(row) == width, node.name
        for pixel in row:
            assert len(pixel) == channels, node.name
            for value in pixel:
                assert node.type.low <= value <= node.type.high, node.name
