#!/usr/bin/env python3
"""Typical small networks as new users bring them, each from torch to simulated Verilog.

    bench/people.py                          # all, a few minutes
    bench/people.py --only 'U-Net' VGG
    bench/people.py --keep rows/             # go on with the rows that are there
    bench/people.py --mask exact --device artix7-100t

Each has random weights (batch norm's statistics are of its images), is exported, imported,
compared with torch, compiled with the usual settings, planned, written as Verilog and simulated
with stalls; every value and clock of every stream is compared. What is refused is printed with its
reason. Exit status 1 where anything is wrong; what is refused is not wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from kept_rows import KeptRows, heading, line
from numpy.typing import NDArray
from people_networks import NETWORKS, Brought
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.frontend import import_network
from tabfab.compiler.frontend.compare import check_answers
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.build import write_build
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.sim.models.accuracy import real_answers
from tabfab.sim.simulate import SimulateOptions, simulate
from torch import nn

_CALIBRATION = 128
COLUMNS = ["network", "compile, s", "nodes", "correlation", "beats", "clocks an image", "wrong"]


@dataclass(frozen=True)
class Row:
    """What became of a network.

    Parameters
    ----------
    refused: why, if it was.
    seconds: of the processor that compiling took.
    nodes: of the program.
    correlation: of the program's answers with the float network's, on images it was not made with.
    beats: on all streams that were compared.
    clocks: an image.
    wrong: values and clocks.
    """

    refused: str = ""
    seconds: float = 0.0
    nodes: int = 0
    correlation: float = 0.0
    beats: int = 0
    clocks: int = 0
    wrong: int = 0

    @property
    def is_right(self) -> bool:
        """Whether it was simulated, and nothing was wrong."""
        return not self.refused and self.wrong == 0 and self.beats > 0

    @property
    def cells(self) -> list[str]:
        """Of the table, without its first column."""
        if self.refused:
            return [f"refused: {self.refused}"]
        return [
            f"{self.seconds:.1f}", f"{self.nodes}", f"{self.correlation:.3f}", f"{self.beats:,}",
            f"{self.clocks:,}", f"{self.wrong}",
        ]  # fmt: skip


def smooth_images(count: int, shape: tuple[int, ...], seed: int = 0) -> NDArray[np.uint8]:
    """(N, height, width, channels) noise without its highest frequencies, as photographs are."""
    channels, height, width = shape
    random = np.random.default_rng(seed)
    coarse = random.normal(size=(count, -(-height // 2), -(-width // 2), channels))
    noise = np.repeat(np.repeat(coarse, 2, axis=1), 2, axis=2)[:, :height, :width]
    levels = 127 + 50 * (noise + 0.5 * random.normal(size=noise.shape))
    return np.clip(levels, 0, 255).astype(np.uint8)


def settle(module: nn.Module, images: NDArray[np.uint8], shape: tuple[int, ...]) -> nn.Module:
    """`module` in evaluation mode, with the statistics of `images` in its batch norms."""
    x = torch.from_numpy(images.transpose(0, 3, 1, 2) / np.float32(255))
    for part in module.modules():
        if isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d):
            part.momentum = None  # the mean over batches
    with torch.no_grad():
        module.train()(x.reshape(len(x), *shape))
    return module.eval()


def tried(brought: Brought, options: CompileOptions, device: str, folder: Path) -> Row:
    """One network from torch to simulated Verilog.

    Parameters
    ----------
    brought: the network.
    options: of compiling.
    device: to plan for.
    folder: a new one, for the build.
    """
    torch.manual_seed(0)
    full = {3: brought.shape, 2: (brought.shape[0], 1, brought.shape[-1])}
    shape = full.get(len(brought.shape), (brought.shape[0], 1, 1))
    images = smooth_images(_CALIBRATION + 64, shape)
    module = settle(brought.make(), images[:_CALIBRATION], brought.shape)
    start = time.process_time()
    try:
        imported = import_network(module, brought.shape)
        check_answers(imported, images)
        compilation = compile_graph(imported.graph, images[:_CALIBRATION], options)
        program = compilation.program
        seconds = time.process_time() - start
        write_build(program, make_plan(program, PlanOptions(device=device)), folder)
    except TabfabError as error:
        return Row(str(error))
    others = images[_CALIBRATION:]
    answers = real_answers(program, compilation.program_answers(others)).ravel()
    floats = compilation.float_answers(others).ravel()
    report = simulate(folder, others[:2], SimulateOptions(stall=0.3))
    return Row(
        seconds=seconds,
        nodes=len(program.nodes),
        correlation=float(np.corrcoef(answers, floats)[0, 1]),
        beats=report.beats,
        clocks=report.clocks_per_image,
        wrong=report.value_mismatches + report.clock_mismatches,
    )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=NETWORKS, help="these alone")
    parser.add_argument("--mask", default="all-but-first", help="as compile takes it")
    parser.add_argument("--device", default="ecp5-85k", help="to plan for")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="of rows to keep, or to take where they are"
    )
    arguments = parser.parse_args()
    kept, options = KeptRows(arguments.keep), CompileOptions(mask=arguments.mask)
    names = arguments.only or list(NETWORKS)
    print(heading(COLUMNS))
    right = refused = 0
    for name in names:
        cells = kept.get(name)
        if cells is not None:
            right += 1
        else:
            with tempfile.TemporaryDirectory() as folder:
                row = tried(NETWORKS[name], options, arguments.device, Path(folder) / "build")
            cells = [name, *row.cells]
            refused += bool(row.refused)
            if row.is_right:
                right += 1
                kept.put(name, cells)
        print(line(cells, len(COLUMNS)), flush=True)
    print(f"\n{right} of {len(names)} simulate without a fault, {refused} are refused")
    return 0 if right == len(names) - refused else 1


if __name__ == "__main__":
    sys.exit(main())
