"""`tabfab finetune`: train a network while its layers become lookups, and after."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from ..compiler.data import ImageSet, referred_data
from ..compiler.finetune.options import FinetuneOptions
from ..compiler.finetune.source import calibration_images_of, options_of_program
from ..compiler.mask.goal import PREFIX
from ..compiler.options import CALIBRATION_IMAGES, CompileOptions
from ..compiler.program import Program
from ..compiler.program.program_file import load_program, write_program
from ..compiler.store.errors import TabfabError
from ..compiler.store.files import atomic_directory
from ..compiler.store.settings import refuse_opposites, settings_of, with_settings
from ..compiler.tasks import choose_task
from .console import print_json, progress, say, told_aside
from .data_sets import check_alike, check_span, load_test, load_training, noted, noted_test_data
from .evaluate import evaluate_program, print_figures
from .float_network import (
    FloatNetwork,
    InputMean,
    InputStd,
    check_argmax,
    graph_of_program,
    noted_task,
    read_float_network,
    task_meta,
    truth_of,
)
from .info import made_json, print_layers
from .layer_settings import (
    LayerSettings,
    parse_layer_settings,
    parse_mask,
    refuse_unused,
    usual_mask,
    with_layers,
)
from .options import (
    CALIBRATION_HELP,
    DataDir,
    Download,
    Json,
    Layer,
    OptionalData,
    Seed,
    TaskName,
    TestData,
)
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
            show_default="all-but-first",
            help=f"With MODEL.pt2: {_MASK_HELP[0].lower()}{_MASK_HELP[1:]}",
        ),
    ] = None,
    layer: Layer = None,
    task: TaskName = None,
    calibration_images: Annotated[
        int | None,
        typer.Option(
            min=1,
            show_default=f"that of the program, or {CALIBRATION_IMAGES}",
            help=CALIBRATION_HELP,
        ),
    ] = None,
    input_mean: InputMean = None,
    input_std: InputStd = None,
    test_data: TestData = None,
    data_dir: DataDir = None,
    download: Download = False,
    seed: Seed = 0,
    as_json: Json = False,
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

    Next: 'tabfab evaluate finetuned/' tests it; it is a program like those of 'tabfab compile'.
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
    start = _read_start(source, given, own, seed, calibration_images)
    compiling = start.compiling
    if data is None:
        data, test_data = start.data, test_data or start.test_data
    with told_aside(as_json), atomic_directory(output, "program") as temporary:
        images = load_training(data, test_data, data_dir, download)
        test = load_test(data, test_data, data_dir, download)
        check_alike(images, test)
        if start.program is None:
            loaded = read_float_network(source, images, input_mean, input_std, task)
        else:
            check_span(start.program, images)
            loaded = _kept_network(source, start.program, images, input_mean, input_std, task)
        graph = loaded.graph
        images, test = (each.fitted(graph.input.shape) for each in (images, test))
        if compiling.argmax:
            check_argmax(loaded.task)
        if mask is None and start.program is None:
            compiling = dataclasses.replace(compiling, mask=usual_mask(graph))
        compiling = with_layers(compiling, graph, own)
        refuse_unused(compiling, graph, given, own)
        if settings.get("augment") is None:
            tuning = dataclasses.replace(tuning, augment=may_be_mirrored(images))
        checkpoint = output.with_name(f"{output.name}.checkpoint")
        with progress(f"fine-tuning {source}", remaining=True) as advance:
            result = finetune_graph(
                graph,
                images,
                compiling,
                tuning,
                start.calibration_images,
                checkpoint,
                advance,
                loaded.task,
            )
        meta = {**result.program.meta, **noted(data, test_data, output, images)}
        meta |= {**task_meta(loaded.task), "model": dict(loaded.meta)}
        program = dataclasses.replace(result.program, classes=loaded.classes, meta=meta)
        with graph_files(graph) as files:
            write_program(program, temporary, files)
    checkpoint.unlink(missing_ok=True)
    figures = evaluate_program(program, graph, test)
    if as_json:
        print_json(made_json(program, "evaluation", figures))
        return program
    print_layers(program)
    print_figures(figures)
    say(f"{output}: written; 'tabfab evaluate {output}' tests it again")
    return program


@dataclass(frozen=True)
class _Start:
    """What a run starts from.

    Parameters
    ----------
    compiling: which layers become tables and how.
    data: the data set's name.
    test_data: that of a test set of its own, or None.
    calibration_images: how many images scales and encoders are learned from.
    program: that is fine-tuned; None where it is a network in a file.
    """

    compiling: CompileOptions
    data: str
    test_data: str | None
    calibration_images: int
    program: Program | None = None


def _read_start(
    source: Path,
    given: Mapping[str, Any],
    settings: Sequence[LayerSettings],
    seed: int,
    calibration_images: int | None,
) -> _Start:
    """What is given of a file, or what a program says of itself."""
    if not source.is_dir():
        options = with_settings(CompileOptions(seed=seed), given)
        return _Start(options, "digits", None, calibration_images or CALIBRATION_IMAGES)
    if given or settings:
        option = next(iter(given), "layer").replace("_", "-")
        raise TabfabError(
            f"{source} is a program and has a mask and table settings of its own; leave --{option} "
            "away, or give a MODEL.pt2"
        )
    program = load_program(source)
    options = dataclasses.replace(options_of_program(program), seed=seed)
    data = referred_data(str(program.meta.get("data", "digits")), source)
    test_data = noted_test_data(program, source)
    calibration_images = calibration_images or calibration_images_of(program)
    return _Start(options, data, test_data, calibration_images, program)


def _kept_network(
    source: Path,
    program: Program,
    images: ImageSet,
    mean: str | None,
    std: str | None,
    task: str | None,
) -> FloatNetwork:
    """The float network that the program in `source` keeps."""
    graph = graph_of_program(source, mean, std)
    noted, ending = noted_task(program)
    output = graph.layers[-1].shape
    choice = choose_task(output, graph.input.shape, images.targets, task or noted, ending)
    truth_of(choice.task, images, output)
    if choice.sentence:
        say(f"note: {choice.sentence}")
    meta = program.meta.get("model")
    known = meta if isinstance(meta, dict) else {}
    return FloatNetwork(graph, program.classes, known, choice.task, str(source))
