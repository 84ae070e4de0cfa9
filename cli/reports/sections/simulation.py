"""The RTL against golden model and cycle model, stream by stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..figures import count, known, of, row
from ..kept import KeptSimulation
from ..section import MOST_OPEN, Section
from ..subject import Subject


def _view(subjects: Sequence[Subject]) -> Mapping[str, Any] | None:
    if not any(each.simulations for each in subjects):
        return None
    kinds = dict.fromkeys(s.netlist for each in subjects for s in each.simulations)
    return {"kinds": [_kind(netlist, subjects) for netlist in kinds]}


def _kind(netlist: str | None, subjects: Sequence[Subject]) -> dict[str, Any]:
    found = [each.simulation(netlist) for each in subjects]
    rows = [
        row("images", of(found, lambda each: each.images)),
        row("which are of", of(found, _data)),
        row("simulator", of(found, lambda each: each.simulator)),
        row("stalls", of(found, lambda each: each.stall),
            help="probability that source and sink each pause on a clock"),
        row("beats compared", of(found, lambda each: each.beats)),
        row("wrong values", of(found, lambda each: each.value_mismatches)),
        row("wrong clocks", of(found, lambda each: each.clock_mismatches)),
        row("clocks", of(found, lambda each: each.clocks), count),
        row("clocks per image", of(found, lambda each: each.clocks_per_image), count),
    ]  # fmt: skip
    return {
        "title": "the Verilog" if netlist is None else f"cells of {netlist}, after synthesis",
        "rows": known(rows),
        "streams": [
            {
                "subject": subject,
                "report": each,
                "streams": _streams(each),
                "open": each.first_mismatch is not None
                or (len(subjects) == 1 and len(each.streams) <= MOST_OPEN),
            }
            for subject, each in zip(subjects, found, strict=True)
            if each is not None
        ],
    }


def _data(kept: KeptSimulation) -> str:
    return Path(kept.data).name if kept.data else "random pixels"


def _streams(kept: KeptSimulation) -> list[dict[str, Any]]:
    most = max((each.beats for each in kept.streams), default=1) or 1
    return [
        {"stream": each, "share": 100 * each.beats / most,
         "wrong": each.value_mismatches + each.clock_mismatches}
        for each in kept.streams
    ]  # fmt: skip


SIMULATION = Section(
    "simulation",
    "Simulation",
    "Every beat on every stream between two stages, compared with the golden model (values) and "
    "the cycle model (clocks), without tolerance.",
    _view,
    "tabfab simulate BUILD",
)
