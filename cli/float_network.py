"""Reading a saved network: imported, compared with torch, and explained where it must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..compiler.frontend.input_layout import InputLayout
    from ..compiler.frontend.user_module import UserModule

from ..compiler.data import ImageSet
from ..compiler.graph import Graph, Outputs
from ..compiler.program import Program, Shape
from ..compiler.program.program_file import load_program
from ..compiler.store.errors import TabfabError
from ..compiler.tasks import Choice, Task, choose_task, find_task
from ..compiler.tasks.binary import Binary
from ..compiler.tasks.classes import Classes
from .console import progress, say

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
    task: what its answers mean.
    name: what messages call it by: its file, or the class in one.
    """

    graph: Graph
    classes: tuple[str, ...]
    meta: Mapping[str, object]
    task: Task
    name: str


def read_float_network(
    source: Path | UserModule,
    images: ImageSet,
    mean: str | None = None,
    std: str | None = None,
    task: str | None = None,
) -> FloatNetwork:
    """Import the network in a file, and compare it with torch's operators, or onnx's.

    What is not computed as it was written is told in a sentence each.

    Parameters
    ----------
    source: path of a ``.pt2`` or an ONNX model, a program's directory, whose float network is
        taken, or a module of the user's own.
    images: of the training split.
    mean, std: values of the options `InputMean` and `InputStd`.
    task: the name of what its answers mean, if the user says so.

    Raises
    ------
    TabfabError: it cannot be imported, does not fit the images, was trained with other pixels, or
        cannot have that task.
    """
    if isinstance(source, Path) and source.is_dir():
        return _network_of_program(source, mean, std, task)
    from ..compiler.frontend import Pixels, import_network
    from ..compiler.frontend.compare import check_answers, check_range, check_reference
    from ..compiler.frontend.input_layout import input_layout
    from ..compiler.frontend.model_file import load_model

    pixels = Pixels(_numbers("--input-mean", mean, "0"), _numbers("--input-std", std, "1"))
    if mean is std is None and images.span is not None:
        pixels = Pixels.spanning(images.span)
    loaded = load_model(source) if isinstance(source, Path) else source.load(images.image_shape)
    imported = import_network(loaded.network, pixels=pixels)
    graph, notes = imported.graph, [*imported.notes]
    _refuse_squares(input_layout(imported.aten), images)
    images = images.fitted(graph.input.shape)
    some = images.sample(_CHECKED_IMAGES, 0)
    compared_with = "torch" if loaded.reference is None else "onnx and torch"
    with progress(f"comparing with {compared_with}") as advance:
        advance(0, 2)
        check_answers(imported, some.images)
        check_reference(loaded, some.images, pixels)
        advance(1, 2)
        output = graph.layers[-1].shape
        if isinstance(graph.layers[-1], Outputs):
            choice = several_answers(graph.layers[-1], task)
        else:
            choice = choose_task(output, graph.input.shape, images.targets, task, imported.ending)
        notes.append(choice.sentence)
        truth_of(choice.task, images, output)
        truth = truth_of(choice.task, some, output)
        may_guess = pixels.is_default and loaded.network.dtype.is_floating_point
        if may_guess and truth is not None and isinstance(choice.task, Classes | Binary):
            notes.append(check_range(graph, some.images, truth, choice.task))
        advance(2, 2)
    for note in filter(None, notes):
        say(f"note: {note}")
    classes = () if isinstance(graph.layers[-1], Outputs) else loaded.classes
    return FloatNetwork(graph, classes, loaded.meta, choice.task, name_of(source))


def _network_of_program(
    directory: Path, mean: str | None, std: str | None, task: str | None
) -> FloatNetwork:
    """The float network that a program keeps, with what it notes of that.

    Raises
    ------
    TabfabError: the directory holds no program, or one without its float network.
    """
    program = load_program(directory)
    graph = graph_of_program(directory, mean, std)
    noted, ending = noted_task(program)
    name = task or noted
    if name is None:
        raise TabfabError(f"{directory} does not say what its answers mean; give --task")
    meant = find_task(name, ending)
    meant.check(graph.layers[-1].shape)
    model = program.meta.get("model")
    meta = model if isinstance(model, Mapping) else {}
    return FloatNetwork(graph, program.classes, meta, meant, str(directory))


def graph_of_program(directory: Path, mean: str | None, std: str | None) -> Graph:
    """The layers of the float network that a program keeps, which knows its pixels.

    Parameters
    ----------
    directory: of the program.
    mean, std: values of the options `InputMean` and `InputStd`, of which it takes none.

    Raises
    ------
    TabfabError: there is such a value, or the program keeps no float network.
    """
    from ..compiler.frontend.model_file import kept_graph

    if mean is not None or std is not None:
        raise TabfabError(
            f"{directory} is a program, whose float network knows its pixels; leave --input-mean "
            "and --input-std away, or give the file of a network"
        )
    graph = kept_graph(directory)
    if graph is None:
        raise TabfabError(
            f"{directory} keeps no float network; give the file that it was compiled from"
        )
    return graph


def several_answers(layer: Outputs, task: str | None) -> Choice:
    """The task of a network with several answers: all of their values, compared with torch's.

    Raises
    ------
    TabfabError: another task was asked for.
    """
    if task not in (None, "regression"):
        raise TabfabError(
            f"the network has {len(layer.heads)} answers, one after the other, and --task {task} "
            "takes one; leave --task away, or say regression, or return one of them"
        )
    listed = ", ".join(
        f"{head} {'x'.join(map(str, shape))}"
        for head, shape in zip(layer.heads, layer.shapes, strict=True)
    )
    return Choice(
        find_task("regression"), f"the network has several, one after the other: {listed}"
    )


def name_of(source: Path | UserModule) -> str:
    """What messages call a network by."""
    return str(source) if isinstance(source, Path) else source.text


def _refuse_squares(layout: InputLayout, images: ImageSet) -> None:
    """Refuse sequences of as many channels as steps, of which nobody can tell which are which.

    Raises
    ------
    TabfabError: the network takes channels last, and `images` are no sequences yet.
    """
    channels, height, width = layout.shape
    is_square = height == 1 and channels == width > 1
    if is_square and layout.order is not None and images.image_shape != layout.shape:
        raise TabfabError(
            f"the network takes sequences (length, channels) of {width} steps and as many "
            f"channels, and {images.name} does not say which axis is which; store it as "
            f"(N, 1, {width}, {channels}), channels last"
        )


def truth_of(task: Task, images: ImageSet, output: Shape) -> NDArray[Any] | None:
    """What a network should answer to `images`; None where the data set does not say.

    Parameters
    ----------
    task: what its answers mean.
    images: with their targets, if they have some.
    output: shape of the network's output.
    """
    return None if images.targets is None else task.truth(images.targets, output)


def task_meta(task: Task) -> dict[str, object]:
    """What a program notes of its task, as JSON values; `noted_task` reads it."""
    return {"task": task.name, **({"ending": task.ending} if task.ending else {})}


def check_argmax(task: Task) -> None:
    """Raise `TabfabError` unless a program of this task can end in the class number."""
    if isinstance(task, Binary):
        raise TabfabError(
            "the network's sign tells two classes apart, and the number of the largest of one "
            "output is always 0; leave --argmax away"
        )
    if not isinstance(task, Classes):
        raise TabfabError(
            f"--argmax ends the program in the number of the largest score, and --task "
            f"{task.name} takes {task.meaning}; leave one away"
        )


def noted_task(program: Program) -> tuple[str | None, str]:
    """The task that a program was compiled for, and what its network ended in.

    Raises
    ------
    TabfabError: it says something that is no task.
    """
    task, ending = program.meta.get("task"), program.meta.get("ending", "")
    if not isinstance(task, str | None) or not isinstance(ending, str):
        raise TabfabError(
            f"the program says that its task is {task!r} and that it ended in {ending!r}, which "
            "are no names; say what its answers mean with --task"
        )
    return task, ending


def _numbers(option: str, text: str | None, default: str) -> tuple[float, ...]:
    try:
        return tuple(float(Fraction(part.strip())) for part in (text or default).split(","))
    except (ValueError, ZeroDivisionError, OverflowError):
        raise TabfabError(
            f"{option} {text!r} is not a list of numbers; write one, or one per channel, such as "
            "0.49,0.46,0.41, or a fraction, such as 1/255"
        ) from None
