"""The directory of a sweep: a directory for each trial, named by the hash of its settings.

``trials/NAME/`` holds ``trial.json`` (settings, figures, more of what the verbs tell, or the
sentence why it failed; checksums of the rest) and, unless only that is kept, ``program/``,
``plan.json``, ``build/`` and ``synth.json``. Trials are written whole or not at all, and by the
command alone: workers send what came of them.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...compiler.data import data_reference
from ...compiler.store.errors import TabfabError
from ...compiler.store.files import atomic_directory, atomic_file, claim_directory
from ...compiler.store.json_text import json_text
from ...compiler.store.manifest import ManifestKind, read_manifest, write_manifest
from .figures import OF_PLACEMENTS, OF_PLANS, Condition, Figures
from .source import Source
from .space import Settings
from .spec import Sweep
from .trial import PROGRAM, Outcome

TRIALS = "trials"
SWEEP = "sweep.json"


class SweepError(TabfabError):
    """A sweep's directory, or a trial in one, that cannot be read."""


TRIAL = ManifestKind("trial.json", "tabfab trial", 1, "tabfab sweep", SweepError)
_FORMAT = "tabfab sweep"


@dataclass(frozen=True, eq=False)
class Trial:
    """A trial with what came of it.

    Parameters
    ----------
    name: of its directory.
    settings: that it had.
    figures: that it has; none if it failed.
    failure: why it failed; empty if it did not.
    identity: of the source that it was made from (`Source.identity`).
    """

    name: str
    settings: Settings
    figures: Figures
    failure: str
    identity: Mapping[str, str]

    def meets(self, conditions: tuple[Condition, ...]) -> bool:
        """Whether it did not fail and its figures meet all `conditions`."""
        return not self.failure and all(each.holds(self.figures) for each in conditions)


class Store:
    """The trials of a sweep on disk.

    Parameters
    ----------
    directory: of the sweep.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def claim(self) -> None:
        """Make the directory, or take it if it holds a sweep.

        Raises
        ------
        TabfabError: it holds something else.
        """
        claim_directory(self.directory, "sweep")

    def place(self, name: str) -> Path:
        """The directory of a trial."""
        return self.directory / TRIALS / name

    def find(self, name: str) -> Trial | None:
        """The trial of that name; None where there is none, or a damaged one."""
        if not (self.place(name) / TRIAL.name).is_file():
            return None
        try:
            return self.read(name)
        except SweepError:
            return None  # which is then computed and written anew

    def read(self, name: str) -> Trial:
        """The trial of that name.

        Raises
        ------
        SweepError: it is not there or damaged.
        """
        document = read_manifest(TRIAL, self.place(name))
        parts = [document.get(key) for key in ("settings", "figures", "identity")]
        failure = document.get("failure")
        if not all(isinstance(each, dict) for each in parts) or not isinstance(failure, str):
            raise TRIAL.refuse(f"{self.place(name) / TRIAL.name} is damaged")
        settings, figures, identity = parts
        return Trial(name, settings, figures, failure, identity)  # type: ignore[arg-type]

    def all(self, identity: Mapping[str, str]) -> list[Trial]:
        """All trials from the same source, in the order of their names.

        Parameters
        ----------
        identity: of the source.
        """
        trials = (self.find(name) for name in self.names())
        return [each for each in trials if each is not None and each.identity == identity]

    def names(self) -> list[str]:
        """The names of all trials, whatever they were made from, in order."""
        return sorted(path.parent.name for path in self.place("").glob(f"*/{TRIAL.name}"))

    def program_of(self, name: str) -> Outcome:
        """The part of a trial that ends with its program.

        Raises
        ------
        SweepError: it is damaged.
        """
        place = self.place(name)
        document = read_manifest(TRIAL, place)
        of_hardware = (*OF_PLANS, *OF_PLACEMENTS)
        figures = {n: value for n, value in document["figures"].items() if n not in of_hardware}
        told = {"evaluate": document["told"].get("evaluate")}
        own = [each for each in document["files"] if each.startswith(f"{PROGRAM}/")]
        return Outcome(figures, told, {each: (place / each).read_bytes() for each in own})

    def write(self, name: str, settings: Settings, source: Source, outcome: Outcome) -> Trial:
        """Write a trial, whole or not at all."""
        trial = Trial(name, settings, outcome.figures, outcome.failure, source.identity)
        document = {
            "settings": trial.settings,
            "figures": trial.figures,
            "failure": trial.failure,
            "identity": trial.identity,
            "told": outcome.document,
        }
        if self.place(name).exists():  # a damaged one
            shutil.rmtree(self.place(name))
        with atomic_directory(self.place(name), "trial") as temporary:
            outcome.write_files(temporary)
            write_manifest(TRIAL, temporary, document, outcome.files)
        return trial

    # ------------------------------------------------------------------------- of the whole

    def write_sweep(self, sweep: Sweep, source: Source, objectives: tuple[str, ...]) -> None:
        """Note what was asked, so that the directory alone tells its front."""
        document: dict[str, Any] = {
            "objectives": objectives,
            "constraints": [str(each) for each in sweep.constraints],
            "identity": dict(source.identity),
            "compile": _compile_options(sweep, self.directory),
            "evaluated": f"{len(source.judged)} {sweep.judging.of} images of {source.judged.name}",
        }
        with atomic_file(self.directory / SWEEP) as temporary:
            temporary.write_text(json_text({**document, "format": _FORMAT}) + "\n")

    def read_sweep(self) -> dict[str, Any]:
        """What `write_sweep` noted.

        Raises
        ------
        SweepError: the directory holds no sweep, or a damaged one.
        """
        path = self.directory / SWEEP
        if not path.is_file():
            raise SweepError(
                f"{self.directory} holds no sweep: it has no {SWEEP}; "
                "'tabfab sweep sweep.toml -o DIR' writes one"
            )
        try:
            document = json.loads(path.read_text())
            fits = document["format"] == _FORMAT and isinstance(document["identity"], dict)
        except (ValueError, KeyError, TypeError, OSError):
            fits = False
        if not fits:
            raise SweepError(f"{path} is damaged; run the sweep again, which computes nothing anew")
        return document


def _compile_options(sweep: Sweep, directory: Path) -> dict[str, str]:
    """What `tabfab compile` takes in the place of what stands above a sweep's tables.

    Files are noted from the sweep's directory, as programs do; `model` is no option there.
    """

    def place(path: Path | str) -> str:
        return os.path.relpath(os.path.realpath(path), os.path.realpath(directory))

    options = {
        "model": sweep.model and place(sweep.model),
        "module": sweep.module and place(sweep.module),
        "weights": sweep.weights and place(sweep.weights),
        "data": data_reference(sweep.data, directory),
        "test-data": sweep.test_data and data_reference(sweep.test_data, directory),
        "data-dir": sweep.data_dir and place(sweep.data_dir),
        "task": sweep.task,
        "input-mean": sweep.input_mean,
        "input-std": sweep.input_std,
    }
    return {name: value for name, value in options.items() if value}
