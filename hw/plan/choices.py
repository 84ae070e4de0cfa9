"""The ways to fold each layer of a program, with what they cost on a device."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import inf

from ...compiler.program import Conv, ExactConv, Program, TableConv
from ..device.devices import Device
from ..engine.folding import Folding, foldings
from ..logic.packing import MemoryOptions, logic_block_luts
from ..nodes.methods.exact.multiplier_bank import WEIGHT_BITS
from ..nodes.methods.layer import LayerSketch
from .pricing import memories_price, price
from .search import Choice, undominated

_WORTHS = (0.25, 0.5, 1.0, 2.0)
"""What a block RAM is worth, as multiples of the LUTs that the device has for each."""
_EVERYTHING = 1e6
"""The same, where a layer's tables are all to be logic."""
_MOST_LOGIC = 1 << 17
"""Bits of a layer's tables above which that is not considered: synthesis would take hours."""
_FULLEST = 0.75
"""How full a block RAM would at most be whose contents become logic, in such a layer."""


def layer_choices(
    program: Program,
    device: Device,
    widest: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    loadable: bool = False,
) -> dict[str, list[Choice]]:
    """The choices for each layer that no other one beats.

    Parameters
    ----------
    program: what to fold.
    device: where to.
    widest: most lanes to consider; None considers all.
    progress: called with (layers done, layers in all).
    loadable: whether tables, weights and biases can be replaced at run time.
    """
    tell = progress or (lambda done, total: None)
    found = {}
    for number, node in enumerate(program.convs):
        tell(number, len(program.convs))
        sketch = LayerSketch(program, node)
        found[node.name] = undominated(_choices(sketch, device, widest, loadable))
    return found


def _choices(
    sketch: LayerSketch, device: Device, widest: int | None, loadable: bool
) -> Iterator[Choice]:
    node, family = sketch.node, device.family
    for lanes, outputs in foldings(node):
        if widest is not None and lanes > max(widest, foldings(node)[0][0]):
            continue
        folding = Folding(lanes, outputs)
        folding = replace(folding, encoders=sketch.matching_encoders(folding))
        logic = price(sketch.logic(folding), family)
        clocks = sketch.clocks(folding)
        for memory in memory_options(node, lanes, device, block_worths(node), loadable):
            whole = replace(folding, memory=memory)
            yield Choice(whole, clocks, logic + memories_price(sketch.tables(whole), family))


def block_worths(node: Conv) -> tuple[float, ...]:
    """What a block RAM may be worth to a layer, for `memory_options`."""
    return (*_WORTHS, _EVERYTHING) if _small(node) else _WORTHS


def memory_options(
    node: Conv,
    lanes: int,
    device: Device,
    worths: Sequence[float],
    loadable: bool = False,
) -> Iterator[MemoryOptions]:
    """The ways to lay a layer's tables or weights out, those with two read ports last.

    Parameters
    ----------
    node: the layer.
    lanes: subspaces or channels that are looked up per clock.
    device: with these memories.
    worths: of a block RAM, as multiples of the LUTs that the device has for each.
    loadable: whether the contents can be replaced at run time.
    """
    family = device.family
    shareable = isinstance(node, TableConv) and lanes > 1 and family.dual_port
    luts_per_block = device.luts / device.block_rams
    most = inf if _small(node) else _FULLEST * logic_block_luts(family)
    prices = dict.fromkeys(min(worth * luts_per_block, most) for worth in worths)
    for ports in (1, 2) if shareable else (1,):
        for price_of_block in prices:
            yield MemoryOptions(family.name, ports, price_of_block, loadable)


def _small(node: Conv) -> bool:
    """Whether all tables or weights of a layer may be logic."""
    return _entries(node) * WEIGHT_BITS <= _MOST_LOGIC


def _entries(node: Conv) -> int:
    """Table entries or weights of a layer."""
    if isinstance(node, TableConv):
        return node.tables.size
    assert isinstance(node, ExactConv)
    return node.weight.size
