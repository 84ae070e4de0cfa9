"""The experiments of `tabconv.py`: what each cell is, and running it.

A cell is a few `tabfab` commands: train (or take a model), compile or fine-tune, evaluate. What
came of it is one small JSON file; a cell that has its file is not run again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cells import CellSettings, keep_result


@dataclass(frozen=True)
class Cell:
    """One experiment.

    Parameters
    ----------
    network, data: what is trained, and on what.
    recipe: of `tabfab compile`.
    mask: of `tabfab compile`.
    label: what the mask is called in the cell's name; empty for the usual one.
    options: more options of `tabfab compile`.
    calibration_images: training images to learn from, where it is not what `Settings` says.
    tuning: options of `tabfab finetune`, which then takes the place of `tabfab compile`.
    """

    network: str
    data: str
    recipe: str
    mask: str
    label: str = ""
    options: tuple[str, ...] = ()
    calibration_images: int | None = None
    tuning: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the cell's file and `--cell` call it."""
        return "-".join(filter(None, (self.network, self.data, self.recipe, self.label)))

    @property
    def model(self) -> str:
        """Name of the trained network."""
        return f"{self.network}-{self.data}"


@dataclass(frozen=True)
class Published:
    """What the TabConv paper reports (arXiv 2404.05872, abstract and tables 2 and 3).

    Parameters
    ----------
    operations: of the network before conversion, in millions.
    removed: share of them that is removed.
    kept: share of the original accuracy that is kept, at least.
    storage: bytes of tables for each byte of weights.
    """

    operations: float
    removed: float
    kept: float = 0.93
    storage: float = 32.0


PUBLISHED = {
    ("resnet18", "cifar10"): Published(37.67, 0.365),
    ("resnet18", "cifar100"): Published(37.67, 0.258),
    ("resnet18", "mnist"): Published(37.67, 0.994),
    ("resnet34", "cifar10"): Published(75.49, 0.356),
    ("resnet34", "mnist"): Published(75.49, 0.993),
    ("nin", "mnist"): Published(223.9, 0.989),
}

OUR_OPTIONS = ("--subspace-length", "2", "--tree-levels", "6")
"""Short subspaces and trees with merged leaves lose least (docs/notebook). Tables are 8 times
the weights that they replace, but those of a deep network's last layers mostly see padding."""

_OTHERS = (("resnet20", "cifar10"), ("resnet8", "cifar10"), ("lenet", "mnist"))
_SHARES = (0.3, 0.5, 0.7)
_TABLE_BITS = (4, 5, 6, 7, 8)
_BUDGETS = (2, 3, 4, 6)


def _papers_mask(network: str, data: str) -> str:
    """What removes the published share of operations; what removes nearly all is every layer."""
    figures = PUBLISHED.get((network, data))
    if figures is None or figures.removed > 0.9:
        return "all"
    return f"auto:operations={figures.removed}"


def _both(network: str, data: str, *paper_options: str) -> list[Cell]:
    return [
        Cell(network, data, "tabconv", _papers_mask(network, data), options=paper_options),
        Cell(network, data, "tabfab", "all", options=OUR_OPTIONS),
    ]


def _frontier(network: str, data: str) -> list[Cell]:
    """Shares of the operations, by both rankings, budgets of bytes, and widths of tables."""
    cells = [
        Cell(network, data, "tabfab", f"auto:operations={share}", f"{rank}-{share}",
             ("--rank", rank))
        for rank in ("similarity", "loss")
        for share in _SHARES
    ]  # fmt: skip
    cells += [
        Cell(network, data, "tabfab", f"auto:bytes={budget}x", f"bytes-{budget}")
        for budget in _BUDGETS
    ]
    cells += [
        Cell(network, data, "tabfab", "all", f"bits-{bits}",
             (*OUR_OPTIONS, "--table-bits", str(bits)))
        for bits in _TABLE_BITS
    ]  # fmt: skip
    return [*cells, Cell(network, data, "tabfab", "all", "all")]


def _cheap_exact(blocks: tuple[int, int, int, int]) -> str:
    """Mask of a ResNet of that many blocks in each stage: what takes few operations is exact.

    That is the stem, every stage's shortcut, the last stage, where images have one pixel and most
    taps see padding only, and the linear layer; and the first block's first convolution, as
    removing 85 % leaves room for it.
    """
    first, *others = (("1", "1", "0", *("1", "1") * (count - 1)) for count in blocks[:3])
    last = "0" * (2 * blocks[3] + 1)
    return ",".join(("0", "0", *first[1:], *(one for stage in others for one in stage), *last, "0"))


_RESNET8_IN_ECP5 = (
    *("--subspace-length", "1", "--prototypes", "8", "--table-bits", "5", "--exact-bits", "8"),
    *("--layer", "stack1.*:prototypes=16,table-bits=6", "--layer", "stack2.*:table-bits=6"),
    *("--layer", "linear:prototypes=32,table-bits=8"),
)
"""Tables of 3.6 Mbit, about what the block RAM of an ECP5-85F holds, the finer ones where they are
small."""


def _few_operations(network: str, images: int, *layers: str, steps: int = 0) -> Cell:
    """Long subspaces, longest where most outputs are: TabConv counts log2(N) for each output.

    It counts whole bits, so that 3, 7 or 14 subspaces of a pixel under a 3x3 kernel, 27, 63 or 126
    rows to add, cost no more for each output than 2, 4 or 8 do: hence lengths such as 22 and 19.

    Parameters
    ----------
    network: trained on MNIST.
    images: to calibrate with.
    layers: settings of single layers.
    steps: of training after each layer's conversion.
    """
    long = ("--subspace-length", "16", "--prototypes", "256", "--tree-levels", "10", "--argmax")
    own = (word for layer in layers for word in ("--layer", layer))
    tuning = ("--steps-per-layer", str(steps), "--batch", "96", "--joint-steps", "0")
    return Cell(
        network,
        "mnist",
        "tabfab",
        "all",
        "few-operations-tuned" if steps else "few-operations",
        (*long, *own),
        calibration_images=images,
        tuning=tuning if steps else (),
    )


_RESNET18 = (
    "conv1:prototypes=4096,tree-levels=12",
    "stages.0.*:subspace-length=22,prototypes=1024,tree-levels=11",
    "stages.0.1.conv2:subspace-length=10",
    "stages.[12].*:subspace-length=19,prototypes=512",
    "stages.1.*:prototypes=1024,tree-levels=11",
    "stages.1.0.conv1:subspace-length=10",
    "stages.*.shortcut.0:layout=patch",
    "stages.0.0.shortcut.0:subspace-length=32,prototypes=2048,tree-levels=12",
    "stages.1.0.shortcut.0:subspace-length=8",
    "linear:subspace-length=10",
)
_RESNET34 = (
    "conv1:prototypes=4096,tree-levels=12",
    "stages.[01].*:subspace-length=10,prototypes=512",
    "stages.2.*:subspace-length=19,tree-levels=9",
    "stages.3.*:tree-levels=9",
    "stages.*.shortcut.0:layout=patch",
    "stages.[02].0.shortcut.0:subspace-length=16",
    "stages.1.0.shortcut.0:subspace-length=8",
    "linear:subspace-length=10",
)
"""Settings with which 99.4 % of the operations are removed on images of 28x28. Shortcuts are
patches because their kernels skip three pixels of four, which need no code then."""

CELLS: dict[str, Cell] = {
    cell.name: cell
    for cell in [
        *(cell for network, data in PUBLISHED for cell in _both(network, data)),
        *(cell for network, data in _OTHERS for cell in _both(network, data)),
        *(cell for network, data in _OTHERS for cell in _frontier(network, data)),
        *(
            Cell(
                network,
                "cifar10",
                "tabfab",
                _cheap_exact(blocks),
                "cheap-exact",
                OUR_OPTIONS,
                calibration_images=5000,
            )
            for network, blocks in (("resnet18", (2, 2, 2, 2)), ("resnet34", (3, 4, 6, 3)))
        ),
        Cell(
            "resnet8",
            "cifar10",
            "tabfab",
            "0" + ",1" * 9,
            "ecp5-85k",
            _RESNET8_IN_ECP5,
            calibration_images=2000,
        ),
        *(_few_operations("resnet18", 5000, *_RESNET18, steps=steps) for steps in (0, 60)),
        *(_few_operations("resnet34", 3000, *_RESNET34, steps=steps) for steps in (0, 30)),
        _few_operations(
            "nin",
            1200,
            "features.1.0:subspace-length=32",
            "features.[89].0:subspace-length=8",
            "features.10:subspace-length=8",
        ),
        *_both("digits-cnn", "digits", "--prototypes", "64"),
    ]
}
"""By name. The digits take seconds: they show how it works."""


@dataclass(frozen=True, kw_only=True)
class Settings(CellSettings):
    """What holds for all cells of a run; models are NETWORK-DATA.pt2.

    Parameters
    ----------
    images: test images, the first ones; None for all.
    calibration_images: training images to learn tables from.
    """

    images: int | None
    calibration_images: int


_KEPT = ("name", "method", "subspace_length", "prototypes", "similarity")
"""Figures of a layer that a result keeps; None where the layer's method has no such one."""


@dataclass(frozen=True)
class _Outcome:
    """What a command printed, and took."""

    text: str
    seconds: float
    gigabytes: float


def run_cell(cell: Cell, settings: Settings) -> dict[str, Any]:
    """Train if need be, compile, evaluate on the test set once, and write the result."""
    model = settings.models / f"{cell.model}.pt2"
    common = ["--data", cell.data]
    commands: list[list[str]] = []

    def tabfab(*arguments: object) -> _Outcome:
        commands.append(["tabfab", *map(str, arguments)])
        return _run(commands[-1])

    training = None
    if not model.exists():
        seed = ("--seed", settings.seed)
        training = tabfab("train", "--network", cell.network, *common, *seed, "-o", model)
    images = cell.calibration_images or settings.calibration_images
    with tempfile.TemporaryDirectory(dir=settings.results) as scratch:
        program = Path(scratch) / "program"
        verb = ("finetune", *cell.tuning) if cell.tuning else ("compile", "--recipe", cell.recipe)
        compiling = tabfab(
            *verb, model, *common, "--mask", cell.mask,
            *cell.options, "--calibration-images", images,
            "--seed", settings.seed, "-o", program,
        )  # fmt: skip
        limit = () if settings.images is None else ("--images", settings.images)
        testing = tabfab("evaluate", program, *limit, "--json")
        costs = json.loads(tabfab("info", program, "--json").text)
        meta = json.loads((program / "program.json").read_text())["meta"]
    tested = json.loads(testing.text)
    result = {
        "cell": cell.name,
        "network": cell.network,
        "data": cell.data,
        "note": settings.note,
        "seed": settings.seed,
        "calibration_images": images,
        "test_images": tested["images"],
        "accuracy_float": tested["accuracy_float"],
        "accuracy_program": tested["accuracy_program"],
        "agreement": tested["agreement"],
        "total": costs["total"],
        "methods": meta["methods"],
        "layers": [{key: layer.get(key) for key in _KEPT} for layer in costs["layers"]],
        "seconds_training": training and round(training.seconds, 1),
        "seconds_compiling": round(compiling.seconds, 1),
        "seconds_testing": round(testing.seconds, 1),
        "gigabytes_compiling": round(compiling.gigabytes, 2),
        "commands": [" ".join(command).replace(scratch + "/", "") for command in commands],
    }
    keep_result(settings.results, cell.name, result)
    return result


def _run(command: list[str]) -> _Outcome:
    """Run a `tabfab` command; a refusal ends the benchmark with the same words."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:
        start_tabfab = "from tabfab.cli.main import main; main()"
        line = [sys.executable, "-c", start_tabfab, *command[1:]]
        process = subprocess.Popen(line, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if process.returncode:
        sys.exit(f"tabconv: {' '.join(command)} failed")
    return _Outcome(text, time.perf_counter() - start, usage.ru_maxrss / 2**20)
