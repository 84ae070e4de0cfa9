"""A layer method and an operator that tests alone bring along, from torch to simulated Verilog.

What they are is in `support.toy_method` and `support.toy_operator`: a line in each room's catalog
is all that tabfab has to be told of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.frontend.draft.call import LOWERINGS
from tabfab.compiler.frontend.draft.place import UnsupportedOperatorError
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import Program
from tabfab.compiler.program.program_file import load_program, save_program
from tabfab.hw.build import write_build
from tabfab.hw.nodes.catalog import HARDWARE
from tabfab.hw.nodes.methods.exact.hardware import MultiplyingHardware
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.sim.models import golden
from tabfab.sim.models.catalog import MODELS
from tabfab.sim.models.methods.layer import weighted_conv
from tabfab.sim.models.parts import Activations, NodeModel, Source
from tabfab.sim.reference.catalog import MEANINGS
from tabfab.sim.reference.methods.exact import exact_conv
from tabfab.sim.reference.model import run_reference
from tabfab.sim.simulate import SimulateOptions, simulate
from torch import nn

from support.toy_method import ToyConv, toy_method
from support.toy_operator import Abs, toy_operator


class ToyHardware(MultiplyingHardware[ToyConv]):
    """Multipliers, of which synthesis makes what it can of powers of two."""

    @property
    def weight(self) -> np.ndarray:
        return self.node.weight


def toy_conv(node: ToyConv, source: Source) -> Activations:
    """The golden model of the toy method."""
    return weighted_conv(node, node.weight, source)


@pytest.fixture
def toys() -> Iterator[None]:
    """All that tabfab has to be told."""
    with toy_method(), toy_operator(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(HARDWARE, ToyConv, ToyHardware)
        patch.setitem(MODELS, ToyConv, NodeModel(toy_conv))
        patch.setitem(MEANINGS, ToyConv, exact_conv)
        yield


class Network(nn.Module):
    """A convolution whose negative values count as much as its positive ones, and a classifier."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.linear = nn.Linear(4 * 3 * 3, 5)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear(torch.max_pool2d(torch.abs(self.conv(x)), 2).flatten(1))


def compiled() -> tuple[Program, np.ndarray]:
    """The network with the toy method in its first layer, and images that it has not seen."""
    torch.manual_seed(0)
    images = np.random.default_rng(0).integers(0, 256, (50, 6, 6, 1), dtype=np.uint8)
    graph = import_graph(Network().eval(), (1, 6, 6))
    options = CompileOptions(mask=("toy", "exact"))
    compilation = compile_graph(graph, images[:40], options)
    answers = compilation.program_answers(images[40:]) * compilation.program.output.scale
    expected = compilation.float_answers(images[40:])
    assert np.corrcoef(answers.ravel(), expected.ravel())[0, 1] > 0.9
    return compilation.program, images[40:]


@pytest.mark.usefixtures("toys")
def test_they_go_from_torch_to_simulated_verilog(tmp_path: Path) -> None:
    program, images = compiled()
    assert {ToyConv, Abs} <= {type(node) for node in program}
    values = golden.run(program, images)
    reference = run_reference(program, images[0].tolist())
    assert np.array_equal(np.array(reference[program.output.name]), values[program.output.name][0])
    save_program(program, tmp_path / "program")
    again = load_program(tmp_path / "program")
    plan = make_plan(again, PlanOptions(device="ecp5-25k"))
    write_build(again, plan, tmp_path / "build")
    report = simulate(tmp_path / "build", images[:2], SimulateOptions(stall=0.2))
    assert report.beats > 0
    assert (report.value_mismatches, report.clock_mismatches) == (0, 0)


def test_without_its_line_an_operator_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(LOWERINGS, torch.ops.aten.abs.default)
    with pytest.raises(UnsupportedOperatorError, match="abs"):
        import_graph(Network().eval(), (1, 6, 6))
