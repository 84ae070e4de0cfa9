"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..hw.pnr.nextpnr import PLACERS
from . import completion

DATA_HELP = (
    "Data set: digits, mnist, fashion-mnist, cifar10, cifar100; computed ones: jets, keywords, "
    "heartbeats, machine-sounds, broken-machine-sounds, scattered-digits; an .npz with arrays "
    "'images' (uint8, N x height x width, and x channels if there are several) and 'labels': "
    "integers for classes, floating-point numbers for values; an .npy of images, labels in "
    "another beside it; a folder of PNG or JPEG images, a folder in it for each class; a .csv of "
    "features, the target "
    "last. Settings stand behind a colon: images.npy:range=0..65535,layout=nchw or "
    "flows.csv:range=-4..4,target=kind or photos/:size=32x32."
)

Data = Annotated[
    str,
    typer.Option(
        "--data", metavar="NAME|PATH", help=DATA_HELP, autocompletion=completion.data_sets
    ),
]
OptionalData = Annotated[
    str | None,
    typer.Option(
        "--data", metavar="NAME|PATH", help=DATA_HELP, autocompletion=completion.data_sets
    ),
]
TestData = Annotated[
    str | None,
    typer.Option(
        "--test-data",
        metavar="NAME|PATH",
        show_default="the test images of --data",
        help="Test on these images: of a file all, or an .npz' 'images_test'. No images of a file "
        "in --data are set aside for testing then.",
    ),
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        show_default="$TABFAB_DATA_DIR, or ~/.cache/tabfab",
        help="Folder with the data set's official files.",
    ),
]
Download = Annotated[
    bool, typer.Option("--download", help="Fetch a data set that is not there from OpenML.")
]
Layer = Annotated[
    list[str] | None,
    typer.Option(
        "--layer",
        autocompletion=completion.layers,
        metavar="NAME:SETTING=VALUE,...",
        help="Other settings for one layer, or all whose names fit: "
        "'stack1.*:prototypes=32,table-bits=6', or 'stem:method=exact'. May be repeated, the "
        "exception after the rule; settings are named as the options below.",
    ),
]
CALIBRATION_HELP = "Training images to learn scales, encoders and tables from, at most."
CalibrationImages = Annotated[
    int,
    typer.Option(
        "--calibration-images",
        min=1,
        help=CALIBRATION_HELP,
    ),
]
TASK_HELP = (
    "What the answers mean, and so how they are judged: classes (a score for each), binary (by the "
    "sign of each output), regression, segmentation (a class for each pixel), map (values for each "
    "pixel), embedding (by its direction)."
)
TaskName = Annotated[
    str | None,
    typer.Option("--task", metavar="TASK", show_default="by output and labels", help=TASK_HELP),
]
Seed = Annotated[int, typer.Option("--seed", min=0, help="Makes everything random repeatable.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
ProgramDir = Annotated[
    Path, typer.Argument(metavar="PROGRAM", help="Directory written by 'tabfab compile'.")
]
BuildDir = Annotated[
    Path, typer.Argument(metavar="BUILD", help="Directory written by 'tabfab verilog'.")
]
Placer = Annotated[
    str,
    typer.Option(
        "--placer",
        metavar="|".join(PLACERS),
        autocompletion=completion.placers,
        help="How nextpnr places cells; static spreads them evenly, good for unrolled layers.",
    ),
]
Trust = Annotated[
    bool,
    typer.Option(
        "--trust",
        help="Take the build's Verilog as it is. Otherwise it is written anew from program and "
        "plan and must be the same, since simulators and synthesis run what Verilog says.",
    ),
]
USUAL_DEVICE = "ecp5-85k"
"""That is planned for where neither a device nor a board is given."""

DeviceName = Annotated[
    str | None,
    typer.Option(
        "--device",
        autocompletion=completion.devices,
        show_default=f"the board's, or {USUAL_DEVICE}",
        help="Device to plan for: ice40-hx8k, ecp5-85k, artix7-100t, ...; an unknown name lists "
        "them all.",
    ),
]
FramesPerSecond = Annotated[
    float | None,
    typer.Option(help="Images per second to reach with the least, instead of as many as can be."),
]
Clock = Annotated[
    float | None,
    typer.Option(
        metavar="MHZ",
        show_default="the board's, or 100",
        help="Frequency that the design is expected to run at.",
    ),
]
ForBoard = Annotated[
    str | None,
    typer.Option(
        "--board",
        autocompletion=completion.boards,
        metavar="NAME",
        help="Plan for this board's device and clock, and leave room for what 'tabfab bitstream' "
        "puts beside the network; an unknown name lists them all.",
    ),
]
Subspaces = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="Subspaces (input channels of an exact layer) per clock in every layer (S), instead "
        "of what suits each.",
    ),
]
Unroll = Annotated[
    list[str] | None,
    typer.Option(
        "--unroll",
        autocompletion=completion.layers,
        metavar="LAYER",
        help="Make constants of all weights of a layer (name or pattern) with a 1x1 kernel, dyadic "
        "or exact: an adder graph with a result on every clock. May be given several times.",
        show_default="dyadic layers, where it is better",
    ),
]
Outputs = Annotated[
    int | None,
    typer.Option(
        min=1, help="Output channels per clock in every layer (P), instead of what suits each."
    ),
]
