"""The netlist for nextpnr: Yosys' JSON, kept in the build while the build stays the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .build import Build
from .netlist import NetlistJob, kept_netlist
from .pin_harness import harness_verilog
from .pnr_targets import Target
from .synth import synthesis_passes
from .top import Top


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
    name = f"netlist-{target.family}{target.synthesis}{'-flat' if flatten else ''}"
    sources = {}
    if not target.out_of_context:
        sources[f"{name}-harness.v"] = harness_verilog(Top(build.network))
    passes = synthesis_passes(
        build.network,
        target.family,
        flatten=flatten,
        harness=next(iter(sources), None),
        extra=target.synthesis,
    )
    job = NetlistJob(f"{name}.json", passes, "write_json", sources)
    return kept_netlist(build.directory, job, progress)
