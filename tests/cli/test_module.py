"""A class of the user's own, and a state dict: `tabfab compile --module`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from sklearn.linear_model import LogisticRegression
from tabfab.compiler.data import load

NET = """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = nn.Linear(64, 10)

    def forward(self, x):
        return self.last(x.flatten(1))
"""
QUICK = ("--mask", "none", "--calibration-images", 50)


def test_a_class_with_its_weights(tabfab, tmp_path: Path) -> None:
    digits = load("digits", "train")
    trained = LogisticRegression(max_iter=300).fit(
        digits.images.reshape(len(digits), -1) / 255, digits.labels
    )
    (tmp_path / "net.py").write_text(NET)
    weights = {"last.weight": trained.coef_, "last.bias": trained.intercept_}
    torch.save({k: torch.from_numpy(v).float() for k, v in weights.items()}, tmp_path / "w.pth")
    named = ("--module", f"{tmp_path / 'net.py'}:Net", "--weights", tmp_path / "w.pth")
    program = tmp_path / "program"
    compiled = tabfab("compile", *named, *QUICK, "-o", program)
    assert compiled.status == 0, compiled
    report = json.loads(tabfab("evaluate", program, "--json").out)
    assert report["accuracy_float"] > 0.9
    assert report["accuracy_program"] > 0.9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name one network"),
        (("model.pt2", "--module", "net.py:Net"), "name one network"),
        (("model.pt2", "--weights", "w.pth"), "has weights of its own; leave --weights away"),
        (("--module", "net.py:Net"), "there is no file net.py"),
        (("--module", "net.py"), "names no class: write FILE.py:CLASS"),
    ],
)
def test_what_contradicts_itself(
    arguments: tuple[str, ...],
    message: str,
    tabfab,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = tabfab("compile", *arguments, "-o", "program")
    assert result.status == 1
    assert message in result.err
