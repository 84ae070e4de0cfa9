"""What was measured of single layers, kept in a folder, so that a run that was stopped goes on."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tabfab.cli.explorer.choices import Choice
from tabfab.cli.explorer.losses import Baseline
from tabfab.compiler.mask.tries import Tried
from tabfab.compiler.program.operations import Cost
from tabfab.compiler.store.files import atomic_file

_COSTS = [field.name for field in dataclasses.fields(Cost)]


class KeptTries:
    """Files of what was measured, under names that say what of.

    Parameters
    ----------
    folder: of the files; made if it is not there.
    source: what all of it depends on: network, data, images.
    """

    def __init__(self, folder: Path, source: object) -> None:
        self._folder, self._source = folder, repr(source)
        folder.mkdir(parents=True, exist_ok=True)

    def baseline(self) -> Baseline | None:
        """The answers before anything was tried, if they are kept."""
        found = self._read("baseline")
        return found and Baseline(found["floats"], found["exact"])

    def keep_baseline(self, baseline: Baseline) -> None:
        """Keep these answers."""
        arrays = {"floats": baseline.float_answers, "exact": baseline.exact_answers}
        self._write("baseline", arrays)

    def tried(self, layer: str, choice: Choice) -> Tried | None:
        """What came of a layer's choice, if it is kept."""
        found = self._read((layer, choice))
        if found is None:
            return None
        cost = Cost(**dict(zip(_COSTS, map(int, found["cost"]), strict=True)))
        return Tried(float(found["loss"]), cost, found["change"])

    def keep(self, layer: str, choice: Choice, tried: Tried) -> None:
        """Keep what came of a layer's choice."""
        cost = np.array([getattr(tried.cost, name) for name in _COSTS])
        arrays = {"loss": np.array(tried.loss), "cost": cost, "change": tried.change}
        self._write((layer, choice), arrays)

    def _place(self, what: object) -> Path:
        name = hashlib.sha256(f"{self._source} {what!r}".encode()).hexdigest()
        return self._folder / f"{name[:16]}.npz"

    def _read(self, what: object) -> dict[str, NDArray[np.generic]] | None:
        place = self._place(what)
        if not place.exists():
            return None
        with np.load(place, allow_pickle=False) as found:
            return dict(found)

    def _write(self, what: object, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        with atomic_file(self._place(what)) as temporary, temporary.open("wb") as file:
            np.savez(file, **arrays)
