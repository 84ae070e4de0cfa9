"""Reference model: the same network as the golden model, one integer at a time.

Nested loops over Python's own integers, which have no width to overflow, and no NumPy
arithmetic: slow, and as close to the words that define each kind of node
(`tabfab.compiler.program.nodes`) as code can be. It shares nothing
with `tabfab.sim.models.golden`; the tests hold the two against each other.
Use it to decide what a node means, and the golden model for everything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...compiler.program import (
    Add,
    Argmax,
    AveragePool,
    Clamp,
    Conv,
    Encoder,
    ExactConv,
    Flatten,
    Input,
    MaxPool,
    Node,
    Program,
    Requantized,
    SlicePad,
    TableConv,
    TreeEncoder,
    Window,
)

Pixel = list[int]
"""The channels of one pixel."""
Tensor = list[list[Pixel]]
"""The tensor of one image, as ``tensor[row][column][channel]``."""


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
    """
    tensors: dict[str, Tensor] = {}
    for node in program:
        sources = [tensors[name] for name in node.inputs]
        match node, sources:
            case Input(), []:
                output = image
            case Conv(), [source]:
                output = _conv(node, source, _real_zero(program[node.inputs[0]]))
            case MaxPool(), [source]:
                output = _max_pool(node, source)
            case AveragePool(), [source]:
                output = _average_pool(node, source)
            case Add(), [first, second]:
                output = _add(node, first, second)
            case Clamp(), [source]:
                output = _clamp(node, source)
            case SlicePad(), [source]:
                output = _slice_pad(node, source)
            case Flatten(), [source]:
                output = [[[value for row in source for pixel in row for value in pixel]]]
            case Argmax(), [[[pixel]]]:
                output = [[[pixel.index(max(pixel))]]]
            case _:
                raise TypeError(f"no meaning for a node of kind {node.kind!r}")
        _check_tensor(node, output)
        tensors[node.name] = output
    return tensors


def _real_zero(node: Node) -> Pixel:
    """What stands for a real zero in the output of `node`, channel by channel."""
    if isinstance(node, Input):
        return [int(value) for value in node.zero]
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


# ------------------------------------------------------------------------- requantization


def _requantize(node: Requantized, total: int, shift: int) -> int:
    """``clamp((total + half) >> shift)``; Python's ``>>`` rounds down, as it must."""
    half = 0 if shift == 0 else 2 ** (shift - 1)
    return min(max((total + half) >> shift, node.low), node.high)


# ------------------------------------------------------------------------------- windows


def _positions(node: Window) -> Iterator[tuple[int, int]]:
    """Row and column of every element of the output."""
    _, height, width = node.shape
    for row in range(height):
        for column in range(width):
            yield row, column


def _places(node: Window, row: int, column: int) -> Iterator[tuple[int, int]]:
    """Row and column in the input of every tap of the window at an output position."""
    for down in range(node.kernel[0]):
        for right in range(node.kernel[1]):
            yield (
                row * node.stride[0] - node.padding[0] + down,
                column * node.stride[1] - node.padding[1] + right,
            )


def _pixel(source: Tensor, row: int, column: int, outside: Pixel) -> Pixel:
    """The pixel at a place of `source`, or `outside` where the place is padding."""
    if 0 <= row < len(source) and 0 <= column < len(source[0]):
        return source[row][column]
    return outside


def _blank(node: Node) -> Tensor:
    channels, height, width = node.shape
    return [[[0] * channels for _ in range(width)] for _ in range(height)]


# -------------------------------------------------------------------------- convolutions


def _conv(node: Conv, source: Tensor, zero: Pixel) -> Tensor:
    if isinstance(node, ExactConv):
        return _exact_conv(node, source, zero)
    if isinstance(node, TableConv) and node.layout == "pixel":
        return _table_conv_of_pixels(node, source, zero)
    if isinstance(node, TableConv) and node.layout == "patch":
        return _table_conv_of_patches(node, source, zero)
    raise TypeError(f"no meaning for a convolution of kind {node.kind!r}")


def _finish(node: Conv, channel: int, total: int) -> int:
    """The activation of an output channel whose products or table rows add up to `total`."""
    shift = int(node.shift[channel])
    half = 0 if shift == 0 else 2 ** (shift - 1)
    biased = total + int(node.bias[channel])
    assert node.accumulator[0] <= biased + half <= node.accumulator[1], node.name
    return _requantize(node, biased, shift)


def _exact_conv(node: ExactConv, source: Tensor, zero: Pixel) -> Tensor:
    weight = node.weight.tolist()
    per_group = len(zero) // node.groups  # input channels
    output = _blank(node)
    for row, column in _positions(node):
        for channel in range(node.shape[0]):
            first = per_group * (channel // (node.shape[0] // node.groups))
            total = 0
            for tap, place in enumerate(_places(node, row, column)):
                pixel = _pixel(source, *place, zero)
                down, right = divmod(tap, node.kernel[1])
                for number in range(per_group):
                    total += weight[channel][number][down][right] * pixel[first + number]
            output[row][column][channel] = _finish(node, channel, total)
    return output


# ------------------------------------------------------------------------- table lookups


def _code(encoder: Encoder, subspace: int, vector: Sequence[int]) -> int:
    """The code of one subspace's activations."""
    if isinstance(encoder, TreeEncoder):
        leaves = encoder.leaves
        node = 0
        while node < leaves - 1:
            value = vector[int(encoder.dimensions[subspace][node])]
            greater = value > int(encoder.thresholds[subspace][node])
            node = 2 * node + 2 if greater else 2 * node + 1
        leaf = node - (leaves - 1)
        return leaf if encoder.leaf_codes is None else int(encoder.leaf_codes[subspace][leaf])
    distances = [
        sum((value - at) ** 2 for value, at in zip(vector, point, strict=True))
        for point in encoder.points[subspace].tolist()
    ]
    return distances.index(min(distances))  # the lowest number on a tie


def _codes(node: TableConv, groups: Sequence[Sequence[int]]) -> list[int]:
    """Codes of all subspaces, group by group, each group's elements cut into subspaces."""
    length = node.encoder.length
    codes: list[int] = []
    for elements in groups:
        for start in range(0, len(elements), length):
            part = list(elements[start : start + length])
            part += [0] * (length - len(part))
            codes.append(_code(node.encoder, len(codes), part))
    return codes


def _groups(node: TableConv, pixel: Pixel) -> list[Pixel]:
    """The channels of a pixel that belong to each group."""
    per_group = len(pixel) // node.groups
    return [pixel[group * per_group :][:per_group] for group in range(node.groups)]


def _table_conv_of_pixels(node: TableConv, source: Tensor, zero: Pixel) -> Tensor:
    coded = [[_codes(node, _groups(node, pixel)) for pixel in row] for row in source]
    padding = _codes(node, _groups(node, zero))
    output = _blank(node)
    for row, column in _positions(node):
        codes = [_pixel(coded, *place, padding) for place in _places(node, row, column)]
        output[row][column] = _look_up(node, codes)
    return output


def _table_conv_of_patches(node: TableConv, source: Tensor, zero: Pixel) -> Tensor:
    output = _blank(node)
    for row, column in _positions(node):
        window = [_pixel(source, *place, zero) for place in _places(node, row, column)]
        patches = []
        for group in range(node.groups):
            channels = [_groups(node, pixel)[group] for pixel in window]  # of each tap
            per_group = len(zero) // node.groups
            patches.append([tap[number] for number in range(per_group) for tap in channels])
        output[row][column] = _look_up(node, [_codes(node, patches)])
    return output


def _look_up(node: TableConv, codes: list[list[int]]) -> Pixel:
    """One output pixel from ``codes[tap][subspace]``."""
    tables = node.tables.tolist()
    subspaces = node.encoder.subspaces // node.groups
    outputs = node.shape[0] // node.groups
    pixel = []
    for channel in range(node.shape[0]):
        group, member = divmod(channel, outputs)
        total = 0
        for subspace in range(group * subspaces, (group + 1) * subspaces):
            for tap in range(len(codes)):
                total += tables[subspace][tap][codes[tap][subspace]][member]
        pixel.append(_finish(node, channel, total))
    return pixel


# -------------------------------------------------------------- pools, sums and shortcuts


def _max_pool(node: MaxPool, source: Tensor) -> Tensor:
    never_wins = [node.type.low] * node.shape[0]
    output = _blank(node)
    for row, column in _positions(node):
        for channel in range(node.shape[0]):
            output[row][column][channel] = max(
                _pixel(source, *place, never_wins)[channel] for place in _places(node, row, column)
            )
    return output


def _average_pool(node: AveragePool, source: Tensor) -> Tensor:
    nothing = [0] * node.shape[0]
    output = _blank(node)
    for row, column in _positions(node):
        for channel in range(node.shape[0]):
            total = 0
            for place in _places(node, row, column):
                total += _pixel(source, *place, nothing)[channel]
            output[row][column][channel] = _requantize(node, total, node.shift)
    return output


def _add(node: Add, first: Tensor, second: Tensor) -> Tensor:
    output = _blank(node)
    _, height, width = node.shape
    for row in range(height):
        for column in range(width):
            for channel in range(node.shape[0]):
                total = first[row][column][channel] << node.left[0]
                total += second[row][column][channel] << node.left[1]
                output[row][column][channel] = _requantize(node, total, node.shift)
    return output


def _clamp(node: Clamp, source: Tensor) -> Tensor:
    return [
        [[min(max(value, node.low), node.high) for value in pixel] for pixel in row]
        for row in source
    ]


def _slice_pad(node: SlicePad, source: Tensor) -> Tensor:
    before, after = node.channels
    return [
        [[0] * before + pixel + [0] * after for pixel in row[:: node.step[1]]]
        for row in source[:: node.step[0]]
    ]
