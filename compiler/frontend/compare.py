"""Is the imported network the one that was saved? Both are run on the same images."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import torch
from numpy.typing import NDArray

from ..graph import Graph, float_graph
from ..store.errors import TabfabError
from ..tasks import Task
from . import Imported
from .aten import AtenGraph
from .float_model import logits
from .model_file import LoadedModel
from .pixels import Pixels

_MOST_IMAGES = 32
"""Images that both networks are run on: a mistake shows on one, but its size on some."""
_TOLERANCE = 1e-3
"""Of the largest answer; float32 leaves a hundredth of it, whatever the order of sums."""

_REFERENCE_IMAGES = 4
"""Images that onnx's evaluator is run on, which takes its time over each."""
_HALF_TOLERANCE = 3e-2
"""Of the largest answer, where that evaluator computes in half precision, and tabfab does not."""

_GUESSES = {
    "0..255": ((0.0,), (1 / 255,), "--input-std 1/255"),
    "-1..1": ((0.5,), (0.5,), "--input-mean 0.5 --input-std 0.5"),
}
"""What else networks are trained with, and the options that say so."""
_BETTER = 0.2
"""Share of images by which another range must be right more often, to be what was meant."""
_MOST = 0.5
"""Share of images that it must be right for then, or half as much again as by chance."""
_NOTICEABLE = 0.05
"""The same, to be worth a word."""


class ImportMismatchError(TabfabError):
    """An imported network that does not compute what torch computes."""


def check_answers(imported: Imported, images: NDArray[np.uint8]) -> float:
    """Compare the layers of an imported network with torch's own operators.

    Parameters
    ----------
    imported: the network.
    images: (N, height, width, channels) uint8; some of them are taken.

    Returns
    -------
    The largest difference, as a share of the largest answer.

    Raises
    ------
    ImportMismatchError: they differ by more than rounding.
    TabfabError: the images are not what the network takes.
    """
    images = images[:_MOST_IMAGES]
    expected = logits(imported.aten, images, pixels=imported.pixels, without=imported.left_out)
    channels, height, width = imported.unaligned.layers[-1].shape
    seen = float_graph.answers(imported.unaligned, images).numpy()
    # torch counts channel by channel, a graph pixel by pixel.
    seen = seen.reshape(-1, height, width, channels).transpose(0, 3, 1, 2).reshape(len(images), -1)
    uneven = any(_is_uneven(layer.grid) for layer in imported.graph)
    return _difference(seen, expected, "torch", _TOLERANCE, uneven)


def check_reference(loaded: LoadedModel, images: NDArray[np.uint8], pixels: Pixels) -> float:
    """Compare the operators of an ONNX model with onnx's own evaluator of it.

    Parameters
    ----------
    loaded: the network; of another file nothing is compared.
    images: (N, height, width, channels) uint8; some of them are taken.
    pixels: what the network takes pixels as.

    Returns
    -------
    The largest difference, as a share of the largest answer.

    Raises
    ------
    ImportMismatchError: they differ by more than rounding.
    TabfabError: onnx does not run the model.
    """
    reference, network = loaded.reference, loaded.network
    if reference is None:
        return 0.0
    images = images[: network.batch or _REFERENCE_IMAGES]
    seen = logits(network, images, pixels=pixels)
    if network.batch:
        images = np.resize(images, (network.batch, *images.shape[1:]))
    # One by one, where it may be any number: exporters write a batch of 1 for it.
    taken = pixels.image(network, images)
    parts = [taken] if network.batch else [taken[i : i + 1] for i in range(len(taken))]
    expected = np.concatenate([reference.run(part) for part in parts])
    expected = expected.reshape(len(images), -1)[: len(seen)]
    tolerance = _HALF_TOLERANCE if reference.is_half else _TOLERANCE
    return _difference(seen, expected, "onnx", tolerance, _rounds_unevenly(network))


def _rounds_unevenly(network: AtenGraph) -> bool:
    """Whether a network rounds to steps that are no powers of two.

    What is nearly half a step lies on either side then, as float32 happens to add it up.
    """
    rounding = torch.ops.aten.fake_quantize_per_tensor_affine.default
    return any(
        call.target == rounding and _is_uneven(float(call.arguments["scale"]))
        for call in network.calls
    )


def _is_uneven(step: float) -> bool:
    return step > 0 and not math.log2(step).is_integer()


def _difference(
    seen: NDArray[np.float32],
    expected: NDArray[np.float32],
    who: str,
    tolerance: float,
    uneven: bool = False,
) -> float:
    """The largest difference of two networks' answers, as a share of the largest answer.

    Parameters
    ----------
    seen: (N, values) of the imported network.
    expected: of the network that it was imported from.
    who: computed these, for messages.
    tolerance: share beyond which it is a mistake.
    uneven: whether single numbers may differ by whole steps; the average is compared then.
    """
    if seen.shape != expected.shape:
        raise ImportMismatchError(
            f"the imported network gives {seen.shape[1]} numbers for an image, but {who} gives "
            f"{expected.shape[1]}; this is a mistake of tabfab's: please report it with the model"
        )
    if not np.isfinite(expected).all():
        raise TabfabError(
            "the network gives NaN or infinite answers for images of the data set; check its "
            "weights, and what it expects of pixels (--input-mean, --input-std)"
        )
    largest = float(np.abs(expected).max())
    differences = np.abs(seen - expected)
    difference = float(differences.mean() if uneven else differences.max())
    if not difference <= tolerance * max(largest, 1e-3):
        raise ImportMismatchError(
            f"the imported network's answers differ from {who}'s by "
            f"{'' if uneven else 'up to '}{difference:.3g}{' on average' * uneven} on "
            f"{len(seen)} images, where they reach {largest:.3g}; this is a mistake of tabfab's: "
            "please report it with the model"
        )
    return difference / max(largest, 1e-3)


def check_range(
    graph: Graph, images: NDArray[np.uint8], truth: NDArray[np.int64], task: Task
) -> str:
    """Refuse a network that takes its pixels in another range than it was trained with.

    A file does not say what range that was. But a network that is right far more often when its
    images are scaled in another usual way was meant to get them so.

    Parameters
    ----------
    graph: a classifier.
    images: (N, height, width, channels) uint8, of the training data.
    truth: of the images, as `task` has it.
    task: that decides between classes.

    Returns
    -------
    What is worth a word, in a sentence; empty if nothing is.

    Raises
    ------
    TabfabError: another range is right more often by `_BETTER`, and for most images.
    """
    if len(np.unique(truth)) < 2:
        return ""  # what always answers the same is right then
    by_chance = 1 / max(graph.layers[-1].shape[0], 2)
    enough = max(_MOST, 1.5 * by_chance)
    right = _share_right(graph, images, truth, task)
    given = f"the network is right for {right:.0%} of {len(images)} training images as they are"
    if right + _NOTICEABLE > 1:
        return ""
    guesses = {**_GUESSES, "normalized by their own mean and deviation": _own_statistics(images)}
    shares = {
        name: _share_right(_taking(graph, mean, std), images, truth, task)
        for name, (mean, std, _) in guesses.items()
    }
    # Of those that are about as good, the most usual, which come first.
    name = next(n for n, share in shares.items() if share >= max(shares.values()) - _NOTICEABLE)
    instead = f"for {shares[name]:.0%} where pixels are {name}"
    *_, options = guesses[name]
    if shares[name] >= max(enough, right + _BETTER):
        raise TabfabError(f"{given}, but {instead}, as it seems to expect; add {options}")
    if shares[name] >= max(enough, right + _NOTICEABLE):
        return f"{given}, and {instead}; if it was trained so, add {options}"
    if right <= by_chance + min(by_chance, 0.1):
        return (
            f"{given}, hardly more than by chance; if it was trained with pixels of another range "
            "than 0..1, say so with --input-mean and --input-std"
        )
    return ""


def _own_statistics(
    images: NDArray[np.uint8],
) -> tuple[tuple[float, ...], tuple[float, ...], str]:
    """Mean and deviation of every channel, and the options that name them."""
    pixels = images.reshape(-1, images.shape[-1]) / 255
    statistics = pixels.mean(axis=0), np.maximum(pixels.std(axis=0), 1e-3)
    mean, std = (tuple(float(f"{value:.3g}") for value in values) for values in statistics)
    listed = [",".join(map(str, values)) for values in (mean, std)]
    return mean, std, f"--input-mean {listed[0]} --input-std {listed[1]}"


def _share_right(
    graph: Graph, images: NDArray[np.uint8], truth: NDArray[np.int64], task: Task
) -> float:
    """The share of images that a network is right for, all classes that occur weighed alike.

    Where most images are of one class, an answer that is always the same would seem good.
    """
    output = graph.layers[-1].shape
    answers = float_graph.answers(graph, images).numpy().reshape(-1, *output[1:], output[0])
    tally = task.tally(output)
    tally.add(task.decide(answers), truth)
    confusion = tally.confusion
    assert confusion is not None
    images_of = confusion.sum(axis=1)
    return float((np.diag(confusion)[images_of > 0] / images_of[images_of > 0]).mean())


def _taking(graph: Graph, mean: tuple[float, ...], std: tuple[float, ...]) -> Graph:
    """`graph` with ``(x - mean) / std`` in the place of its pixels x in [0, 1]."""
    image = graph.input
    changed = dataclasses.replace(
        image,
        mean=(np.array(mean) + np.array(std) * image.mean).astype(np.float32),
        std=(np.array(std) * image.std).astype(np.float32),
    )
    return Graph((changed, *graph.layers[1:]))
