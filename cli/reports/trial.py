"""Trials of a sweep as subjects: program, plan and evaluation, in the sweep's own words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...compiler.store.errors import TabfabError
from ...compiler.store.manifest import read_manifest
from ...compiler.store.records.decode_record import decode_record
from ..sweeps.store import TRIAL
from .kept import KeptEvaluation, checksum

_ENDINGS = {"figures": "_program", "float_figures": "_float"}
"""Fields of `KeptEvaluation`, and what names of their figures end in (`Evaluation.as_json`)."""
_OTHERS = ("task", "images", "confusion", "classes")


def is_trial(directory: Path) -> bool:
    """Whether a directory is that of a trial."""
    return (directory / TRIAL.name).is_file()


def trial_evaluation(directory: Path, program: Path) -> KeptEvaluation | None:
    """What a trial's program was evaluated to; None where the trial does not say.

    Parameters
    ----------
    directory: of the trial.
    program: of its program.

    Raises
    ------
    TabfabError: the trial is damaged.
    """
    told = read_manifest(TRIAL, directory).get("told")
    found = told.get("evaluate") if isinstance(told, dict) else None
    if not isinstance(found, dict):
        return None
    where = f"the evaluation in {directory / TRIAL.name}"
    document: dict[str, Any] = {name: found.get(name) for name in _OTHERS}
    document |= {field: _ending(found, ending) for field, ending in _ENDINGS.items()}
    endings = tuple(_ENDINGS.values())
    document["between"] = {
        name: value
        for name, value in found.items()
        if name not in _OTHERS and not name.endswith(endings)
    }
    document |= {"program": checksum(program), "data": "the sweep"}
    if document["confusion"] is None:
        document["classes"] = []
    try:
        return decode_record(KeptEvaluation, document, where, {})
    except TabfabError as error:
        raise TRIAL.refuse(f"{error}") from error


def _ending(figures: Mapping[str, Any], ending: str) -> dict[str, Any]:
    """Figures whose names end so, by their names without it; those that are not known left out."""
    return {
        name.removesuffix(ending): value
        for name, value in figures.items()
        if name.endswith(ending) and value is not None
    }
