"""Networks whose graph branches, from torch to simulated Verilog."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.data import load
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import Program
from tabfab.compiler.program.program_file import load_program, save_program
from tabfab.hw.build import write_build
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.sim.models import golden
from tabfab.sim.models.accuracy import real_answers
from tabfab.sim.reference.model import run_reference
from tabfab.sim.simulate import SimulateOptions, simulate
from torch import nn

from support.branching import (
    BilinearUNet,
    Dense,
    Detector,
    Excited,
    Inception,
    Shuffle,
    SuperResolution,
    TransposedUNet,
    UNet,
)
from support.random_networks import randomize

NETWORKS: dict[str, type[nn.Module]] = {
    "dense": Dense,
    "inception": Inception,
    "shuffle": Shuffle,
    "u-net": UNet,
    "transposed u-net": TransposedUNet,
    "bilinear u-net": BilinearUNet,
    "super resolution": SuperResolution,
    "detector": Detector,
    "excited": Excited,
}


def compiled(network: str) -> tuple[Program, NDArray[np.uint8]]:
    """A network with every other layer a table, and images that it has not seen."""
    torch.manual_seed(0)
    module = randomize(NETWORKS[network]())
    graph = import_graph(module, (1, 8, 8))
    images = load("digits", "train").images[:260]
    mask = tuple(number % 2 for number in range(len(graph.convs)))
    compilation = compile_graph(graph, images[:200], CompileOptions(mask=mask, prototypes=16))
    answers = compilation.program_answers(images[200:])
    answers = real_answers(compilation.program, answers).reshape(60, -1)
    torchs = compilation.float_answers(images[200:])
    assert np.corrcoef(answers.ravel(), torchs.ravel())[0, 1] > 0.8
    return compilation.program, images[200:]


@pytest.mark.parametrize("network", NETWORKS)
def test_they_compile_and_plan(network: str, tmp_path: Path) -> None:
    program, images = compiled(network)
    save_program(program, tmp_path / "program")
    again = load_program(tmp_path / "program")
    values = golden.run(again, images[:1])
    reference = run_reference(again, images[0].tolist())
    for node in again:
        assert np.array_equal(np.array(reference[node.name]), values[node.name][0]), node.name
    plan = make_plan(again, PlanOptions(subspaces=2, outputs=4))
    assert bool(plan.fork_depths) == (network != "super resolution")


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.slow("whole networks in Verilator; random ones of the same parts are in make test")
def test_they_are_simulated_without_a_fault(network: str, tmp_path: Path) -> None:
    program, images = compiled(network)
    write_build(program, make_plan(program, PlanOptions(device="ecp5-85k")), tmp_path / "build")
    report = simulate(tmp_path / "build", images[:2], SimulateOptions(stall=0.2))
    assert report.beats > 0
    assert (report.value_mismatches, report.clock_mismatches) == (0, 0)
