"""The mutation bench, around designs with planted faults: it compares on every clock.

`tabfab simulate` moves the ports from Python (`sim/bench/testbench.py`), which costs more than the
simulation does. Mutants are many, so here all is done in Verilog, which ends at the first
difference.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import jinja2

from ...hw.network.network import Network
from ...hw.rtl.top import LANE_BITS
from ...hw.rtl.verilog import TOP
from .cuts import CUT_PORTS, cut_bits

_BENCH = "mutation_bench.sv"


def write_mutation_bench(network: Network, clocks: int, directory: Path) -> Path:
    """Write the bench around a network's top level.

    Parameters
    ----------
    network: with cuts (`tabfab.sim.mutation.cuts`).
    clocks: of the longest script (`tabfab.sim.mutation.script`).
    directory: where to write.
    """
    template = resources.files(__package__).joinpath(f"{_BENCH}.jinja").read_text()
    bench = directory / _BENCH
    bench.write_text(
        jinja2.Template(template, undefined=jinja2.StrictUndefined).render(
            top=TOP,
            cut_ports=CUT_PORTS,
            source_bits=LANE_BITS * network.input.format.lanes,
            sink_bits=LANE_BITS * network.output.format.lanes,
            loadable=bool(network.ports),
            clocks=clocks,
            cuts=[(link.sink.stage, cut_bits(link)) for link in network.links[::2]],
        )
    )
    return bench


def wrong_stream(network: Network, number: int) -> str | None:
    """The name for what the bench calls the first wrong stream; None for 0."""
    names = [link.name for link in network.links[::2]]
    return None if number == 0 else [*names, "m_axis", "s_axis", "frame_error"][number - 1]
