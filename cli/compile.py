"""`tabfab compile`: a saved float model to an integer program."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Literal

import typer

from ..compiler.data import load
from ..compiler.errors import TabfabError
from ..compiler.files import atomic_directory
from ..compiler.options import CompileOptions, Mask
from ..compiler.program import Program
from ..compiler.program_file import FLOAT_MODEL, write_program
from .console import progress, say
from .info import print_layers
from .options import Data, DataDir, Download, Seed


def compile_model(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL.pt2", help="Network saved with torch.export.")
    ],
    data: Data = "digits",
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Program directory to write.")
    ] = Path("program"),
    mask: Annotated[
        str,
        typer.Option(
            help="One 1 (table) or 0 (exact) per convolution and linear layer, in order: 0,1,1; "
            "or all, none."
        ),
    ] = "all",
    subspace_length: Annotated[
        int, typer.Option(min=1, help="Activations coded together (L).")
    ] = 4,
    prototypes: Annotated[
        int, typer.Option(help="Rows of each table (K), a power of two from 2 to 256.")
    ] = 16,
    layout: Annotated[
        Literal["auto", "pixel", "patch"],
        typer.Option(help="How subspaces are cut; auto: patch where a pixel is too short."),
    ] = "auto",
    encoder: Annotated[
        Literal["tree", "nearest"],
        typer.Option(help="tree: comparators; nearest: golden model only, no hardware."),
    ] = "tree",
    table_bits: Annotated[
        int, typer.Option(help="Bits of a table entry and of an exact layer's weight, 2 to 8.")
    ] = 8,
    argmax: Annotated[
        bool, typer.Option("--argmax", help="End in the class number instead of its scores.")
    ] = False,
    calibration_images: Annotated[
        int, typer.Option(min=1, help="Training images to learn the tables from, at most.")
    ] = 1000,
    data_dir: DataDir = None,
    download: Download = False,
    seed: Seed = 0,
) -> Program:
    """Turn a network's layers into lookup tables and the whole network into integers.

    The mask decides which layers are looked up; a mask of the wrong length lists the layers.

    Examples:
      tabfab compile model.pt2 --data digits --mask all -o program/
      tabfab compile lenet.pt2 --data mnist --mask 0,1,1,1 --prototypes 32 -o program/
    """
    from ..compiler.compile import compile_graph
    from ..compiler.frontend import import_graph
    from ..compiler.model_file import load_model

    options = CompileOptions(
        mask=_mask(mask),
        subspace_length=subspace_length,
        prototypes=prototypes,
        layout=layout,
        encoder=encoder,
        table_bits=table_bits,
        argmax=argmax,
        seed=seed,
    )
    with atomic_directory(output, "program") as temporary:
        loaded = load_model(model)
        images = load(data, "train", data_dir, download).sample(calibration_images, seed)
        graph = import_graph(loaded.exported)
        with progress(f"compiling {model}") as advance:
            compilation = compile_graph(
                graph,
                images.images,
                options,
                lambda what, done, total: advance(done, total, what),
            )
        program = dataclasses.replace(
            compilation.program,
            classes=loaded.classes,
            meta={**compilation.program.meta, "data": data, "model": dict(loaded.meta)},
        )
        write_program(program, temporary, {FLOAT_MODEL: model})
    print_layers(program)
    say(f"{output}: written; 'tabfab evaluate {output}' tests it")
    return program


def _mask(text: str) -> Mask:
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
