"""The passes of Yosys from a build's Verilog to cells of an FPGA family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..device.devices import find_family
from ..network.network import Network
from ..rtl.verilog import TOP, VERILOG_FILE
from .harness import HARNESS

PROCESSES = (
    # Before synth_*: Yosys 0.70 stumbles over the public wires that Amaranth names $1.
    "proc",
    # Registers that are equal become one, but for cells marked so; in Verilog, signals are marked.
    "setattr -set keep 1 a:keep %ci1:+$dff[Q] t:$dff %i",
    "setattr -unset keep w:*",
)
"""Yosys passes from what Verilog says to cells."""


@dataclass(frozen=True)
class Synthesis:
    """How to synthesize a build.

    Parameters
    ----------
    family: one of `tabfab.hw.device.families.catalog.FAMILIES`.
    flatten: optimize across stages, which needs fewer cells; by default each is synthesized by
        itself.
    watch: keep the signals of every stream between two stages, for a simulation.
    harness: Verilog file of `tabfab.hw.synth.harness`, to be the top with the device's pads.
    extra: options for the family's command.

    Raises
    ------
    TabfabError: there is no such family.
    """

    family: str
    flatten: bool = False
    watch: bool = False
    harness: str | None = None
    extra: str = ""

    def __post_init__(self) -> None:
        find_family(self.family)

    @property
    def command(self) -> str:
        """Of Yosys, without the top module."""
        return f"{find_family(self.family).yosys.command} {self.extra}".rstrip()

    @property
    def start(self) -> list[str]:
        """Passes in front of the command."""
        return list(find_family(self.family).yosys.start)

    @property
    def finish(self) -> list[str]:
        """Passes that follow the command."""
        return list(find_family(self.family).yosys.finish)

    @property
    def pads(self) -> list[str]:
        """Passes that give a harness its pads, where place and route does not do it by itself."""
        pads = find_family(self.family).yosys.pads
        return [] if pads is None or self.harness is None else [pads.format(module=HARNESS)]


def stage_modules(network: Network) -> dict[str, str]:
    """Module of each stage -> name of the stage."""
    return {f"{TOP}.network.{stage.instance}": stage.name for stage in network.stages}


def design_passes(
    network: Network, synthesis: Synthesis, mapped: Mapping[str, str] | None = None
) -> list[str]:
    """Passes for a whole build, with its directory as the current one.

    Parameters
    ----------
    network: the build's.
    synthesis: how.
    mapped: modules of stages that are synthesized already, each with the RTLIL file of its cells.
    """
    mapped = mapped or {}
    stages = "".join(f" \\{module}" for module in stage_modules(network))
    top = TOP if synthesis.harness is None else HARNESS
    return [
        f"read_verilog {VERILOG_FILE}",
        *([] if synthesis.harness is None else [f"read_verilog {synthesis.harness}"]),
        *(f"blackbox {module}" for module in mapped),
        f"hierarchy -top {top}",
        *PROCESSES,
        *([f"setattr -set keep 1 {TOP}.network/w:stream_*"] if synthesis.watch else []),
        "opt_clean -purge",
        *([] if synthesis.flatten else [f"setattr -mod -set keep_hierarchy 1{stages}"]),
        *synthesis.start,
        f"{synthesis.command} -top {top}",
        *synthesis.finish,
        *synthesis.pads,
        *(f"read_rtlil -overwrite {file}" for file in mapped.values()),
    ]


def stage_passes(module: str, verilog: str, synthesis: Synthesis) -> list[str]:
    """Passes for one stage by itself; the stage is selected in the end, without the cells' models.

    Parameters
    ----------
    module: of the stage.
    verilog: file that defines it.
    synthesis: of the build.
    """
    return [
        *alone_passes(module, verilog, synthesis),
        f"setattr -mod -unset top -set keep_hierarchy 1 {module}",
        f"select {module}",
    ]


def alone_passes(module: str, verilog: str, synthesis: Synthesis) -> list[str]:
    """Passes for a module by itself, to cells of the family.

    Parameters
    ----------
    module: the top.
    verilog: file that defines it.
    synthesis: the family.
    """
    return [
        f"read_verilog {verilog}",
        f"hierarchy -top {module}",
        *PROCESSES,
        "opt_clean -purge",
        *synthesis.start,
        f"{synthesis.command} -top {module}",
        *synthesis.finish,
    ]
