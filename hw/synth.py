"""Synthesis: what a build costs on an FPGA family, by Yosys."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..compiler.errors import TabfabError
from .build import load_build
from .network import Network
from .pin_harness import HARNESS
from .verilog import TOP, VERILOG_FILE
from .yosys import run_passes

FAMILIES: dict[str, str] = {
    "ecp5": "synth_ecp5",
    "ice40": "synth_ice40",
    "xilinx": "synth_xilinx -family xc7 -flatten -noiopad -noclkbuf",
    "xilinx-us": "synth_xilinx -family xcup -flatten -noiopad -noclkbuf",
    "gowin": "synth_gowin -noiopads",
}
"""Yosys command of each family; without pads, since a build is a part of a design."""

_PADS: dict[str, str] = {"gowin": f"iopadmap -bits -inpad IBUF O:I -outpad OBUF I:O {HARNESS}"}
"""Adds the harness' pads, in families whose place and route does not do it by itself."""

PROCESSES = (
    # Before synth_*: Yosys 0.70 stumbles over the public wires that Amaranth names $1.
    "proc",
    # Registers that are equal become one, but for cells marked so; in Verilog, signals are marked.
    "setattr -set keep 1 a:keep %ci1:+$dff[Q] t:$dff %i",
    "setattr -unset keep w:*",
)
"""Yosys passes from what Verilog says to cells."""

_FINISH: dict[str, list[str]] = {"ecp5": ["absorb_output_registers"]}
"""What follows the family's command."""


@dataclass(frozen=True)
class SynthReport:
    """Cell counts of a build.

    Parameters
    ----------
    family: one of `FAMILIES`.
    total: Yosys cell -> count, the whole design.
    components: stage -> Yosys cell -> count; empty for a flattened design. What belongs to no
        stage is not listed.
    """

    family: str
    total: dict[str, int]
    components: dict[str, dict[str, int]]


def synthesis_passes(
    network: Network,
    family: str,
    *,
    flatten: bool = False,
    watch: bool = False,
    harness: str | None = None,
    extra: str = "",
) -> list[str]:
    """Yosys passes from a build's Verilog to cells, with the build as the current directory.

    Parameters
    ----------
    network: the build's.
    family: one of `FAMILIES`.
    flatten: optimize across components; by default each is synthesized by itself.
    watch: keep the signals of every stream between two stages, for a simulation.
    harness: Verilog file of `tabfab.hw.pin_harness`, to be the top with the device's pads.
    extra: options for the family's synthesis command.

    Raises
    ------
    TabfabError: there is no such family.
    """
    if family not in FAMILIES:
        raise TabfabError(f"there is no family {family!r}; choose one of {', '.join(FAMILIES)}")
    stages = "".join(f" \\{module}" for module in _modules(network))
    top = TOP if harness is None else HARNESS
    return [
        f"read_verilog {VERILOG_FILE}",
        *([] if harness is None else [f"read_verilog {harness}"]),
        f"hierarchy -top {top}",
        *PROCESSES,
        *([f"setattr -set keep 1 {TOP}.network/w:stream_*"] if watch else []),
        "opt_clean -purge",
        *([] if flatten else [f"setattr -mod -set keep_hierarchy 1{stages}"]),
        f"{FAMILIES[family]} {extra} -top {top}",
        *_FINISH.get(family, []),
        *([_PADS[family]] if harness is not None and family in _PADS else []),
    ]


def _modules(network: Network) -> dict[str, str]:
    """Module of each stage -> name of the stage."""
    return {f"{TOP}.network.{stage.instance}": stage.name for stage in network.stages}


def synthesize(
    directory: Path,
    family: str,
    flatten: bool = False,
    progress: Callable[[int, int, str], None] | None = None,
) -> SynthReport:
    """Synthesize a build and count its cells.

    Parameters
    ----------
    directory: written by `tabfab verilog`.
    family: one of `FAMILIES`.
    flatten: optimize across components, which needs fewer cells; they then cannot be told
        apart. By default each component is synthesized by itself.
    progress: called with (passes done, passes in all, the pass under way).

    Raises
    ------
    TabfabError: there is no such family, or the build is not usable.
    YosysError: Yosys failed.
    """
    network = load_build(directory).network
    passes = synthesis_passes(network, family, flatten=flatten)
    total, modules = count_cells(passes, directory, directory / f"synth-{family}.log", progress)
    stages = _modules(network)
    components = {name: modules.get(module, {}) for module, name in stages.items()}
    return SynthReport(family, total, {} if flatten else components)


def count_cells(
    passes: Sequence[str],
    directory: Path,
    log: Path,
    progress: Callable[[int, int, str], None] | None = None,
) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Run Yosys passes and count the cells that they leave: of the whole design, of each module.

    Parameters
    ----------
    passes, directory, log, progress: see `tabfab.hw.yosys.run_passes`.

    Raises
    ------
    YosysError: a pass failed.
    """
    with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
        statistics = Path(scratch) / "stat.json"
        run_passes([*passes, f"tee -q -o {statistics} stat -json"], directory, log, progress)
        report = json.loads(statistics.read_text())
    modules = {name.lstrip("\\"): _cells(module) for name, module in report["modules"].items()}
    return _cells(report["design"]), modules


def _cells(statistics: Mapping[str, dict[str, int]]) -> dict[str, int]:
    """Cell counts without instances of stages and Yosys' own bookkeeping."""
    counts = statistics.get("num_cells_by_type", {})
    return {
        cell: count for cell, count in sorted(counts.items()) if not cell.startswith(("$", TOP))
    }
