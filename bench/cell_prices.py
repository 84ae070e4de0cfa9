"""Fits the planner's prices (hw/plan/pricing.py) to Yosys' counts of random layers.

    python bench/cell_prices.py --family ecp5 --seeds 8 --results prices.jsonl

Draws small networks with every kind of stage, folds them at random, synthesizes them and prints
the prices of a bit of adder, multiplexer, comparison and counter that fit best, and what the
planner's present prices say beside Yosys. A network that the results file already has is not
synthesized again. Needs the repository's tests folder, whose random layers it borrows.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import lsq_linear
from tabfab.compiler import program as ir
from tabfab.hw.device.cells import Cells
from tabfab.hw.device.devices import find_device
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.engine.folding import Folding
from tabfab.hw.logic.demand import Demand
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.nodes.catalog import layers
from tabfab.hw.plan import Plan, build_network
from tabfab.hw.plan.candidates import block_worths, memory_options
from tabfab.hw.plan.pricing import memories_price, price
from tabfab.hw.plan.queue_depths import fork_depths
from tabfab.hw.rtl.build import write_build
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.synth import synthesize

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from support.programs import ConvOptions, exact_conv, image_input, table_conv

DEVICES = {"ice40": "ice40-hx8k", "ecp5": "ecp5-85k", "gowin": "gw5a-25", "xilinx": "artix7-100t"}
PRICED = ("adders", "selects", "comparisons", "counters")


def random_network(seed: int) -> ir.Program:
    """A residual block between exact layers and pools."""
    rng = np.random.default_rng(seed)
    size = int(rng.choice([8, 16, 32]))
    image = image_input(rng, int(rng.integers(1, 4)), size, size)
    first, second = int(rng.choice([8, 16, 32])), int(rng.choice([8, 16, 32]))
    length, prototypes = int(rng.choice([2, 4, 8])), int(rng.choice([8, 16, 32]))

    def options(channels: int, kernel: int) -> ConvOptions:
        type_ = ir.ActivationType(int(rng.choice([4, 6, 8, 8])), bool(rng.integers(2)))
        pad = kernel // 2
        return ConvOptions(channels, (kernel, kernel), padding=(pad, pad), type=type_)

    a = exact_conv(rng, "a", image, options(first, 3))
    b = table_conv(rng, "b", a, options(second, 3), length=length, prototypes=prototypes)
    c = table_conv(rng, "c", b, options(second, 1), length=length, prototypes=prototypes)
    add = ir.Add(
        name="add", inputs=("c", "b"), shape=b.shape, type=ir.UINT8, low=0, high=200,
        left=(int(rng.integers(3)), 0), shift=1,
    )  # fmt: skip
    half = (second, size // 2, size // 2)
    pool = ir.MaxPool(
        name="pool", inputs=("add",), shape=half, type=add.type, kernel=(2, 2), stride=(2, 2)
    )
    average = ir.AveragePool(
        name="average", inputs=("pool",), shape=(second, 1, 1), type=ir.UINT8,
        kernel=(size // 2, size // 2), low=0, high=255, shift=6,
    )  # fmt: skip
    linear = exact_conv(rng, "linear", average, ConvOptions(10, type=ir.INT8))
    return ir.Program((image, a, b, c, add, pool, average, linear))


def random_plan(program: ir.Program, seed: int, device: str) -> Plan:
    """Foldings of up to 8 lanes by 16 outputs."""
    rng = np.random.default_rng(seed)
    chosen = {}
    for name, layer in layers(program).items():
        ways = [(s, p) for s, p in layer.foldable.foldings() if s <= 8 and p <= 16]
        lanes, outputs = ways[rng.integers(len(ways))]
        memories = list(memory_options(layer, lanes, find_device(device), block_worths(layer)))
        folding = Folding(lanes, outputs, memory=memories[rng.integers(len(memories))])
        chosen[name] = layer.matched(folding)
    depths, _, _ = fork_depths(program, assemble(program, chosen), 2)
    return Plan(device, chosen, depths, 1, 1)


def counted(family: str, seed: int) -> dict[str, Any]:
    """Yosys' cells of each stage of one random network."""
    program = random_network(seed)
    plan = random_plan(program, seed, DEVICES[family])
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch) / "build"
        write_build(program, plan, directory)
        report = synthesize(directory, family)
    return {"family": family, "seed": seed, "components": report.components}


def rows(results: Path, family: str, seeds: int) -> Iterator[tuple[int, str, Demand, Cells]]:
    """(seed, stage, demand, Yosys' cells) of all networks; synthesizes what is missing."""
    lines = results.read_text().splitlines() if results.exists() else []
    known = {(r["family"], r["seed"]): r for r in map(json.loads, lines)}
    for seed in range(seeds):
        if (family, seed) not in known:
            known[family, seed] = counted(family, seed)
            with results.open("a") as file:
                file.write(json.dumps(known[family, seed]) + "\n")
        program = random_network(seed)
        plan = random_plan(program, seed, DEVICES[family])
        demands = build_network(program, plan).demands()
        for stage, cells in known[family, seed]["components"].items():
            yield seed, stage, demands[stage], device_cells(cells)


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--family", choices=DEVICES, default="ecp5")
    parser.add_argument("--seeds", type=int, default=8, help="random networks")
    parser.add_argument("--results", type=Path, default=Path("cell_prices.jsonl"))
    arguments = parser.parse_args()
    family = FAMILIES[arguments.family]
    found = list(rows(arguments.results, arguments.family, arguments.seeds))

    bits = np.array([[getattr(demand, name) for name in PRICED] for _, _, demand, _ in found])
    luts = np.array(
        [cells.luts - memories_price(demand.memories, family).luts for _, _, demand, cells in found]
    )
    weight = 1 / np.maximum([cells.luts for *_, cells in found], 100)
    fitted = lsq_linear(bits * weight[:, None], luts * weight, bounds=([0.8, 0.2, 0.3, 0.5], 5)).x
    print("best prices:", dict(zip(PRICED, fitted.round(2).tolist(), strict=True)))

    kinds: dict[str, list[tuple[Cells, Cells]]] = {}
    for seed, stage, demand, cells in found:
        pair = (price(demand, family), cells)
        for kind in (stage.split(".")[-1].rstrip("0123456789"), f"network {seed}", "all"):
            kinds.setdefault(kind, []).append(pair)
    print(f"{'':16}  LUTs: planned  Yosys    flip-flops: planned  Yosys    block RAMs")
    for kind, pairs in kinds.items():
        planned = sum((pair[0] for pair in pairs), Cells())
        yosys = sum((pair[1] for pair in pairs), Cells())
        print(
            f"{kind:16} {planned.luts:14,.0f} {yosys.luts:6,.0f} {planned.luts / yosys.luts:5.2f}"
            f" {planned.flip_flops:16,.0f} {yosys.flip_flops:6,.0f}"
            f" {planned.block_rams:8,.0f} {yosys.block_rams:6,.0f}"
        )


if __name__ == "__main__":
    main()
