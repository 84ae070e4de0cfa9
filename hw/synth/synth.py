"""Synthesis: what a build costs on an FPGA family, by Yosys."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...compiler.store.files import scratch_directory
from ...compiler.store.printable import html_table
from ...compiler.store.progress import Progress, silent
from ..rtl.build import Build, as_build
from ..rtl.verilog import TOP
from .cell_counts import summarize
from .netlist import make_netlist
from .passes import Synthesis, stage_modules
from .yosys import run_passes

_WRITE = "tee -q -o {file} stat -json"


@dataclass(frozen=True)
class SynthReport:
    """Cell counts of a build.

    Parameters
    ----------
    family: one of `tabfab.hw.device.families.catalog.FAMILIES`.
    total: Yosys cell -> count, the whole design.
    components: stage -> Yosys cell -> count; empty for a flattened design. What belongs to no
        stage is not listed.
    """

    family: str
    total: dict[str, int]
    components: dict[str, dict[str, int]]

    def _repr_html_(self) -> str:
        """A row for each stage, as notebooks show it: its cells by kind, and the total."""
        counts = {name: summarize(cells) for name, cells in self.components.items()}
        counts["total"] = total = summarize(self.total)
        kinds = [kind for kind, count in total.items() if count]
        rows = [(name, *(each.get(kind) for kind in kinds)) for name, each in counts.items()]
        heads = ["stage", *(kind.replace("_", " ") for kind in kinds)]
        return html_table(f"cells of {self.family}, as Yosys counts them", heads, rows)


def synthesize(
    build: Path | Build,
    family: str,
    flatten: bool = False,
    progress: Progress = silent,
) -> SynthReport:
    """Synthesize a build and count its cells.

    Yosys' counts are kept in the build, ``synth-FAMILY.json``.

    Parameters
    ----------
    build: what was written by `tabfab verilog`, or its directory.
    family: one of `tabfab.hw.device.families.catalog.FAMILIES`.
    flatten: optimize across components, which needs fewer cells; they then cannot be told
        apart. By default each component is synthesized by itself.
    progress: called with (steps done, steps in all, what is under way).

    Raises
    ------
    TabfabError: there is no such family, or the build is not usable.
    YosysError: Yosys failed.
    """
    synthesis = Synthesis(family, flatten)
    build = as_build(build)
    file = counts_file(family, flatten)
    total, modules = _counts(make_netlist(build, synthesis, file, _WRITE, progress=progress))
    stages = stage_modules(build.network)
    components = {name: modules.get(module, {}) for module, name in stages.items()}
    return SynthReport(family, total, {} if flatten else components)


def counts_file(family: str, flatten: bool = False) -> str:
    """Name of the file in a build that holds Yosys' counts; see `synthesize`."""
    return f"synth-{family}{'-flat' if flatten else ''}.json"


def count_cells(passes: Sequence[str], directory: Path, log: Path) -> dict[str, int]:
    """The cells of the whole design alone, of what `count_modules` counts."""
    return count_modules(passes, directory, log)[0]


def count_modules(
    passes: Sequence[str], directory: Path, log: Path
) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Run Yosys passes and count the cells that they leave.

    Parameters
    ----------
    passes, directory, log: see `tabfab.hw.synth.yosys.run_passes`.

    Returns
    -------
    Cells of the whole design, and of each module by its name.

    Raises
    ------
    YosysError: a pass failed.
    """
    with scratch_directory() as scratch:
        statistics = scratch / "stat.json"
        run_passes([*passes, _WRITE.format(file=statistics)], directory, log)
        return _counts(statistics)


def _counts(statistics: Path) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Cells of the whole design, and of each module."""
    return counts_of(json.loads(statistics.read_text()))


def counts_of(report: Mapping[str, Any]) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """Cells of the whole design and of each module, of what Yosys' ``stat -json`` wrote."""
    modules = {name.lstrip("\\"): _cells(module) for name, module in report["modules"].items()}
    return _cells(report["design"]), modules


def _cells(statistics: Mapping[str, dict[str, int]]) -> dict[str, int]:
    """Cell counts without instances of stages and Yosys' own bookkeeping."""
    counts = statistics.get("num_cells_by_type", {})
    return {
        cell: count for cell, count in sorted(counts.items()) if not cell.startswith(("$", TOP))
    }
