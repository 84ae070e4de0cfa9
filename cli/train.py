"""`tabfab train`: a built-in network and a data set to a saved float model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..compiler.data import ImageSet
from ..compiler.store.errors import TabfabError
from ..compiler.store.files import atomic_file
from .console import progress, say
from .data_sets import check_alike, load_test, load_training
from .options import Data, DataDir, Download, Seed, TestData

if TYPE_CHECKING:
    from torch import nn

_FIGURES = {
    "classes": "{quality:.2%} of {tested} right",
    "segmentation": "{quality:.2%} of the pixels of {tested} right",
    "regression": "{tested} reproduced with R² {quality:.3f}",
}
"""What is said in the end, by task."""


def train(
    network: Annotated[
        str,
        typer.Option(
            "--network",
            help="mlp, digits-cnn, lenet, resnet8, resnet20 (or 32, 44, 56), resnet18, resnet34, "
            "nin, ds-cnn, mobilenet-v2, densenet, inception; u-net (a class for each pixel), "
            "autoencoder (its own input), jet-tagger (vectors), ecg (sequences) or keyword-ds-cnn "
            "(spectrograms).",
        ),
    ] = "digits-cnn",
    data: Data = "digits",
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.pt2", help="Where to save the model.")
    ] = Path("model.pt2"),
    epochs: Annotated[
        int | None, typer.Option(min=1, show_default="by network", help="Passes over the images.")
    ] = None,
    batch: Annotated[
        int | None, typer.Option(min=1, show_default="by network", help="Images per step.")
    ] = None,
    learning_rate: Annotated[
        float | None, typer.Option(show_default="by network", help="At the start.")
    ] = None,
    augment: Annotated[
        bool | None,
        typer.Option(
            "--augment/--no-augment",
            show_default="by network, for colour images",
            help="Shift and mirror the images at random: for photographs, not for digits.",
        ),
    ] = None,
    precision: Annotated[
        str, typer.Option(help="float32, or bfloat16: twice as fast where the processor has it.")
    ] = "float32",
    device: Annotated[str, typer.Option(help="Torch device to train on: cpu, cuda.")] = "cpu",
    weights: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Take the weights from this state dict instead of training; with --epochs, train "
            "on from them.",
        ),
    ] = None,
    mean: Annotated[
        str | None,
        typer.Option(
            show_default="that of the training images",
            help="With --weights: input mean per channel, such as 0.485,0.456,0.406.",
        ),
    ] = None,
    std: Annotated[
        str | None,
        typer.Option(
            show_default="that of the training images",
            help="With --weights: input standard deviation per channel.",
        ),
    ] = None,
    test_data: TestData = None,
    data_dir: DataDir = None,
    download: Download = False,
    seed: Seed = 0,
) -> float:
    """Train a built-in network and save it with torch.export.

    Any other network works too: export it with torch.export and go on with 'tabfab compile'.
    After each epoch a checkpoint is written beside FILE.pt2; the same command resumes a run
    that was stopped. The test images are only looked at in the end.

    Examples:
      tabfab train --network digits-cnn --data digits -o model.pt2
      tabfab train --network lenet --data mnist --data-dir ~/mnist -o lenet.pt2
      tabfab train --network resnet8 --data cifar10 --precision bfloat16 -o resnet8.pt2
      tabfab train --network resnet20 --data cifar10 --weights resnet20.th
      tabfab train --network u-net --data scattered-digits -o u-net.pt2

    Next: 'tabfab compile model.pt2 --data digits -o program/' makes a program of it.
    """
    with atomic_file(output) as temporary:
        images = load_training(data, test_data, data_dir, download)
        test = load_test(data, test_data, data_dir, download)
        check_alike(images, test)
        meta: dict[str, object] = {"network": network, "data": data, "seed": seed}
        module = None
        if weights is not None:
            module = _import(network, weights, images, mean, std)
            meta["weights"] = weights.name
        checkpoint = output.with_name(f"{output.name}.checkpoint")
        if module is None or epochs is not None:
            chosen: dict[str, Any] = {
                "epochs": epochs,
                "batch": batch,
                "learning_rate": learning_rate,
                "augment": augment,
            }
            changes = {name: value for name, value in chosen.items() if value is not None}
            changes |= {"device": device, "precision": precision, "seed": seed}
            module = _train(network, images, changes, module, checkpoint)
        task, quality = _save(network, module, test, temporary, meta)
    checkpoint.unlink(missing_ok=True)
    tested = f"{len(test)} test images of {test_data or data}"
    say(f"{output}: {network}, {_FIGURES[task].format(quality=quality, tested=tested)}")
    return quality


def _train(
    network: str,
    images: ImageSet,
    changes: dict[str, Any],
    start: nn.Module | None,
    checkpoint: Path,
) -> nn.Module:
    from ..compiler import train as training
    from ..compiler.networks import find_network

    options = training.recommended(network, images, **changes)
    shows_values = find_network(network).answers == "itself"
    with progress(f"training {network}") as advance:

        def tell(epoch: training.Epoch) -> None:
            right = f"R² {epoch.accuracy:.3f}" if shows_values else f"{epoch.accuracy:.1%} right"
            figures = f"loss {epoch.loss:.3f}, {right}"
            advance(epoch.number, options.epochs, figures)

        module, _ = training.train(options, images, tell, start=start, checkpoint=checkpoint)
    return module


def _import(
    network: str, weights: Path, images: ImageSet, mean: str | None, std: str | None
) -> nn.Module:
    from ..compiler.networks import NetworkSettings
    from ..compiler.train import channel_statistics
    from ..compiler.train.weights import import_state_dict

    channels, height, width = images.image_shape
    measured = channel_statistics(images)
    means, deviations = (
        default if text is None else _numbers(text)
        for text, default in zip((mean, std), measured, strict=True)
    )
    settings = NetworkSettings(channels, (height, width), len(images.classes), means, deviations)
    return import_state_dict(network, weights, settings)


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(map(float, text.split(",")))
    except ValueError:
        raise TabfabError(
            f"{text!r} is not a list of numbers; write one per channel, such as 0.49,0.46,0.41"
        ) from None


def _save(
    network: str, module: nn.Module, test: ImageSet, path: Path, meta: dict[str, object]
) -> tuple[str, float]:
    """Save `module`; returns its task and how well the saved file answers to `test`."""
    from ..compiler.frontend import float_model, model_file
    from ..compiler.train import goal_of

    goal = goal_of(network, test)
    model_file.save_model(module, test.image_shape, path, goal.classes, meta)
    loaded = model_file.load_model(path)
    with progress("testing") as advance:
        answers = float_model.logits(loaded, test.images, progress=advance)
    return goal.task, goal.quality(answers)
