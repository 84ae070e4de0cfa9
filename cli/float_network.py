"""Reading a saved network: imported, compared with torch, and explained where it must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..compiler.data import ImageSet
from ..compiler.graph import Graph
from ..compiler.program.class_scores import class_count
from ..compiler.store.errors import TabfabError
from .console import progress, say

if TYPE_CHECKING:
    pass

_CHECKED_IMAGES = 100
"""Images that a network is tried on before it is compiled."""

InputMean = Annotated[
    str | None,
    typer.Option(
        "--input-mean",
        metavar="MEAN",
        show_default="0",
        help="What the network was trained with: it takes (pixel / 255 - MEAN) / STD; one number, "
        "or one per channel: 0.485,0.456,0.406. Not for what the network itself computes first.",
    ),
]
InputStd = Annotated[
    str | None,
    typer.Option(
        "--input-std",
        metavar="STD",
        show_default="1",
        help="See --input-mean. Networks that take 0..255: --input-std 1/255; that take -1..1: "
        "--input-mean 0.5 --input-std 0.5.",
    ),
]


@dataclass(frozen=True, eq=False)
class FloatNetwork:
    """A network that was read from a file.

    Parameters
    ----------
    graph: its layers.
    classes: names of the classes.
    meta: what made it (any JSON values).
    """

    graph: Graph
    classes: tuple[str, ...]
    meta: Mapping[str, object]


def read_float_network(
    path: Path, images: ImageSet, mean: str | None = None, std: str | None = None
) -> FloatNetwork:
    """Import the network in the file `path`, and compare it with torch's operators.

    What is not computed as it was written is told in a sentence each.

    Parameters
    ----------
    path: of a ``.pt2``.
    images: of the training split.
    mean, std: values of the options `InputMean` and `InputStd`.

    Raises
    ------
    TabfabError: it cannot be imported, does not fit the images, or was trained with other pixels.
    """
    from ..compiler.frontend import Pixels, import_network
    from ..compiler.frontend.compare import check_answers, check_range
    from ..compiler.frontend.model_file import load_model

    pixels = Pixels(_numbers("--input-mean", mean, "0"), _numbers("--input-std", std, "1"))
    loaded = load_model(path)
    imported = import_network(loaded.network, pixels=pixels)
    notes = [*imported.notes]
    some = images.sample(_CHECKED_IMAGES, 0)
    with progress("comparing with torch") as advance:
        advance(0, 2)
        check_answers(imported, some.images)
        advance(1, 2)
        if imported.graph.layers[-1].shape[1:] == (1, 1):
            check_labels(imported.graph.layers[-1].shape, images, "tabfab compile")
        may_guess = pixels.is_default and loaded.network.dtype.is_floating_point
        if may_guess and _is_classifier(imported.graph.layers[-1].shape):
            notes.append(check_range(imported.graph, some.images, some.labels))
        advance(2, 2)
    for note in filter(None, notes):
        say(f"note: {note}")
    return FloatNetwork(imported.graph, loaded.classes, loaded.meta)


def check_labels(output: tuple[int, int, int], images: ImageSet, what: str) -> None:
    """Raise `TabfabError` unless a network of outputs of shape `output` has a class for each label.

    Parameters
    ----------
    output: (channels, height, width).
    images: with their labels.
    what: compares them, to begin a message with.
    """
    classes = class_count(output, what)
    highest = int(images.labels.max(initial=0))
    if highest >= classes:
        has = (
            f"{output[0]} outputs, for the classes 0 to {output[0] - 1}"
            if output[0] > 1
            else "one output, whose sign tells the classes 0 and 1 apart"
        )
        raise TabfabError(
            f"the data set has the class number {highest}, but the network has {has}; use the data "
            "set that it was trained on"
        )


def _is_classifier(output: tuple[int, int, int]) -> bool:
    """Whether a network of such outputs gives a score for each of several classes."""
    return output[0] > 1 and output[1:] == (1, 1)


def _numbers(option: str, text: str | None, default: str) -> tuple[float, ...]:
    try:
        return tuple(float(Fraction(part.strip())) for part in (text or default).split(","))
    except (ValueError, ZeroDivisionError, OverflowError):
        raise TabfabError(
            f"{option} {text!r} is not a list of numbers; write one, or one per channel, such as "
            "0.49,0.46,0.41, or a fraction, such as 1/255"
        ) from None
