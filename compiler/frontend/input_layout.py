"""Which image a network's input is: (N, features), (N, channels, length) or (N, C, H, W).

What torch calls the input may be viewed and permuted before anything is computed: a signal
``x.unsqueeze(1)``, an image with its channels last ``x.permute(0, 3, 1, 2)``. The image of a
program is what comes of that, so that nothing has to be moved about.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ..program import Shape
from .aten import AtenCall, AtenGraph, Ref
from .draft.call import SAME_NUMBERS
from .draft.values import Places, as_image, channel_first

_PRODUCTS = ("linear", "matmul", "mm", "addmm")
_CONVERSIONS = ("to", "to_copy", "type_as")
"""To other types: of the numbers, which are counts here, they keep all."""


@dataclass(frozen=True, eq=False)
class InputLayout:
    """How images become what a network takes.

    Parameters
    ----------
    shape: (channels, height, width) of an image.
    order: of the shape of torch's tensor, the batch axis left out: of each number its place in the
        image, pixel by pixel; None where torch's numbers are the image's channel by channel.
    """

    shape: Shape
    order: Places | None

    @property
    def places(self) -> Places:
        """(numbers,) of each of torch's numbers its place in the image, `order` or not."""
        return (channel_first(self.shape) if self.order is None else self.order).ravel()


def input_layout(graph: AtenGraph) -> InputLayout:
    """The image that `graph` takes."""
    tail = graph.image_shape
    seen = _first_read(graph)
    if not len(tail) <= seen.ndim <= 3:  # an image that is flattened first stays one
        return InputLayout(as_image(tail), None)
    shape = as_image(seen.shape)
    order = np.empty(seen.size, np.int64)
    order[seen.ravel()] = channel_first(shape).ravel()
    whole = bool((order == channel_first(shape).ravel()).all())
    return InputLayout(shape, None if whole else order.reshape(tail))


def _first_read(graph: AtenGraph) -> Places:
    """The numbers of torch's tensor, counted in its order, as what first computes something sees
    them.
    """
    numbers = np.arange(math.prod(graph.image_shape)).reshape(graph.image_shape)
    images = graph.batch or 2  # of which all are the same: they take no memory
    one = torch.from_numpy(numbers.astype(np.int32))[None]
    views = _Views(graph, one.expand(images, *graph.image_shape))
    seen = views.last()
    if seen.ndim == 0 or seen.shape[0] != images or seen[0].numel() != numbers.size:
        return numbers
    found = seen[0].numpy().astype(np.int64)
    # A linear layer multiplies the last axis, which are a sequence's channels then.
    return found.T if views.is_multiplied and found.ndim == 2 else found


class _Views:
    """The operators that change nothing but the shape of an input and the order of its axes.

    Parameters
    ----------
    graph: the network.
    numbers: an input.
    """

    def __init__(self, graph: AtenGraph, numbers: torch.Tensor) -> None:
        self._graph = graph
        self._calls = {call.result: call for call in graph.calls}
        self._known: dict[str, Any] = {**graph.tensors, graph.image: numbers}
        self.is_multiplied = False
        """Whether what first computes something is a linear layer; known after `last`."""

    def last(self) -> torch.Tensor:
        """The result of the last of them, from which on there is more than one way, or another
        operator.
        """
        name = self._graph.image
        while True:
            readers = [c for c in self._graph.calls if name in c.sources and not _is_size(c)]
            if len(readers) != 1 or not self._keeps_all(readers[0], name):
                self.is_multiplied = any(reader.operator in _PRODUCTS for reader in readers)
                break
            if readers[0].operator in _CONVERSIONS:
                self._known[readers[0].result] = self._known[name]
            elif not isinstance(self._value(readers[0].result), torch.Tensor):
                break
            name = readers[0].result
        result: torch.Tensor = self._known[name]
        return result

    def _keeps_all(self, call: AtenCall, name: str) -> bool:
        """Whether a call that reads `name` changes nothing but shape and order."""
        if call.operator == "slice":  # x[:, None] has one of all images
            result = self._value(call.result)
            return isinstance(result, torch.Tensor) and result.shape == self._known[name].shape
        return call.target in SAME_NUMBERS and call.overwritten is None

    def _value(self, name: str) -> Any:
        """What a result is; None where that cannot be told."""
        if name not in self._known:
            call = self._calls[name]
            try:
                result = call.apply(self._leaf, torch.device("cpu"))
            except Exception:  # the walk over all operators says what is wrong with it
                result = None
            self._known[name] = result
        return self._known[name]

    def _leaf(self, leaf: Any) -> Any:
        return self._value(leaf.name) if isinstance(leaf, Ref) else leaf


def _is_size(call: AtenCall) -> bool:
    return call.operator.startswith("sym_size")
