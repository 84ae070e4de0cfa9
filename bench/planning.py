#!/usr/bin/env python3
"""How long planning a network and writing its Verilog take, beside another checkout of tabfab.

Networks with random weights are compiled once by each checkout and then planned and written in
turns, every time in a process of its own. Processor time, that of Yosys (which turns RTLIL into
Verilog) included, so that other work on the machine counts less.

    bench/planning.py --against ../tabfab-before --rounds 5
    bench/planning.py --against ../tabfab-before resnet8
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from in_turns import median_ratio

HERE = Path(__file__).resolve().parents[1]
ROOMS = ("boards", "cli", "compiler", "hw", "sim")
CASES = {
    "digits": ("digits-cnn", (1, 8, 8), (0, 1, 1)),
    "resnet8": ("resnet8", (3, 32, 32), "all"),
}
"""Network, shape of its images, and mask."""
DEVICE = "ecp5-85k"


def prepare(case: str, directory: Path) -> None:
    """Compile a case with the tabfab that Python finds, into a directory for `measure`."""
    import numpy as np
    import torch
    from tabfab.compiler.compile import compile_graph
    from tabfab.compiler.frontend import import_graph
    from tabfab.compiler.networks.registry import build
    from tabfab.compiler.networks.settings import NetworkSettings
    from tabfab.compiler.options import CompileOptions

    network, (channels, height, width), mask = CASES[case]
    torch.manual_seed(0)
    settings = NetworkSettings(
        classes=10, channels=channels, size=(height, width),
        mean=(0.5,) * channels, std=(0.25,) * channels,
    )  # fmt: skip
    graph = import_graph(build(network, settings).eval(), image_shape=(channels, height, width))
    shape = (20, height, width, channels)
    images = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    program = compile_graph(graph, images, CompileOptions(mask=mask, refit=False)).program
    directory.mkdir()
    program_file().write_program(program, directory)


def program_file() -> Any:
    """The module that writes and reads programs."""
    try:
        return import_module("tabfab.compiler.program.program_file")
    except ImportError:  # in checkouts from before there were sub-packages
        return import_module("tabfab.compiler.program_file")


def measure(directory: Path) -> None:
    """Plan a program and write its build; prints the seconds that each takes."""
    from tabfab.hw.build import write_build
    from tabfab.hw.plan import PlanOptions, make_plan

    program = program_file().load_program(directory)
    start = _processor_time()
    plan = make_plan(program, PlanOptions(device=DEVICE))
    planned = _processor_time()
    with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
        write_build(program, plan, Path(scratch) / "build")
        written = _processor_time()
    print(planned - start, written - planned)


def _processor_time() -> float:
    """Seconds so far, of this process and of those that it started and that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


@contextmanager
def _environment(checkout: Path) -> Iterator[dict[str, str]]:
    """An environment in which `tabfab` is that of a checkout."""
    with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
        package = Path(scratch) / "tabfab"
        package.mkdir()
        for room in ROOMS:
            (package / room).symlink_to(checkout.resolve() / room)
        yield {**os.environ, "PYTHONPATH": scratch}


def _run(environment: dict[str, str], *arguments: str | Path) -> str:
    command = [sys.executable, __file__, *map(str, arguments)]
    done = subprocess.run(
        command, env=environment, check=True, stdout=subprocess.PIPE, text=True, cwd="/"
    )
    return done.stdout


def compare(case: str, against: Path, rounds: int) -> tuple[float, float, float]:
    """Ratios of the time for planning, of that for writing, and of both together."""
    with (
        _environment(HERE) as here,
        _environment(against) as there,
        tempfile.TemporaryDirectory(prefix="tabfab-") as scratch,
    ):
        programs = [Path(scratch) / name for name in ("here", "there")]
        for environment, program in zip((here, there), programs, strict=True):
            _run(environment, "--prepare", case, program)
        planning: list[list[float]] = [[], []]
        writing: list[list[float]] = [[], []]

        def total(number: int) -> float:
            plan, write = map(
                float, _run((here, there)[number], "--measure", programs[number]).split()
            )
            planning[number].append(plan)
            writing[number].append(write)
            return plan + write

        ratio = median_ratio(
            rounds,
            (f"{case} here, s", lambda: total(0)),
            (f"{against.name}, s", lambda: total(1)),
        )
    return _median_of(planning), _median_of(writing), ratio


def _median_of(seconds: list[list[float]]) -> float:
    """Of the ratios of a round each."""
    return statistics.median(a / b for a, b in zip(*seconds, strict=True))


def main() -> None:
    """Measure in turns and print each round and the medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}; all")
    parser.add_argument("--against", type=Path, metavar="DIR", help="another checkout")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--prepare", nargs=2, metavar=("CASE", "DIR"), help=argparse.SUPPRESS)
    parser.add_argument("--measure", type=Path, metavar="DIR", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.prepare:
        prepare(arguments.prepare[0], Path(arguments.prepare[1]))
        return
    if arguments.measure:
        measure(arguments.measure)
        return
    if arguments.against is None or not (arguments.against / "hw").is_dir():
        parser.error("--against names the folder of another checkout of tabfab")
    unknown = set(arguments.cases) - CASES.keys()
    if unknown:
        parser.error(f"no case {', '.join(sorted(unknown))}; choose from {', '.join(CASES)}")
    for case in arguments.cases or CASES:
        plan, write, both = compare(case, arguments.against, arguments.rounds)
        print(
            f"{case}: planning takes {plan:.2f} of the time, Verilog {write:.2f}, both {both:.2f}"
        )


if __name__ == "__main__":
    main()
