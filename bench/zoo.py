#!/usr/bin/env python3
"""Networks that people recognise, trained here, from torch to simulated Verilog: a table of them.

    bench/zoo.py --data-dir DATA             # all; CIFAR-10 in DATA, everything else is at hand
    bench/zoo.py --only u-net ecg --mask exact
    bench/zoo.py --epochs 8 mobilenet-v2=3   # train briefly
    bench/zoo.py --models zoo/ --keep rows/  # go on with the networks and rows that are there

The data are what every machine has: scikit-learn's digits, and sets that tabfab computes in the
place of ones that cannot be had everywhere (`tabfab.compiler.data.made`), so that the figures say
what a network of this kind costs, and keeps, and not how good it is at the real task. Each is
trained by its usual options, but for `--epochs`, compiled, evaluated on all test images,
planned, and simulated with stalls; look-up tables and block RAMs are the plan's estimate. For the
autoencoder the last column has the area under the curve with which its error tells a broken
machine, by the float network and by the program.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from kept_rows import KeptRows, heading, line
from numpy.typing import NDArray
from tabfab.compiler.compile import Compilation, compile_graph
from tabfab.compiler.data import ImageSet, load
from tabfab.compiler.frontend import import_network
from tabfab.compiler.frontend.compare import check_answers
from tabfab.compiler.frontend.model_file import load_model, save_model
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import Program
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.tasks import choose_task
from tabfab.compiler.train import TrainOptions, goal_of, recommended, train
from tabfab.hw.build import write_build
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.sim.models.accuracy import Evaluation, evaluate, real_answers
from tabfab.sim.simulate import SimulateOptions, simulate

NETWORKS = {
    "jet-tagger": "jets",
    "autoencoder": "machine-sounds",
    "keyword-ds-cnn": "keywords",
    "ecg": "heartbeats",
    "u-net": "scattered-digits",
    "densenet": "digits",
    "inception": "digits",
    "mobilenet-v2": "cifar10",
}
"""By network, what it is trained on."""
COLUMNS = [
    "network", "data", "layers", "epochs", "float", "integers", "clocks an image", "LUTs",
    "block RAMs", "beats simulated", "wrong", "",
]  # fmt: skip
MASKS = {"autoencoder": "exact"}
"""Where all layers but the first as tables take more memory than the usual device has."""


@dataclass(frozen=True)
class Settings:
    """How each network is taken through.

    Parameters
    ----------
    mask: as compile takes it; the network's usual one if None.
    device: to plan for.
    epochs: to train, by network; those that are missing have their usual ones.
    images: to simulate.
    data_dir: of CIFAR-10.
    seed: of weights and training.
    models: folder of trained networks, made there or taken from there.
    """

    mask: str | None = None
    device: str = "ecp5-85k"
    epochs: dict[str, int] = field(default_factory=dict)
    images: int = 2
    data_dir: Path | None = None
    seed: int = 0
    models: Path | None = None


@dataclass(frozen=True)
class Row:
    """What came of a network.

    Parameters
    ----------
    figures: of float network and program, on the test images.
    epochs: that the network was trained for.
    program: it.
    clocks: an image.
    luts, block_rams: as planned.
    wrong: values and clocks that differed in simulation, of `beats`.
    note: more figures.
    """

    figures: Evaluation
    epochs: int
    program: Program
    clocks: int
    luts: float
    block_rams: float
    beats: int
    wrong: int
    note: str = ""

    @property
    def kept(self) -> tuple[str, str]:
        """The task's figure of both."""
        name = "accuracy" if "accuracy" in self.figures.program else "r2"
        both = self.figures.float_network[name], self.figures.program[name]
        shown = [f"{value or 0:.2%}" if name == "accuracy" else f"R² {value:.3f}" for value in both]
        return shown[0], shown[1]

    def cells(self, network: str) -> list[str]:
        """Of the table of all."""
        return [
            network, NETWORKS[network], f"{len(self.program.convs)}", f"{self.epochs}", *self.kept,
            f"{self.clocks:,}", f"{self.luts:,.0f}", f"{self.block_rams:g}", f"{self.beats:,}",
            f"{self.wrong}", self.note,
        ]  # fmt: skip


def options_of(network: str, data: ImageSet, settings: Settings) -> TrainOptions:
    """How a network is trained."""
    changes = {"epochs": settings.epochs[network]} if network in settings.epochs else {}
    return recommended(network, data, seed=settings.seed, **changes)


def trained(network: str, settings: Settings, folder: Path) -> Path:
    """The file of a trained network."""
    path = (settings.models or folder) / f"{network}.pt2"
    if path.is_file():
        return path
    data = load(NETWORKS[network], "train", settings.data_dir)
    module, _ = train(options_of(network, data, settings), data)
    save_model(module, data.image_shape, path, goal_of(network, data).classes)
    return path


def taken_through(network: str, settings: Settings, folder: Path) -> Row:
    """One network from training to simulated Verilog, in a new `folder`."""
    train_set, test = (
        load(NETWORKS[network], split, settings.data_dir) for split in ("train", "test")
    )
    imported = import_network(load_model(trained(network, settings, folder)).network)
    check_answers(imported, train_set.images[:32])
    calibration = train_set.sample(1000, settings.seed)
    mask = settings.mask or MASKS.get(network, "all-but-first")
    options = CompileOptions(mask=mask, seed=settings.seed)
    compilation = compile_graph(imported.graph, calibration.images, options)
    figures = compared(compilation, test)
    program = compilation.program
    plan = make_plan(program, PlanOptions(device=settings.device))
    write_build(program, plan, folder / "build")
    some = test.images[: settings.images]
    report = simulate(folder / "build", some, SimulateOptions(stall=0.3))
    assert plan.cells is not None
    return Row(
        figures,
        options_of(network, train_set, settings).epochs,
        program,
        plan.clocks_per_image,
        plan.cells.luts,
        plan.cells.block_rams,
        report.beats,
        report.value_mismatches + report.clock_mismatches,
        anomalies(compilation, test) if network == "autoencoder" else "",
    )


def compared(compilation: Compilation, test: ImageSet) -> Evaluation:
    """Figures of a program and its float network on the test images."""
    output, image = compilation.graph.layers[-1].shape, compilation.graph.input.shape
    task = choose_task(output, image, test.targets).task
    assert test.targets is not None
    truth = task.truth(test.targets, output)
    return evaluate(
        compilation.program, test.images, task, truth, compilation.float_answers, test.classes
    )


def anomalies(compilation: Compilation, test: ImageSet) -> str:
    """How well the error of what is reproduced tells broken machines from others."""
    broken = load("broken-machine-sounds", "test")
    areas = []
    for answer in (
        compilation.float_answers,
        lambda images: real_answers(
            compilation.program, compilation.program_answers(images)
        ).reshape(len(images), -1),
    ):
        errors = [
            np.square(answer(each.images) - each.targets).mean(axis=1) for each in (test, broken)
        ]
        areas.append(area_under_curve(*errors))
    return f"AUC {areas[0]:.3f} / {areas[1]:.3f}"


def area_under_curve(low: NDArray[np.floating], high: NDArray[np.floating]) -> float:
    """Chance that one of `high` is above one of `low`; a tie is half of one (Mann and Whitney)."""
    above = np.searchsorted(np.sort(low), high, "left") + np.searchsorted(
        np.sort(low), high, "right"
    )
    return float(above.mean() / (2 * len(low)))


def epochs_by_network(words: Iterable[str]) -> dict[str, int]:
    """``8`` for all networks, ``NAME=3`` for one.

    Raises
    ------
    ValueError: a number is none, or there is no such network.
    """
    found: dict[str, int] = {}
    for word in words:
        name, _, number = word.rpartition("=")
        if name and name not in NETWORKS:
            raise ValueError(f"there is no network {name!r}; there are {', '.join(NETWORKS)}")
        found |= dict.fromkeys([name] if name else NETWORKS, int(number))
    return found


def _made(network: str, settings: Settings) -> tuple[list[str], bool]:
    """Cells of a network's row, and whether anything in it is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            row = taken_through(network, settings, Path(folder))
        except TabfabError as error:
            return [network, NETWORKS[network], str(error)], True
    return row.cells(network), row.wrong > 0 or row.beats == 0


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=NETWORKS, help="these alone")
    parser.add_argument("--mask", help="as compile takes it, instead of each network's usual one")
    parser.add_argument("--device", default="ecp5-85k", help="to plan for")
    parser.add_argument(
        "--epochs", nargs="+", default=[], metavar="[NAME=]N", help="to train; else the usual ones"
    )
    parser.add_argument("--images", type=int, default=2, help="to simulate")
    parser.add_argument("--data-dir", type=Path, help="folder with CIFAR-10's files")
    parser.add_argument("--seed", type=int, default=0, help="of weights and training")
    parser.add_argument("--models", type=Path, help="folder of trained networks to keep, or take")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="of rows to keep, or to take where they are"
    )
    settings = vars(parser.parse_args())
    names, rows = settings.pop("only") or list(NETWORKS), KeptRows(settings.pop("keep"))
    try:
        settings["epochs"] = epochs_by_network(settings["epochs"])
    except ValueError as error:
        parser.error(f"--epochs: {error}")
    if settings["models"] is not None:
        settings["models"].mkdir(parents=True, exist_ok=True)
    print(heading(COLUMNS))
    faults = 0
    for name in names:
        cells = rows.get(name)
        if cells is None:
            cells, faulty = _made(name, Settings(**settings))
            faults += faulty
            if not faulty:
                rows.put(name, cells)
        print(line(cells, len(COLUMNS)), flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
