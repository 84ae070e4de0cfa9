"""Dyadic layers have no multiplier: not for Yosys before it maps anything, nor in cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.nodes.methods.dyadic.shifter_bank import ShifterBank
from tabfab.hw.nodes.methods.exact.multiplier_bank import MultiplierBank
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.rtl.build import write_build
from tabfab.hw.rtl.verilog import TOP, VERILOG_FILE, write_component
from tabfab.hw.stream.core import Core
from tabfab.hw.synth.cell_counts import summarize
from tabfab.hw.synth.core_synth import CoreAlone
from tabfab.hw.synth.passes import PROCESSES, Synthesis, alone_passes
from tabfab.hw.synth.synth import count_cells, synthesize
from tabfab.hw.synth.yosys import YosysError, run_passes

from support.programs import ConvOptions, dyadic_conv, exact_conv, image_input

MULTIPLYING = "t:$mul t:$macc t:$macc_v2 t:$div t:$mod t:$pow"
"""Cells of Yosys that multiply, before any is made part of another or mapped."""

DSPS = {"ecp5": "", "ice40": "-dsp", "gowin": ""}
"""Families, and what makes Yosys use their multipliers where it does not by itself."""


OTHERS = pytest.mark.slow("a folded network is looked through")


def before_mapping(top: str, verilog: str, directory: Path, *checks: str) -> None:
    """Check what Yosys reads for multipliers, and for what else is to be checked.

    Raises
    ------
    YosysError: one of them failed.
    """
    passes = [
        f"read_verilog {verilog}",
        f"hierarchy -top {top}",
        *PROCESSES,
        "flatten",
        "opt",
        f"select -assert-none {MULTIPLYING}",
        *checks,
    ]
    run_passes(passes, directory, directory / "checks.log")


def bank(kind: str, terms: int = 1) -> Core:
    """Two lanes by three outputs."""
    rng = np.random.default_rng(0)
    options = MemoryOptions("ecp5", 1, 0.0)
    if kind == "exact":
        weight = rng.integers(-128, 128, (6, 4, 3, 3)).astype(np.int8)
        return MultiplierBank(weight, ir.UINT8, 2, 3, 1, options)
    words = rng.integers(-8, 9, (terms, 6, 4, 3, 3)).astype(np.int8)
    return ShifterBank(words, 7, ir.UINT8, 2, 3, 1, options)


def written(core: Core, directory: Path) -> Path:
    write_component(CoreAlone(core), "core_alone", directory)
    return directory


@pytest.mark.parametrize("terms", [1, 2, 3])
def test_a_bank_adds_its_terms_and_does_nothing_more(terms: int, tmp_path: Path) -> None:
    """Beside the counter of steps there are as many adders as terms to add: none built of them."""
    adders = 1 + (terms - 1) * 2 * 3
    before_mapping(
        "core_alone",
        VERILOG_FILE,
        written(bank("dyadic", terms), tmp_path),
        f"select -assert-count {adders} t:$add t:$sub t:$alu",
    )


def test_a_multiplier_would_be_found(tmp_path: Path) -> None:
    directory = written(bank("exact"), tmp_path)
    with pytest.raises(YosysError, match="selection is not empty"):
        before_mapping("core_alone", VERILOG_FILE, directory)


@pytest.mark.parametrize("family", DSPS)
def test_a_bank_has_no_multiplier_in_cells(family: str, tmp_path: Path) -> None:
    assert multipliers(bank("dyadic", 2), family, tmp_path) == 0


@pytest.mark.parametrize("family", DSPS)
@pytest.mark.slow("test_only_exact_layers_multiply counts those of ECP5")
def test_where_weights_are_multiplied_there_is(family: str, tmp_path: Path) -> None:
    assert multipliers(bank("exact"), family, tmp_path) > 0


def multipliers(core: Core, family: str, directory: Path) -> int:
    """Multiplier cells of a core."""
    synthesis = Synthesis(family, extra=DSPS[family])
    passes = alone_passes("core_alone", VERILOG_FILE, synthesis)
    counts = count_cells(passes, written(core, directory), directory / "yosys.log")
    return summarize(counts)["multipliers"]


def network(last: str) -> ir.Program:
    """Two dyadic layers with a pool between them, and a linear one."""
    rng = np.random.default_rng(1)
    image = image_input(rng, 2, 6, 6)
    same = ConvOptions(4, kernel=(3, 3), padding=(1, 1))
    first = dyadic_conv(rng, "first", image, same, terms=2, finest_shift=5)
    pool = ir.MaxPool(
        name="pool", inputs=("first",), shape=(4, 3, 3), type=first.type,
        kernel=(2, 2), stride=(2, 2),
    )  # fmt: skip
    second = dyadic_conv(
        rng, "second", pool, ConvOptions(4, kernel=(3, 3)), terms=1, finest_shift=7
    )
    if last == "exact":
        exact = exact_conv(rng, "last", second, ConvOptions(3))
        return ir.Program((image, first, pool, second, exact))
    linear = dyadic_conv(rng, "last", second, ConvOptions(3), terms=1, finest_shift=3)
    return ir.Program((image, first, pool, second, linear))


def build(program: ir.Program, options: PlanOptions, directory: Path) -> Path:
    return write_build(program, make_plan(program, options), directory / "build").directory


@pytest.mark.parametrize(
    "options",
    [
        PlanOptions(subspaces=2, outputs=2),
        pytest.param(PlanOptions(subspaces=1, outputs=1, unroll=("last",)), marks=OTHERS),
        pytest.param(PlanOptions(subspaces=2, outputs=2, loadable=True), marks=OTHERS),
    ],
    ids=["folded", "unrolled", "loadable"],
)
def test_a_network_of_dyadic_layers_multiplies_nothing(
    options: PlanOptions, tmp_path: Path
) -> None:
    before_mapping(TOP, VERILOG_FILE, build(network("dyadic"), options, tmp_path))


def test_one_exact_layer_in_it_would_be_found(tmp_path: Path) -> None:
    directory = build(network("exact"), PlanOptions(subspaces=1, outputs=1), tmp_path)
    with pytest.raises(YosysError, match="selection is not empty"):
        before_mapping(TOP, VERILOG_FILE, directory)


@pytest.mark.slow("test_a_bank_has_no_multiplier_in_cells counts those of a layer's core")
@pytest.mark.parametrize("family", DSPS)
def test_nor_do_its_cells(family: str, tmp_path: Path) -> None:
    directory = build(network("dyadic"), PlanOptions(subspaces=2, outputs=2), tmp_path)
    assert summarize(synthesize(directory, family).total)["multipliers"] == 0
