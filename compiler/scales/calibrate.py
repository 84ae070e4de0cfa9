"""The first pass over the calibration images: ranges of the float network, hence scales."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..graph import Graph, Layer, float_graph
from ..store.batches import batches
from ..store.errors import TabfabError
from .choose import choose_scales
from .histogram import Histogram
from .operators.catalog import operator_of
from .tensor_scale import MOST, TensorScale

_BATCH = 50
"""Images at a time: the outputs of all layers are held."""
_NOTHING = 1e-30
"""Below it values count as zero: single precision has no steps of an eighth bit of them."""
_VALUES = 2_000_000
"""Values that a histogram is made from, at most, besides the largest and smallest."""


def check_images(graph: Graph, images: NDArray[np.uint8]) -> None:
    """Raise `TabfabError` unless `images` can calibrate `graph`."""
    channels, height, width = graph.input.shape
    if images.dtype != np.uint8 or images.shape[1:] != (height, width, channels):
        raise TabfabError(
            f"the network takes uint8 images of shape (N, {height}, {width}, {channels}), but the "
            f"calibration images are {images.dtype} of shape {images.shape}; use the data set "
            "that it was trained on"
        )
    if not len(images):
        raise TabfabError("there are no calibration images; give at least one, better 1,000")


def check_graph(graph: Graph) -> None:
    """Raise `TabfabError` for a graph that has no integer equivalent."""
    for layer in graph:
        operator_of(layer).check(layer)


def calibrate(
    graph: Graph, images: NDArray[np.uint8], argmax: bool = False
) -> dict[str, TensorScale]:
    """The scale of every layer's output, by name.

    Parameters
    ----------
    graph: the float network.
    images: (N, height, width, channels) uint8.
    argmax: whether only the largest of the network's answers is asked for.

    Raises
    ------
    TabfabError: a layer gives NaN, or needs scales that no choice gives.
    """
    check_graph(graph)
    histograms = {layer.name: Histogram() for layer in graph.layers[1:]}
    answers = []
    for some in batches(len(images), _BATCH):
        batch = torch.from_numpy(images[some]).permute(0, 3, 1, 2)
        outputs = float_graph.run(graph, batch)
        for layer in graph.layers[1:]:
            histograms[layer.name].add(_some(layer, outputs[layer.name], len(images)))
        if argmax:
            answers.append(outputs[graph.layers[-1].name].flatten(1).numpy())
    return choose_scales(graph, histograms, np.concatenate(answers) if argmax else None)


def _some(layer: Layer, values: Tensor, images: int) -> NDArray[np.float32]:
    """An even share of a layer's values, with the largest and the smallest."""
    flat = values.flatten()
    ends = torch.stack(list(flat.aminmax()))
    largest = float(ends.abs().max())
    if not largest <= MOST:
        what = (
            f"values of up to {largest:.0e}" if math.isfinite(largest) else "NaN or infinite values"
        )
        raise TabfabError(
            f"layer {layer.name!r} gives {what} on the calibration images; check the network's "
            "weights"
        )
    if largest < _NOTHING:
        return np.zeros(2, np.float32)
    every = -(-flat.numel() * images // (len(values) * _VALUES)) | 1  # odd: no parity is favored
    return torch.cat([flat[::every], ends]).numpy()
