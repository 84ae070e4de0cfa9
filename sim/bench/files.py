"""The bench as files: SystemVerilog around a design, and the memories beside it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import jinja2

from ...hw.network.network import Link, Network
from ...hw.rtl.top import LANE_BITS
from ...hw.rtl.verilog import TOP, VERILOG_FILE
from ..cells.cell_models import cell_models
from .trace import beat_bits
from .uninitialized import uninitialized

SIGNALS = ("valid", "ready", "payload")
"""Of each stream, as `tabfab.hw.network.network.Network` names them."""
ERROR_TRACE = "frame_error.txt"
"""The clocks on which `frame_error` was high."""


@dataclass(frozen=True)
class Design:
    """What the bench is put around.

    Parameters
    ----------
    sources: Verilog files.
    memories: directory with the files that they read memories from.
    streams: names of the streams whose signals can be watched.
    flat: whether the network was flattened into the top module.
    """

    sources: tuple[Path, ...]
    memories: Path
    streams: frozenset[str]
    flat: bool = False

    @classmethod
    def of_netlist(cls, netlist: Path, family: str, network: Network, work: Path) -> Design:
        """A netlist of the build, with models of its cells, which are written into `work`.

        Streams whose signals did not survive synthesis cannot be watched.
        """
        verilog = netlist.read_text()
        cells = work / f"cells_{family}.sv"
        cells.write_text(cell_models(family, verilog))
        streams = {
            link.name
            for link in network.links
            if all(
                f"\\network.{network.signal_prefix(link)}{signal} " in verilog for signal in SIGNALS
            )
        }
        return cls((cells, netlist), netlist.parent, frozenset(streams), flat=True)

    @classmethod
    def of_build(cls, directory: Path, network: Network) -> Design:
        """The Verilog that `tabfab verilog` wrote."""
        streams = frozenset(link.name for link in network.links)
        return cls((directory / VERILOG_FILE,), directory, streams)


def trace_file(network: Network, link: Link) -> str:
    """Name of the file that a stream's monitor writes."""
    return f"stream_{network.links.index(link)}.txt"


def write_bench(network: Network, design: Design, simulator: str, work: Path) -> tuple[Path, ...]:
    """Write the bench into `work` and lay the memories beside it; what is to be compiled.

    For Icarus Verilog, which knows unknown bits, registers and writable memories of the build
    start unknown: what the design shows must come from reset and from what was written.
    """
    for memory in design.memories.glob("*.mem"):
        shutil.copyfile(memory, work / memory.name)
    bench = work / "bench.sv"
    bench.write_text(_render(network, design))
    if simulator != "icarus" or design.flat:
        return (*design.sources, bench)
    sources = []
    for source in design.sources:
        unknown = work / source.name
        unknown.write_text(uninitialized(source.read_text()))
        sources.append(unknown)
    return (*sources, bench)


def _render(network: Network, design: Design) -> str:
    template = resources.files(__package__).joinpath("bench.sv.jinja").read_text()
    watched = [link for link in network.links if link.name in design.streams]
    return jinja2.Template(template, undefined=jinja2.StrictUndefined).render(
        top=TOP,
        source_bits=LANE_BITS * network.input.format.lanes,
        sink_bits=LANE_BITS * network.output.format.lanes,
        error_file=ERROR_TRACE,
        loadable=bool(network.ports),
        streams=[_stream(network, design, link) for link in watched],
    )


def _stream(network: Network, design: Design, link: Link) -> dict[str, object]:
    """What the template says about one stream."""
    # An escaped identifier ends with a space.
    place = "dut.\\network.{} " if design.flat else "dut.network.{}"
    signals = {signal: place.format(network.signal_prefix(link) + signal) for signal in SIGNALS}
    return {
        "name": ascii(link.name),  # one line of a comment, whatever a program calls its nodes
        "file": trace_file(network, link),
        "bits": beat_bits(link.format),
        **signals,
    }
