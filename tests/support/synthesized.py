"""Cells of several cores in one run of Yosys, which takes most of its time for the first of them.

Before it maps anything, Yosys reads all that a family's cells can become; a core of some hundred
cells takes less time than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from amaranth.hdl import Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from tabfab.hw.logic.component import Component
from tabfab.hw.rtl.verilog import VERILOG_FILE, write_component
from tabfab.hw.stream.core import Core
from tabfab.hw.synth.core_synth import CoreAlone
from tabfab.hw.synth.passes import Synthesis, alone_passes
from tabfab.hw.synth.synth import count_modules

_TOP = "cores"


class _Cores(Component):
    """Cores that have nothing to do with each other.

    Members
    -------
    i0, o0, load0, i1...: the ports of `CoreAlone`, of each.
    """

    def __init__(self, cores: Sequence[Core]) -> None:
        self.alone = [CoreAlone(core) for core in cores]
        ports = {}
        for n, core in enumerate(self.alone):
            ports |= {f"i{n}": In(len(core.i)), f"o{n}": Out(len(core.o))}
            ports |= {f"load{n}": In(len(core.load))}
        super().__init__(ports)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        for n, core in enumerate(self.alone):
            m.submodules[f"core{n}"] = core
            i, o, load = (self._port(f"{name}{n}") for name in ("i", "o", "load"))
            m.d.comb += [core.i.eq(i), o.eq(core.o), core.load.eq(load)]
        return m

    def _port(self, name: str) -> Signal:
        port = getattr(self, name)
        assert isinstance(port, Signal)
        return port


class _Stages(Component):
    """Stages of one input and one output that have nothing to do with each other."""

    def __init__(self, stages: Sequence[Component]) -> None:
        self.stages = stages
        ports = {}
        for n, stage in enumerate(stages):
            for name, member in stage.signature.members.items():
                ports[f"{name}{n}"] = member
        super().__init__(ports)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        for n, stage in enumerate(self.stages):
            m.submodules[f"core{n}"] = stage
            for name in stage.signature.members:
                wiring.connect(m, wiring.flipped(getattr(self, f"{name}{n}")), getattr(stage, name))
        return m


def synthesize_cores(cores: Sequence[Core], family: str, directory: Path) -> list[dict[str, int]]:
    """What `tabfab.hw.synth.core_synth.synthesize_core` counts for each of `cores`."""
    return _synthesize(_Cores(cores), len(cores), family, directory)


def synthesize_stages(
    stages: Sequence[Component], family: str, directory: Path
) -> list[dict[str, int]]:
    """The same for stages, all of whose ports are streams."""
    return _synthesize(_Stages(stages), len(stages), family, directory)


def _synthesize(top: Component, count: int, family: str, directory: Path) -> list[dict[str, int]]:
    write_component(top, _TOP, directory)
    modules = [f"{_TOP}.core{n}" for n in range(count)]
    synthesis = Synthesis(family)
    passes = alone_passes(_TOP, VERILOG_FILE, synthesis)
    apart = "setattr -mod -set keep_hierarchy 1 " + " ".join(f"\\{name}" for name in modules)
    passes.insert(passes.index(f"{synthesis.command} -top {_TOP}"), apart)
    _, found = count_modules(passes, directory, directory / "yosys.log")
    return [found[name] for name in modules]
