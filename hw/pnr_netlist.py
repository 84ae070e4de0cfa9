"""The netlist for nextpnr: Yosys' JSON, kept in the build while the build stays the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..compiler.files import atomic_file
from .build import Build
from .netlist import netlist_checksum
from .pin_harness import harness_verilog
from .pnr_targets import Target
from .synth import synthesis_passes
from .top import Top
from .yosys import run_passes


def json_netlist(
    build: Build,
    target: Target,
    flatten: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> Path:
    """Synthesize a build for place and route; an earlier netlist of the same inputs is reused.

    Parameters
    ----------
    build: what to synthesize; the netlist is kept in its directory.
    target: the device.
    flatten: optimize across components.
    progress: called with (passes done, passes in all, the pass under way).

    Raises
    ------
    YosysError: Yosys failed.
    """
    directory = build.directory
    name = f"netlist-{target.family}{target.synthesis}{'-flat' if flatten else ''}"
    verilog = "" if target.out_of_context else harness_verilog(Top(build.network))
    harness = f"{name}-harness.v" if verilog else None
    passes = synthesis_passes(
        build.network, target.family, flatten=flatten, harness=harness, extra=target.synthesis
    )
    key = netlist_checksum(directory, [*passes, verilog])
    netlist, stamp = directory / f"{name}.json", directory / f"{name}.sha256"
    if netlist.is_file() and stamp.is_file() and stamp.read_text().strip() == key:
        return netlist
    stamp.unlink(missing_ok=True)  # from here on it is not the netlist's
    if harness is not None:
        (directory / harness).write_text(verilog)
    with atomic_file(netlist) as temporary:
        write = f"write_json {temporary.resolve()}"
        run_passes([*passes, write], directory, directory / f"{name}.log", progress)
    with atomic_file(stamp) as temporary:
        temporary.write_text(key + "\n")
    return netlist
