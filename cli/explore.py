"""`tabfab explore`: a page on which a person chooses how each layer is computed."""

from __future__ import annotations

import secrets
import webbrowser
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..compiler.mask.goal import PREFIX
from ..compiler.options import CALIBRATION_IMAGES, CompileOptions
from ..compiler.store.errors import TabfabError
from ..compiler.store.files import locked
from ..compiler.workers.extra import need_explore_extra
from .console import complain, say
from .float_network import InputMean, InputStd
from .options import (
    USUAL_DEVICE,
    CalibrationImages,
    Clock,
    DataDir,
    DeviceName,
    FramesPerSecond,
    OptionalData,
    Seed,
    TaskName,
    TestData,
)
from .settings import FieldsOf, given_of, takes_settings

if TYPE_CHECKING:
    from socket import socket

    from .explorer.session import Session


@takes_settings(FieldsOf(CompileOptions, unset=True, without=("mask", "argmax")))
def explore(
    network: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL.pt2|MODEL.onnx|PROGRAM",
            help="Network saved with torch.export, ONNX model, or a program, whose float network "
            "and mask are taken.",
        ),
    ],
    data: OptionalData = None,
    device: DeviceName = None,
    clock: Clock = None,
    fps: FramesPerSecond = None,
    mask: Annotated[
        str | None,
        typer.Option(
            show_default="the program's, or all-but-first", help="To begin with, as of 'compile'."
        ),
    ] = None,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Where compiled masks are kept, and found again; a sweep's directory, too.",
        ),
    ] = Path("explore"),
    calibration_images: CalibrationImages = CALIBRATION_IMAGES,
    judged: Annotated[
        Literal["held-out", "test"],
        typer.Option(
            "--judged-on",
            help="Images that accuracy is measured on: held-out, training images that nothing is "
            "learned from, so that test images stay unseen; or test.",
        ),
    ] = "held-out",
    judged_images: Annotated[
        int, typer.Option("--judged-images", min=1, help="How many of them, at most.")
    ] = 1000,
    task: TaskName = None,
    input_mean: InputMean = None,
    input_std: InputStd = None,
    test_data: TestData = None,
    data_dir: DataDir = None,
    seed: Seed = 0,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="To serve the page at; 0: any that is free.")
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = False,
    **settings: Any,
) -> None:
    """Choose how each layer is computed, on a page that says at once what that costs and loses.

    The page is served to this machine alone, at an address with a token in it. Costs are counted
    and, of hardware, estimated until the plan is there; losses are predicted from those of single
    layers, which are measured in the background. What is compiled is kept in the output folder,
    with a program each, and shown on the front; 'tabfab sweep DIR' prints it too. Other settings
    are for all layers. Ctrl-C ends it.

    Examples:
      tabfab explore model.pt2 --data digits
      tabfab explore resnet20.pt2 --data cifar10 --device ecp5-85k -o explored/
      tabfab explore program/ --device ice40-hx8k --browser

    Next: the page ends with the command that compiles the mask in a shell; 'tabfab sweep explored/
    --pick ...' takes what was compiled.
    """
    need_explore_extra()
    from .explorer.begin import Wanted, begin
    from .explorer.server import listen
    from .sweeps.spec import Judging

    if mask is not None and mask.startswith(PREFIX):
        raise TabfabError(
            f"--mask {mask} is searched by 'tabfab compile'; explore the program that it writes"
        )
    wanted = Wanted(
        network=network,
        data=data,
        test_data=test_data,
        data_dir=data_dir,
        task=task,
        input_mean=input_mean,
        input_std=input_std,
        mask=mask,
        output=output,
        judging=Judging(of=judged, images=judged_images),
        planned=_given(device=device or USUAL_DEVICE, clock=clock, fps=fps),
        compiled={"calibration-images": calibration_images, "seed": seed},
        given=given_of(CompileOptions, settings),
    )
    server = listen(port)
    with server, locked(output):
        session = begin(wanted)
        _serve(session, server, browser)


def _serve(session: Session, server: socket, browser: bool) -> None:
    """Serve the page until Ctrl-C."""
    from .explorer.server import LOOPBACK, serve

    token = secrets.token_urlsafe(16)
    address = f"http://{LOOPBACK}:{server.getsockname()[1]}/{token}/"

    def started() -> None:
        say(f"explore at {address}")
        complain("Ctrl-C ends it")
        if browser:
            webbrowser.open(address)

    with suppress(KeyboardInterrupt):
        serve(session, server, token, started)
    kept = sum(not each.failure for each in session.points.trials.values())
    say(f"{session.about.output}: {kept} compiled {'mask' if kept == 1 else 'masks'}")


def _given(**options: Any) -> dict[str, Any]:
    """Those of some options that were given."""
    return {name: value for name, value in options.items() if value is not None}
