#!/usr/bin/env python3
"""What merging channels takes and saves in hardware: a haste layer beside an exact one.

A 3x3 convolution with as many outputs as inputs, random weights. Both layers take one input channel
at one tap at a time for P outputs, so they have the same multipliers (the haste layer one more, for
means):

    bench/haste_hardware.py                                  # clocks by the cycle model
    bench/haste_hardware.py --channels 16 --outputs 1 4 16
    bench/haste_hardware.py --outputs 8 --synth              # cells that Yosys counts, some minutes
    bench/haste_hardware.py --parts                          # what hashing, merging and so on take

Clocks are those between two images that follow each other, for so many buckets in every patch; a
layer's clocks depend on nothing else of an image. 'as fast' is the exact layer of the fewest
multipliers that takes no more clocks than the haste layer with half as many buckets as channels.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tabfab.compiler.program import (
    UINT8,
    Conv,
    ExactConv,
    HasteConv,
    Input,
    Program,
    with_bounds,
)
from tabfab.compiler.program.nodes.haste import halo, patches
from tabfab.hw.device.cells import Cells
from tabfab.hw.device.devices import find_device
from tabfab.hw.engine.folding import Folding
from tabfab.hw.logic.demand import Demand
from tabfab.hw.logic.packing import MemoryOptions
from tabfab.hw.network.network import Network, measured_stages
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.catalog import layers
from tabfab.hw.nodes.methods.haste.block_weights import block_weights_demand
from tabfab.hw.nodes.methods.haste.bucket_numbers import bucket_numbers_demand
from tabfab.hw.nodes.methods.haste.bucket_sums import bucket_sums_demand
from tabfab.hw.nodes.methods.haste.channel_codes import channel_codes_demand, sum_bits
from tabfab.hw.nodes.methods.haste.merger import merger_demand
from tabfab.hw.nodes.methods.haste.patch_geometry import PatchGeometry
from tabfab.hw.plan import Plan
from tabfab.hw.plan.pricing import price
from tabfab.hw.plan.queue_depths import network_times
from tabfab.hw.rtl.build import write_build
from tabfab.hw.stream.streams import shape_of
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.synth import synthesize

KERNEL, PATCH = (3, 3), (3, 3)
IMAGES = 3
"""That are followed: the rate is steady from the second on."""
DEVICE = "ecp5-85k"
WORTH = 400.0
"""LUTs that a block RAM is worth: about what this device has for each."""


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--channels", type=int, default=64, help="in and out")
    parser.add_argument("--size", type=int, default=12, help="rows and columns of the image")
    parser.add_argument("--outputs", type=int, nargs="+", default=[2, 4, 8, 16, 32, 64])
    parser.add_argument("--hyperplanes", type=int, default=12)
    parser.add_argument("--synth", action="store_true", help="have Yosys count the cells")
    parser.add_argument("--parts", action="store_true", help="estimate the engine's parts alone")
    return parser.parse_args()


def program(channels: int, size: int, planes: int | None) -> Program:
    """One layer: haste with so many hyperplanes, exact with None."""
    rng = np.random.default_rng(0)
    zero = np.zeros(channels, np.int16)
    shape = (channels, size, size)
    image = Input(name="image", inputs=(), shape=shape, type=UINT8, zero=zero)
    fields = {
        "name": "layer", "inputs": ("image",), "shape": shape, "type": UINT8, "low": 0, "high": 255,
        "kernel": KERNEL, "padding": (1, 1),
        "weight": rng.integers(-128, 128, (channels, channels, *KERNEL)).astype(np.int8),
        "bias": np.zeros(channels, np.int32), "shift": np.full(channels, 12, np.int8),
    }  # fmt: skip
    layer: Conv
    if planes is None:
        layer = ExactConv(**fields)
    else:
        ones = np.ones((1, *patches(shape, PATCH)), np.int64)
        entries = rng.choice([-1, 0, 0, 0, 0, 1], (planes, *halo(PATCH, (1, 1), KERNEL)))
        layer = HasteConv(
            **fields, patch=PATCH, hyperplanes=entries.astype(np.int8), fraction_bits=2,
            counted=1, buckets=channels * ones, merged=0 * ones,
        )  # fmt: skip
    return Program((image, with_bounds(layer, UINT8)))


def network(layer: Program, lanes: int, outputs: int) -> tuple[Network, dict[str, Folding]]:
    """A layer's stages, and how it is folded."""
    memory = MemoryOptions(find_device(DEVICE).family.name, 1, WORTH)
    foldings = {"layer": Folding(lanes, outputs, memory=memory)}
    return assemble(layer, foldings), foldings


def clocks(built: Network, buckets: int | None = None) -> int:
    """Between two images, with so many buckets in every patch."""
    measured = {
        stage.name: np.full_like(stage.component.usual(IMAGES), buckets)
        for stage in measured_stages(built)
        if buckets is not None
    }
    times = network_times(built, IMAGES, measured)
    ends = times[built.output.name].reshape(IMAGES, -1)[:, -1]
    return int(ends[-1] - ends[-2])


def cells(layer: Program, built: Network, foldings: dict[str, Folding], synth: bool) -> Cells:
    """What the layer's stages take, conversions of the image's lanes left out."""
    family = find_device(DEVICE).family
    stages = [stage for stage in built.stages if not stage.name.startswith("layer.narrow")]
    if not synth:
        total = sum((price(stage.component.demand(), family) for stage in stages), Cells())
        return total.rounded()
    with tempfile.TemporaryDirectory() as work:
        write_build(layer, Plan(None, foldings, {}, 1, 1), Path(work) / "build")
        counted = synthesize(Path(work) / "build", family.name).components
    return sum((device_cells(counted[stage.name]) for stage in stages), Cells()).rounded()


def as_fast(exact: Program, most: int) -> Folding:
    """The exact layer's folding with the fewest multipliers that takes at most so many clocks."""
    layer = layers(exact)["layer"]
    ways = [Folding(*way) for way in layer.foldable.foldings()]
    fast = [way for way in ways if layer.clocks(way) <= most]
    return min(fast, key=lambda way: (way.lanes * way.outputs, layer.clocks(way)))


def parts(layer: Program, outputs: int) -> dict[str, Cells]:
    """What the parts of a haste layer's engine take, by the planner's estimate."""
    node = layer["layer"]
    assert isinstance(node, HasteConv)
    g, kind, family = PatchGeometry.of(node, outputs), UINT8, find_device(DEVICE).family
    planes = node.hyperplanes.reshape(len(node.hyperplanes), -1)
    size = {"planes": len(planes), "pixels": g.pixels, "channels": g.channels}
    bits = sum_bits(planes, kind)
    rows = g.groups * g.blocks * g.channels * g.taps
    _, foldings = network(layer, 1, outputs)
    memories = layers(layer)["layer"].memories(foldings["layer"])
    merger = merger_demand(**size, kind=kind, bits=bits)
    weights = block_weights_demand(
        channels=g.channels, taps=g.taps, outputs=outputs, blocks=g.blocks, rows=rows,
        memories=memories,
    )  # fmt: skip
    demands = {
        "hash: sums with hyperplanes, codes": channel_codes_demand(
            **size, value_bits=kind.bits, bits=bits
        ),
        "buckets of codes": bucket_numbers_demand(code_bits=len(planes), channels=g.channels),
        "sums of buckets": bucket_sums_demand(
            shape=shape_of(kind), lanes=1, buckets=g.channels, places=g.pixels
        ),
        "all of the merger": merger,
        "weights, as an exact layer has them": Demand(memories=memories),
        "weights, with their sums": weights,
    }
    return {name: price(demand, family).rounded() for name, demand in demands.items()}


def row(name: str, cycles: Sequence[int], base: int, used: Cells) -> str:
    """A line of the table."""
    times = " | ".join(f"{count / base:.3f}" for count in cycles)
    figures = (used.luts, used.flip_flops, used.block_rams, used.multipliers)
    return f"| {name} | {times} | " + " | ".join(f"{figure:,.0f}" for figure in figures) + " |"


def main() -> None:
    """Print the table."""
    options = arguments()
    channels = options.channels
    shares = [1.0, 0.75, 0.625, 0.5, 0.25]
    haste = program(channels, options.size, options.hyperplanes)
    exact = program(channels, options.size, None)
    if options.parts:
        print("| part | LUTs | flip-flops | block RAMs |\n|---|---|---|---|")
        for outputs in options.outputs:
            for name, used in parts(haste, outputs).items():
                figures = f"{used.luts:,.0f} | {used.flip_flops:,.0f} | {used.block_rams:,.0f}"
                print(f"| {name}, P = {outputs} | {figures} |")
        return
    titles = " | ".join(f"{share:.1%} buckets" for share in shares)
    print(f"| layer, S = 1 | {titles} | LUTs | flip-flops | block RAMs | multipliers |")
    print("|---" * (5 + len(shares)) + "|")
    for outputs in options.outputs:
        built, foldings = network(exact, 1, outputs)
        base = clocks(built)
        used = cells(exact, built, foldings, options.synth)
        print(row(f"exact, P = {outputs}: {base:,} clocks", [base] * len(shares), base, used))
        built, foldings = network(haste, 1, outputs)
        counts = [max(1, round(share * channels)) for share in shares]
        cycles = [clocks(built, count) for count in counts]
        used = cells(haste, built, foldings, options.synth)
        print(row(f"haste, P = {outputs}", cycles, base, used), flush=True)
        fast = as_fast(exact, cycles[shares.index(0.5)])
        built, foldings = network(exact, fast.lanes, fast.outputs)
        name = f"exact as fast, S = {fast.lanes}, P = {fast.outputs}"
        used = cells(exact, built, foldings, options.synth)
        print(row(name, [clocks(built)] * len(shares), base, used), flush=True)


if __name__ == "__main__":
    main()
