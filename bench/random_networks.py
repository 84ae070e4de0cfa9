#!/usr/bin/env python3
"""Random networks of all operators: how many were compared, of what, and how many are wrong.

    bench/random_networks.py                              # 2,000 and some, half an hour
    bench/random_networks.py --torch 5000 --integers 0 --hardware 0 --seed 7

Three comparisons, each of networks that hypothesis draws (`tests/support`), as the property tests
do it, but counted:

* torch: a module of random operators is exported and imported; its layers are compared with torch.
* integers: a program of random nodes, run by the golden model, by the reference model and by torch.
* hardware: a program that has hardware, any folding, stalls: its design in Amaranth's simulator,
  every value and every clock of every stream against golden and cycle model.

Exit status 1 where anything differs; hypothesis shrinks it and prints it first.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import numpy as np
import torch
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from tabfab.compiler.frontend import import_network
from tabfab.compiler.frontend.compare import check_answers
from tabfab.compiler.program import Program
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.models import golden
from tabfab.sim.models.cycles import Stalls
from tabfab.sim.reference.model import run_reference

from support import random_operators
from support.any_program import programs
from support.executed import execute_all
from support.networks import check_network, clocks_of, network_of, predicted
from support.programs import cases
from support.random_networks import randomize

_LONGEST = 2500
"""Clocks that one example may take."""
_IMAGES = 3


def compare_torch(network: tuple[torch.nn.Module, tuple[int, ...]]) -> Iterable[str] | None:
    """The ATen operators of an imported network; None where it is refused."""
    module, shape = network
    randomize(module)
    rows, columns = {3: shape[1:], 2: (1, *shape[1:]), 1: (1, 1)}[len(shape)]
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (_IMAGES, rows, columns, shape[0]), dtype=np.uint8)
    try:
        imported = import_network(module, shape)
    except TabfabError:
        return None
    check_answers(imported, images)
    return {call.operator for call in imported.aten.calls}


def compare_integers(case: tuple[Program, Any]) -> Iterable[str]:
    """The kinds of nodes of a program on which all three agree."""
    program, images = case
    values, executed = golden.run(program, images), execute_all(program, images)
    for number, image in enumerate(images):
        for name, expected in run_reference(program, image.tolist()).items():
            assert values[name][number].tolist() == expected, program[name]
            assert executed[name][number].tolist() == expected, program[name]
    return {node.kind for node in program}


def compare_hardware(case: Any, stalls: int) -> Iterable[str] | None:
    """The kinds of nodes of a design that is right; None where it would take too long."""
    network = network_of(case)
    pattern = Stalls.random(stalls, 0.3, period=257) if stalls else Stalls.none()
    times = predicted(case, network, pattern)
    if clocks_of(times) > _LONGEST:
        return None
    check_network(case, network, pattern, times)
    return {node.kind for node in case.program}


COMPARISONS: dict[str, tuple[Callable[..., Iterable[str] | None], list[Any]]] = {
    "torch": (compare_torch, [random_operators.networks()]),
    "integers": (compare_integers, [programs()]),
    "hardware": (compare_hardware, [cases(), st.integers(0, 3)]),
}
"""Each comparison, and what it takes."""


def counted(name: str, number: int, start: int) -> tuple[int, int, Counter[str], bool]:
    """Compare so many networks; how many were, how many were left out, of what, and all right.

    Parameters
    ----------
    name: of `COMPARISONS`.
    number: of networks that are drawn.
    start: seed.
    """
    compare, what = COMPARISONS[name]
    done, left_out, seen = 0, 0, Counter[str]()

    @seed(start)
    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.tuples(*what))
    def run(drawn: tuple[Any, ...]) -> None:
        nonlocal done, left_out
        kinds = compare(*drawn)
        if kinds is None:
            left_out += 1
        else:
            done += 1
            seen.update(kinds)

    try:
        run()
    except Exception:  # whatever differs: it is printed, and counted
        traceback.print_exc()
        return done, left_out, seen, False
    return done, left_out, seen, True


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--torch", type=int, default=1000, help="modules")
    parser.add_argument("--integers", type=int, default=1000, help="programs")
    parser.add_argument("--hardware", type=int, default=200, help="designs")
    parser.add_argument("--seed", type=int, default=0, help="of all that is drawn")
    options = vars(parser.parse_args())
    faults, total = 0, 0
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    for name in COMPARISONS:
        if not options[name]:
            continue
        start = time.perf_counter()
        done, left_out, seen, right = counted(name, options[name], options["seed"])
        total, faults = total + done, faults + (not right)
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(seen.items()))
        print(
            f"{name}: {done} compared, {left_out} left out (refused, or too long), "
            f"{'0' if right else 'SOME'} wrong, {time.perf_counter() - start:.0f} s\n  {kinds}",
            flush=True,
        )
    print(f"{total} networks compared, {'0' if not faults else 'SOME'} wrong")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
