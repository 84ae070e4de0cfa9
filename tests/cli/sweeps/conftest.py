"""A sweep that was run once, through the command itself, on two workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command import run_tabfab
from support.shared import made_once
from support.sweeps import write_sweep


@pytest.fixture(scope="session")
def swept(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the sweep `support.sweeps.SWEEP`, beside its file and model."""

    def make(folder: Path) -> None:
        file = write_sweep(folder, model)
        outcome = run_tabfab("sweep", file, "-o", folder / "sweep", "--workers", 2)
        assert outcome.status == 0, outcome

    return made_once(tmp_path_factory, "swept", make) / "sweep"
