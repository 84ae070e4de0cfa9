"""The netlist for nextpnr: Yosys' JSON, kept in the build while the build stays the same."""

from __future__ import annotations

from pathlib import Path

from ...compiler.store.progress import Progress, silent
from ..rtl.build import Build
from ..rtl.top import Top
from ..synth.harness import harness_verilog
from ..synth.netlist import make_netlist
from ..synth.passes import Synthesis
from .targets import Target


def json_netlist(
    build: Build,
    target: Target,
    flatten: bool = False,
    progress: Progress = silent,
) -> Path:
    """Synthesize a build for place and route; an earlier netlist of the same inputs is reused.

    Parameters
    ----------
    build: what to synthesize; the netlist is kept in its directory.
    target: the device.
    flatten: optimize across components.
    progress: called with (steps done, steps in all, what is under way).

    Raises
    ------
    YosysError: Yosys failed.
    """
    name = f"netlist-{target.family}{target.synthesis}{'-flat' if flatten else ''}"
    sources = {}
    if not target.out_of_context:
        sources[f"{name}-harness.v"] = harness_verilog(Top(build.network))
    harness = next(iter(sources), None)
    synthesis = Synthesis(target.family, flatten, harness=harness, extra=target.synthesis)
    return make_netlist(build, synthesis, f"{name}.json", "write_json {file}", sources, progress)
