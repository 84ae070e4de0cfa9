"""From your own nn.Module to simulated Verilog: python docs/examples/own_module.py."""

import tempfile
from pathlib import Path

from tabfab.compiler.compile import compile_graph
from tabfab.compiler.data import load
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.options import CompileOptions
from tabfab.hw.build import write_build
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.sim.simulate import simulate
from torch import nn

# Any nn.Module made of convolutions, batch norm, activation functions, pooling, additions and
# linear layers that takes images in [0, 1]. Yours would be trained; this one keeps its random
# weights.
model = nn.Sequential(
    nn.Conv2d(1, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(),
    nn.Flatten(), nn.Linear(8 * 4 * 4, 10),
).eval()  # fmt: skip

digits = load("digits", "train")
graph = import_graph(model, image_shape=(1, 8, 8))
compilation = compile_graph(graph, digits.images[:500], CompileOptions(mask=(0, 1, 1)))
program = compilation.program

directory = Path(tempfile.mkdtemp()) / "build"
write_build(program, make_plan(program, PlanOptions(subspaces=2, outputs=4)), directory)
report = simulate(directory, load("digits", "test").images[:3])

print(f"{report.beats} beats on {len(report.streams)} streams, {report.clocks_per_image} clocks")
print(f"{report.value_mismatches} wrong values, {report.clock_mismatches} wrong clocks")
