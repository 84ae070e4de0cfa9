#!/usr/bin/env python3
"""How long planning a network and writing its Verilog take, and how much memory planning does,
beside another checkout of tabfab.

Networks with random weights are compiled once by each checkout and then planned and written in
turns, every time in a process of its own. Processor time, that of Yosys (which turns RTLIL into
Verilog) included, so that other work on the machine counts less.

    bench/planning.py --against ../tabfab-before --rounds 5
    bench/planning.py --against ../tabfab-before --plan-only resnet8 resnet56
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
from typing import Any, NamedTuple

from in_turns import median_ratio

HERE = Path(__file__).resolve().parents[1]
ROOMS = ("boards", "cli", "compiler", "hw", "sim")


class Case(NamedTuple):
    """A network with random weights, and what it is planned for."""

    network: str
    image_shape: tuple[int, int, int]
    mask: str
    device: str | None
    fps: float | None = None


CASES = {
    "digits": Case("digits-cnn", (1, 8, 8), "all-but-first", "ecp5-85k"),
    "resnet8": Case("resnet8", (3, 32, 32), "all", "ecp5-85k"),
    "resnet20": Case("resnet20", (3, 32, 32), "all-but-first", "artix7-200t", 1000),
    "resnet32": Case("resnet32", (3, 32, 32), "all-but-first", None),
    "resnet56": Case("resnet56", (3, 32, 32), "all-but-first", "xcvu13p", 1000),
}


def prepare(case: str, directory: Path) -> None:
    """Compile a case with the tabfab that Python finds, into a directory for `measure`."""
    import numpy as np
    import torch
    from tabfab.compiler.compile import compile_graph
    from tabfab.compiler.frontend import import_graph
    from tabfab.compiler.networks.registry import build
    from tabfab.compiler.networks.settings import NetworkSettings
    from tabfab.compiler.options import CompileOptions

    network, (channels, height, width), mask, _, _ = CASES[case]
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


def measure(case: str, directory: Path, plan_only: bool) -> None:
    """Plan a program and write its build; prints the seconds that each takes, and MiB planning."""
    from tabfab.hw.plan import PlanOptions, make_plan

    options = PlanOptions(device=CASES[case].device, fps=CASES[case].fps)
    program = program_file().load_program(directory)
    start = _processor_time()
    plan = make_plan(program, options)
    planned = _processor_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if not plan_only:
        from tabfab.hw.rtl.build import write_build

        with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
            write_build(program, plan, Path(scratch) / "build")
    print(planned - start, _processor_time() - planned, memory)


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


class Ratios(NamedTuple):
    """What this checkout takes, as shares of what the other does; medians of the rounds."""

    planning: float
    memory: float
    writing: float
    both: float


def compare(case: str, against: Path, rounds: int, plan_only: bool) -> Ratios:
    """Plan, and write unless `plan_only`, by both checkouts in turns."""
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
        memory: list[list[float]] = [[], []]
        only = ["--plan-only"] if plan_only else []

        def total(number: int) -> float:
            measured = _run((here, there)[number], "--measure", case, programs[number], *only)
            plan, write, mebibytes = map(float, measured.split())
            planning[number].append(plan)
            writing[number].append(write)
            memory[number].append(mebibytes)
            return plan + write

        ratio = median_ratio(
            rounds,
            (f"{case} here, s", lambda: total(0)),
            (f"{against.name}, s", lambda: total(1)),
        )
    print(f"{case} here: {memory[0][-1]:.0f} MiB, {against.name}: {memory[1][-1]:.0f} MiB")
    return Ratios(_median_of(planning), _median_of(memory), _median_of(writing), ratio)


def _median_of(pairs: list[list[float]]) -> float:
    """Of the ratios of a round each."""
    return statistics.median(a / b for a, b in zip(*pairs, strict=True))


def main() -> None:
    """Measure in turns and print each round and the medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}; all")
    parser.add_argument("--against", type=Path, metavar="DIR", help="another checkout")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plan-only", action="store_true", help="write no Verilog")
    parser.add_argument("--prepare", nargs=2, metavar=("CASE", "DIR"), help=argparse.SUPPRESS)
    parser.add_argument("--measure", nargs=2, metavar=("CASE", "DIR"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.prepare:
        prepare(arguments.prepare[0], Path(arguments.prepare[1]))
        return
    if arguments.measure:
        measure(arguments.measure[0], Path(arguments.measure[1]), arguments.plan_only)
        return
    if arguments.against is None or not (arguments.against / "hw").is_dir():
        parser.error("--against names the folder of another checkout of tabfab")
    unknown = set(arguments.cases) - CASES.keys()
    if unknown:
        parser.error(f"no case {', '.join(sorted(unknown))}; choose from {', '.join(CASES)}")
    for case in arguments.cases or CASES:
        ratios = compare(case, arguments.against, arguments.rounds, arguments.plan_only)
        shares = {"planning": ratios.planning, "its memory": ratios.memory}
        if not arguments.plan_only:
            shares |= {"Verilog": ratios.writing, "both": ratios.both}
        print(f"{case}, shares:", ", ".join(f"{what} {n:.2f}" for what, n in shares.items()))


if __name__ == "__main__":
    main()
