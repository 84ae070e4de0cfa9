"""The same network, images and seed give the same bytes, in another process too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.frontend.model_file import export, save_model
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program.program_file import save_program
from torch import nn

SHAPE = (2, 6, 6)
AGAIN = "import sys; from test_repeatable import write; write(sys.argv[1], sys.argv[2])"


def network() -> nn.Module:
    """A small network with random weights."""
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv2d(2, 6, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(54, 4)
    ).eval()


def write(directory: str | Path, encoder: str) -> None:
    """Compile the network into a program directory."""
    images = np.random.default_rng(2).integers(0, 256, (80, 6, 6, 2)).astype(np.uint8)
    options = CompileOptions(seed=3, prototypes=8, encoder=encoder)  # type: ignore[arg-type]
    graph = import_graph(export(network(), SHAPE))
    save_program(compile_graph(graph, images, options).program, Path(directory))


def files(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.mark.parametrize("encoder", ["tree", "nearest"])
def test_compiling_twice_writes_the_same_bytes(encoder: str, tmp_path: Path) -> None:
    write(tmp_path / "one", encoder)
    write(tmp_path / "two", encoder)
    assert files(tmp_path / "one") == files(tmp_path / "two")


@pytest.mark.slow("the test above compiles twice, in one process")
def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    """Whatever order its sets and dictionaries of strings have."""
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", AGAIN, str(tmp_path / seed), "tree"],
            cwd=Path(__file__).parent,
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"},
            check=True,
        )
    assert files(tmp_path / "1") == files(tmp_path / "2")


def test_saving_a_network_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    paths = [tmp_path / name / "model.pt2" for name in ("one", "two")]
    for path in paths:
        save_model(network(), SHAPE, path, ["a", "b", "c", "d"], {"seed": 1})
    assert paths[0].read_bytes() == paths[1].read_bytes()
