"""Synthesis of one core by itself: what a single encoder, bank or adder tree costs."""

from __future__ import annotations

from pathlib import Path

from amaranth.hdl import Module, Signal
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.load_port import WORD_BITS
from ..rtl.verilog import VERILOG_FILE, write_component
from ..stream.core import Core
from .passes import Synthesis, alone_passes
from .synth import count_cells

_TOP = "core_alone"


class CoreAlone(Component):
    """A core with plain ports, so that it can be the top of a design.

    Parameters
    ----------
    core: what is in it.

    Members
    -------
    i: in; ``valid`` in the lowest bit, then the payload of the core's input.
    o: out; the same of its output.
    load: in; the same of the load port, at which the core's memories form a chain.
    """

    i: Signal
    o: Signal
    load: Signal

    def __init__(self, core: Core) -> None:
        self.core = core
        super().__init__(
            {
                "i": In(len(core.i.p.as_value()) + 1),
                "o": Out(len(core.o.p.as_value()) + 1),
                "load": In(WORD_BITS + 2),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.core = core = self.core
        m.d.comb += [
            core.i.valid.eq(self.i[0]),
            core.i.p.as_value().eq(self.i[1:]),
            self.o[0].eq(core.o.valid),
            self.o[1:].eq(core.o.p.as_value()),
        ]
        valid, payload = self.load[0], self.load[1:]
        for port in core.load_ports():
            m.d.comb += [port.i.valid.eq(valid), port.i.p.as_value().eq(payload)]
            valid, payload = port.o.valid, port.o.p.as_value()
        return m


def synthesize_core(core: Core, family: str, directory: Path, extra: str = "") -> dict[str, int]:
    """Yosys cell -> count of a core, through Verilog as in a build.

    Parameters
    ----------
    core: what to synthesize.
    family: one of `tabfab.hw.device.families.catalog.FAMILIES`.
    directory: an empty one for files in between; Yosys' log stays in it.
    extra: options for the family's command.

    Raises
    ------
    YosysError: Yosys failed.
    """
    write_component(CoreAlone(core), _TOP, directory)
    passes = alone_passes(_TOP, VERILOG_FILE, Synthesis(family, extra=extra))
    return count_cells(passes, directory, directory / "yosys.log")
