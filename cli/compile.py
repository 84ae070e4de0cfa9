"""`tabfab compile`: a saved float model to an integer program."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..compiler.options import CALIBRATION_IMAGES, CompileOptions
from ..compiler.program import Program
from ..compiler.program.program_file import write_program
from ..compiler.store.errors import TabfabError
from ..compiler.store.files import atomic_directory
from ..compiler.store.settings import settings_of
from .compilation import MASK_IMAGES, CompileRequest, compile_request
from .console import print_json, say, told_aside
from .data_sets import check_alike, load_test, load_training, noted, with_data
from .float_network import InputMean, InputStd, read_float_network
from .held_out import compare, held_out, print_held_out
from .info import made_json, print_layers
from .options import (
    CalibrationImages,
    Data,
    DataDir,
    Download,
    Json,
    Layer,
    Seed,
    TaskName,
    TestData,
)
from .settings import FieldsOf, given_of, takes_settings

if TYPE_CHECKING:
    from ..compiler.frontend.user_module import UserModule


@takes_settings(FieldsOf(CompileOptions, unset=True, without=("mask",)))
def compile_model(
    model: Annotated[
        Path | None,
        typer.Argument(
            metavar="[MODEL.pt2|MODEL.onnx]",
            help="Network saved with torch.export, or ONNX model.",
            show_default=False,
        ),
    ] = None,
    module: Annotated[
        str | None,
        typer.Option(
            metavar="FILE.py:CLASS",
            help="Instead of MODEL: a torch.nn.Module of your own, 'nets.py:Net' or "
            "'nets.py:Net(width=8)'; the file is run. Images have the shape of --data's.",
        ),
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --module: its state dict, a checkpoint of torch.save or a .safetensors; "
            "nothing in it is run.",
        ),
    ] = None,
    data: Data = "digits",
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Program directory to write.")
    ] = Path("program"),
    recipe: Annotated[
        Literal["tabfab", "tabconv", "dyadic", "haste"],
        typer.Option(
            help="Where unset options come from; tabconv: that paper's method, with 8 subspaces "
            "and 8192 nearest prototypes, whose memories few devices hold, nothing refitted. "
            "dyadic: Cintra et al.'s, every weight the nearest sum of two signed powers of two, "
            "no image looked at but for the scales of activations. haste: Meiner et al.'s, "
            "channels merged where hashes find them alike, as data-free."
        ),
    ] = "tabfab",
    mask: Annotated[
        str | None,
        typer.Option(
            show_default="all-but-first; all with --recipe tabconv, its name with dyadic and haste",
            help=settings_of(CompileOptions)["mask"].help
            + " Or what to reach: auto:operations=0.4 removes that share, "
            "auto:tabconv=0.4 the same as the TabConv paper counts, "
            "auto:accuracy=0.99 keeps that share of the float network's accuracy (of R² where "
            "values are compared, see --task), "
            "auto:similarity=0.9 converts layers that stay so similar, auto:bytes=2x (or a "
            "number) chooses L and K for each layer, auto:operations=0.8,bytes=1x does both, "
            "auto:additions=1.4x (times the network's products, or a number) makes every layer "
            "dyadic and chooses the terms of each, auto:operations=0.3,method=haste chooses what "
            "merges channels, and how coarsely.",
        ),
    ] = None,
    rank: Annotated[
        Literal["similarity", "loss"] | None,
        typer.Option(
            show_default="loss; similarity with --recipe tabconv",
            help="What keeps a layer exact in an automatic mask: a low cosine similarity, or a "
            "large change of the answers.",
        ),
    ] = None,
    layer: Layer = None,
    task: TaskName = None,
    calibration_images: CalibrationImages = CALIBRATION_IMAGES,
    mask_images: Annotated[
        int | None,
        typer.Option(
            min=1,
            show_default=str(MASK_IMAGES),
            help="Other training images for an automatic mask to be chosen by, at most.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1,
            show_default="this process alone, on all cores",
            help="Processes that measure layers side by side for an automatic mask, on a core "
            "each; the mask is the same of any number.",
        ),
    ] = None,
    held_out_images: Annotated[
        int,
        typer.Option(
            min=0,
            help="Training images that nothing was learned from, to compare the program with the "
            "float network on, at most; 0: none.",
        ),
    ] = 500,
    input_mean: InputMean = None,
    input_std: InputStd = None,
    test_data: TestData = None,
    data_dir: DataDir = None,
    download: Download = False,
    seed: Seed = 0,
    as_json: Json = False,
    **settings: Any,
) -> Program:
    """Turn a network's layers into lookup tables, or shifts and additions, and all into integers.

    The mask decides how each layer is computed; a mask of the wrong length lists the layers.
    An automatic mask is searched on training images alone. In the end the program is compared with
    the float network on training images that nothing was learned from.

    Examples:
      tabfab compile model.pt2 --data digits --mask all -o program/
      tabfab compile model.onnx --data digits -o program/
      tabfab compile --module nets.py:Net --weights net.pth --data photos/ -o program/
      tabfab compile lenet.pt2 --data mnist --mask 0,1,1,1 --prototypes 32 -o program/
      tabfab compile resnet8.pt2 --data cifar10 --tree-levels 6 -o program/
      tabfab compile resnet8.pt2 --data cifar10 --layer linear:prototypes=64 -o program/
      tabfab compile resnet8.pt2 --data cifar10 --layer 'stack1.*:method=exact' -o program/
      tabfab compile lenet.pt2 --data mnist --mask auto:accuracy=0.99 -o program/
      tabfab compile lenet.pt2 --data mnist --recipe tabconv --mask auto:operations=0.9 -o paper/
      tabfab compile lenet.pt2 --data mnist --mask dyadic -o shifts/
      tabfab compile resnet20.pt2 --data cifar10 --mask dyadic --terms 2 --additions 1.4 \
          --additions-over network -o shifts/
      tabfab compile lenet.pt2 --data mnist --recipe dyadic -o paper/
      tabfab compile resnet20.pt2 --data cifar10 --recipe haste --hyperplanes 14 -o merged/

    Next: 'tabfab evaluate program/' tests it, 'tabfab info program/' shows its layers, 'tabfab plan
    program/' what it takes of a device.
    """
    from ..compiler.graph.float_file import graph_files

    source = network_source(model, module, weights)
    request = CompileRequest(
        recipe=recipe,
        mask=mask,
        rank=rank,
        layer=layer or (),
        calibration_images=calibration_images,
        mask_images=mask_images,
        workers=workers,
        seed=seed,
        settings=given_of(CompileOptions, settings),
    )
    with told_aside(as_json), atomic_directory(output, "program") as temporary:
        train = load_training(data, test_data, data_dir, download)
        if test_data is not None:  # which the program notes
            check_alike(train, load_test(data, test_data, data_dir, download))
        loaded = read_float_network(source, train, input_mean, input_std, task)
        train = train.fitted(loaded.graph.input.shape)
        program = compile_request(request, loaded, train)
        program = with_data(program, noted(data, test_data, output, train))
        others = held_out(train, calibration_images, request.searched_by, held_out_images, seed)
        compared = compare(program, loaded.graph, others)
        with graph_files(loaded.graph) as files:
            write_program(program, temporary, files)
    if as_json:
        print_json(made_json(program, "held_out", compared))
        return program
    print_layers(program)
    _say_shared(program)
    if held_out_images:
        print_held_out(program, compared)
    say(f"{output}: written; 'tabfab evaluate {output}' tests it")
    return program


def network_source(
    model: Path | None, module: str | None, weights: Path | None
) -> Path | UserModule:
    """The network that was named, in one way or the other.

    Parameters
    ----------
    model, module, weights: as the command takes them.

    Raises
    ------
    TabfabError: it was named in no way, or in both.
    """
    if (model is None) == (module is None):
        raise TabfabError(
            "name one network: the file of a saved one, MODEL.pt2 or MODEL.onnx, or your own class "
            "with --module FILE.py:CLASS"
        )
    if module is not None:
        from ..compiler.frontend.user_module import UserModule

        return UserModule(module, weights)
    assert model is not None
    if weights is not None:
        raise TabfabError(
            f"{model} has weights of its own; leave --weights away, or name the class that they "
            "belong to with --module FILE.py:CLASS"
        )
    return model


def _say_shared(program: Program) -> None:
    """Say what became of a budget of additions that the network's layers share."""
    shared = program.meta.get("additions_shared")
    if not isinstance(shared, Mapping):
        return
    gap = shared["gap"] / shared["distance"] if shared["distance"] else 0.0
    say(
        f"additions      {shared['additions']:,} of {shared['allowed']:,}, "
        f"{shared['additions'] / shared['weights']:.2f} for each weight; what they leave is "
        + ("the least possible" if gap == 0 else f"at most {gap:.2%} above the least possible")
    )
