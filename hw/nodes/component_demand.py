"""What each component is made of, from the parameters that it is built with.

There is one function per component. The planner's search calls them with numbers, thousands of
times; `component_demand` calls them with what a component of an assembled network says of
itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...compiler.program import TreeEncoder
from ..engine.bank_geometry import BankGeometry
from ..logic.demand import Demand, bits_for, counter, queue, select
from ..stream.block_queue import FRONT
from ..stream.core import Memory
from ..window.window import WindowGeometry


def encoder(*, trees: TreeEncoder, width: int, bits: int) -> Demand:
    """An `Encoder` of `width` trees side by side, for activations of `bits` bits."""
    length, beats = trees.length, -(-trees.subspaces // width)
    node = bits + 1 + max(1, bits_for(length))  # threshold and split dimension
    demand = counter(beats) + Demand(registers=width * trees.code_bits + 2)
    if trees.leaf_codes is not None:
        codes = Memory(beats * trees.leaves, trees.code_bits, "rom")
        demand += Demand(memories=(codes,) * width)
    for level in range(trees.levels):
        demand += Demand(
            registers=2 + bits_for(beats) + width * (length * bits + level),
            comparisons=width * (bits + 1),
            memories=(Memory(beats << level, node, "rom"),) * width,
        )
        demand += select(length, width * bits)
    return demand


def line_buffer(*, geometry: WindowGeometry, width: int, depth: int, paddings: int) -> Demand:
    """A `LineBuffer` of words of `width` bits.

    Parameters
    ----------
    geometry: what it reads.
    width: bits of a beat, without `last`.
    depth: of its output queue.
    paddings: how many different words padding pixels hold.
    """
    g = geometry
    ring = g.buffered_rows * g.width * g.words
    rows, columns = g.positions
    reach = (g.width + g.kernel[1] + g.stride[1] + g.padding[1]) * g.words
    walk = counter(g.kernel[0], g.kernel[1], g.words, g.repeats, rows, columns)
    places = counter(*[reach // g.words, reach, g.height + sum(g.kernel), g.buffered_rows] * 2)
    fill = counter(ring, g.words, g.width, 2 * g.height + g.buffered_rows, depth + 1)
    outside = select(2, width) if any(g.padding) else Demand()
    return (
        walk
        + places
        + fill
        + outside
        + select(paddings, width)
        + queue(depth, width + 1)
        + Demand(
            registers=bits_for(ring) + 7 + width + (2 * width if paddings > 1 else 0),
            adders=2 * bits_for(ring),
            comparisons=2 * bits_for(g.height) + 2 * bits_for(g.width),
            memories=(Memory(ring, width, "ram"),),
        )
    )


def table_bank(*, geometry: BankGeometry, bits: int, memories: Sequence[Memory]) -> Demand:
    """A `TableBank` with these memories and entries of `bits` bits."""
    addresses = sum(bits_for(memory.depth) for memory in memories)
    return counter(geometry.steps, 2 * geometry.steps) + Demand(
        registers=6 + addresses, memories=tuple(memories)
    )


def multiplier_bank(
    *,
    geometry: BankGeometry,
    input_bits: int,
    weight_bits: int,
    product_bits: int,
    memories: Sequence[Memory],
) -> Demand:
    """A `MultiplierBank` with these memories."""
    count = geometry.lanes * geometry.lane_outputs
    return counter(geometry.steps) + Demand(
        registers=6 + 2 * geometry.lanes * input_bits + count * (weight_bits + product_bits),
        products=count * input_bits * weight_bits,
        multipliers=count,
        memories=tuple(memories),
    )


def adder_tree(*, bits: int, lanes: int, outputs: int) -> Demand:
    """An `AdderTree`."""
    demand = Demand()
    while lanes > 1:
        pairs, odd = divmod(lanes, 2)
        bits += 1
        demand += Demand(
            registers=2 + outputs * (pairs + odd) * bits, adders=outputs * pairs * bits
        )
        lanes = pairs + odd
    return demand


def accumulator(*, width: int, outputs: int, blocks: int, group: int) -> Demand:
    """An `Accumulator` of `width` bits for `outputs` sums."""
    total = outputs * width
    biases = (Memory(blocks, total, "rom"),) if blocks > 1 else ()
    return counter(group, blocks) + Demand(
        registers=2 + total, adders=total, selects=total, memories=biases
    )


def pipeline_register(*, width: int) -> Demand:
    """A `PipelineRegister` of beats of `width` bits."""
    return Demand(registers=2 + width)


def requantizer(*, width: int, bits: int, shifts: Sequence[int], blocks: int) -> Demand:
    """A `Requantizer` of `width` bits to `bits`.

    Parameters
    ----------
    width, bits: of its input and output.
    shifts: how many different shifts each output has.
    blocks: beats until the outputs repeat.
    """
    demand = counter(blocks) + Demand(registers=4)
    for count in shifts:
        demand += select(count, width) + select(3, bits)
        demand += Demand(registers=width + bits, comparisons=max(0, width - bits))
    return demand


def max_reducer(*, bits: int, lanes: int, group: int) -> Demand:
    """A `MaxReducer`."""
    each = bits * lanes
    return counter(group) + Demand(registers=2 + each, comparisons=each, selects=2 * each)


def argmax(*, bits: int, lanes: int, answer: int, group: int) -> Demand:
    """An `Argmax`."""
    return counter(group) + Demand(
        registers=2 + bits + answer,
        comparisons=lanes * bits,
        selects=2 * lanes * (bits + answer),
        adders=answer,
    )


def shifted_sum(*, width: int, lanes: int) -> Demand:
    """A `ShiftedSum`."""
    return Demand(registers=2 + lanes * width, adders=2 * lanes * width)


def slice_padder(*, width: int, depth: int, size: tuple[int, int], beats: int) -> Demand:
    """A `SlicePadder`."""
    return queue(depth, width + 1) + counter(*size, beats) + select(2, width)


def border_padder(
    *, width: int, depth: int, size: tuple[int, int], words: int, pixels: int
) -> Demand:
    """A `BorderPadder` whose border pixels are made of `pixels` different words."""
    inside = Demand(comparisons=2 * bits_for(size[0]) + 2 * bits_for(size[1]))
    return (
        queue(depth, width + 1)
        + counter(*size, words)
        + select(2, width)
        + select(pixels, width)
        + inside
    )


def block_queue(*, depth: int, width: int) -> Demand:
    """A `BlockQueue` of beats of `width` bits."""
    counters = counter(depth + 1, depth + 1, depth, depth, FRONT + 1)
    ring = Demand(registers=3 + 2 * width, memories=(Memory(depth, width, "ram"),))
    return counters + ring + queue(FRONT, width)


def widen(*, narrow: int, ratio: int, groups: Sequence[int]) -> Demand:
    """A `Widen` of beats of `narrow` bits."""
    return counter(max(groups), len(groups)) + Demand(
        registers=(ratio - 1) * narrow, selects=2 * ratio * narrow
    )


def narrow(*, wide: int, ratio: int, depth: int, groups: Sequence[int]) -> Demand:
    """A `Narrow` of beats of `wide` bits."""
    return queue(depth, wide + 1) + counter(max(groups), len(groups)) + select(ratio, wide // ratio)


def elastic(*, depth: int, width: int, groups: Sequence[int]) -> Demand:
    """The gate and the queue of an `Elastic`, without its core."""
    return queue(depth, width) + counter(depth + 1, max(groups), len(groups))
