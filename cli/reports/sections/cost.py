"""Operations and bytes of the network and of the program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....compiler.program.cost import ProgramCost, program_cost
from ..figures import count, row, share
from ..section import Section
from ..subject import Subject


@dataclass(frozen=True)
class Stack:
    """A bar of parts.

    Parameters
    ----------
    name: of the bar.
    total: of all parts.
    parts: kind, amount and percent of the axis of each.
    """

    name: str
    total: int
    parts: tuple[tuple[str, int, float], ...]


def _view(subjects: Sequence[Subject]) -> Mapping[str, Any]:
    costs = [program_cost(each.program) for each in subjects]
    bars = [_bars(cost) for cost in costs]
    axes = {
        axis: max(sum(parts.values()) for each in bars for parts in each[axis].values())
        for axis in bars[0]
    }
    return {
        "pictures": [
            {
                "subject": subject,
                "axes": [_axis(axis, each[axis], axes[axis]) for axis in each],
            }
            for subject, each in zip(subjects, bars, strict=True)
        ],
        "rows": _rows(costs),
    }


def _axis(name: str, bars: Mapping[str, Mapping[str, int]], most: int) -> dict[str, Any]:
    stacks = [
        Stack(
            label,
            sum(parts.values()),
            tuple((kind, n, 100 * n / max(most, 1)) for kind, n in parts.items() if n),
        )
        for label, parts in bars.items()
    ]
    kinds = dict.fromkeys(kind for stack in stacks for kind, _, _ in stack.parts)
    return {"name": name, "bars": stacks, "kinds": list(kinds)}


def _bars(cost: ProgramCost) -> dict[str, dict[str, dict[str, int]]]:
    """Axis -> bar -> kind -> amount."""
    tables = sum(layer.table_bytes for layer in cost.layers)
    return {
        "operations per image": {
            "network": {"multiply-accumulates": cost.operations_exact},
            "program": {
                "multiply-accumulates": cost.multiplications,
                "additions": cost.additions,
                "comparisons": cost.counts["comparisons"],
            },
        },
        "bytes": {
            "network": {"weights": cost.weight_bytes},
            "program": {"weights": cost.stored_bytes - tables, "tables": tables},
        },
    }


def _rows(costs: Sequence[ProgramCost]) -> list[Any]:
    exact = [cost.operations_exact for cost in costs]
    programs = [cost.counts for cost in costs]
    return [
        row("multiplications before", exact,
            help="of the network's multiply-accumulates, one each"),
        row("multiplications after", [each["multiplications"] for each in programs]),
        row("additions before", exact, help="of the network's multiply-accumulates, one each"),
        row("additions after",
            [each["additions"] + each["multiplications"] for each in programs],
            help="those of the multiply-accumulates that are left counted too"),
        row("comparisons after", [each["comparisons"] for each in programs],
            help="of encoders"),
        row("shifts after", [each["shifts"] for each in programs],
            help="of dyadic layers, beside their additions; no operation of their own"),
        row("operations before", exact, help="multiply-accumulates, one operation each"),
        row("operations after", [cost.operations_program for cost in costs],
            help="multiply-accumulates, additions beside these, and comparisons"),
        row("operations removed",
            [1 - cost.operations_program / max(cost.operations_exact, 1) for cost in costs], share),
        row("operations as TabConv counts", [cost.operations_tabconv for cost in costs],
            help="log2 K for an encoding, log2 N for a sum of N rows (arXiv 2404.05872)"),
        row("bytes before", [cost.weight_bytes for cost in costs], count,
            help="of the network's weights, one each"),
        row("bytes after", [cost.stored_bytes for cost in costs], count,
            help="of tables, and of the weights of layers that have none"),
    ]  # fmt: skip


COST = Section(
    "cost",
    "Operations and bytes",
    "What an image takes before, all layers by multiplication, and after, as compiled.",
    _view,
)
