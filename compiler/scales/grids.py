"""Grids of a network that comes quantized, where integers of two meet.

Sums and concatenations shift integers, so that steps of what they read must differ by powers of
two. Where the network's own do not, what is read is rounded once more, by a table of 256 entries,
to the finest grid that suits and holds it: by half a step of its own at most.
"""

from __future__ import annotations

import dataclasses
import math
from typing import NamedTuple

import numpy as np

from ..graph import Activation, Add, Concat, Graph, Layer
from ..program import INT8, UINT8
from .operators.catalog import operator_of
from .tensor_scale import steps_agree

_HAIR = 1e-6
"""Of a step's log2, by which a grid may be too small for its source: less than anything shows."""


class _Grid(NamedTuple):
    """What is known of a layer's output.

    Parameters
    ----------
    exponent: log2 of its step, up to whole numbers.
    low, high: its least and greatest value.
    """

    exponent: float
    low: float
    high: float


def align_grids(graph: Graph) -> tuple[Graph, tuple[str, ...]]:
    """Round what sums and concatenations read, where its grid does not suit theirs.

    Returns
    -------
    The graph, and what was rounded, in sentences for the user.
    """
    layers: dict[str, Layer] = {}
    known: dict[str, _Grid | None] = {}
    notes: list[str] = []
    for layer in graph:
        sources = {name: known[name] for name in layer.inputs}
        own = _exponent(layer, list(sources.values()))
        known[layer.name] = _grid(layer, own, list(sources.values()))
        if isinstance(layer, Add | Concat) and own is not None:
            for name, source in sources.items():
                if source is None or steps_agree(source.exponent, own):
                    continue
                step, again = _finest(own, source), f"{layer.name}.{name}"
                ends = (source.low, source.high)
                layers[again] = rounding(again, (name,), layers[name], ends, step)
                inputs = tuple(again if each == name else each for each in layer.inputs)
                layer = dataclasses.replace(layer, inputs=inputs)
                notes.append(
                    f"{layer.name!r} reads steps that differ by no power of two, and can only "
                    f"shift them: {name!r} is rounded once more for it, to steps of {step:.3g}"
                )
        layers[layer.name] = layer
    return Graph(tuple(layers.values())), tuple(notes)


def rounding(
    name: str, inputs: tuple[str, ...], like: Layer, ends: tuple[float, float], grid: float
) -> Activation:
    """A layer that does nothing but clamp and round to a grid: a table of a function that is x.

    Parameters
    ----------
    name, inputs: of the layer.
    like: a layer of its shape, and of its place in the source.
    ends: least and greatest value.
    grid: step.
    """
    return Activation(
        name=name,
        inputs=inputs,
        shape=like.shape,
        source=like.source,
        low=ends[0],
        high=ends[1],
        grid=grid,
        function="leaky_relu",
        parameters=np.array([[1.0]]),
    )


def _exponent(layer: Layer, sources: list[_Grid | None]) -> float | None:
    """log2 of a layer's step, up to whole numbers; None where nothing says it."""
    if layer.grid:
        return math.log2(layer.grid)
    first = next((source for source in sources if source is not None), None)
    if first is None:
        return None
    operator = operator_of(layer)
    if operator.keeps_integers:
        return first.exponent
    ties = operator.ties(layer)
    return first.exponent - ties[sources.index(first)] if ties else None


def _grid(layer: Layer, exponent: float | None, sources: list[_Grid | None]) -> _Grid | None:
    """What is known of a layer's output, whose `_exponent` is known."""
    if exponent is None:
        return None
    if any(source is None for source in sources) or not sources:
        low, high = -math.inf, math.inf
    else:
        lows, highs = ([source[place] for source in sources if source] for place in (1, 2))
        low, high = min(0.0, *lows), max(0.0, *highs)
        if isinstance(layer, Add):
            first, second = lows, highs
            low = first[0] - second[1] if layer.subtracts else sum(first)
            high = second[0] - first[1] if layer.subtracts else sum(second)
    if layer.grid:
        low, high = -math.inf, math.inf
    return _Grid(exponent, max(low, layer.low), min(high, layer.high))


def _finest(exponent: float, source: _Grid) -> float:
    """The finest step of a grid that suits, and of which 8 bits hold the source."""
    kind = UINT8 if source.low >= 0 else INT8
    least = max(source.high / kind.high, source.low / min(kind.low, -1))
    if not math.isfinite(least) or least <= 0:
        return float(2.0**exponent)
    return float(2.0 ** (exponent + math.ceil(math.log2(least) - exponent - _HAIR)))
