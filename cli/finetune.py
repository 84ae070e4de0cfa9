"""`tabfab finetune`: train a network while its layers become lookups, and after."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ..compiler.data import ImageSet, data_reference, load, referred_data
from ..compiler.finetune.options import FinetuneOptions
from ..compiler.finetune.source import options_of_program
from ..compiler.graph import Graph
from ..compiler.mask.goal import PREFIX
from ..compiler.options import CompileOptions
from ..compiler.program import Program
from ..compiler.program.class_scores import classes_of
from ..compiler.program.program_file import load_program, write_program
from ..compiler.store.errors import TabfabError
from ..compiler.store.files import atomic_directory
from ..compiler.store.settings import refuse_opposites, settings_of, with_settings
from ..sim.models import accuracy
from .console import progress, say
from .float_network import FloatNetwork, InputMean, InputStd, check_labels, read_float_network
from .info import print_layers
from .layer_settings import LayerSettings, parse_layer_settings, parse_mask, with_layers
from .options import CalibrationImages, DataDir, Download, Layer, OptionalData, Seed
from .settings import FieldsOf, given_of, takes_settings

_MASK_HELP = settings_of(CompileOptions)["mask"].help


@takes_settings(
    FieldsOf(FinetuneOptions, defaults={"augment": "for colour images"}),
    FieldsOf(CompileOptions, unset=True, only_with="MODEL.pt2", without=("mask",)),
)
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
            help=f"With MODEL.pt2: {_MASK_HELP[0].lower()}{_MASK_HELP[1:]}",
        ),
    ] = None,
    layer: Layer = None,
    calibration_images: CalibrationImages = 1000,
    input_mean: InputMean = None,
    input_std: InputStd = None,
    data_dir: DataDir = None,
    download: Download = False,
    seed: Seed = 0,
    **settings: Any,
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
    from ..compiler.graph.float_file import graph_files
    from ..compiler.train.augment import may_be_mirrored

    if mask is not None and mask.startswith(PREFIX):
        raise TabfabError(
            f"fine-tuning searches no mask ({mask!r}): 'tabfab compile' does, and the program that "
            "it writes can be fine-tuned"
        )
    given = given_of(CompileOptions, settings)
    refuse_opposites(CompileOptions, given)
    if mask is not None:
        given["mask"] = parse_mask(mask)
    own = parse_layer_settings(layer or ())
    tuning = FinetuneOptions(**given_of(FinetuneOptions, settings), seed=seed)
    compiling, named = _read_settings(source, given, own, seed)
    data = data or named
    with atomic_directory(output, "program") as temporary:
        images = load(data, "train", data_dir, download)
        loaded = _read_network(source, images, input_mean, input_std)
        graph = loaded.graph
        compiling = with_layers(compiling, graph, own)
        test = load(data, "test", data_dir, download)
        if settings.get("augment") is None:
            tuning = dataclasses.replace(tuning, augment=may_be_mirrored(images))
        checkpoint = output.with_name(f"{output.name}.checkpoint")
        with progress(f"fine-tuning {source}", remaining=True) as advance:
            result = finetune_graph(
                graph,
                images,
                compiling,
                tuning,
                calibration_images,
                checkpoint,
                advance,
            )
        meta = {**result.program.meta, "data": data_reference(data, output)}
        meta["model"] = dict(loaded.meta)
        program = dataclasses.replace(result.program, classes=loaded.classes, meta=meta)
        with graph_files(graph) as files:
            write_program(program, temporary, files)
    checkpoint.unlink(missing_ok=True)
    print_layers(program)
    _test(program, graph, test)
    say(f"{output}: written; 'tabfab evaluate {output}' tests it again")
    return program


def _read_settings(
    source: Path, given: Mapping[str, Any], settings: Sequence[LayerSettings], seed: int
) -> tuple[CompileOptions, str]:
    """Which layers become tables and how, and the data set's name."""
    if not source.is_dir():
        return with_settings(CompileOptions(seed=seed), given), "digits"
    if given or settings:
        option = next(iter(given), "layer").replace("_", "-")
        raise TabfabError(
            f"{source} is a program and has a mask and table settings of its own; leave --{option} "
            "away, or give a MODEL.pt2"
        )
    program = load_program(source)
    options = dataclasses.replace(options_of_program(program), seed=seed)
    return options, referred_data(str(program.meta.get("data", "digits")), source)


def _read_network(
    source: Path, images: ImageSet, mean: str | None, std: str | None
) -> FloatNetwork:
    """The float network in a file, or the one that a program keeps."""
    if not source.is_dir():
        return read_float_network(source, images, mean, std)
    from ..compiler.frontend.kept import kept_graph

    if mean or std:
        raise TabfabError(
            f"{source} is a program and knows what its network takes pixels as; leave --input-mean "
            "and --input-std away, or give a MODEL.pt2"
        )
    graph = kept_graph(source)
    if graph is None:
        raise TabfabError(
            f"{source} does not keep the float network that it was compiled from; give that "
            "network's MODEL.pt2"
        )
    program = load_program(source)
    check_labels(graph.layers[-1].shape, images, "tabfab finetune")
    meta = program.meta.get("model")
    return FloatNetwork(graph, program.classes, meta if isinstance(meta, dict) else {})


def _test(program: Program, graph: Graph, test: ImageSet) -> None:
    """Print what the program and the float network make of the test images."""
    from ..compiler.graph import float_graph

    with progress("testing the program") as advance:
        answers = accuracy.classify(program, test.images, advance)
    with progress("testing the float network") as advance:
        logits = float_graph.answers(graph, test.images, progress=advance).numpy()
    result = accuracy.compare(test.labels, answers, test.classes, classes_of(logits))
    say(
        f"golden model {result.accuracy_program:.2%}, float network {result.accuracy_float:.2%} "
        f"of {result.images} test images right"
    )
