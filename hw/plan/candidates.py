"""The ways to fold each layer of a program, with what they cost on a device."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from math import inf
from typing import Any

from ...compiler.store.progress import Progress, silent
from ..device.devices import Device
from ..engine.folding import Folding
from ..logic.packing import MemoryOptions, logic_block_luts
from ..nodes.methods.layer import LayerHardware, Layers
from .pricing import memories_price, price
from .search import Candidate, undominated

_WORTHS = (0.25, 0.5, 1.0, 2.0)
"""What a block RAM is worth, as multiples of the LUTs that the device has for each."""
_EVERYTHING = 1e6
"""The same, where a layer's tables are all to be logic."""
_MOST_LOGIC = 1 << 14
"""Table entries or weights of a layer above which that is not considered: synthesis would take
hours."""
_FULLEST = 0.75
"""How full a block RAM would at most be whose contents become logic, in such a layer."""


def layer_candidates(
    layers: Layers,
    device: Device,
    widest: int | None = None,
    loadable: bool = False,
    unroll: Collection[str] = (),
    progress: Progress = silent,
    most_clocks: int | None = None,
) -> dict[str, list[Candidate]]:
    """The ways to fold each layer that no other one beats.

    Parameters
    ----------
    layers: what to fold.
    device: where to.
    widest: most lanes to consider; None considers all.
    loadable: whether tables, weights and biases can be replaced at run time.
    unroll: names of the layers that are only unrolled.
    progress: called with (layers done, layers in all, the layer under way).
    most_clocks: per image; of a layer that has no folding as fast, the fastest is considered.
    """
    found = {}
    for number, (name, layer) in enumerate(layers.items()):
        progress(number, len(layers), name)
        found[name] = undominated(
            [_unrolled(layer, layer.unrolled(), device)]
            if name in unroll
            else _candidates(layer, device, widest, loadable, most_clocks)
        )
    return found


def _candidates(
    layer: LayerHardware[Any],
    device: Device,
    widest: int | None,
    loadable: bool,
    most_clocks: int | None,
) -> Iterator[Candidate]:
    family = device.family
    folded = _clocked(layer, _foldings(layer, widest))
    constant = [] if loadable else _clocked(layer, layer.further_foldings())
    if widest is not None:
        constant = [way for way in constant if way[0].lanes <= widest]
    most = inf
    if most_clocks is not None:
        most = max(most_clocks, min(clocks for _, clocks in (*folded, *constant)))
    priced = [
        (folding, clocks, price(layer.logic(folding), family))
        for folding, clocks in folded
        if clocks <= most
    ]
    # What is too large for the device without its memories needs none: there would be thousands.
    able = [each for each in priced if each[2] <= device.cells]
    for folding, clocks, logic in able or priced:
        read = layer.read_lanes(folding)
        for memory in memory_options(layer, read, device, block_worths(layer), loadable):
            whole = replace(folding, memory=memory)
            cells = logic + memories_price(layer.memories(whole), family)
            yield Candidate(whole, clocks, cells)
    for folding, clocks in constant:
        if clocks <= most:
            yield _unrolled(layer, folding, device)


def _clocked(layer: LayerHardware[Any], foldings: Iterable[Folding]) -> list[tuple[Folding, int]]:
    """Each folding with the clocks per image that it takes."""
    return [(folding, layer.clocks(folding)) for folding in foldings]


def _foldings(layer: LayerHardware[Any], widest: int | None) -> Iterator[Folding]:
    """Every folding by lanes, outputs and taps that a search considers."""
    ways = layer.foldable.foldings()
    for lanes, outputs in ways:
        if widest is not None and lanes > max(widest, ways[0][0]):
            continue
        for taps in layer.considered_taps(lanes):
            yield from layer.considered(Folding(lanes, outputs, taps=taps))


def _unrolled(layer: LayerHardware[Any], folding: Folding, device: Device) -> Candidate:
    """A folding that has no memories."""
    return Candidate(folding, layer.clocks(folding), price(layer.logic(folding), device.family))


def block_worths(layer: LayerHardware[Any]) -> tuple[float, ...]:
    """What a block RAM may be worth to a layer, for `memory_options`."""
    return (*_WORTHS, _EVERYTHING) if _small(layer) else _WORTHS


def memory_options(
    layer: LayerHardware[Any],
    lanes: int,
    device: Device,
    worths: Sequence[float],
    loadable: bool = False,
) -> Iterator[MemoryOptions]:
    """The ways to lay a layer's tables or weights out, those with two read ports last.

    Parameters
    ----------
    layer: whose they are.
    lanes: subspaces or channels that are looked up per clock.
    device: with these memories.
    worths: of a block RAM, as multiples of the LUTs that the device has for each.
    loadable: whether the contents can be replaced at run time.
    """
    family = device.family
    shareable = layer.shares_memories and lanes > 1 and family.dual_port
    luts_per_block = device.luts / device.block_rams
    most = inf if _small(layer) else _FULLEST * logic_block_luts(family)
    prices = dict.fromkeys(min(worth * luts_per_block, most) for worth in worths)
    for ports in (1, 2) if shareable else (1,):
        for price_of_block in prices:
            yield MemoryOptions(family.name, ports, price_of_block, loadable)


def _small(layer: LayerHardware[Any]) -> bool:
    """Whether all tables or weights of a layer may be logic."""
    return layer.node.contents.size <= _MOST_LOGIC
