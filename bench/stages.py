#!/usr/bin/env python3
"""Where a plan's LUTs go: each stage's by what they are for, beside Yosys' count if there is one.

    bench/stages.py program/ --device ecp5-85k --fps 4000
    bench/stages.py build/                      # of a build that 'tabfab synth' has seen

The kinds are those of `tabfab.hw.logic.demand`, priced for the device's family.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tabfab.compiler.program.program_file import load_program
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.device.devices import find_device
from tabfab.hw.device.family import Family
from tabfab.hw.logic.demand import Demand
from tabfab.hw.network.network import Network
from tabfab.hw.plan import PlanOptions, build_network, make_plan
from tabfab.hw.plan.pricing import price
from tabfab.hw.rtl.build import load_build
from tabfab.hw.synth.cell_counts import device_cells
from tabfab.hw.synth.synth import synthesize

_LOGIC = ("selects", "adders", "counters", "comparisons", "shifts", "inversions")


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path, help="a program, or a build")
    parser.add_argument("--device", default="ecp5-85k", help="to plan a program for")
    parser.add_argument("--fps", type=float, help="images per second to plan a program for")
    return parser.parse_args()


def luts(demand: Demand, family: Family) -> dict[str, float]:
    """LUTs of a demand by what they are for."""
    found = {kind: price(Demand(**{kind: getattr(demand, kind)}), family).luts for kind in _LOGIC}
    found["memories"] = price(Demand(memories=demand.memories), family).luts
    return found


def rows(network: Network, family: Family) -> dict[str, dict[str, float]]:
    """LUTs of each stage, the largest first."""
    stages = {name: luts(demand, family) for name, demand in network.demands().items()}
    return dict(sorted(stages.items(), key=lambda item: -sum(item[1].values())))


def main() -> None:
    """Print the table."""
    options = arguments()
    counted: dict[str, int] = {}
    try:
        if (options.directory / "plan.json").exists():
            build = load_build(options.directory)
            network = build.network
            family = find_device(build.plan.device or options.device).family
            components = synthesize(options.directory, family.name).components
            counted = {name: device_cells(cells).luts for name, cells in components.items()}
        else:
            program = load_program(options.directory)
            plan = make_plan(program, PlanOptions(device=options.device, fps=options.fps))
            network, family = build_network(program, plan), find_device(options.device).family
    except TabfabError as error:
        sys.exit(f"stages: {error}")
    table = rows(network, family)
    kinds = [*_LOGIC, "memories"]
    total = {kind: sum(row[kind] for row in table.values()) for kind in kinds}
    share = {kind: total[kind] / max(1.0, sum(total.values())) for kind in kinds}
    print(f"| stage | {' | '.join(kinds)} | planned | Yosys |")
    print("|---" * (len(kinds) + 3) + "|")
    for name, row in table.items():
        cells = " | ".join(f"{row[kind]:,.0f}" for kind in kinds)
        print(f"| {name} | {cells} | {sum(row.values()):,.0f} | {counted.get(name, '')} |")
    cells = " | ".join(f"{total[kind]:,.0f} ({share[kind]:.0%})" for kind in kinds)
    seen = f"{sum(counted.values()):,}" if counted else ""
    print(f"| {len(table)} stages | {cells} | {sum(total.values()):,.0f} | {seen} |")


if __name__ == "__main__":
    main()
