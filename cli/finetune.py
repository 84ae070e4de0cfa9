"""`tabfab finetune`: train a network while its layers become lookups, and after."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..compiler.data import ImageSet, load
from ..compiler.finetune.options import FinetuneOptions
from ..compiler.finetune.source import options_of_program
from ..compiler.options import CompileOptions
from ..compiler.program import Program
from ..compiler.program.program_file import (
    FLOAT_MODEL,
    float_model_path,
    load_program,
    write_program,
)
from ..compiler.store.errors import TabfabError
from ..compiler.store.files import atomic_directory
from ..sim.models import accuracy
from .compile import parse_mask
from .console import progress, say
from .info import print_layers
from .layer_settings import LayerSettings, parse_layer_settings, settings_by_layer
from .options import DataDir, Download, Layer, OptionalData, Seed

if TYPE_CHECKING:
    from ..compiler.graph.model_file import LoadedModel


def finetune(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL.pt2|PROGRAM",
            help="Network saved with torch.export, or a program directory, whose mask and table "
            "settings are taken over.",
        ),
    ],
    data: OptionalData = None,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Program directory to write.")
    ] = Path("finetuned"),
    mask: Annotated[
        str | None,
        typer.Option(
            show_default="all",
            help="With MODEL.pt2: one 1 (table) or 0 (exact) per convolution and linear layer, in "
            "order: 0,1,1; or all, none.",
        ),
    ] = None,
    subspace_length: Annotated[
        int | None,
        typer.Option(
            min=1, show_default="4", help="With MODEL.pt2: activations coded together (L)."
        ),
    ] = None,
    prototypes: Annotated[
        int | None,
        typer.Option(
            show_default="16",
            help="With MODEL.pt2: rows of each table (K), a power of two from 2 to 4096.",
        ),
    ] = None,
    tree_levels: Annotated[
        int | None,
        typer.Option(
            min=1,
            show_default="log2 of K",
            help="With MODEL.pt2: comparisons from a tree's root to a leaf; beyond log2 of K "
            "leaves are merged.",
        ),
    ] = None,
    table_bits: Annotated[
        int | None,
        typer.Option(
            show_default="8",
            help="With MODEL.pt2: bits of a table entry or weight, 2 to 8.",
        ),
    ] = None,
    layer: Layer = None,
    argmax: Annotated[
        bool,
        typer.Option(
            "--argmax", help="With MODEL.pt2: end in the class number instead of its scores."
        ),
    ] = False,
    steps_per_layer: Annotated[
        int,
        typer.Option(
            min=0,
            help="Training steps after each layer's conversion, of that layer and those behind it.",
        ),
    ] = FinetuneOptions.steps_per_layer,
    joint_steps: Annotated[
        int,
        typer.Option(
            min=0,
            help="Training steps once all layers are converted. The best state is kept, by images "
            "set aside: coarse tables for digits gain, ResNets on CIFAR-10 did not.",
        ),
    ] = FinetuneOptions.joint_steps,
    batch: Annotated[int, typer.Option(help="Images per step.")] = FinetuneOptions.batch,
    learning_rate: Annotated[
        float,
        typer.Option(
            help="About the share of its size that a tensor changes by in a step of Adam; it "
            "falls to zero after each layer's conversion, and in the joint steps."
        ),
    ] = FinetuneOptions.learning_rate,
    label_weight: Annotated[
        float,
        typer.Option(
            help="Share of the labels in the loss, 0 to 1; the rest is distillation from the "
            "float network."
        ),
    ] = FinetuneOptions.label_weight,
    augment: Annotated[
        bool | None,
        typer.Option(
            "--augment/--no-augment",
            show_default="for colour images",
            help="Shift and mirror the images at random: for photographs, not for digits.",
        ),
    ] = None,
    thresholds: Annotated[
        bool,
        typer.Option(
            "--thresholds/--no-thresholds", help="Move the encoders' thresholds too; seldom helps."
        ),
    ] = FinetuneOptions.train_thresholds,
    precision: Annotated[
        Literal["auto", "float32", "bfloat16"],
        typer.Option(help="Of activations in training; auto: bfloat16 where it is fast."),
    ] = FinetuneOptions.precision,
    device: Annotated[
        str, typer.Option(help="Torch device; auto: a GPU where torch sees one, else the CPU.")
    ] = FinetuneOptions.device,
    calibration_images: Annotated[
        int, typer.Option(min=1, help="Training images that encoders are learned from, at most.")
    ] = 1000,
    data_dir: DataDir = None,
    download: Download = False,
    seed: Seed = 0,
) -> Program:
    """Train a network while its layers become lookups, and write the program of what came out.

    Layers are converted one after the other from the input, each followed by some training of it
    and what is behind it, then all are trained together, towards the float network's answers.
    Every minute a checkpoint is written beside DIR; the same command goes on from it. The test
    images are only looked at in the end, through the golden model.

    Examples:
      tabfab finetune model.pt2 --data digits --mask 0,1,1 -o finetuned/
      tabfab finetune resnet8.pt2 --data cifar10 --layer linear:prototypes=64 -o finetuned/
      tabfab compile resnet8.pt2 --data cifar10 --mask auto:bytes=4x -o program/
      tabfab finetune program/ --joint-steps 3000 -o finetuned/
    """
    from ..compiler.finetune.run import finetune_graph
    from ..compiler.frontend import import_graph
    from ..compiler.graph.model_file import load_model
    from ..compiler.train.augment import may_be_mirrored

    own = {
        "mask": None if mask is None else parse_mask(mask),
        "subspace_length": subspace_length,
        "prototypes": prototypes,
        "tree_levels": tree_levels,
        "table_bits": table_bits,
        "argmax": argmax or None,
    }
    given = {name: value for name, value in own.items() if value is not None}
    settings = [parse_layer_settings(text) for text in layer or ()]
    model, compiling, named = _read_source(source, given, settings, seed)
    data = data or named
    with atomic_directory(output, "program") as temporary:
        loaded = load_model(model)
        graph = import_graph(loaded.exported)
        layers = settings_by_layer([conv.name for conv in graph.convs], settings, compiling)
        compiling = dataclasses.replace(compiling, layers={**compiling.layers, **layers})
        images = load(data, "train", data_dir, download)
        test = load(data, "test", data_dir, download)
        tuning = FinetuneOptions(
            steps_per_layer=steps_per_layer,
            joint_steps=joint_steps,
            batch=batch,
            learning_rate=learning_rate,
            label_weight=label_weight,
            augment=may_be_mirrored(images) if augment is None else augment,
            train_thresholds=thresholds,
            precision=precision,
            device=device,
            seed=seed,
        )
        checkpoint = output.with_name(f"{output.name}.checkpoint")
        with progress(f"fine-tuning {source}", remaining=True) as advance:
            result = finetune_graph(
                graph,
                images,
                compiling,
                tuning,
                calibration_images,
                checkpoint,
                lambda step: advance(
                    step.number, step.total, f"{step.phase}, loss {step.loss:.3f}"
                ),
            )
        meta = {**result.program.meta, "data": data, "model": dict(loaded.meta)}
        program = dataclasses.replace(result.program, classes=loaded.classes, meta=meta)
        write_program(program, temporary, {FLOAT_MODEL: model})
    checkpoint.unlink(missing_ok=True)
    print_layers(program)
    _test(program, loaded, test)
    say(f"{output}: written; 'tabfab evaluate {output}' tests it again")
    return program


def _read_source(
    source: Path, given: Mapping[str, Any], settings: Sequence[LayerSettings], seed: int
) -> tuple[Path, CompileOptions, str]:
    """The float model's file, which layers become tables and how, and the data set's name."""
    if not source.is_dir():
        return source, CompileOptions(**given, seed=seed), "digits"
    if given or settings:
        option = next(iter(given), "layer").replace("_", "-")
        raise TabfabError(
            f"{source} is a program and has a mask and table settings of its own; leave --{option} "
            "away, or give a MODEL.pt2"
        )
    program = load_program(source)
    model = float_model_path(source)
    if model is None:
        raise TabfabError(
            f"{source} does not keep the float network that it was compiled from; give that "
            "network's MODEL.pt2"
        )
    options = dataclasses.replace(options_of_program(program), seed=seed)
    return model, options, str(program.meta.get("data", "digits"))


def _test(program: Program, model: LoadedModel, test: ImageSet) -> None:
    """Print what the program and the float network make of the test images."""
    from ..compiler.graph import float_model

    with progress("testing the program") as advance:
        answers = accuracy.classify(program, test.images, advance)
    with progress("testing the float network") as advance:
        logits = float_model.logits(model, test.images, progress=advance)
    result = accuracy.compare(test.labels, answers, test.classes, logits.argmax(1))
    say(
        f"golden model {result.accuracy_program:.2%}, float network {result.accuracy_float:.2%} "
        f"of {result.images} test images right"
    )
