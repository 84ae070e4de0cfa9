"""A short run of mutation testing; `bench/mutation.py` is the long one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabfab.compiler.errors import TabfabError
from tabfab.sim.mutate import KINDS
from tabfab.sim.mutation import MutationOptions, run_mutants

from support.builds import write_residual_build


def test_the_bench_catches_planted_faults(tmp_path: Path) -> None:
    build = tmp_path / "build"
    write_residual_build(build)
    results = run_mutants(build, MutationOptions(mutants=24, seed=1))
    assert {result.mutant.kind for result in results} == set(KINDS)
    outcomes = [result.outcome for result in results]
    assert outcomes.count("caught") >= 12
    # Nobody has proven these equivalent, nor caught them: see docs/mutation.md.
    assert outcomes.count("survived") <= 3


@pytest.mark.parametrize("options", [{"mutants": 0}, {"per_model": 0}])
def test_there_must_be_mutants(options: dict[str, int]) -> None:
    with pytest.raises(TabfabError, match="there must be mutants"):
        MutationOptions(**options)
