"""Plan files: a plan as JSON, by itself or as a part of a build directory."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..compiler.files import atomic_file
from ..compiler.manifest import ManifestKind, read_manifest, write_manifest
from ..compiler.program import Program
from .cells import Cells
from .folding import Folding, bank_geometry
from .packing import MemoryOptions
from .plan import Plan, PlanError

VERSION = 1


def plan_document(plan: Plan) -> dict[str, Any]:
    """JSON values that `plan_from` makes the same plan of."""
    return dataclasses.asdict(plan)


def plan_from(document: Mapping[str, Any]) -> Plan:
    """The plan of a document.

    Raises
    ------
    KeyError, TypeError, ValueError: it is none.
    """
    foldings = {
        name: Folding(**{**folding, "memory": MemoryOptions(**folding["memory"])})
        for name, folding in document["foldings"].items()
    }
    depths = {name: tuple(depths) for name, depths in document["fork_depths"].items()}
    cells = document["cells"]
    return Plan(
        **{
            **document,
            "foldings": foldings,
            "fork_depths": depths,
            "cells": None if cells is None else Cells(**cells),
        }
    )


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
        plan = plan_from(document["plan"])
    except (KeyError, TypeError, ValueError) as error:
        raise _kind(path).refuse(f"{path} has no valid plan") from error
    check_plan(plan, program, str(path))
    return plan


def check_plan(plan: Plan, program: Program, where: str) -> None:
    """Raise PlanError unless `plan` has a folding that fits every layer of `program`."""
    try:
        if plan.foldings.keys() != {node.name for node in program.convs}:
            raise TypeError("other layers")
        for node in program.convs:
            bank_geometry(node, plan.foldings[node.name])
    except TypeError as error:
        raise PlanError(
            f"{where} has a plan for another program; make one with 'tabfab plan'"
        ) from error


def _kind(path: Path) -> ManifestKind:
    return ManifestKind(path.name, "tabfab plan", VERSION, "tabfab plan", PlanError)
