"""Netlists: a build as cells of an FPGA family, kept beside it for as long as it stays the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from ..compiler.files import atomic_file
from .build import DIRECTORY, load_build
from .synth import synthesis_passes
from .yosys import run_passes

_STAMP = "// tabfab netlist of "


@dataclass(frozen=True)
class NetlistOptions:
    """How to synthesize.

    Parameters
    ----------
    family, flatten, watch: see `tabfab.hw.synth.synthesis_passes`.
    """

    family: str
    flatten: bool = False
    watch: bool = False


def write_netlist(
    directory: Path,
    options: NetlistOptions,
    progress: Callable[[int, int, str], None] | None = None,
) -> Path:
    """The Verilog netlist of a build; an earlier one of the same inputs is taken as it is.

    Parameters
    ----------
    directory: written by `tabfab verilog`; the netlist is kept in it.
    options: see `NetlistOptions`.
    progress: called with (passes done, passes in all, the pass under way).

    Raises
    ------
    TabfabError: the build is not usable.
    YosysError: Yosys failed.
    """
    build = load_build(directory)
    passes = synthesis_passes(
        build.network, options.family, flatten=options.flatten, watch=options.watch
    )
    stamp = f"{_STAMP}{netlist_checksum(directory, passes)}\n"
    kind = "-flat" if options.flatten else ""
    path = directory / f"netlist-{options.family}{kind}.v"
    if path.is_file() and _first_line(path) == stamp:
        return path
    with atomic_file(path) as temporary:
        log = directory / f"netlist-{options.family}{kind}.log"
        write = f"write_verilog -noattr {temporary.resolve()}"
        run_passes([*passes, write], directory, log, progress)
        temporary.write_text(stamp + temporary.read_text())
    return path


def _first_line(path: Path) -> str:
    with path.open() as file:
        return file.readline()


def netlist_checksum(directory: Path, passes: list[str]) -> str:
    """Of all that a netlist depends on; the manifest holds the checksums of the build's files."""
    manifest = (directory / DIRECTORY.name).read_bytes()
    described = "\n".join([*passes, version("pyosys")])
    return hashlib.sha256(manifest + described.encode()).hexdigest()
