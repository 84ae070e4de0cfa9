"""The figures that one asks for first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....compiler.methods.catalog import METHODS
from ....compiler.program.cost import program_cost
from ....hw.synth.cell_counts import SUMMARY, summarize
from ..figures import Row, accuracy, amount, count, known, number, of, row, share, short, words
from ..section import Section
from ..subject import Subject


@dataclass(frozen=True)
class Tile:
    """One figure, large.

    Parameters
    ----------
    name, value: of it.
    note: below it.
    good: whether a check passed; None where nothing was checked.
    """

    name: str
    value: str
    note: str
    good: bool | None = None


def _view(subjects: Sequence[Subject]) -> Mapping[str, Any]:
    if len(subjects) == 1:
        return {"tiles": _tiles(subjects[0]), "rows": []}
    return {"tiles": [], "rows": known(_rows(subjects))}


def _tiles(subject: Subject) -> list[Tile]:
    cost = program_cost(subject.program)
    tiles = [*_accuracy(subject)]
    saved = 1 - cost.operations_program / max(cost.operations_exact, 1)
    change = f"{share(saved)} fewer" if saved >= 0 else f"{share(-saved)} more"
    tiles.append(
        Tile(
            "Operations per image",
            short(cost.operations_program),
            f"{change} than {short(cost.operations_exact)} multiply-accumulates",
        )
    )
    stored, weights = cost.stored_bytes, cost.weight_bytes
    tiles.append(
        Tile(
            "Tables and weights",
            amount(stored),
            f"{short(stored / max(weights, 1))} times the {amount(weights)} of int8 weights",
        )
    )
    if subject.build is not None:
        plan = subject.build.plan
        tiles.append(
            Tile(
                "Images per second",
                short(plan.images_per_second),
                f"{plan.clocks_per_image:,} clocks each, at {plan.clock_mhz:g} MHz",
            )
        )
    for routed in subject.routes:
        tiles.append(
            Tile(
                f"Clock on {routed.device}",
                f"{routed.fmax_mhz:.1f} MHz",
                f"placed and routed: {short(routed.images_per_second)} images per second",
            )
        )
    for counted in subject.syntheses:
        cells = summarize(counted.total)
        tiles.append(
            Tile(
                f"Cells, {counted.family}",
                f"{cells['luts']:,} LUTs",
                f"{cells['flip_flops']:,} flip-flops, {cells['block_rams']:,} block RAMs, "
                f"{cells['multipliers']:,} multipliers",
            )
        )
    for simulated in subject.simulations:
        wrong = simulated.value_mismatches + simulated.clock_mismatches
        what = "Simulated" if simulated.netlist is None else f"Simulated, {simulated.netlist} cells"
        tiles.append(
            Tile(
                what,
                f"{wrong:,} wrong",
                f"of {short(simulated.beats)} beats (values, clocks), {simulated.images:,} images",
                good=not wrong,
            )
        )
    return tiles


def _accuracy(subject: Subject) -> list[Tile]:
    kept = subject.evaluation
    if kept is None:
        return []
    name, value = next(iter({**kept.figures, **kept.between}.items()), ("", None))
    write = accuracy if name in ("accuracy", "agreement") else number
    beside = kept.float_figures.get(name)
    of = f"{kept.images:,} test images"
    note = of if beside is None else f"float network {write(beside)}; {of}"
    return [] if value is None else [Tile(words(name).capitalize(), write(value), note)]


def _rows(subjects: Sequence[Subject]) -> list[Row]:
    costs = [program_cost(each.program) for each in subjects]
    plans = [None if each.build is None else each.build.plan for each in subjects]
    layers = [[node.method for node in each.program.convs] for each in subjects]
    kept = [each.evaluation for each in subjects]
    rows = [
        row(
            "accuracy",
            of(kept, lambda each: each.figures.get("accuracy")),
            accuracy,
        ),
        row(
            "agreement with the float network",
            of(kept, lambda each: each.between.get("agreement")),
            accuracy,
        ),
        *(
            row(f"layers by method {method}", [each.count(method) for each in layers])
            for method in METHODS
            if any(method in each for each in layers)
        ),
        row("operations per image", [each.operations_program for each in costs]),
        row("multiplications", [each.multiplications for each in costs]),
        row("bytes of tables and weights", [each.stored_bytes for each in costs]),
        row("clocks per image", of(plans, lambda plan: plan.clocks_per_image)),
        row("images per second, as planned", of(plans, lambda plan: plan.images_per_second),
            count),
        row("milliseconds to the first answer", of(plans, lambda plan: plan.latency_ms)),
    ]  # fmt: skip
    families = dict.fromkeys(report.family for each in subjects for report in each.syntheses)
    for family in families:
        counted = [each.synthesis(family) for each in subjects]
        found = [None if each is None else summarize(each.total) for each in counted]
        rows += [
            row(
                f"{family}: {words(kind)}", [None if each is None else each[kind] for each in found]
            )
            for kind in SUMMARY
            if any(each and each[kind] for each in found)
        ]
    for device in dict.fromkeys(report.device for each in subjects for report in each.routes):
        routed = [each.route(device) for each in subjects]
        rows.append(
            row(f"MHz placed and routed on {device}", of(routed, lambda each: each.fmax_mhz))
        )
    wrong = [
        sum(s.value_mismatches + s.clock_mismatches for s in each.simulations)
        if each.simulations
        else None
        for each in subjects
    ]
    rows.append(row("wrong values and clocks in simulation", wrong))
    return rows


OVERVIEW = Section(
    "overview",
    "At a glance",
    "",
    _view,
)
