"""How the network is folded onto a device, and what it takes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ....hw.device.cells import RESOURCES
from ....hw.engine.folding import Folding
from ....hw.plan import layer_clocks
from ....hw.synth.cell_counts import device_cells
from ..figures import count, known, of, row, share
from ..section import Section
from ..subject import Subject


@dataclass(frozen=True)
class Gauge:
    """One resource against a device.

    Parameters
    ----------
    name: of the resource.
    used, available: of it.
    counted: that synthesis counted; None where it did not.
    """

    name: str
    used: float
    available: float
    counted: float | None

    @property
    def share(self) -> float:
        """Percent of the device."""
        return 100 * self.used / self.available

    @property
    def counted_share(self) -> float:
        """Percent of the device that synthesis counted."""
        return 100 * (self.counted or 0) / self.available


def _view(subjects: Sequence[Subject]) -> Mapping[str, Any] | None:
    built = [each for each in subjects if each.build is not None]
    if not built:
        return None
    plans = [None if each.build is None else each.build.plan for each in subjects]
    rows = [
        row("device", of(plans, lambda plan: (plan.device or "any"))),
        row("clock, MHz", of(plans, lambda plan: plan.clock_mhz)),
        row("clocks per image", of(plans, lambda plan: plan.clocks_per_image)),
        row("clocks per image, as calibrated", of(plans, lambda plan: plan.expected_clocks),
            help="where clocks depend on the image"),
        row("clock of the first answer", of(plans, lambda plan: plan.first_answer)),
        row("images per second", of(plans, lambda plan: plan.images_per_second), count),
        row("milliseconds to the first answer", of(plans, lambda plan: plan.latency_ms)),
    ]  # fmt: skip
    return {
        "rows": known(rows),
        "devices": [
            {"subject": each, "device": each.device.name, "gauges": _gauges(each),
             "planned": each.build is not None and each.build.plan.device is not None}
            for each in built
            if each.device is not None
        ],
        "foldings": [{"subject": each, "rows": _foldings(each)} for each in built],
    }  # fmt: skip


def _gauges(subject: Subject) -> list[Gauge]:
    assert subject.table is not None
    assert subject.device is not None
    counted = subject.synthesis(subject.device.family.name)
    found = None if counted is None else device_cells(counted.total).amounts
    used = subject.table.total.rounded().amounts
    gauges = []
    for number, name in enumerate(RESOURCES.values()):
        available = subject.device.cells.amounts[number]
        if available:
            amount = None if found is None else found[number]
            gauges.append(Gauge(name, used[number], available, amount))
    return gauges


def _foldings(subject: Subject) -> list[dict[str, Any]]:
    assert subject.build is not None
    plan = subject.build.plan
    entries: list[tuple[str, str, Folding | None, int, float | None, float | None, int | None]]
    if subject.table is not None:
        entries = [
            (each.name, each.method, each.folding, each.clocks, each.read_share, each.cells.luts,
             each.block_rams)
            for each in subject.table.rows
        ]  # fmt: skip
    else:
        clocks = layer_clocks(subject.program, plan)
        entries = [
            (node.name, node.method, plan.foldings[node.name], clocks[node.name],
             plan.read_shares.get(node.name), None, None)
            for node in subject.program.convs
        ]  # fmt: skip
    most = max((each[3] for each in entries), default=1) or 1
    return [
        {
            "name": name,
            "method": method,
            "is_layer": folding is not None,
            "folding": ""
            if folding is None
            else f"{folding.lanes}, {folding.outputs}, {folding.taps}",
            "knobs": ""
            if folding is None
            else ", ".join(f"{value} {knob}" for knob, value in folding.knobs.items()),
            "clocks": clocks_,
            "clocks_share": 100 * clocks_ / most,
            "slowest": clocks_ == most,
            "read": "" if read is None else share(read),
            "luts": "" if luts is None else count(luts),
            "block_rams": "" if not block_rams else count(block_rams),
        }
        for name, method, folding, clocks_, read, luts, block_rams in entries
    ]


PLAN = Section(
    "plan",
    "Plan",
    "How much of each layer happens per clock: S subspaces (or input channels) by P outputs under "
    "T taps. The layer with the longest bar sets the rate of the whole network. Cells are the "
    "planner's estimate; a line marks what synthesis counted, where it did.",
    _view,
    "tabfab verilog PROGRAM -o BUILD",
)
