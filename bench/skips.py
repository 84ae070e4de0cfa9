#!/usr/bin/env python3
"""Long skips: how deep a U-Net's queues are, and how long the planner takes to know.

    bench/skips.py                          # 16 and 32 pixels
    bench/skips.py --pixels 64 --widths 8,16,32,64

Networks have random weights, as neither queues nor clocks depend on them; of each layer one lane
computes, so that queues are as the slowest plan needs them. Seconds are of the processor, and of
`tabfab.hw.plan.queue_depths.fork_depths` alone: clocks of every beat of two images, and that none
waits for itself.
"""

from __future__ import annotations

import argparse
import time
from itertools import pairwise

import numpy as np
import torch
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.options import CompileOptions
from tabfab.hw.engine.folding import Folding
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.catalog import layers
from tabfab.hw.plan.queue_depths import fork_depths
from torch import Tensor, nn


class UNet(nn.Module):
    """Down by pools, up by transposed convolutions, each time beside what was there before."""

    def __init__(self, widths: list[int]) -> None:
        super().__init__()
        pairs = list(pairwise(widths))
        self.down = nn.ModuleList(
            nn.Conv2d(n, m, 3, padding=1) for n, m in [(1, widths[0]), *pairs]
        )
        self.up = nn.ModuleList(nn.ConvTranspose2d(m, n, 2, 2) for n, m in reversed(pairs))
        self.merge = nn.ModuleList(nn.Conv2d(2 * n, n, 3, padding=1) for n, _ in reversed(pairs))

    def forward(self, x: Tensor) -> Tensor:
        """A map as large as the image."""
        kept = []
        for down in self.down:
            x = torch.relu(down(torch.max_pool2d(x, 2) if kept else x))
            kept.append(x)
        kept.pop()
        for up, merge in zip(self.up, self.merge, strict=True):
            x = torch.relu(merge(torch.cat([kept.pop(), up(x)], 1)))
        return x


def measured(pixels: int, widths: list[int]) -> str:
    """One row: what the network is, how deep its queues are, and the seconds."""
    torch.manual_seed(0)
    graph = import_graph(UNet(widths).eval(), (1, pixels, pixels))
    images = np.random.default_rng(0).integers(0, 256, (4, pixels, pixels, 1), dtype=np.uint8)
    program = compile_graph(graph, images, CompileOptions(mask="exact")).program
    foldings = {name: layer.matched(Folding(1, 1)) for name, layer in layers(program).items()}
    network = assemble(program, foldings)
    start = time.process_time()
    depths, _, times = fork_depths(program, network, 2)
    seconds = time.process_time() - start
    clocks = int(np.diff(times[network.output.name].reshape(2, -1)[:, -1])[0])
    longest = ", ".join(str(max(each)) for each in depths.values())
    return f"| {pixels}x{pixels} | {widths} | {clocks:,} | {longest} | {seconds:.1f} |"


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--pixels", type=int, nargs="+", default=[16, 32], help="rows and columns")
    parser.add_argument("--widths", default="8,16,32", help="channels of each level")
    arguments = parser.parse_args()
    print("| image | channels | clocks an image | beats in the queues of the skips | seconds |")
    print("|---|---|---|---|---|")
    for pixels in arguments.pixels:
        print(measured(pixels, [int(width) for width in arguments.widths.split(",")]), flush=True)


if __name__ == "__main__":
    main()
