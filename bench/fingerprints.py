"""Do a change's programs, plans and Verilog stay byte for byte the same?

Compiles networks with random weights, plans them, writes their builds and prints the SHA-256 of
every file. Run it before and after a change that must not change what comes out:

    python bench/fingerprints.py --json before.json
    ...
    python bench/fingerprints.py --against before.json

The second exits with 1 and names what differs. Weights, images and everything random are seeded,
but floating-point sums differ from one processor to another: both runs belong on one machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.networks.registry import build
from tabfab.compiler.networks.settings import NetworkSettings
from tabfab.compiler.options import CompileOptions
from tabfab.hw.build import write_build
from tabfab.hw.plan import PlanOptions, make_plan
from torch import nn

_SEED = 0


@dataclass(frozen=True)
class Case:
    """One build.

    Parameters
    ----------
    network: a built-in network's name, or one of `_MODULES`.
    shape: (channels, height, width) of its images.
    compile, plan: fields of `CompileOptions` and of `PlanOptions`.
    """

    network: str
    shape: tuple[int, int, int]
    compile: dict[str, Any] = field(default_factory=dict)
    plan: dict[str, Any] = field(default_factory=dict)


def _grouped() -> nn.Module:
    """Grouped convolutions of both kinds of beats, a residual sum, and pools of both kinds."""

    class Grouped(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = nn.Conv2d(3, 12, 3, padding=1)
            self.grouped = nn.Conv2d(12, 12, 3, padding=1, groups=3)
            self.narrow = nn.Conv2d(12, 8, 3, padding=1, groups=2)
            self.linear = nn.Linear(8, 5)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            x = torch.relu(self.stem(x))
            x = torch.relu(self.grouped(x) + x)
            x = torch.max_pool2d(torch.relu(self.narrow(x)), 2)
            x = torch.nn.functional.avg_pool2d(x, 4)
            return self.linear(x.flatten(1))

    return Grouped()


_MODULES = {"grouped": _grouped}

_DIGITS = ("digits-cnn", (1, 8, 8))
_LENET = ("lenet", (1, 28, 28))
_ECP5 = {"device": "ecp5-85k"}

CASES: dict[str, Case] = {
    "digits-tables": Case(*_DIGITS, {"mask": "all"}, _ECP5),
    "digits-exact": Case(*_DIGITS, {"mask": "none"}, _ECP5),
    "digits-mixed": Case(*_DIGITS, {"mask": (0, 1, 1), "argmax": True}, _ECP5),
    "digits-merged": Case(*_DIGITS, {"tree_levels": 6}, {"subspaces": 2, "outputs": 4}),
    "digits-loadable": Case(*_DIGITS, {"mask": (0, 1, 1)}, {**_ECP5, "loadable": True}),
    "digits-ice40": Case(*_DIGITS, {"mask": (0, 1, 1)}, {"device": "ice40-hx8k"}),
    "digits-gowin": Case(*_DIGITS, {"mask": (0, 1, 1)}, {"device": "gw2a-18"}),
    "digits-xilinx": Case(*_DIGITS, {"mask": (0, 1, 1)}, {"device": "artix7-100t"}),
    "lenet": Case(*_LENET, {"mask": (0, 1, 1, 1), "prototypes": 32}, _ECP5),
    "lenet-rate": Case(*_LENET, {"mask": (0, 1, 1, 1)}, {**_ECP5, "fps": 1000.0}),
    "resnet8": Case("resnet8", (3, 32, 32), {"mask": "all"}, _ECP5),
    "grouped": Case("grouped", (3, 8, 8), {"mask": (0, 1, 1, 0)}, _ECP5),
    "grouped-exact": Case("grouped", (3, 8, 8), {"mask": "none"}, {"subspaces": 2, "outputs": 4}),
    "depthwise": Case("ds-cnn", (1, 16, 16), {"mask": "all"}, _ECP5),
}


def fingerprint(case: Case) -> dict[str, str]:
    """SHA-256 of every file of a case's build, by its path in the build directory."""
    torch.manual_seed(_SEED)
    channels, height, width = case.shape
    if case.network in _MODULES:
        module = _MODULES[case.network]()
    else:
        settings = NetworkSettings(
            classes=10, channels=channels, size=(height, width),
            mean=(0.5,) * channels, std=(0.25,) * channels,
        )  # fmt: skip
        module = build(case.network, settings)
    graph = import_graph(module.eval(), image_shape=case.shape)
    random = np.random.default_rng(_SEED)
    images = random.integers(0, 256, (200, height, width, channels), dtype=np.uint8)
    program = compile_graph(graph, images, CompileOptions(**case.compile)).program
    plan = make_plan(program, PlanOptions(**case.plan))
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary) / "build"
        write_build(program, plan, directory)
        files = sorted(path for path in directory.rglob("*") if path.is_file())
        return {
            str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }


def differences(before: dict[str, dict[str, str]], now: dict[str, dict[str, str]]) -> list[str]:
    """A line for each file that is not what it was."""
    found = []
    for case, files in now.items():
        old = before.get(case)
        if old is None:
            found.append(f"{case}: was not recorded")
            continue
        for name in sorted(old.keys() | files.keys()):
            if old.get(name) != files.get(name):
                how = "is new" if name not in old else "is gone" if name not in files else "differs"
                found.append(f"{case}: {name} {how}")
    return found


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the hashes here")
    parser.add_argument("--against", type=Path, metavar="FILE", help="compare with these")
    arguments = parser.parse_args()
    unknown = set(arguments.cases) - CASES.keys()
    if unknown:
        parser.error(f"no case {', '.join(sorted(unknown))}; choose from {', '.join(CASES)}")
    now: dict[str, dict[str, str]] = {}
    for name in arguments.cases or CASES:
        started = time.perf_counter()
        now[name] = fingerprint(CASES[name])
        together = hashlib.sha256(json.dumps(now[name], sort_keys=True).encode()).hexdigest()
        taken = time.perf_counter() - started
        print(f"{name:16} {len(now[name]):4} files  {together[:16]}  {taken:6.1f} s", flush=True)
    if arguments.json:
        arguments.json.write_text(json.dumps(now, indent=1) + "\n")
    if arguments.against:
        found = differences(json.loads(arguments.against.read_text()), now)
        print("\n".join(found) if found else "every file is byte for byte the same")
        return int(bool(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
