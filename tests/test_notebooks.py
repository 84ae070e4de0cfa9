"""The notebooks run from beginning to end, and are kept without what they print."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.pnr.place_and_route import PnrReport
from tabfab.hw.synth.synth import SynthReport
from tabfab.sim.bench.compare import StreamResult
from tabfab.sim.bench.report import SimulationReport
from tabfab.sim.models.accuracy import Evaluation

from support.builds import digits_program

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "docs" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_kept_without_outputs(path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[0].cell_type == "markdown"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None


@pytest.mark.slow("tests/test_examples.py runs the same way once, and each verb has its tests")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs(path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    shown = [
        output.get("data", {}).get("text/html", "")
        for cell in notebook.cells
        for output in cell.get("outputs", ())
    ]
    assert any("<table>" in each for each in shown)


def test_objects_show_themselves() -> None:
    """As tables, in which names are no markup."""
    program = digits_program()
    plan = make_plan(program, PlanOptions(subspaces=2, outputs=2))
    link = StreamResult("<i>", "conv", 7, 0, 1, None, None)
    evaluation = Evaluation(
        "classes", 9, {"accuracy": 0.5}, {"accuracy": 0.75}, {"agreement": None}, None, ()
    )
    shown = {
        "program": program._repr_html_(),
        "plan": plan._repr_html_(),
        "simulation": SimulationReport(1, 2, 3, 0, 1, "<i> at 4", 0, (link,))._repr_html_(),
        "cells": SynthReport("ecp5", {"LUT4": 1234}, {"a<b": {"LUT4": 1234}})._repr_html_(),
        "placed": PnrReport("ecp5-25k", 1, 99.5, {"LUT": (1, 4)}, None, 5, 6.0)._repr_html_(),
        "figures": evaluation._repr_html_(),
    }
    for name, text in shown.items():
        assert text.startswith("<table><caption>"), name
        assert ElementTree.fromstring(text).findall("tbody/tr"), name
    assert "&lt;i&gt;" in shown["simulation"]
    assert "1,234" in shown["cells"]
    assert "25.0%" in shown["placed"]
    assert "0.75" in shown["figures"]
    assert all(node.name in shown["plan"] for node in program.convs)
