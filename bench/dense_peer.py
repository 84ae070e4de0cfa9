"""The peer of a dense layer: da4ml's unrolled shift-and-add logic for the same weights.

da4ml (Sun et al., arXiv 2507.04535) turns a constant matrix into a pipeline of adders that takes
a whole vector on every clock. Its Verilog goes through the same Yosys and nextpnr as a build.
"""

from __future__ import annotations

import dataclasses
import re
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tabfab.hw.device.cells import Cells
from tabfab.hw.pnr.nextpnr import run_nextpnr
from tabfab.hw.pnr.targets import find_target
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.passes import Synthesis
from tabfab.hw.synth.synth import count_cells

_TOP = "dense"
_ADDERS_PER_CLOCK = 1
"""Adder levels between registers: the shortest clock that da4ml offers."""
_CLOCK = re.compile(r"Max frequency for clock\s+'[^']*': ([\d.]+) MHz")


def write_da4ml(weight: NDArray[np.int8], bits: int, directory: Path) -> int:
    """Write da4ml's Verilog of a matrix product; returns the clocks from vector to result.

    Parameters
    ----------
    weight: (outputs, inputs).
    bits: of the unsigned inputs.
    directory: where to write.
    """
    try:
        from da4ml.codegen import VerilogModel
        from da4ml.trace import comb_trace
        from da4ml.trace.fixed_variable_array import FixedVariableArray
    except ImportError:
        sys.exit("hardware: this cell compares with da4ml; 'pip install da4ml' brings it")
    inputs = weight.shape[1]
    zeros = np.zeros(inputs, np.int64)
    vector = FixedVariableArray.from_kif(zeros, zeros + bits, zeros)
    logic = comb_trace(vector, vector @ weight.T.astype(np.float64))
    model = VerilogModel(logic, _TOP, directory, latency_cutoff=_ADDERS_PER_CLOCK)
    model.write()
    stages: int = len(model._pipe.solutions) if model._pipe is not None else 1
    return stages + 1


def synthesize_da4ml(
    weight: NDArray[np.int8], bits: int, family: str, directory: Path
) -> tuple[Cells, int]:
    """Cells of da4ml's logic for a matrix, and its clocks from vector to result.

    Parameters
    ----------
    weight: (outputs, inputs).
    bits: of the unsigned inputs.
    family: of FPGAs.
    directory: for files in between; the netlist stays in it, as ``dense.json``.
    """
    latency = write_da4ml(weight, bits, directory)
    # A matrix needs no lookup tables, and Yosys would look for their contents.
    every = sorted(p.relative_to(directory) for p in (directory / "src").rglob("*.v"))
    sources = [source for source in every if source.name != "lookup_table.v"]
    passes = [
        f"read_verilog {' '.join(map(str, sources))}",
        f"hierarchy -top {_TOP}",
        *Synthesis(family).start,
        f"{Synthesis(family).command} -top {_TOP} -json {_TOP}.json",
    ]
    return device_cells(count_cells(passes, directory, directory / "yosys.log")), latency


def place_da4ml(
    weight: NDArray[np.int8], bits: int, device: str, directory: Path
) -> dict[str, Any]:
    """Cells, clock and seconds of da4ml's logic for a matrix on an ECP5.

    Parameters
    ----------
    weight: (outputs, inputs).
    bits: of the unsigned inputs.
    device: one of `tabfab.hw.pnr.targets.targets`, of family ecp5.
    directory: for files in between.
    """
    target = find_target(device)
    started = time.perf_counter()
    cells, latency = synthesize_da4ml(weight, bits, target.family, directory)
    log = directory / "nextpnr.log"
    # Placed as an unrolled layer of ours is. No router came to an end with this logic, not in a
    # quarter of an hour: the clock is what placing says.
    run_nextpnr(
        target.tool,
        [*target.arguments, "--json", f"{_TOP}.json", "--freq", "100",
         "--timing-allow-fail", "--placer", "static", "--no-route"],
        1,
        directory,
        log,
    )  # fmt: skip
    return {
        "cells": dataclasses.asdict(cells),
        "fmax_mhz_placed": float(_CLOCK.findall(log.read_text())[-1]),
        "clocks_per_result": 1,
        "latency_clocks": latency,
        "seconds": round(time.perf_counter() - started, 1),
    }
