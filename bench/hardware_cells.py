"""The experiments of `hardware.py`: what each cell is, and running it.

A cell is a few `tabfab` steps on a compiled network.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from cells import CellSettings, keep_result
from dense_peer import place_da4ml
from one_layer import one_layer
from tabfab.cli.compile import compile_model
from tabfab.cli.evaluate import evaluate
from tabfab.cli.train import train
from tabfab.compiler.program import ExactConv, Program
from tabfab.compiler.program.program_file import load_program
from tabfab.hw.device.devices import find_device
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.plan.table import plan_table
from tabfab.hw.pnr.nextpnr import DEFAULT_PLACER
from tabfab.hw.pnr.place_and_route import PnrOptions, place_and_route
from tabfab.hw.rtl.build import load_build, write_build
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.synth import synthesize
from tabfab.sim.bench.simulate import SimulateOptions, simulate


@dataclass(frozen=True)
class Network:
    """A compiled network.

    Parameters
    ----------
    name: of the built-in network.
    data: that it is trained on.
    mask: as of `tabfab compile`.
    options: more options of `tabfab.cli.compile.compile_model`.
    """

    name: str
    data: str
    mask: str
    options: tuple[tuple[str, Any], ...] = ()


NETWORKS: dict[str, Network] = {
    "digits-table": Network("digits-cnn", "digits", "all"),
    "digits-exact": Network("digits-cnn", "digits", "none"),
    "digits-dense-table": Network("digits-cnn", "digits", "0,0,1"),
    "digits-demo": Network("digits-cnn", "digits", "0,1,1", (("subspace_length", 2),)),
    "mlp-table": Network("mlp", "digits", "all", (("subspace_length", 2),)),
    "mlp-dyadic": Network(
        "mlp",
        "digits",
        "dyadic",
        (("terms", 1), ("finest_shift", 3), ("additions", 0.7), ("additions_over", "network")),
    ),
    "lenet": Network("lenet", "mnist", "0,1,1,1", (("prototypes", 32),)),
    "lenet-small": Network(
        "lenet",
        "mnist",
        "0,1,1,0",
        (("prototypes", 8), ("table_bits", 4), ("calibration_images", 500), ("argmax", True)),
    ),
    "lenet-dyadic": Network(
        "lenet", "mnist", "dyadic", (("terms", 1), ("finest_shift", 3), ("argmax", True))
    ),
    "lenet-pixel": Network("lenet", "mnist", "0,1,0,0", (("layout", "pixel"),)),
    "lenet-patch": Network(
        "lenet", "mnist", "0,1,0,0", (("layout", "patch"), ("subspace_length", 9))
    ),
    "resnet8": Network("resnet8", "cifar10", "0" + ",1" * 9),
    "resnet8-exact": Network("resnet8", "cifar10", "none"),
    "resnet20": Network("resnet20", "cifar10", "0" + ",1" * 19),
    "resnet18": Network("resnet18", "cifar10", "0" + ",1" * 21, (("subspace_length", 8),)),
}
"""By name of the program."""


@dataclass(frozen=True)
class Cell:
    """One experiment.

    Parameters
    ----------
    name: what its file and `--cell` call it.
    network: one of `NETWORKS`.
    device: to plan for.
    fps: images per second to plan for; as many as the device allows by default.
    clock_mhz: frequency to plan them for.
    folding: (S, P) of every layer, instead of a plan for the device.
    layer: only this layer of the network; empty is the last.
    images: simulated in Verilator.
    route: whether it is placed and routed; else Yosys counts its cells.
    placements: seeds to place it with; the fastest counts, the clocks of all are kept.
    placer: of nextpnr.
    aim_mhz: clock that place and route aims for.
    peer: measure da4ml's logic for the layer's weights instead.
    """

    name: str
    network: str
    device: str
    fps: float | None = None
    clock_mhz: float = PlanOptions.clock_mhz
    folding: tuple[int, int] | None = None
    layer: str | None = None
    images: int = 2
    route: bool = True
    placements: tuple[int, ...] = (1,)
    placer: str = DEFAULT_PLACER
    aim_mhz: float = PnrOptions.mhz
    peer: bool = False


_LAYER = "features.2.0"
"""Second convolution of the LeNet-size network: 8 to 16 channels, 3 x 3, 14 x 14 pixels."""

CELLS: dict[str, Cell] = {
    cell.name: cell
    for cell in [
        Cell("digits-ecp5", "digits-table", "ecp5-25k"),
        Cell("digits-demo-ecp5", "digits-demo", "ecp5-25k", placements=(1, 2)),
        Cell("mlp-table", "mlp-table", "ecp5-85k"),
        Cell("mlp-dyadic", "mlp-dyadic", "ecp5-85k", placer="static", aim_mhz=115),
        Cell("resnet8-ecp5", "resnet8", "ecp5-85k", fps=4000, placements=(1, 2)),
        Cell("resnet8-fast-ecp5", "resnet8", "ecp5-85k", fps=17_000, clock_mhz=105, aim_mhz=112),
        Cell("resnet20-artix7", "resnet20", "artix7-200t", fps=2000, route=False),
        Cell("lenet-ice40", "lenet-small", "ice40-hx8k", folding=(1, 1)),
        Cell("lenet-dyadic-ice40", "lenet-dyadic", "ice40-hx8k", fps=1700),
        Cell("resnet18-xcvu13p", "resnet18", "xcvu13p", fps=1000, images=0, route=False),
        *(
            Cell(f"mask-{mask}", f"digits-{mask}", "ecp5-25k", fps=50_000)
            for mask in ("exact", "table")
        ),
        *(
            Cell(f"resnet8-mask-{mask}", network, "ecp5-85k", fps=500, route=False)
            for mask, network in (("exact", "resnet8-exact"), ("table", "resnet8"))
        ),
        Cell("dense-da4ml", "digits-exact", "ecp5-25k", layer="", peer=True),
        *(
            Cell(f"dense-table-{s}", "digits-dense-table", "ecp5-25k", folding=(s, 10), layer="")
            for s in (1, 4, 16)
        ),
        *(
            Cell(f"layout-{layout}", f"lenet-{layout}", "ecp5-25k", folding=(2, 8), layer=_LAYER)
            for layout in ("pixel", "patch")
        ),
    ]
}
"""By name."""


@dataclass(frozen=True, kw_only=True)
class Settings(CellSettings):
    """What holds for all cells of a run; builds lie beside the results.

    Parameters
    ----------
    programs: directory of compiled networks, by name in `NETWORKS`; missing ones are compiled,
        from NETWORK.pt2 among the models.
    """

    programs: Path

    def program(self, name: str) -> Program:
        """A compiled network, made if it is not there."""
        directory = self.programs / name
        if not directory.exists():
            network = NETWORKS[name]
            model = self.models / f"{network.name}.pt2"
            if not model.exists():
                train(network=network.name, data=network.data, output=model, seed=self.seed)
            compile_model(
                model,
                data=network.data,
                output=directory,
                mask=network.mask,
                seed=self.seed,
                **dict(network.options),
            )
        return load_program(directory)


def run_cell(cell: Cell, settings: Settings) -> dict[str, Any]:
    """Plan, write, simulate, synthesize or place and route; write the result."""
    started = time.perf_counter()
    whole = settings.program(cell.network)
    program = whole if cell.layer is None else one_layer(whole, cell.layer or None)
    figures = _peer(cell, program) if cell.peer else _hardware(cell, program, settings)
    result = {
        "cell": cell.name,
        "network": dataclasses.asdict(NETWORKS[cell.network]),
        "device": cell.device,
        "layer": cell.layer,
        "note": settings.note,
        "seed": settings.seed,
        "accuracy_program": evaluate(settings.programs / cell.network).accuracy_program,
        **figures,
        "seconds": round(time.perf_counter() - started, 1),
    }
    keep_result(settings.results, cell.name, result)
    return result


def _peer(cell: Cell, program: Program) -> dict[str, Any]:
    layer = program.output
    if not isinstance(layer, ExactConv):
        sys.exit(f"hardware: {layer.name} is no exact layer, so it has no weights for da4ml")
    weight = layer.weight.reshape(len(layer.weight), -1).astype(np.int8)
    # Within the current directory: nextpnr as WebAssembly sees another /tmp.
    with tempfile.TemporaryDirectory(prefix=".da4ml-", dir=".") as scratch:
        return place_da4ml(weight, program.input.type.bits, cell.device, Path(scratch).resolve())


def _hardware(cell: Cell, program: Program, settings: Settings) -> dict[str, Any]:
    build = settings.results / f"{cell.name}-build"
    options = PlanOptions(device=cell.device, fps=cell.fps, clock_mhz=cell.clock_mhz)
    if cell.folding is not None:
        subspaces, outputs = cell.folding
        options = PlanOptions(device=cell.device, subspaces=subspaces, outputs=outputs)
    if not build.exists():
        write_build(program, make_plan(program, options), build)
    plan = load_build(build).plan
    table = plan_table(program, plan, find_device(cell.device))
    figures: dict[str, Any] = {
        "clocks_per_image": plan.clocks_per_image,
        "slowest_read_share": round(max(plan.read_shares.values()), 4),
        "table_stored_bits": table.table_stored_bits,
        "table_occupied_bits": table.table_occupied_bits,
    }
    if cell.images:
        shape = (cell.images, *program.input.shape[1:], program.input.shape[0])
        images = np.random.default_rng(settings.seed).integers(0, 256, shape, np.uint8)
        report = simulate(build, images, SimulateOptions())
        figures |= {
            "beats": report.beats,
            "value_mismatches": report.value_mismatches,
            "clock_mismatches": report.clock_mismatches,
            "simulated_clocks_per_image": report.clocks_per_image,
        }
    synthesis = synthesize(build, find_device(cell.device).family.name)
    figures["cells"] = dataclasses.asdict(device_cells(synthesis.total))
    figures["components"] = {
        name: dataclasses.asdict(device_cells(counts))
        for name, counts in synthesis.components.items()
    }
    if cell.route:
        runs = [
            place_and_route(
                build, PnrOptions(cell.device, seed, mhz=cell.aim_mhz, placer=cell.placer)
            )
            for seed in cell.placements
        ]
        routed = max(runs, key=lambda run: run.fmax_mhz)
        figures |= {
            "fmax_mhz_by_placement": {run.seed: run.fmax_mhz for run in runs},
            "fmax_mhz": routed.fmax_mhz,
            "images_per_second": round(routed.images_per_second, 1),
            "utilization": {name: list(used) for name, used in routed.utilization.items()},
            "critical_path": None if routed.path is None else dict(routed.path.parts),
            "seconds_pnr": routed.seconds,
        }
    return figures
