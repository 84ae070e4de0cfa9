"""`tabfab compile`: a saved float model to an integer program."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ..compiler.data import load
from ..compiler.mask.goal import PREFIX, parse_goal
from ..compiler.options import Mask
from ..compiler.program import Program
from ..compiler.program.program_file import FLOAT_MODEL, write_program
from ..compiler.recipes import RECIPES
from ..compiler.store.errors import TabfabError
from ..compiler.store.files import atomic_directory
from .console import progress, say
from .info import print_layers
from .layer_settings import parse_layer_settings, settings_by_layer
from .options import Data, DataDir, Download, Layer, Seed


def compile_model(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL.pt2", help="Network saved with torch.export.")
    ],
    data: Data = "digits",
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Program directory to write.")
    ] = Path("program"),
    recipe: Annotated[
        Literal["tabfab", "tabconv"],
        typer.Option(
            help="Where unset options come from; tabconv: that paper's method, with 8 subspaces "
            "and 8192 nearest prototypes, nothing refitted; golden model only, no hardware."
        ),
    ] = "tabfab",
    mask: Annotated[
        str,
        typer.Option(
            help="One 1 (table) or 0 (exact) per convolution and linear layer, in order: 0,1,1; "
            "or all, none; or what to reach: auto:operations=0.4 removes that share, "
            "auto:tabconv=0.4 the same as the TabConv paper counts, "
            "auto:accuracy=0.99 keeps that share of the float network's accuracy, "
            "auto:similarity=0.9 converts layers that stay so similar, auto:bytes=2x (or a "
            "number) chooses L and K for each layer, auto:operations=0.8,bytes=1x does both."
        ),
    ] = "all",
    rank: Annotated[
        Literal["similarity", "loss"] | None,
        typer.Option(
            show_default="loss; similarity with --recipe tabconv",
            help="What keeps a layer exact in an automatic mask: a low cosine similarity, or a "
            "large change of the answers.",
        ),
    ] = None,
    subspace_length: Annotated[
        int | None, typer.Option(min=1, show_default="4", help="Activations coded together (L).")
    ] = None,
    subspaces: Annotated[
        int | None,
        typer.Option(
            min=1, help="Cut every layer into this many subspaces (N) instead of into lengths."
        ),
    ] = None,
    prototypes: Annotated[
        int | None,
        typer.Option(
            show_default="16",
            help="Rows of each table (K), a power of two from 2 to 4096, with --encoder nearest "
            "to 16384.",
        ),
    ] = None,
    layout: Annotated[
        Literal["auto", "pixel", "patch"] | None,
        typer.Option(
            show_default="auto",
            help="How subspaces are cut; auto: patch where a pixel is too short.",
        ),
    ] = None,
    encoder: Annotated[
        Literal["tree", "nearest"] | None,
        typer.Option(
            show_default="tree",
            help="tree: comparators; nearest: golden model only, no hardware.",
        ),
    ] = None,
    tree_levels: Annotated[
        int | None,
        typer.Option(
            show_default="log2 K",
            help="Comparisons from a tree's root to a leaf; two or more beyond log2 K merge leaves "
            "onto the prototypes, which codes nearly as well as nearest.",
        ),
    ] = None,
    table_bits: Annotated[
        int | None,
        typer.Option(
            show_default="8", help="Bits of a table entry and of an exact layer's weight, 2 to 8."
        ),
    ] = None,
    exact_bits: Annotated[
        int | None,
        typer.Option(
            show_default="as --table-bits", help="Bits of an exact layer's weight, 2 to 8."
        ),
    ] = None,
    layer: Layer = None,
    argmax: Annotated[
        bool,
        typer.Option(
            "--argmax",
            help="End in the class number instead of its scores, whose scale is then chosen so "
            "that few are equal.",
        ),
    ] = False,
    calibration_images: Annotated[
        int, typer.Option(min=1, help="Training images to learn the tables from, at most.")
    ] = 1000,
    mask_images: Annotated[
        int,
        typer.Option(
            min=1, help="Other training images for an automatic mask to be chosen by, at most."
        ),
    ] = 500,
    data_dir: DataDir = None,
    download: Download = False,
    seed: Seed = 0,
) -> Program:
    """Turn a network's layers into lookup tables and the whole network into integers.

    The mask decides which layers are looked up; a mask of the wrong length lists the layers.
    An automatic mask is searched on training images alone.

    Examples:
      tabfab compile model.pt2 --data digits --mask all -o program/
      tabfab compile lenet.pt2 --data mnist --mask 0,1,1,1 --prototypes 32 -o program/
      tabfab compile resnet8.pt2 --data cifar10 --tree-levels 6 -o program/
      tabfab compile resnet8.pt2 --data cifar10 --layer linear:prototypes=64 -o program/
      tabfab compile lenet.pt2 --data mnist --mask auto:accuracy=0.99 -o program/
      tabfab compile lenet.pt2 --data mnist --recipe tabconv --mask auto:operations=0.9 -o paper/
    """
    from ..compiler.compile import compile_graph
    from ..compiler.frontend import import_graph
    from ..compiler.graph.model_file import load_model
    from ..compiler.mask.search import choose_mask

    goal = parse_goal(mask) if mask.startswith(PREFIX) else None
    own = [parse_layer_settings(text) for text in layer or ()]
    given: dict[str, Any] = {
        "subspace_length": subspace_length,
        "subspaces": subspaces,
        "prototypes": prototypes,
        "layout": layout,
        "encoder": encoder,
        "tree_levels": tree_levels,
        "table_bits": table_bits,
        "exact_bits": exact_bits,
    }
    options = dataclasses.replace(
        RECIPES[recipe],
        **{name: value for name, value in given.items() if value is not None},
        mask="all" if goal else parse_mask(mask),
        argmax=argmax,
        seed=seed,
    )
    searched: dict[str, object] = {}
    with atomic_directory(output, "program") as temporary:
        loaded = load_model(model)
        train = load(data, "train", data_dir, download)
        images = train.sample(calibration_images, seed)
        graph = import_graph(loaded.exported)
        layers = settings_by_layer([conv.name for conv in graph.convs], own, options)
        options = dataclasses.replace(options, layers=layers)
        if goal:
            others = train.rest(calibration_images, seed).sample(mask_images, seed)
            with progress(f"choosing a mask for {model}") as advance:
                choice = choose_mask(
                    graph,
                    images.images,
                    others,
                    options,
                    goal,
                    rank or ("similarity" if recipe == "tabconv" else "loss"),
                    lambda what, done, total: advance(done, total, what),
                )
            options = choice.options
            searched = {"mask_goal": mask, "mask_scores": dict(choice.scores)}
        with progress(f"compiling {model}") as advance:
            compilation = compile_graph(
                graph,
                images.images,
                options,
                lambda what, done, total: advance(done, total, what),
            )
        meta = {**compilation.program.meta, "data": data, "recipe": recipe, **searched}
        program = dataclasses.replace(
            compilation.program,
            classes=loaded.classes,
            meta={**meta, "model": dict(loaded.meta)},
        )
        write_program(program, temporary, {FLOAT_MODEL: model})
    print_layers(program)
    say(f"{output}: written; 'tabfab evaluate {output}' tests it")
    return program


def parse_mask(text: str) -> Mask:
    """The mask that `text` names or lists; TabfabError if it does neither."""
    names: dict[str, Mask] = {"all": "all", "none": "none"}
    if text in names:
        return names[text]
    entries = [entry.strip() for entry in text.split(",")]
    if not all(entry in ("0", "1") for entry in entries):
        raise TabfabError(
            f"the mask must be 'all', 'none' or zeros and ones with commas between them, "
            f"such as 0,1,1, not {text!r}"
        )
    return tuple(map(int, entries))
