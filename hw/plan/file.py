"""Plan files: a plan as JSON, by itself or as a part of a build directory."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from ...compiler.program import Program
from ...compiler.store.errors import TabfabError
from ...compiler.store.files import atomic_file
from ...compiler.store.manifest import ManifestKind, read_manifest, write_manifest
from ...compiler.store.records.decode_record import decode_record
from ...compiler.store.records.encode_record import encode_record
from ..device.frequency import check_frequency
from ..engine.bank_geometry import FoldingError
from ..nodes.catalog import layers
from .fit import PlanError
from .plan import Plan

VERSION = 3
"""Of plan files, and of the plan in a build: 1 had `encoders` where 2 has `knobs`, and neither had
taps, one of which was read at a time."""

_DEEPEST_QUEUE = 1 << 24
"""Beats: more than the images that any device holds."""


def plan_document(plan: Plan) -> dict[str, Any]:
    """JSON values that `plan_from` makes the same plan of."""
    return encode_record(plan, "plan", {})


def plan_from(document: object, version: int = VERSION) -> Plan:
    """The plan of a document.

    Parameters
    ----------
    document: what `plan_document` gave.
    version: of the format that it was written in.

    Raises
    ------
    ValueError: it is none; the message says why.
    """
    try:
        present = document if version > 1 else _with_knobs(document)
        plan = decode_record(Plan, present, "the plan", {})
    except (TabfabError, ValueError) as error:
        raise ValueError(str(error)) from error
    depths = [depth for depths in plan.fork_depths.values() for depth in depths]
    if not all(1 <= depth <= _DEEPEST_QUEUE for depth in depths):
        raise ValueError(f"its queues must be 1 to {_DEEPEST_QUEUE} beats deep")
    expected = plan.expected_clocks
    if plan.clocks_per_image < 1 or (expected is not None and expected < 1):
        raise ValueError("its clocks must be more than none")
    try:
        check_frequency("its clock", plan.clock_mhz)
    except TabfabError as error:
        raise ValueError(str(error)) from error
    return plan


def _with_knobs(document: object) -> object:
    """A plan of format 1 in the words of format 2; what is wrong in it stays, to be refused.

    Format 1 had `encoders` in every folding, 0 where there are none or their number is left open.
    """
    foldings = document.get("foldings") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(foldings, dict):
        return document
    known = {name: folding for name, folding in foldings.items() if isinstance(folding, dict)}
    renamed = {}
    for name, folding in known.items():
        others = {key: value for key, value in folding.items() if key != "encoders"}
        encoders = folding.get("encoders", 0)
        renamed[name] = {**others, "knobs": {"encoders": encoders} if encoders != 0 else {}}
    return {**document, "foldings": {**foldings, **renamed}}


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan file, whole or not at all.

    Raises
    ------
    TabfabError: `path` cannot be written.
    """
    with atomic_file(path) as temporary:
        write_manifest(_kind(path), temporary.parent, {"plan": plan_document(plan)}, [])


def read_plan(path: Path, program: Program) -> Plan:
    """Read the plan file of `program`.

    Raises
    ------
    PlanError: it is missing, damaged, of a newer format, or for another program.
    """
    document = read_manifest(_kind(path), path.parent)
    try:
        plan = plan_from(document.get("plan"), document["version"])
    except ValueError as error:
        raise _kind(path).refuse(f"{path} has no valid plan: {error}") from error
    check_plan(plan, program, str(path))
    return plan


def check_plan(plan: Plan, program: Program, where: str) -> None:
    """Raise PlanError unless `plan` has what fits every layer and every fork of `program`."""
    readers = Counter(name for node in program for name in node.inputs)
    forks = {name: count for name, count in readers.items() if count > 1}
    folded = layers(program)
    problem = PlanError(f"{where} has a plan for another program; make one with 'tabfab plan'")
    if plan.foldings.keys() != folded.keys():
        raise problem
    if {name: len(depths) for name, depths in plan.fork_depths.items()} != forks:
        raise problem
    try:
        for name, layer in folded.items():
            layer.check(plan.foldings[name])
    except FoldingError as error:
        raise problem from error


def _kind(path: Path) -> ManifestKind:
    return ManifestKind(path.name, "tabfab plan", VERSION, "tabfab plan", PlanError)
