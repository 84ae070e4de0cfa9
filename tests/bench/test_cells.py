"""Cells of a benchmark: each is run once, one after the other or several at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cells import keep_result, read_result, run_missing


@pytest.mark.parametrize("workers", [1, 2])
def test_what_has_a_result_is_not_run_again(tmp_path: Path, workers: int) -> None:
    keep_result(tmp_path, "old", {"by": 0})

    def run(name: str) -> None:
        keep_result(tmp_path, name, {"by": os.getpid()})

    run_missing(["old", "one", "two"], tmp_path, run, workers=workers)
    assert read_result(tmp_path, "old") == {"by": 0}
    for name in ("one", "two"):
        found = read_result(tmp_path, name)
        assert found is not None
        assert (found["by"] == os.getpid()) == (workers == 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cell_that_fails_is_told(tmp_path: Path, workers: int) -> None:
    def run(name: str) -> None:
        raise ValueError(f"{name} is no good")

    with pytest.raises(ValueError, match="one is no good"):
        run_missing(["one"], tmp_path, run, workers=workers)
