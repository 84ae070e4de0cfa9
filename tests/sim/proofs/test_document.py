"""The page of proofs lists what there is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tabfab.compiler.store.errors import TabfabError
from tabfab.sim.proofs.catalog import PROOFS, select
from tabfab.sim.proofs.document import BEGIN, END, renew, table
from tabfab.sim.proofs.proof import Outcome
from tabfab.sim.proofs.report import ProofReport

PAGE = Path(__file__).resolve().parents[3] / "docs" / "proofs.md"

QUEUE = Outcome("Queue", "depth 1", ("order", "room"), "unbounded, IC3", "proven", 1.25)
REPORT = ProofReport("a processor", 60.0, (QUEUE,))


def test_the_page_has_a_row_for_every_proof() -> None:
    text = PAGE.read_text()
    if f"{BEGIN}\n{END}" in text:
        pytest.skip("the page has no table yet: tabfab prove --document docs/proofs.md makes it")
    missing = [
        proof.name
        for proof in PROOFS
        if f"| {proof.component} | {proof.parameters} | {proof.strategy} |" not in text
    ]
    assert not missing, "run tabfab prove --document docs/proofs.md"


def test_every_proof_has_a_name_of_its_own() -> None:
    assert len({proof.name for proof in PROOFS}) == len(PROOFS)


def test_selects_by_component_in_any_case() -> None:
    assert {proof.component for proof in select(["queue", "FORK"])} == {"Queue", "Fork"}
    assert select() == list(PROOFS)
    assert 0 < len(select(short=True)) < len(PROOFS) / 2


def test_refuses_a_component_without_proofs() -> None:
    with pytest.raises(TabfabError, match="no proofs of 'Quue'; there are some of Queue, Block"):
        select(["Quue"])


def test_refuses_components_whose_proofs_take_longer() -> None:
    with pytest.raises(TabfabError, match="no proof of Fork is short; leave out --short"):
        select(["Fork"], short=True)


def test_renews_the_table_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Title\n\n{BEGIN}\nold\n{END}\n\nmore\n")
    renew(page, REPORT)
    text = page.read_text()
    assert text.startswith(f"# Title\n\n{BEGIN}\n\n1 proofs of 2 properties, 60 s in all")
    assert text.endswith(f"{END}\n\nmore\n")
    assert "| Queue | depth 1 | unbounded, IC3 | proven | 1.2 |" in text
    assert "| Queue | order; room |" in text
    assert "old" not in text
    renew(page, REPORT)
    assert page.read_text() == text


def test_does_not_count_what_failed() -> None:
    failed = Outcome("Queue", "depth 2", ("order",), "unbounded, IC3", "undecided", 9.0)
    assert "2 proofs of 2 properties" in table(ProofReport("", 60.0, (QUEUE, failed)))


@pytest.mark.parametrize("text", ["", BEGIN, END])
def test_refuses_a_page_without_the_marks(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(TabfabError, match="lacks the lines"):
        renew(page, REPORT)


def test_refuses_a_page_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TabfabError, match="is not there"):
        renew(tmp_path / "page.md", REPORT)
