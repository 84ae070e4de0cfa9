"""A short run of mutation testing; `bench/mutation.py` is the long one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.errors import TabfabError
from tabfab.sim.mutate import KINDS
from tabfab.sim.mutation import MutationOptions, run_mutants

from support.builds import write_residual_build


def test_the_bench_catches_planted_faults(tmp_path: Path) -> None:
    build = tmp_path / "build"
    write_residual_build(build)
    images = np.random.default_rng(0).integers(0, 256, (8, 4, 4, 2), np.uint8)
    results = run_mutants(build, images, MutationOptions(mutants=24, seed=1))
    assert {result.mutant.kind for result in results} == set(KINDS)
    caught = [result for result in results if result.stream is not None]
    # Many cannot be told from the design, in a network as small as this: see bench/mutation.py.
    assert len(caught) >= 8


@pytest.mark.parametrize("options", [{"mutants": 0}, {"per_model": 0}])
def test_there_must_be_mutants(options: dict[str, int]) -> None:
    with pytest.raises(TabfabError, match="there must be mutants"):
        MutationOptions(**options)
