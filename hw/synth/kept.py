"""Counts of cells that `tabfab synth` keeps in a build, read without synthesizing again."""

from __future__ import annotations

from pathlib import Path

from ...compiler.store.errors import TabfabError
from ...compiler.store.json_text import read_json
from ..device.families.catalog import FAMILIES
from ..rtl.build import Build
from .passes import stage_modules
from .synth import SynthReport, counts_file, counts_of


def kept_counts(build: Build) -> list[SynthReport]:
    """What was counted of a build, by family; without stages where only a flattened one was.

    Parameters
    ----------
    build: whose directory is looked through.

    Raises
    ------
    TabfabError: a file is damaged.
    """
    found = [_kept(build, family) for family in FAMILIES]
    return [each for each in found if each is not None]


def _kept(build: Build, family: str) -> SynthReport | None:
    for flatten in (False, True):
        file = build.directory / counts_file(family, flatten)
        if file.exists():
            return _report(build, family, flatten, file)
    return None


def _report(build: Build, family: str, flatten: bool, file: Path) -> SynthReport:
    advice = f"remove it and run 'tabfab synth {build.directory} --family {family}'"
    try:
        total, modules = counts_of(read_json(file, advice))
        if any(
            type(n) is not int or n < 0
            for each in (total, *modules.values())
            for n in each.values()
        ):
            raise ValueError("a count is none")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise TabfabError(f"{file} is not what Yosys wrote; {advice}") from error
    stages = {} if flatten else stage_modules(build.network)
    return SynthReport(family, total, {n: modules.get(m, {}) for m, n in stages.items()})
