"""What the layers of a Graph have in common."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from ...program import NO_EDGES, Edges, Pair, Shape, edges, window_output
from ...store.catalogs import find_by_class

Known = TypeVar("Known")


@dataclass(frozen=True, eq=False, kw_only=True)
class Layer:
    """What every layer has.

    Parameters
    ----------
    name: unique in its graph; the module's dotted path where there is one (`layer1.0.conv1`).
    inputs: names of the layers that it reads.
    shape: (channels, height, width) of its output.
    source: where the user wrote it (``file:line``), or empty.
    low, high: clamp applied to its result (the activation function that was folded in).
    grid: what its clamped result is rounded to multiples of, where the network says it; a tensor's
        scale is that then. 0 where it is chosen.
    """

    kind: ClassVar[str]
    name: str
    inputs: tuple[str, ...]
    shape: Shape
    source: str = ""
    low: float = -math.inf
    high: float = math.inf
    grid: float = 0.0

    @property
    def where(self) -> str:
        """`source` in brackets, for the middle of a sentence; empty if it is not known."""
        return f" ({self.source})" if self.source else ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Window(Layer):
    """A layer that slides a window over its input.

    Parameters
    ----------
    kernel, stride, padding, overhang, dilation: see `tabfab.compiler.program.Window`.
    """

    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    overhang: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @property
    def edges(self) -> Edges:
        """Pixels of padding."""
        return edges(self.padding, self.overhang)

    @property
    def is_padded(self) -> bool:
        """Whether there is any padding."""
        return self.edges != NO_EDGES

    def output(self, axis: int, size: int) -> int:
        """Positions of the window along an axis of an image of `size` pixels."""
        return window_output(
            size, self.kernel[axis], self.stride[axis], self.padding[axis], self.overhang[axis],
            self.dilation[axis],
        )  # fmt: skip


def find(catalog: Mapping[type[Layer], Known], layer: Layer, room: str) -> Known:
    """What a room's `catalog` holds for the class of `layer`.

    Parameters
    ----------
    catalog: by class of layer.
    layer: any layer.
    room: where the catalog stands, as a path in the repository.

    Raises
    ------
    TabfabError: the catalog lacks the class.
    """
    return find_by_class(catalog, layer, "layer", room)
