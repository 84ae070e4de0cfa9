"""`tabfab run`: images to a board, and its answers against the golden model."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from ..compiler.data import ImageSet
from ..compiler.program import Program
from ..compiler.program.program_file import load_program
from ..compiler.store.batches import batches
from ..compiler.store.errors import TabfabError
from ..compiler.tasks import Figures, Task
from .bitstream import Baud
from .console import Advance, print_json, progress, say
from .data_sets import check_span, load_test
from .evaluate import listed, meaning_of
from .options import (
    BuildDir,
    DataDir,
    Download,
    Json,
    OptionalData,
    Seed,
    TaskName,
    TestData,
    Trust,
)
from .trusted_build import trusted_build

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..boards.host import Device
    from ..hw.rtl.build import Build

SIMULATED = "sim"


@dataclass(frozen=True)
class RunReport:
    """What came of a run.

    Parameters
    ----------
    images: sent and answered.
    wrong: answers that are not the golden model's, bit for bit.
    accuracy: share of the images that the board gets right; None for random images, and where
        answers are values.
    figures: how good the answers are, by name (`tabfab.compiler.tasks`); none for random images.
    link_images_per_second: over the serial line, there and back.
    core_images_per_second: of the network alone, by the clocks that the board counts.
    clocks_per_image, clock_mhz: the same in clocks, and the clock.
    rejected, resent, repeated, restarts, damaged: what went wrong on the line and was mended
        (`tabfab.boards.host.Counters`).
    """

    images: int
    wrong: int
    accuracy: float | None
    figures: Figures
    link_images_per_second: float
    core_images_per_second: float
    clocks_per_image: float
    clock_mhz: float
    rejected: int
    resent: int
    repeated: int
    restarts: int
    damaged: int


def run(
    build: BuildDir,
    port: Annotated[
        str | None,
        typer.Option(
            metavar="PORT|sim",
            help="Serial port of the board, /dev/ttyUSB0, or a URL of pyserial's, "
            "socket://host:port; 'sim' simulates the board.",
            show_default="the only one there is",
        ),
    ] = None,
    images: Annotated[int, typer.Option(min=1, help="How many images to send.")] = 100,
    data: OptionalData = None,
    task: TaskName = None,
    baud: Baud = 1_000_000,
    fps: Annotated[
        float | None,
        typer.Option(min=0, help="Images per second that the serial line must be able to carry."),
    ] = None,
    load_with: Annotated[
        Path | None,
        typer.Option(
            "--load",
            metavar="PROGRAM",
            help="Load another program into a build made with 'tabfab verilog --loadable' first.",
        ),
    ] = None,
    test_data: TestData = None,
    data_dir: DataDir = None,
    download: Download = False,
    seed: Seed = 0,
    trust: Trust = False,
    as_json: Json = False,
) -> RunReport:
    """Send images to a board and compare its answers with the golden model, bit by bit.

    Sends the first test images of --data or --test-data, or random images. The board must hold a
    bitstream of this very build; another one is refused. What the line loses is sent again, and a
    board that is reset or unplugged for a moment is waited for. --port sim compiles the board's
    whole top, with its serial line, for Verilator and talks to that. Nothing of this has been tried
    on real hardware.

    Examples:
      tabfab run build/ --port sim --data digits
      tabfab run build/ --port /dev/ttyUSB0 --data mnist --images 1000
      tabfab run build/ --port /dev/ttyUSB1 --load other-program/ --json

    Next: --load sends other tables to a build made with 'tabfab verilog --loadable'.
    """
    from ..boards.host import Device
    from ..hw.rtl.loading import load_stream
    from ..sim.models.golden import check_images

    # Of the Verilog, only a simulated board makes anything.
    built = trusted_build(build, trust or port != SIMULATED)
    _check_rate(built, baud, fps)
    loaded = None if load_with is None else load_program(load_with)
    sent = _images(built.program, data, test_data, images, data_dir, download, seed)
    # What a board would refuse, before one is simulated.
    check_images(built.program, sent.images)
    choice, truth = meaning_of(built.program if loaded is None else loaded, sent, task)
    if loaded is not None:
        load_stream(built, loaded)
    with _board(built, port) as (name, patience), Device(name, built, baud, patience) as device:
        if loaded is not None:
            _load(device, loaded)
        report = _run(device, sent, choice.task, truth)
    if as_json:
        print_json(dataclasses.asdict(report))
    else:
        _print_report(report)
    if report.wrong:
        raise TabfabError(
            f"{report.wrong} of {report.images} answers differ from the golden model's; is the "
            "clock too fast for the build ('tabfab bitstream' says), or the board broken?"
        )
    return report


def _check_rate(build: Build, baud: int, fps: float | None) -> None:
    from ..boards.host import line_images_per_second
    from ..boards.link.line import LinkError

    rate = line_images_per_second(build, baud)
    if fps is not None and rate < fps:
        raise LinkError(
            f"{baud:,} baud carry {rate:,.0f} images per second at most, fewer than the {fps:g} "
            "that were asked for; make the bitstream with a higher --baud"
        )


def _images(
    program: Program,
    data: str | None,
    test_data: str | None,
    count: int,
    data_dir: Path | None,
    download: bool,
    seed: int,
) -> ImageSet:
    name = test_data or data
    if name is not None:
        given = load_test(name, test_data, data_dir, download).fitted(program.input.shape)
        check_span(program, given)
        return given.first(count)
    channels, height, width = program.input.shape
    shape = (count, height, width, channels)
    pixels = np.random.default_rng(seed).integers(0, 256, shape, np.uint8)
    return ImageSet(pixels, None, (), "random images")


@contextlib.contextmanager
def _board(build: Build, port: str | None) -> Iterator[tuple[str, float]]:
    """Port and patience; a simulated board runs meanwhile."""
    if port == SIMULATED:
        from ..boards.simulated.board import SimulatedBoard

        with progress("simulated board") as advance:
            simulated = SimulatedBoard(build, advance)
        with simulated:
            yield simulated.port, simulated.patience
    else:
        yield port or _only_port(), 10.0


def _only_port() -> str:
    from ..boards.link.line import LinkError, port_names

    ports = port_names()
    if len(ports) != 1:
        there = f"there are {', '.join(ports)}" if ports else "there is none"
        raise LinkError(
            f"name the board's serial port with --port: {there}; --port sim simulates the board"
        )
    return ports[0]


def _load(device: Device, program: Program) -> None:
    with progress("loading tables") as advance:
        device.load(program, lambda done, total: advance(done, total))


def _run(device: Device, sent: ImageSet, task: Task, truth: NDArray[Any] | None) -> RunReport:
    from ..sim.models import accuracy, golden

    pixels = sent.images
    known = () if truth is None else sent.classes
    tally = task.tally(accuracy.scores(device.program).shape, known)
    wrong = 0
    seconds = 0.0
    with progress(f"images to {device.line.name}", remaining=True) as advance:
        for chosen in batches(len(pixels)):
            batch = pixels[chosen]
            expected = golden.logits(device.program, batch)
            begun = time.monotonic()
            answers = device.classify(batch, _shifted(advance, chosen.start, len(pixels)))
            seconds += time.monotonic() - begun
            wrong += int((answers != expected).any(axis=1).sum())
            if truth is not None:
                real = accuracy.real_answers(device.program, answers)
                tally.add(task.decide(real), truth[chosen])
    counters = device.counters()
    clocks = device.clocks_per_image()
    figures = {} if truth is None else tally.figures()
    return RunReport(
        images=len(pixels),
        wrong=wrong,
        accuracy=figures.get("accuracy"),
        figures=figures,
        link_images_per_second=len(pixels) / seconds,
        core_images_per_second=1e6 * device.clock_mhz / clocks,
        clocks_per_image=clocks,
        clock_mhz=device.clock_mhz,
        rejected=counters.rejected,
        resent=counters.resent,
        repeated=counters.repeated,
        restarts=counters.restarts,
        damaged=counters.damaged,
    )


def _shifted(advance: Advance, first: int, total: int) -> Any:
    return lambda done, count: advance(first + done, total)


def _print_report(report: RunReport) -> None:
    equal = report.images - report.wrong
    say(f"{equal} of {report.images} answers equal the golden model's{_shown(report)}")
    say(
        f"link {report.link_images_per_second:,.1f} images/s; network alone "
        f"{report.core_images_per_second:,.0f} images/s, one every {report.clocks_per_image:,.0f} "
        f"clocks at {report.clock_mhz:g} MHz"
    )
    mended = {
        "frames sent again": report.resent,
        "images sent again": report.repeated,
        "sessions begun again": report.restarts,
        "damaged frames from the board": report.damaged,
    }
    told = ", ".join(f"{count} {what}" for what, count in mended.items() if count)
    if told:
        say(f"mended on the line: {told}")


def _shown(report: RunReport) -> str:
    if report.accuracy is not None:
        return f", {report.accuracy:.2%} of the images right"
    return f"; {listed(report.figures)}" if report.figures else ""
