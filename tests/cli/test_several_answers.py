"""A network with several answers, through the command: every verb says the same of them."""

from __future__ import annotations

from pathlib import Path

import torch
from tabfab.compiler.frontend.model_file import save_model

from support.branching import Detector
from support.random_networks import randomize


def test_verbs_agree(tabfab, refusal, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, program, build = (tmp_path / name for name in ("model.pt2", "program", "build"))
    save_model(randomize(Detector()), (1, 8, 8), model, [])
    compiled = tabfab("compile", model, "--data", "digits", "--mask", "exact", "-o", program)
    assert compiled.status == 0, compiled
    assert "boxes 4x4x4, classes.1 3x4x4, count 1x1x1" in compiled.out
    evaluated = tabfab("evaluate", program, "--data", "digits")
    assert evaluated.status == 0, evaluated
    assert "correlation" in evaluated.out
    assert tabfab("verilog", program, "-o", build).status == 0
    text = (build / "README.md").read_text()
    assert "An answer is 113 beats on `m_axis`" in text
    assert "| boxes | 4x4x4 | 0 to 63 |" in text
    assert "| count | 1x1x1 | 112 to 112 |" in text
    assert "Classes:" not in text
    line = refusal(
        "compile", model, "--data", "digits", "--task", "classes", "-o", tmp_path / "other"
    )
    assert "has 3 answers, one after the other" in line
