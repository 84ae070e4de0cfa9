"""Cells that Yosys counts, by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ....hw.synth.cell_counts import SUMMARY, summarize
from ....hw.synth.synth import SynthReport
from ..figures import row, words
from ..section import MOST_OPEN, Section
from ..subject import Subject


def _view(subjects: Sequence[Subject]) -> Mapping[str, Any] | None:
    if not any(each.syntheses for each in subjects):
        return None
    families = dict.fromkeys(report.family for each in subjects for report in each.syntheses)
    return {"families": [_family(name, subjects) for name in families]}


def _family(name: str, subjects: Sequence[Subject]) -> dict[str, Any]:
    found = [each.synthesis(name) for each in subjects]
    totals = [None if each is None else summarize(each.total) for each in found]
    kinds = [kind for kind in SUMMARY if any(each and each[kind] for each in totals)]
    return {
        "name": name,
        "kinds": [words(kind) for kind in kinds],
        "rows": [
            row(words(kind), [None if each is None else each[kind] for each in totals])
            for kind in kinds
        ],
        "stages": [
            {
                "subject": subject,
                "rows": _stages(report, kinds),
                "open": len(subjects) == 1 and len(report.components) <= MOST_OPEN,
            }
            for subject, report in zip(subjects, found, strict=True)
            if report is not None and report.components
        ],
    }


def _stages(report: SynthReport, kinds: Sequence[str]) -> list[dict[str, Any]]:
    counts = {stage: summarize(cells) for stage, cells in report.components.items()}
    most = {kind: max(each[kind] for each in counts.values()) or 1 for kind in kinds}
    return [
        {
            "stage": stage,
            "node": stage.rpartition(".")[0],
            "cells": [(each[kind], 100 * each[kind] / most[kind]) for kind in kinds],
        }
        for stage, each in counts.items()
    ]


SYNTHESIS = Section(
    "synthesis",
    "Synthesis",
    "Cells that Yosys makes of the Verilog, each stage by itself; bars are of the largest stage.",
    _view,
    "tabfab synth BUILD",
)
