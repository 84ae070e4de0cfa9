"""Several inputs of a network as one, side by side: hardware takes one stream of pixels.

Channels of the first input come first, then those of the second, of every pixel; features of
vectors likewise. What the network called its inputs are slices of that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, count, pairwise

import torch

from ..store.errors import TabfabError, shown
from .aten import AtenCall, AtenGraph, Ref, bound
from .draft.place import Place

_SLICE = torch.ops.aten.slice.Tensor


@dataclass(frozen=True)
class NetworkInput:
    """A tensor that a network takes.

    Parameters
    ----------
    name: of it in the `AtenGraph`.
    shape: (channels, height, width), (channels, length) or (features,).
    dtype: of its numbers.
    batch: how many images it has; None for any number.
    title: what the network itself calls it, where that is another name.
    """

    name: str
    shape: tuple[int, ...]
    dtype: torch.dtype
    batch: int | None
    title: str = ""

    def __str__(self) -> str:
        return shown(self.title or self.name)


def check_alike(inputs: Sequence[NetworkInput]) -> None:
    """Refuse inputs that cannot lie side by side.

    Raises
    ------
    TabfabError: they differ in more than their channels.
    """
    alike = {(each.shape[1:], each.dtype, each.batch) for each in inputs}
    if len(alike) > 1:
        shapes = ", ".join(f"{each} {each.shape}" for each in inputs)
        raise TabfabError(
            "several inputs are taken side by side, channel behind channel, so they must be as "
            f"many, of one height, width and type, and these are not ({shapes}): make them so, or "
            "put what is smaller into planes of the size of the other"
        )


def with_inputs(graph: AtenGraph, inputs: Sequence[NetworkInput]) -> AtenGraph:
    """`graph`, whose operators read all of `inputs`, as one that takes a single image.

    Parameters
    ----------
    graph: its image is the first of them.
    inputs: in the order in which the network takes them.

    Raises
    ------
    TabfabError: they differ in more than their channels.
    """
    if len(inputs) == 1:
        return graph
    check_alike(inputs)
    ends = list(accumulate((each.shape[0] for each in inputs), initial=0))
    spans = list(pairwise(ends))
    taken = {*graph.tensors, *(call.result for call in graph.calls), *(i.name for i in inputs)}
    whole = next(name for n in count() if (name := f"inputs_{n}") not in taken)
    parts = [
        AtenCall(
            each.name,
            _SLICE,
            bound(_SLICE, {}, (Ref(whole), 1, *span)),
            Place("", is_layer=False, source=""),
        )
        for each, span in zip(inputs, spans, strict=True)
    ]
    told = ", ".join(
        f"{each} {start}..{end - 1}" for each, (start, end) in zip(inputs, spans, strict=True)
    )
    return dataclasses.replace(
        graph,
        image=whole,
        image_shape=(ends[-1], *inputs[0].shape[1:]),
        calls=(*parts, *graph.calls),
        notes=(
            *graph.notes,
            f"the network's {len(inputs)} inputs are one image, channel behind channel: {told}",
        ),
    )
