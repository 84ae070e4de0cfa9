"""Plan files: a plan as JSON, by itself or as a part of a build directory."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Any

from ...compiler.program import Program
from ...compiler.store.decode_record import decode_record
from ...compiler.store.encode_record import encode_record
from ...compiler.store.errors import TabfabError
from ...compiler.store.files import atomic_file
from ...compiler.store.manifest import ManifestKind, read_manifest, write_manifest
from ..engine.bank_geometry import FoldingError
from ..engine.folding import bank_geometry
from .fit import PlanError
from .plan import Plan

VERSION = 1

_DEEPEST_QUEUE = 1 << 24
"""Beats: more than the images that any device holds."""


def plan_document(plan: Plan) -> dict[str, Any]:
    """JSON values that `plan_from` makes the same plan of."""
    return encode_record(plan, "plan", {})


def plan_from(document: object) -> Plan:
    """The plan of a document.

    Raises
    ------
    ValueError: it is none; the message says why.
    """
    try:
        plan = decode_record(Plan, document, "the plan", {})
    except (TabfabError, ValueError) as error:
        raise ValueError(str(error)) from error
    depths = [depth for depths in plan.fork_depths.values() for depth in depths]
    if not all(1 <= depth <= _DEEPEST_QUEUE for depth in depths):
        raise ValueError(f"its queues must be 1 to {_DEEPEST_QUEUE} beats deep")
    if plan.clocks_per_image < 1 or not 0 < plan.clock_mhz < math.inf:
        raise ValueError("its clocks must be more than none")
    return plan


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
        plan = plan_from(document.get("plan"))
    except ValueError as error:
        raise _kind(path).refuse(f"{path} has no valid plan: {error}") from error
    check_plan(plan, program, str(path))
    return plan


def check_plan(plan: Plan, program: Program, where: str) -> None:
    """Raise PlanError unless `plan` has what fits every layer and every fork of `program`."""
    readers = Counter(name for node in program for name in node.inputs)
    forks = {name: count for name, count in readers.items() if count > 1}
    fits = plan.foldings.keys() == {node.name for node in program.convs}
    fits &= {name: len(depths) for name, depths in plan.fork_depths.items()} == forks
    reason: FoldingError | None = None
    try:
        for node in program.convs if fits else ():
            bank_geometry(node, plan.foldings[node.name])
    except FoldingError as error:
        reason = error
    if not fits or reason is not None:
        raise PlanError(
            f"{where} has a plan for another program; make one with 'tabfab plan'"
        ) from reason


def _kind(path: Path) -> ManifestKind:
    return ManifestKind(path.name, "tabfab plan", VERSION, "tabfab plan", PlanError)
