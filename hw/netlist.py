"""Netlists: a build as cells of an FPGA family, kept beside it for as long as it stays the same."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from ..compiler.files import atomic_file
from .build import DIRECTORY, load_build
from .synth import synthesis_passes
from .yosys import OWN_PASSES, run_passes


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


@dataclass(frozen=True)
class NetlistJob:
    """What Yosys is to do for a netlist.

    Parameters
    ----------
    file: of the netlist, in the build.
    passes: from the build's Verilog to cells.
    write: command that writes the netlist, to which the file is appended.
    sources: files that the passes read beside the build's, each with its text.
    """

    file: str
    passes: list[str]
    write: str
    sources: Mapping[str, str] = field(default_factory=dict)


def write_netlist(
    directory: Path,
    options: NetlistOptions,
    progress: Callable[[int, int, str], None] | None = None,
) -> Path:
    """The netlist of a build, to be simulated; an earlier one of the same inputs is reused.

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
    kind = "-flat" if options.flatten else ""
    job = NetlistJob(f"netlist-{options.family}{kind}-sim.v", passes, "write_verilog -noattr")
    return kept_netlist(directory, job, progress)


def kept_netlist(
    directory: Path,
    job: NetlistJob,
    progress: Callable[[int, int, str], None] | None = None,
) -> Path:
    """Do the job, unless what it makes is there already, as the checksum beside it says.

    Parameters
    ----------
    directory: of the build; the netlist is kept in it.
    job: what to do.
    progress: called with (passes done, passes in all, the pass under way).

    Raises
    ------
    YosysError: Yosys failed.
    """
    netlist = directory / job.file
    stamp, log = netlist.with_suffix(".sha256"), netlist.with_suffix(".log")
    checksum = _checksum(directory, job)
    if netlist.is_file() and stamp.is_file() and stamp.read_text().strip() == checksum:
        return netlist
    stamp.unlink(missing_ok=True)  # from here on it is not the netlist's
    for name, text in job.sources.items():
        (directory / name).write_text(text)
    with atomic_file(netlist) as temporary:
        run_passes([*job.passes, f"{job.write} {temporary.resolve()}"], directory, log, progress)
    with atomic_file(stamp) as temporary:
        temporary.write_text(checksum + "\n")
    return netlist


def _checksum(directory: Path, job: NetlistJob) -> str:
    """Of all that a netlist depends on; the manifest holds the checksums of the build's files."""
    manifest = (directory / DIRECTORY.name).read_bytes()
    own = [OWN_PASSES[name] for name in job.passes if name in OWN_PASSES]
    sources = [inspect.getsource(sys.modules[function.__module__]) for function in own]
    described = [*job.passes, *job.sources.values(), *sources, version("pyosys")]
    return hashlib.sha256(manifest + "\n".join(described).encode()).hexdigest()
