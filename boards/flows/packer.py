"""Packers: what makes a bitstream of a routed design, from PyPI or installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ...compiler.store.errors import TabfabError
from ..board import Board


class PackerError(TabfabError):
    """A packer is not installed or failed."""


@dataclass(frozen=True)
class Packer:
    """A program that makes bitstreams.

    Parameters
    ----------
    tool: its name.
    package: of PyPI that brings it.
    module, call: the package's module, and what to call in it with `sys.argv` as the command line.
    arguments: of its command line, for a board, a routed design and a bitstream.
    """

    tool: str
    package: str
    module: str
    call: str
    arguments: Callable[[Board, str, str], list[str]]

    @property
    def command(self) -> list[str]:
        """How to start it: the program itself where it is installed, else its PyPI package.

        Raises
        ------
        PackerError: neither is there.
        """
        program = shutil.which(self.tool)
        if program is not None:
            return [program]
        if find_spec(self.module.partition(".")[0]) is None:
            raise PackerError(
                f"{self.tool} is not installed; 'pip install {self.package}' or 'pip install "
                "tabfab[pnr]' brings it"
            )
        start = f"import sys, {self.module} as packer; sys.exit(packer.{self.call})"
        return [sys.executable, "-c", start]

    def pack(self, board: Board, directory: Path, routed: str, bitstream: str, log: Path) -> None:
        """Make a bitstream.

        Parameters
        ----------
        board: what for.
        directory: where it runs; the files' names are relative to it, since a tool as WebAssembly
            sees another /tmp than its caller.
        routed, bitstream: files.
        log: file for its messages, which are added.

        Raises
        ------
        PackerError: it is not installed, or failed.
        """
        command = [*self.command, *self.arguments(board, routed, bitstream)]
        with log.open("a") as messages:
            done = subprocess.run(
                command,
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=messages,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode or not (directory / bitstream).is_file():
            raise PackerError(
                f"{self.tool} failed (status {done.returncode}); its messages are in {log}"
            )
